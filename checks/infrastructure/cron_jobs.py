"""The check infrastructure/cron-jobs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from readiness.check import Check, Finding, Measure, Params, Stricter
from readiness.evidence.manifests import Manifests, Resource
from readiness.evidence.manifests.shapes import Path, view
from readiness.units import Duration, show_duration

from ._containers import nothing_of
from ._jobs import CronJob, Job, schedule_flaws
from ._subjects import Subject, each, failed, noted, whole

_JOB: Path = ("spec", "jobTemplate", "spec")
_REMOVED_BY = ("helm.sh/hook-delete-policy", "argocd.argoproj.io/hook-delete-policy")


class CronJobsParams(Params):
    """What is asked of what runs to an end."""

    deadline: Literal["required", "optional"] = "required"
    """Whether a CronJob must say how late a run may start (`startingDeadlineSeconds`)."""
    min_deadline: Annotated[Duration, Stricter.HIGHER] = timedelta(seconds=10)
    """The shortest such time: the controller looks every 10 s, and with less it may miss every run."""
    overlap: Annotated[
        tuple[Literal["Allow", "Forbid", "Replace"], ...], Field(strict=False, min_length=1)
    ] = (
        "Forbid",
        "Replace",
    )
    """What `concurrencyPolicy` may say; where it says nothing, it is Allow."""
    runtime_limit: Literal["required", "optional"] = "optional"
    """Whether jobs must end at a time of their own (`activeDeadlineSeconds`)."""
    ttl: Literal["required", "optional"] = "required"
    """Whether a Job that no CronJob makes must be removed when it has ended (`ttlSecondsAfterFinished`).

    One that Helm or Argo CD removes (by its annotation `hook-delete-policy`) need not.
    """


class CronJobs(Check[CronJobsParams]):
    """CronJobs and Jobs start when they should, do not pile up, and leave a trace when they fail.

    ## Why it matters

    What runs at night fails at night. A run that starts late, twice, or on top of the one before it bills customers
    twice; a schedule that means no day never runs, and nobody gets an alert for what did not happen. Without a
    deadline a CronJob that missed a hundred starts, after a long outage of the control plane, never starts again.

    Looked at: the schedule and its time zone, `startingDeadlineSeconds`, `concurrencyPolicy`, `failedJobsHistoryLimit`
    of CronJobs; `restartPolicy` (Never or OnFailure: jobs may have no other, and the default is another) and the time
    limits of their jobs and of Jobs. A CronJob that is suspended is noted. A time zone that IANA does not list, written
    just so, is not shown.

    ## How to fix it

        spec:
          schedule: "15 3 * * *"
          timeZone: Etc/UTC
          startingDeadlineSeconds: 600
          concurrencyPolicy: Forbid
          failedJobsHistoryLimit: 3
          jobTemplate:
            spec:
              activeDeadlineSeconds: 3600
              template:
                spec:
                  restartPolicy: Never

    For a Job of its own, `ttlSecondsAfterFinished: 86400`.

    ## References

    - Kubernetes, CronJob: https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/
    - Kubernetes, Automatic Cleanup for Finished Jobs:
      https://kubernetes.io/docs/concepts/workloads/controllers/ttlafterfinished/
    """

    def judge(self, manifests: Manifests) -> Iterator[Finding]:
        """Each object apart."""
        found = [
            one for one in manifests.resources if one.group == "batch" and one.kind in ("CronJob", "Job")
        ]
        yield from each(found, whole, self._flaws, "job", "with times and limits that count")
        if not found:
            yield nothing_of(manifests, "CronJob or Job")

    def _flaws(self, resource: Resource, subject: Subject) -> Iterator[Finding]:
        if resource.kind == "Job":
            yield from self._job_flaws(resource, subject, ("spec",))
            yield from self._ttl_flaws(resource, subject)
            return
        cron = view(resource.body.get("spec") or {}, CronJob, ("spec",))
        yield from schedule_flaws(cron, subject)
        yield from self._deadline_flaws(cron, subject)
        yield from self._overlap_flaws(cron, subject)
        if cron.failed_jobs_history_limit is not None and cron.failed_jobs_history_limit <= 0:
            path, next_ = ("spec", "failedJobsHistoryLimit"), "keep at least one failed job, with its log"
            yield failed(
                subject, path, "keeps no trace of failed jobs", next_, observed="0", expected="at least 1"
            )
        yield from self._job_flaws(resource, subject, _JOB)
        if cron.suspend:
            yield noted(subject, ("spec", "suspend"), "is suspended: it never starts")

    def _deadline_flaws(self, cron: CronJob, subject: Subject) -> Iterator[Finding]:
        seconds, path = cron.starting_deadline_seconds, ("spec", "startingDeadlineSeconds")
        least = self.params.min_deadline
        if seconds is None and self.params.deadline == "required":
            next_ = "set startingDeadlineSeconds"
            what = "does not say how late a run may start"
            yield failed(
                subject, path, what, next_, observed="absent", expected=f"at least {show_duration(least)}"
            )
        elif seconds is not None and seconds < least.total_seconds():
            yield failed(
                subject,
                path,
                f"lets no run start later than {seconds} s",
                "raise startingDeadlineSeconds",
                observed=f"{seconds} s",
                expected=f"at least {show_duration(least)}",
                measure=Measure(value=seconds, limit=least.total_seconds(), unit="s", better="higher"),
            )

    def _overlap_flaws(self, cron: CronJob, subject: Subject) -> Iterator[Finding]:
        policy = cron.concurrency_policy or "Allow"
        if policy not in self.params.overlap:
            yield failed(
                subject,
                ("spec", "concurrencyPolicy"),
                f"has the concurrencyPolicy {policy}",
                f"set concurrencyPolicy to {' or '.join(self.params.overlap)}",
                observed=cron.concurrency_policy or "absent, which is Allow",
                expected=" or ".join(self.params.overlap),
            )

    def _job_flaws(self, resource: Resource, subject: Subject, path: Path) -> Iterator[Finding]:
        job = view(_at(resource.body, path) or {}, Job, path)
        policy, where = job.template.spec.restart_policy, (*path, "template", "spec", "restartPolicy")
        if policy not in ("Never", "OnFailure"):
            observed = policy or "absent, which is Always"
            next_ = "set restartPolicy to Never or OnFailure"
            what = "has pods with a restartPolicy that jobs may not have"
            yield failed(subject, where, what, next_, observed=observed, expected="Never or OnFailure")
        limit, where = job.active_deadline_seconds, (*path, "activeDeadlineSeconds")
        if limit is None and self.params.runtime_limit == "required":
            next_ = "set activeDeadlineSeconds"
            yield failed(subject, where, "may run for ever", next_, observed="absent", expected="a limit")
        elif limit is not None and limit <= 0:
            next_ = "correct activeDeadlineSeconds"
            yield failed(
                subject, where, "has no time to run", next_, observed=f"{limit} s", expected="at least 1 s"
            )

    def _ttl_flaws(self, resource: Resource, subject: Subject) -> Iterator[Finding]:
        seconds = view(resource.body.get("spec") or {}, Job, ("spec",)).ttl_seconds_after_finished
        annotations = _at(resource.body, ("metadata", "annotations")) or {}
        is_removed = isinstance(annotations, Mapping) and any(key in annotations for key in _REMOVED_BY)
        if seconds is None and self.params.ttl == "required" and not is_removed:
            path, next_ = ("spec", "ttlSecondsAfterFinished"), "set ttlSecondsAfterFinished"
            yield failed(
                subject, path, "stays when it has ended", next_, observed="absent", expected="a time"
            )


def _at(node: Any, path: Path) -> Any:
    for step in path:
        node = node.get(step) if isinstance(node, Mapping) else None
    return node
