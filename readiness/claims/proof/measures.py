"""The numbers of a scorecard by what they measure; a baseline, or evidence that was not read, holds none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import ceil, isfinite
from typing import Any, NamedTuple

from readiness.check import Outcome
from readiness.scorecard import EvidenceShown, ResultShown, Scorecard
from readiness.statistics.binomial import upper_bound

CONFIDENCE = Fraction(95, 100)


class Measured(NamedTuple):
    """One number: in ms, percent, per second or as a count.

    `low` and `high` are what the evidence supports with 95% confidence, where it is a sample. `scope` is the endpoint,
    or empty for all of them. `doubt` says why the scorecard itself does not rest on it; empty when it does.
    """

    metric: str
    value: Fraction
    evidence: str
    scope: str = ""
    low: Fraction | None = None
    high: Fraction | None = None
    doubt: str = ""


_JUDGED_BY = {
    "latency": "performance/latency",
    "throughput": "performance/throughput",
    "errors": "performance/error-rate",
    "coverage": "testing/coverage",
    "tests": "testing/results",
}


def measured(card: Scorecard) -> tuple[Measured, ...]:
    """All of them."""
    made = []
    for evidence in card.evidence:
        if evidence.role is None and evidence.items and all(item.reason is None for item in evidence.items):
            made += [one._replace(doubt=_doubt(one, evidence, card.results)) for one in _of(evidence)]
    return tuple(made)


def _of(evidence: EvidenceShown) -> Iterator[Measured]:
    facts = evidence.facts or (evidence.items[0].facts if len(evidence.items) == 1 else {})
    if evidence.kind == "load-test":
        yield from _load(facts, evidence.name, "")
        endpoints = facts.get("endpoints")
        for scope, below in endpoints.items() if isinstance(endpoints, Mapping) else ():
            if isinstance(below, Mapping):
                yield from _load(below, evidence.name, str(scope))
    elif evidence.kind == "coverage":
        for kind, counts in facts.items():
            yield from _coverage(str(kind), counts, evidence.name)
    elif evidence.kind == "test-report":
        yield from _tests(facts, evidence.name)


def _load(facts: Mapping[str, Any], name: str, scope: str) -> Iterator[Measured]:
    requests, errors = _count(facts.get("requests")), _count(facts.get("errors"))
    if requests:
        yield Measured("requests", Fraction(requests), name, scope)
        if errors is not None and errors <= requests:
            high = Fraction(str(upper_bound(errors, requests, CONFIDENCE)))
            share = Fraction(errors, requests)
            yield Measured("errors", share * 100, name, scope, share * 100, high * 100)
    rate = _number(facts.get("throughput_per_s"))
    if rate is not None:
        yield Measured("throughput", rate, name, scope, rate, rate)
    yield from _latency(facts, requests, name, scope)


def _latency(facts: Mapping[str, Any], requests: int | None, name: str, scope: str) -> Iterator[Measured]:
    told = facts.get("percentiles_ms")
    known = {p: value for key, raw in (told.items() if isinstance(told, Mapping) else ())
             if (p := _number(key)) is not None and (value := _number(raw)) is not None}  # fmt: skip
    largest = _number(facts.get("max_ms"))
    for stat in ("mean", "max"):
        value = _number(facts.get(f"{stat}_ms"))
        if value is not None:
            yield Measured(f"latency {stat}", value, name, scope, value, value if stat == "max" else None)
    ladder = sorted(known.items()) + ([(Fraction(100), largest)] if largest is not None else [])
    for p, value in known.items():
        high = next((v for q, v in ladder if q >= p and requests and _shows(p, q, requests)), None)
        yield Measured(f"latency p{float(p):g}", value, name, scope, value, high)


def _shows(p: Fraction, q: Fraction, requests: int) -> bool:
    """Whether a limit that q% of the requests keep is kept by p% of all, with confidence: at most 1 - q were over."""
    over = ceil(requests * (100 - q) / 100)
    return p < 100 and Fraction(str(upper_bound(over, requests, CONFIDENCE))) <= (100 - p) / 100


def _coverage(kind: str, counts: Any, name: str) -> Iterator[Measured]:
    covered = _count(counts.get("covered")) if isinstance(counts, Mapping) else None
    total = _count(counts.get("total")) if isinstance(counts, Mapping) else None
    if covered is not None and total and covered <= total:
        share = Fraction(covered, total) * 100
        yield Measured(f"coverage {kind}", share, name, "", share, share)


def _tests(facts: Mapping[str, Any], name: str) -> Iterator[Measured]:
    counts = {key: _count(facts.get(key)) for key in ("tests", "failures", "errors", "skipped")}
    if counts["tests"] is None:
        return
    tests, failures, errors, skipped = (
        counts[key] or 0 for key in ("tests", "failures", "errors", "skipped")
    )
    passed = tests - failures - errors - skipped
    numbers = {
        "total": tests,
        "passed": passed,
        "failed": failures + errors,
        "skipped": skipped,
        "run": tests - skipped,
    }
    for what, number in numbers.items():
        if number >= 0:
            yield Measured(f"tests {what}", Fraction(number), name, "", Fraction(number), Fraction(number))


def _doubt(one: Measured, evidence: EvidenceShown, results: tuple[ResultShown, ...]) -> str:
    check = _JUDGED_BY.get(one.metric.split()[0])
    for result in results:
        open_ = result.outcome in (Outcome.UNPROVEN, Outcome.ERROR)
        if result.check == check and evidence.name in result.evidence and open_:
            return f"{result.id} is {result.outcome}: {result.summary}"
    return ""


def _number(raw: Any) -> Fraction | None:
    try:
        value = float(raw)
    except (TypeError, ValueError, OverflowError):
        return None
    return Fraction(str(raw)) if isfinite(value) and value >= 0 and not isinstance(raw, bool) else None


def _count(raw: Any) -> int | None:
    return raw if isinstance(raw, int) and not isinstance(raw, bool) and 0 <= raw < 10**12 else None
