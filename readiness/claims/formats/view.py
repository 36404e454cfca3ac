"""Order and wording that all formats of the claim audit share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from readiness.claims.model import Audit, Claim, Label, Place, Reason
from readiness.report.words import Mark, plural

MARKS = {
    Label.CONTRADICTED: Mark("✗", "contradicted", "bad"),
    Label.SELF_INCONSISTENT: Mark("≠", "self-inconsistent", "bad"),
    Label.UNSUPPORTED: Mark("?", "unsupported", "open"),
    Label.PROVEN: Mark("✓", "proven", "good"),
    Label.NOT_COMPARED: Mark("·", "not compared", "quiet"),
}
MEANINGS = {
    Label.CONTRADICTED: "The scorecard says otherwise.",
    Label.SELF_INCONSISTENT: "The reports themselves say otherwise.",
    Label.UNSUPPORTED: "Nothing in the scorecard shows all of it.",
    Label.PROVEN: "The scorecard shows all of it.",
    Label.NOT_COMPARED: "Nothing in the reports speaks against it; nothing shows it either.",
}


class Group(NamedTuple):
    """The claims of one label."""

    label: Label
    mark: Mark
    meaning: str
    claims: tuple[Claim, ...]


class View(NamedTuple):
    """The audit, ready to be laid out."""

    audit: Audit
    mark: Mark
    sentence: str
    remark: str
    rows: tuple[tuple[str, str], ...]
    groups: tuple[Group, ...]


def view(audit: Audit) -> View:
    """What the audit says, ready to be laid out."""
    groups = tuple(
        Group(label, MARKS[label], MEANINGS[label], claims)
        for label in Label
        if (claims := tuple(claim for claim in audit.claims if claim.label is label))
    )
    return View(audit, _mark(audit), _sentence(audit), _remark(audit), tuple(_rows(audit)), groups)


def at(claim: Claim, audit: Audit) -> str:
    """Where a claim stands; the name of the report only where there are several."""
    return f"line {claim.line}" if len(audit.reports) == 1 else f"{claim.report}:{claim.line}"


def beside(reason: Reason, claim: Claim) -> tuple[tuple[str, str], ...]:
    """The lines that speak against a claim: where, and what stands there."""
    return tuple((_place(place, claim), place.text) for place in reason.lines)


def _place(place: Place, claim: Claim) -> str:
    return f"line {place.line}" if place.report == claim.report else f"{place.report}:{place.line}"


def _mark(audit: Audit) -> Mark:
    if audit.is_refuted:
        return Mark("✗", "REFUTED", "bad")
    if audit.shows_nothing:
        return Mark("?", "NOT SHOWN", "open")
    return Mark("✓", "NOT REFUTED", "good")


def _sentence(audit: Audit) -> str:
    claims = plural(len(audit.claims), "claim")
    by_card, by_itself = audit.count(Label.CONTRADICTED), audit.count(Label.SELF_INCONSISTENT)
    who = "the report itself" if len(audit.reports) == 1 else "the reports themselves"
    parts = [f"{by_card:,} by the scorecard"] * bool(by_card) + [f"{by_itself:,} by {who}"] * bool(by_itself)
    if parts:
        return (
            f"Of {claims}, {by_card + by_itself:,} {'is' if by_card + by_itself == 1 else 'are'} "
            f"refuted: {' and '.join(parts)}."
        )
    if not audit.claims:
        return "No claim was found, so nothing is shown."
    if audit.scorecard is None:
        return f"Of {claims}, none is refuted by the others."
    return (
        f"Of {claims}, {audit.count(Label.PROVEN):,} {'is' if audit.count(Label.PROVEN) == 1 else 'are'} "
        f"proven, and none is refuted."
    )


def _remark(audit: Audit) -> str:
    """What to do next."""
    parts = []
    if audit.is_refuted:
        parts.append("Next: correct each line below, or do what it claims; then run the audit again.")
    if audit.scorecard is None:
        parts.append(
            "Without a scorecard nothing is compared with evidence: give --scorecard to see what is proven."
        )
    elif audit.scorecard.stale:
        parts.append(f"{audit.scorecard.stale.capitalize()}, so it proves nothing: judge the release again.")
    elif audit.shows_nothing:
        parts.append("Next: let the policy check what the report claims; its scorecard speaks of none of it.")
    return " ".join(parts)


def _rows(audit: Audit) -> Iterator[tuple[str, str]]:
    for report in audit.reports:
        yield "report", f"{report.name} (sha256 {report.sha256[:12]})"
        yield from (("not read", note) for note in report.notes)
    card = audit.scorecard
    if card is not None:
        yield "scorecard", f"{card.path}: {card.decision.upper()} for {card.release}, judged {card.judged_at}"
        yield from (("mind", note) for note in card.notes)
    for label in Label:
        if count := audit.count(label):
            yield MARKS[label].word, f"{count:,}"
