"""Jobs and CronJobs as their check sees them."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.check import Finding
from readiness.evidence.manifests.shapes import View
from readiness.evidence.model import Reason

from ._cross import unshown
from ._schedule import schedule_flaw
from ._subjects import Subject, failed
from ._time_zones import KNOWN_UNTIL, ZONES


class _PodSpec(View, frozen=True):
    restart_policy: str | None = None


class _Template(View, frozen=True):
    spec: _PodSpec = _PodSpec()


class Job(View, frozen=True):
    """The spec of a Job, or of the jobs that a CronJob makes."""

    template: _Template = _Template()
    ttl_seconds_after_finished: int | None = None
    active_deadline_seconds: int | None = None


class CronJob(View, frozen=True):
    """The spec of a CronJob."""

    schedule: str | None = None
    time_zone: str | None = None
    starting_deadline_seconds: int | None = None
    concurrency_policy: str | None = None
    failed_jobs_history_limit: int | None = None
    suspend: bool | None = None


def schedule_flaws(cron: CronJob, subject: Subject) -> Iterator[Finding]:
    """Why a CronJob never starts, or not when it should."""
    if not cron.schedule:
        path, next_ = ("spec", "schedule"), "write a schedule"
        yield failed(subject, path, "has no schedule", next_, observed="absent", expected="a schedule")
    elif flaw := schedule_flaw(cron.schedule):
        path, next_ = ("spec", "schedule"), "correct the schedule: minute, hour, day, month, day of the week"
        yield failed(
            subject, path, f"never runs: {flaw}", next_, observed=cron.schedule, expected="a schedule"
        )
    if cron.time_zone is not None and cron.time_zone.lower() in ("", "local"):
        path, next_ = ("spec", "timeZone"), "name a zone, such as Etc/UTC"
        yield failed(subject, path, "has no time zone that counts", next_, observed=cron.time_zone)
    elif cron.time_zone is not None and cron.time_zone not in ZONES:
        what = f"names the time zone {cron.time_zone}, which is not among those of IANA ({KNOWN_UNTIL})"
        next_ = "correct the name, such as Europe/Vienna, or waive the object if the cluster knows it"
        path = ("spec", "timeZone")
        yield unshown(subject, path, what, next_, reason=Reason.INSUFFICIENT, observed=cron.time_zone)
