"""The check operations/slo-query."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction
from math import isfinite
from typing import Annotated, Self

from pydantic import Field, model_validator

from readiness.check import Check, Finding, Measure, Outcome, Params, Stricter
from readiness.evidence.model import Reason
from readiness.evidence.prometheus import Answer, LiveSeries, Prometheus
from readiness.units import Duration, Share

from ._monitored import bad, counted, unshown
from ._query_answers import judge_coverage, judge_remarks

Number = Annotated[float, Field(allow_inf_nan=False, examples=[0.01])]


class SloQueryParams(Params):
    """What the answer to a query must be."""

    query: Annotated[str, Field(min_length=1)] | None = None
    """The name that the evidence gives the query; needed where it has several."""
    max: Annotated[Number | None, Stricter.LOWER] = None
    """The greatest value that is good, in `unit`."""
    min: Annotated[Number | None, Stricter.HIGHER] = None
    """The least value that is good, in `unit`."""
    unit: Annotated[str, Field(min_length=1, max_length=30, examples=["ratio"])]
    """The unit of the values, as in `s`, `errors/s` or `ratio`."""
    min_series: Annotated[int, Field(ge=1), Stricter.HIGHER] = 1
    """The least number of series."""
    max_age: Annotated[Duration, Stricter.LOWER] = timedelta(minutes=5)
    """How long before the end of what was asked for the last value of each series may be."""
    min_coverage: Annotated[Share, Stricter.HIGHER] = Fraction(9, 10)
    """For a range: the least share of the moments asked for at which each series has a value."""
    allow_infos: bool = False
    """Whether what Prometheus remarks on a query may be passed over; its warnings never are."""

    @model_validator(mode="after")
    def _has_a_limit(self) -> Self:
        if self.max is None and self.min is None:
            raise ValueError("name `max`, `min`, or both")
        if self.max is not None and self.min is not None and self.min > self.max:
            raise ValueError("`min` is more than `max`: nothing could be good")
        return self


class SloQuery(Check[SloQueryParams]):
    """What Prometheus measures is within its limits.

    Every series of the answer must hold, and of a range every value. An answer without a series, a value that is not
    a number or infinite, a warning, and a series whose last value is old show nothing.

    ## Why it matters
    A load test shows what the release can bear; the service level shows what its users have. A query is quickly asked
    and just as quickly fooled: a name that changed gives an empty answer, a quiet hour gives 0/0, and both look
    like no errors at all.

    ## How to fix it
    Ask the query in Prometheus. When it is empty, correct its names and labels, or wait until it has something to
    measure; when it is NaN, make sure of traffic in its window. When it is over its limit, do not release: find out
    what the service suffers from. Divide like by like, and aggregate by what must hold: `max by (job) (...)`.

    ## References
    - Prometheus, HTTP API: https://prometheus.io/docs/prometheus/latest/querying/api/
    - Prometheus, staleness: https://prometheus.io/docs/prometheus/latest/querying/basics/#staleness
    - Google, Site Reliability Workbook, chapter 2 (Implementing SLOs): https://sre.google/workbook/implementing-slos/
    """

    def judge(self, prometheus: Prometheus) -> Iterator[Finding]:
        """The answer as a whole, then each series."""
        name, answer = self._chosen(prometheus)
        if answer is None:
            known = ", ".join(prometheus.answers) or "none"
            message = f"which query is meant is not told, or was not asked; asked were: {known[:200]}"
            yield unshown(Reason.MISSING, message, "name it with `query`, and in the evidence's `queries`")
            return
        if answer.trouble is not None:
            told = answer.trouble
            yield unshown(told.reason, f"the query {name} has no answer: {told.message}", told.next)
            return
        yield from judge_remarks(name, answer, allow_infos=self.params.allow_infos)
        yield from self._few(name, answer)
        good: list[LiveSeries] = []
        for one in answer.series:
            findings = list(self._series(name, answer, one))
            yield from findings
            if not findings:
                good.append(one)
        if good:
            yield self._summary(name, good)

    def _chosen(self, prometheus: Prometheus) -> tuple[str, Answer | None]:
        if self.params.query is not None:
            return self.params.query, prometheus.answers.get(self.params.query)
        if len(prometheus.answers) == 1:
            return next(iter(prometheus.answers.items()))
        return "", None

    def _few(self, name: str, answer: Answer) -> Iterator[Finding]:
        count, least = len(answer.series), self.params.min_series
        if count < least:
            told = "its answer is empty" if not count else f"it gives {counted(count, 'series')[:-1]}s"
            yield unshown(
                Reason.MISSING if not count else Reason.INSUFFICIENT,
                f"the query {name}: {told}, and {least} series is the least: {answer.query[:120]}",
                "correct its names and labels, or wait until it has something to measure",
                observed=str(count),
                expected=f">= {least}",
            )

    def _series(self, name: str, answer: Answer, one: LiveSeries) -> Iterator[Finding]:
        title = f"{name}: {one.title[:160]}"
        values = [(when, float(text)) for when, text in one.points]
        odd = next(((when, value) for when, value in values if not isfinite(value)), None)
        if not values or odd is not None:
            told = "nothing" if odd is None else f"{odd[1]}"
            message = f"{title} is {told}: there is nothing to measure, or it is divided by nothing"
            yield unshown(Reason.INSUFFICIENT, message, "make sure of traffic in its window", observed=told)
            return
        yield from judge_coverage(title, answer, values, self.params.max_age, self.params.min_coverage)
        worst = self._worst([value for _, value in values])
        if worst is not None:
            value, limit, better = worst
            sign = "<=" if better == "lower" else ">="
            yield bad(
                f"{title} is {value:g} {self.params.unit}, where {sign} {limit:g} {self.params.unit} is good",
                "do not release before it is; find out what the service suffers from",
                observed=f"{value:g} {self.params.unit}",
                expected=f"{sign} {limit:g} {self.params.unit}",
                measure=Measure(value, limit, self.params.unit, "lower" if better == "lower" else "higher"),
            )

    def _worst(self, values: list[float]) -> tuple[float, float, str] | None:
        """The value that breaks a limit most, with that limit; None when all are good."""
        most, least = self.params.max, self.params.min
        if most is not None and max(values) > most:
            return max(values), most, "lower"
        if least is not None and min(values) < least:
            return min(values), least, "higher"
        return None

    def _summary(self, name: str, good: list[LiveSeries]) -> Finding:
        values = [float(text) for one in good for _, text in one.points]
        most, least, unit = self.params.max, self.params.min, self.params.unit
        measure = Measure(max(values), most, unit) if most is not None else None
        if measure is None and least is not None:
            measure = Measure(min(values), least, unit, "higher")
        return Finding(
            outcome=Outcome.PASS,
            message=f"{name}: from {min(values):g} to {max(values):g} {unit}, in {len(good)} series",
            count=len(values),
            measure=measure,
        )
