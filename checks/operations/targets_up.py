"""The check operations/targets-up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from fractions import Fraction
from typing import Annotated

from pydantic import Field

from readiness.check import Check, Finding, Measure, Outcome, Params, Stricter
from readiness.evidence.model import Reason
from readiness.evidence.prometheus import Prometheus, Target
from readiness.evidence.prometheus_config import PrometheusConfig
from readiness.units import Duration, Share, show_age, show_duration, show_share

from ._monitored import bad, counted, note, unshown

Text = Annotated[str, Field(min_length=1, max_length=300)]


class TargetsUpParams(Params):
    """What must be scraped."""

    jobs: Annotated[dict[Text, Annotated[int, Field(ge=1)]], Stricter.HIGHER] = Field(default={})
    """Jobs and the least number of their targets, as in `{checkout: 3}`; without them every job is judged."""
    min_up: Annotated[Share, Stricter.HIGHER] = Fraction(1)
    """The least share of each job's targets that is up."""
    max_scrape_age: Annotated[Duration, Stricter.LOWER] = timedelta(minutes=5)
    """How long ago the last scrape of a target that is up may be."""


class TargetsUp(Check[TargetsUpParams]):
    """Prometheus scrapes what it should, and finds it up.

    Each job that the policy names, or each that the configuration of Prometheus names where that is given, or else each
    that has a target, is judged by its active targets. A target that was not scraped yet counts as neither up nor
    down. What relabelling drops is no target.

    ## Why it matters
    What is not scraped is not watched: no alert fires on a metric that never came. A job whose targets vanish, because
    a label was renamed, makes no noise at all; the dashboards just stay as they were, and then get empty.

    ## How to fix it
    Open Status, Targets in Prometheus: the last error says why a target is down. Where a job has no target, compare its
    service discovery and relabelling with the labels of the service; where it has too few, look at the replicas.

    ## References
    - Prometheus, targets: https://prometheus.io/docs/prometheus/latest/querying/api/#targets
    - Prometheus, relabelling: https://prometheus.io/docs/prometheus/latest/configuration/configuration/#relabel_config
    """

    def judge(self, prometheus: Prometheus, config: PrometheusConfig | None = None) -> Iterator[Finding]:
        """Each job apart."""
        if prometheus.targets is None:
            told = prometheus.troubles.get("targets")
            message = (
                f"the targets of {prometheus.url} did not come: {told.message if told else 'not asked for'}"
            )
            yield unshown(told.reason if told else Reason.MISSING, message, "let the evidence `read` targets")
            return
        by_job: dict[str, list[Target]] = {}
        for one in prometheus.targets:
            by_job.setdefault(one.job, []).append(one)
        wanted = self._wanted(by_job, config)
        if not wanted:
            message = f"{prometheus.url} scrapes nothing"
            yield unshown(Reason.MISSING, message, "name the `jobs` that it must scrape, and let it")
        if config is None and not self.params.jobs:
            yield note(
                "no `jobs` are named: only those that the server finds are judged, whatever they are of"
            )
        good = 0
        for job, least in wanted.items():
            findings = list(self._job(prometheus, job, by_job.get(job, []), least))
            yield from findings
            good += 0 if findings else sum(one.health == "up" for one in by_job[job])
        if good:
            message = f"{counted(good, 'target')} of {counted(len(wanted), 'job')} up and scraped"
            yield Finding(outcome=Outcome.PASS, message=message, count=good)

    def _wanted(self, by_job: dict[str, list[Target]], config: PrometheusConfig | None) -> dict[str, int]:
        configured = dict.fromkeys((one.name for one in config.jobs), 1) if config is not None else {}
        return {**configured, **self.params.jobs} or dict.fromkeys(by_job, 1)

    def _job(self, seen: Prometheus, job: str, targets: Sequence[Target], least: int) -> Iterator[Finding]:
        object_ = f"Job/{job}"
        if not targets:
            dropped = seen.pools.get(job, 0)
            why = f", and relabelling drops {counted(dropped, 'target')}" if dropped else ""
            message = f"the job {job} has no target{why}"
            yield unshown(
                Reason.MISSING,
                message,
                "correct its discovery or relabelling, or the name of the job",
                object_=object_,
                expected=f">= {least}",
            )
            return
        if len(targets) < least:
            message = f"the job {job} has {counted(len(targets), 'target')}, and {least} is the least"
            yield bad(
                message,
                "look whether all replicas run, and are found",
                object_=object_,
                observed=str(len(targets)),
                expected=f">= {least}",
                measure=Measure(len(targets), least, "targets", better="higher"),
            )
        yield from self._health(job, targets, object_)
        yield from self._old(seen, targets, object_)

    def _health(self, job: str, targets: Sequence[Target], object_: str) -> Iterator[Finding]:
        up = [one for one in targets if one.health == "up"]
        unknown = [one for one in targets if one.health == "unknown"]
        share, least = Fraction(len(up), len(targets)), self.params.min_up
        if share >= least:
            return
        told = f"{len(up)} of {counted(len(targets), 'target')} of {job} are up ({show_share(share)})"
        if Fraction(len(up) + len(unknown), len(targets)) >= least:
            message = f"{told}, and {len(unknown)} were not scraped yet"
            yield unshown(Reason.INSUFFICIENT, message, "wait for a scrape, and ask again", object_=object_)
            return
        down = next(one for one in targets if one.health == "down")
        yield bad(
            f"{told}, and {show_share(least)} is the least; {down.instance}: {down.error or 'down'}"[:400],
            "start it, or correct where it is scraped",
            object_=object_,
            observed=show_share(share),
            expected=f">= {show_share(least)}",
            measure=Measure(float(share * 100), float(least * 100), "%", better="higher"),
        )

    def _old(self, seen: Prometheus, targets: Sequence[Target], object_: str) -> Iterator[Finding]:
        most = self.params.max_scrape_age
        for one in targets:
            if one.health != "up" or (
                one.scraped_at is not None and abs(seen.asked_at - one.scraped_at) <= most
            ):
                continue
            age = (
                "at no known time"
                if one.scraped_at is None
                else show_age(seen.asked_at - one.scraped_at) + " ago"
            )
            message = f"{one.instance} of {one.job} was scraped {age}; at most {show_duration(most)} counts"
            yield unshown(Reason.STALE, message, "look why Prometheus does not scrape it", object_=object_)
