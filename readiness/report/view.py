"""Scorecard -> what is said, in which order: shared by every report, so that no two of them tell different stories.

Nothing here is escaped: each format does that for its reader.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from readiness.check import Finding, Outcome
from readiness.report import words
from readiness.report.words import Mark
from readiness.scorecard import Blocker, CategoryScore, ResultShown, Scorecard, WaiverShown

_MOST_REMARKS = 12
ONLY_UNSHOWN = "This rests on what is not shown, rather than on anything shown to be bad."


class Headline(NamedTuple):
    """The verdict in one line, and whatever else led to it."""

    mark: Mark
    subject: str
    sentence: str
    more: tuple[str, ...]
    remark: str


class BlockerView(NamedTuple):
    """One cause, what was seen of it, whom else it stops, and what to do; `detail` is empty where a finding says it."""

    mark: Mark
    title: str
    detail: str
    findings: tuple[Finding, ...]
    stops: tuple[str, ...]
    next: str


class CheckView(NamedTuple):
    """One check: how it stands and what it found, worst first."""

    mark: Mark
    result: ResultShown
    role: str
    findings: tuple[Finding, ...]
    next: tuple[str, ...]


class Remark(NamedTuple):
    """A note of one check: worth knowing, and without weight."""

    mark: Mark
    check: str
    text: str


class WaiverView(NamedTuple):
    """One waiver: whether it holds, for what, until when, and what it covers up."""

    mark: Mark
    waiver: WaiverShown
    covers: str
    until: str
    hides: str


class CategoryView(NamedTuple):
    """One category, its score, and its checks with the worst first."""

    mark: Mark
    category: CategoryScore
    numbers: str
    checks: tuple[CheckView, ...]


class View(NamedTuple):
    """Everything that a report says, in its order."""

    card: Scorecard
    headline: Headline
    facts: tuple[tuple[str, str], ...]
    blockers: tuple[BlockerView, ...]
    concerns: tuple[CheckView, ...]
    remarks: tuple[Remark, ...]
    waivers: tuple[WaiverView, ...]
    categories: tuple[CategoryView, ...]
    provenance: tuple[tuple[str, str], ...]


def view(card: Scorecard) -> View:
    """What the scorecard says, ready to be laid out."""
    checks = tuple(_check(result) for result in card.results)
    stopped = {id_ for blocker in card.blockers for id_ in blocker.checks}
    return View(
        card=card,
        headline=_headline(card),
        facts=tuple(_facts(card)),
        blockers=tuple(_blocker(blocker, card.results) for blocker in card.blockers),
        concerns=tuple(_worst_first(c for c in checks if _is_concern(c.result, stopped))),
        remarks=tuple(_remarks(card)),
        waivers=tuple(_waivers(card)),
        categories=tuple(_categories(card, checks)),
        provenance=tuple(_provenance(card)),
    )


def _headline(card: Scorecard) -> Headline:
    mark = words.decision(card)
    release = card.release
    subject = " ".join(part for part in (release.name, release.version) if part)
    subject += f" for {release.environment}" if release.environment else ""
    reasons = card.reasons or (_default_reason(card),)
    unshown = card.decision == "no-go" and not card.proven_bad
    if card.partial is not None:
        reasons = (f"Only a part was judged ({card.partial}), which decides nothing.", *card.reasons)
        unshown = False
    return Headline(mark, subject, reasons[0], reasons[1:], ONLY_UNSHOWN if unshown else "")


def _default_reason(card: Scorecard) -> str:
    if card.decision == "go":
        return f"Nothing blocks, and the score is {words.percent(card.score)}."
    if card.blockers:
        return card.blockers[0].detail
    return "The scorecard names no reason."


def _facts(card: Scorecard) -> Iterator[tuple[str, str]]:
    yield "policy", card.policy.name
    yield "policy hash", card.policy.sha256
    for parent in card.policy.parents:
        yield "extends", parent.name
    yield "commit", card.release.commit or "not named"
    for artifact in card.release.artifacts:
        yield "artifact", artifact.name
        yield "digest", artifact.digest or "not named"
    yield "score", words.percent(card.score)
    if card.score_if_no_waivers != card.score:
        yield "no waivers", words.percent(card.score_if_no_waivers)
    yield "proven", words.percent(card.proven)
    if card.policy.decision:
        yield "needed", words.pairs(card.policy.decision)
    yield "judged", words.moment(card.run.judged_at)
    if card.valid_until:
        yield "holds until", words.moment(card.valid_until)


def _blocker(blocker: Blocker, results: Sequence[ResultShown]) -> BlockerView:
    stopped = [result for result in results if result.id in blocker.checks]
    kind, _, name = blocker.cause.partition(":")
    findings = _behind(blocker, kind == "evidence", stopped)
    told = {text for f in findings for text in (f.message, words.with_more(f, findings))}
    return BlockerView(
        mark=_blocker_mark(blocker, stopped),
        title={"check": name, "evidence": f"evidence {name}"}.get(kind, blocker.cause),
        detail="" if blocker.detail in told else blocker.detail,
        findings=findings,
        stops=() if blocker.cause == f"check:{''.join(blocker.checks)}" else blocker.checks,
        next=blocker.next,
    )


def _blocker_mark(blocker: Blocker, stopped: Sequence[ResultShown]) -> Mark:
    if blocker.reason:
        return Mark("?", f"unproven: {blocker.reason}", "open")
    broke = bool(stopped) and all(result.outcome is Outcome.ERROR for result in stopped)
    return Mark("⊘", "error", "bad") if broke else Mark("✗", "fail", "bad")


def _behind(blocker: Blocker, is_gap: bool, stopped: Sequence[ResultShown]) -> tuple[Finding, ...]:
    """The findings that the blocker rests on, each once, unless they only repeat it."""
    found = [
        finding
        for result in stopped
        for finding in result.findings
        if finding.outcome is result.outcome
        and not finding.outcome.is_good
        and (finding.message == blocker.detail if is_gap else not _is_gap_of_another(finding, blocker))
    ]
    unique = {(f.message, f.observed, f.expected, f.object, f.location): f for f in found}
    says_more = any(f.observed or f.expected or words.place(f) or f.message != blocker.detail for f in found)
    return tuple(unique.values()) if says_more else ()


def _is_gap_of_another(finding: Finding, blocker: Blocker) -> bool:
    """Whether it is not shown, beside something that this blocker calls proven bad."""
    return blocker.reason is None and finding.reason is not None


def _is_concern(result: ResultShown, stopped: set[str]) -> bool:
    fine = result.outcome in (Outcome.PASS, Outcome.NOT_APPLICABLE)
    return not fine and result.id not in stopped and result.waiver is None


def _check(result: ResultShown) -> CheckView:
    weight = "" if result.enforce == "advisory" else f", weight {result.weight}"
    waived = ", waived" if result.waiver else ""
    findings = sorted(result.findings, key=lambda finding: (finding.note, -finding.outcome.rank))
    steps = words.unique(finding.next for finding in findings)
    return CheckView(
        words.outcome(result), result, f"{result.enforce}{weight}{waived}", tuple(findings), steps
    )


def _remarks(card: Scorecard) -> Iterator[Remark]:
    """What is left out of a long list is in the findings of its check."""
    noted = [(result.id, f) for result in card.results for f in result.findings if f.note]
    for check, finding in noted[:_MOST_REMARKS]:
        yield Remark(words.outcome(finding), check, finding.message)


def _worst_first(checks: Iterator[CheckView]) -> list[CheckView]:
    return sorted(checks, key=lambda check: -check.result.outcome.rank)


def _waivers(card: Scorecard) -> Iterator[WaiverView]:
    order = list(words.WAIVER_STATES)
    for waiver in sorted(card.waivers, key=lambda w: (order.index(w.state), w.expires)):
        mark = words.WAIVER_STATES[waiver.state]
        what = f"unproven ({waiver.covers})" if waiver.covers else "fail"
        covers = f"{waiver.check}: its {what}" + (f", only of {waiver.object}" if waiver.object else "")
        hidden = next((r for r in card.results if r.id == waiver.check and waiver.state == "in-force"), None)
        hides = f"{words.outcome(hidden).word}: {hidden.summary}" if hidden else ""
        yield WaiverView(mark, waiver, covers, words.expiry(waiver, card.run.judged_at), hides)


def _categories(card: Scorecard, checks: Sequence[CheckView]) -> Iterator[CategoryView]:
    known = {category.name: category for category in card.categories}
    for check in checks:
        name = check.result.category
        known.setdefault(name, CategoryScore(name=name, score=None, proven=None, weight=0, floor=None))
    for category in known.values():
        own = _worst_first(check for check in checks if check.result.category == category.name)
        yield CategoryView(_category_mark(category, card), category, _numbers(category), tuple(own))


def _is_below(category: CategoryScore) -> bool:
    return category.floor is not None and (category.score is None or category.score < category.floor)


def _category_mark(category: CategoryScore, card: Scorecard) -> Mark:
    stopped = {id_ for blocker in card.blockers for id_ in blocker.checks}
    blocking = [one for one in card.results if one.category == category.name and one.id in stopped]
    if _is_below(category):
        return Mark("✗", "below its floor", "bad")
    if any(one.reason is None for one in blocking):
        return Mark("✗", "blocked", "bad")
    if blocking:
        return Mark("?", "blocked by what is not shown", "open")
    if category.score is None:
        return Mark("-", "no weight", "quiet")
    return Mark("✓", "full", "good") if category.score >= 100 else Mark("!", "not full", "care")


def _numbers(category: CategoryScore) -> str:
    weight = f"weight {category.weight}" if category.score is not None else "no weight counts"
    proven = "" if category.proven is None else f"proven {words.percent(category.proven)}"
    below = "below its " if _is_below(category) else ""
    floor = "" if category.floor is None else f"{below}floor {words.percent(category.floor)}"
    return ", ".join(part for part in (floor, proven, weight) if part)


def _provenance(card: Scorecard) -> Iterator[tuple[str, str]]:
    yield "policy", card.policy.path
    for parent in card.policy.parents:
        yield "extends", f"{parent.name} ({parent.path})"
    yield "readiness", card.run.readiness_version
    for plugin in card.run.plugins:
        broken = f", did not load: {plugin.error}" if plugin.error else ""
        yield "plugin", f"{plugin.name} ({plugin.distribution} {plugin.version}){broken}"
    yield "run", card.run.id
    yield "root", card.run.root
    for key, item in card.run.ci.items():
        yield f"CI {key}", item
    for note in words.unique(card.notes + card.policy.notes):
        yield "note", note
