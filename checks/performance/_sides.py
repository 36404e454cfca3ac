"""The two sides of a comparison: for each run its percentile, with what is known of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from readiness.check import Finding
from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Reason
from readiness.statistics.binomial import least_requests
from readiness.statistics.order import ranks

from ._population import Population, population
from ._targets import Target, targets, unproven

_LEAST_MS, _MOST_MS = 1e-6, 1e12

Runs = dict[str | None, list[tuple[Target, Population]]]


@dataclass(frozen=True)
class Seen:
    """A percentile of one run in milliseconds.

    `low` to `high` is where the percentile of the run itself lies (both are the same where the file tells it), `least`
    to `most` where that of the service does, by the order of its requests alone; None where nothing shows it.
    """

    where: str
    low: float
    high: float
    least: float | None
    most: float | None
    more_detail: str


@dataclass(frozen=True)
class Sides:
    """What is compared: a percentile by name, of one endpoint or of all, in the runs of both sides."""

    name: str
    object: str | None
    runs: tuple[Seen, ...]
    base: tuple[Seen, ...]

    @property
    def title(self) -> str:
        """As in `GET /orders: p95`."""
        return f"{self.object.removeprefix('Endpoint/')}: {self.name}" if self.object else self.name


def populations(
    load: Sequence[LoadTest], side: str, scope: str | None, max_errors: Fraction, confidence: Fraction
) -> Iterator[Finding | tuple[Target, Population]]:
    """The successful requests of each run and endpoint in scope; `side` opens messages: nothing, or `baseline `."""
    for target in targets(load, scope):
        if isinstance(target, Finding):
            yield target.but(message=_opened(side, target.message))
            continue
        named = replace(target, where=_opened(side, target.where))
        known = population(named, max_errors, confidence)
        yield known if isinstance(known, Finding) else (named, known)


def seen(
    target: Target, known: Population, name: str, percentile: Fraction, confidence: Fraction
) -> Seen | Finding:
    """The percentile of one run; a finding where the file does not tell it, or rests it on too few requests."""
    low, high = known.plain(name.removeprefix("p"), percentile)
    count, enough = known.n - known.hidden, least_requests(1 - percentile, confidence)
    if count < enough:
        message = f"{target.where}{name} rests on {count:,} requests, which are too few"
        return unproven(Reason.INSUFFICIENT, message, f"send at least {enough:,} requests", target.object)
    if low is None or high is None:
        message = f"{target.where}{name} is not in the file{_hidden(known)}"
        next_ = target.run.more_detail or "let the tool write it, or every request"
        return unproven(Reason.INSUFFICIENT, message, next_, target.object)
    if not _LEAST_MS <= low <= high <= _MOST_MS:
        message = f"{target.where}{name} is {low:g} to {high:g} ms, which is no latency"
        return unproven(Reason.MALFORMED, message, "run the load test again", target.object)
    order = ranks(known.n, percentile, confidence)
    least = None if order.low is None else known.lowest(known.n - order.low + 1)
    most = None if order.high is None else known.highest(known.n - order.high)
    return Seen(target.where, low, high, least, most, target.run.more_detail)


def _opened(side: str, message: str) -> str:
    if side and not message.startswith("run "):
        return f"{side}run: {message}"
    return side + message


def _hidden(known: Population) -> str:
    return f", and {known.hidden:,} requests were never measured" if known.hidden else ""
