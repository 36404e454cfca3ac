"""Reports, and perhaps a scorecard -> the audit: every claim with its label and its reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from readiness.claims.model import (
    SCHEMA,
    Audit,
    CardRead,
    Claim,
    Contradiction,
    Label,
    Place,
    Reason,
    ReportRead,
)
from readiness.claims.proof import Proof, is_identity, prove
from readiness.claims.report import Line, Report
from readiness.claims.rules import (
    across,
    closings,
    counted,
    dates,
    limits,
    missed,
    percentages,
    ramp,
    rates,
    sweeping,
    tallies,
    ticked,
    totals,
    twice,
    unrun,
    verdict,
)
from readiness.claims.status import Status
from readiness.claims.units import COUNT, FACTOR
from readiness.scorecard import Scorecard

_RULES: tuple[Callable[[Report], Iterator[Contradiction]], ...] = (
    ticked.find,
    missed.find,
    counted.find,
    totals.find,
    closings.find,
    tallies.find,
    percentages.find,
    rates.find,
    dates.find,
    limits.find,
    ramp.find,
    twice.find,
    across.find,
    sweeping.find,
    unrun.find,
    verdict.find,
)
_Place = tuple[str, int, str]


def audit(reports: Sequence[Report], card: Scorecard | None = None, read: CardRead | None = None) -> Audit:
    """The audit of all reports together. `read` tells of the scorecard; without one, nothing is compared."""
    refuted = _refuted(reports)
    proof = Proof(card, reports=reports, stale=read.stale if read else "") if card is not None else None
    claims = [
        _claim(
            line,
            refuted[_key(line)].reasons if _key(line) in refuted else (),
            prove(line, proof) if proof else (),
        )
        for report in reports
        for line in _all_lines(report, refuted)
        if is_claim(line) or _key(line) in refuted or (proof and is_identity(line))
    ]
    return Audit(
        schema=SCHEMA,
        reports=tuple(
            ReportRead(name=r.name, sha256=r.sha256, title=r.title, notes=r.notes) for r in reports
        ),
        scorecard=read,
        claims=tuple(claims),
    )


def is_claim(line: Line) -> bool:
    """Whether a line says something that could be shown: a status, a fraction, a limit or a measured number."""
    if line.status in (Status.GOOD, Status.BAD, Status.CARE) or line.fractions:
        return True
    if verdict.says_ready(line):
        return True
    return any(one.dimension not in (COUNT, FACTOR) or one.bound in ("<", "<=") for one in line.quantities)


def _key(line: Line) -> _Place:
    return line.report, line.number, line.text


def _shown(line: Line) -> str:
    """The text as the report shows it: with the box of a task."""
    return line.text if line.box is None else f"[{'x' if line.box else ' '}] {line.text}"


class _Refuted(NamedTuple):
    line: Line
    reasons: list[Reason]


def _all_lines(report: Report, refuted: Mapping[_Place, _Refuted]) -> list[Line]:
    """Its lines, and lines of its code that are refuted, in the order of the file."""
    known = {_key(line) for line in report.lines}
    code = [one.line for key, one in refuted.items() if key not in known and key[0] == report.name]
    return sorted((*report.lines, *code), key=lambda line: line.number)


def _refuted(reports: Sequence[Report]) -> dict[_Place, _Refuted]:
    found: dict[_Place, _Refuted] = {}
    for one in _contradictions(reports):
        reasons = found.setdefault(_key(one.line), _Refuted(one.line, [])).reasons
        reason = Reason(
            label=Label.SELF_INCONSISTENT,
            rule=one.rule,
            message=one.message,
            arithmetic=one.arithmetic,
            lines=tuple(Place(other.report, other.number, _shown(other)) for other in one.others),
        )
        if all((other.rule, other.message) != (reason.rule, reason.message) for other in reasons):
            reasons.append(reason)
    return found


def _contradictions(reports: Sequence[Report]) -> Iterator[Contradiction]:
    for report in reports:
        for rule in _RULES:
            yield from rule(report)
    yield from across.find_between(reports)


def _claim(line: Line, refuted: Sequence[Reason], compared: Sequence[Reason]) -> Claim:
    found = [*(one for one in compared if one.rule != "no-match" or not refuted), *refuted]
    reasons = tuple(sorted(found, key=lambda reason: list(Label).index(reason.label)))
    label = reasons[0].label if reasons else Label.NOT_COMPARED
    return Claim(report=line.report, line=line.number, text=_shown(line), label=label, reasons=reasons)
