"""The words, symbols and numbers that every report shares."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any, Literal, NamedTuple

from readiness.check import Finding, Outcome, Release
from readiness.scorecard import EvidenceShown, ItemShown, ResultShown, Scorecard, WaiverShown
from readiness.units import show_age, show_share

Tone = Literal["good", "care", "bad", "open", "quiet"]
SOON = timedelta(days=14)


class Mark(NamedTuple):
    """How something stands: never by colour alone."""

    symbol: str
    word: str
    tone: Tone


_OUTCOMES: Mapping[Outcome, Mark] = {
    Outcome.PASS: Mark("✓", "pass", "good"),
    Outcome.WARN: Mark("!", "warn", "care"),
    Outcome.UNPROVEN: Mark("?", "unproven", "open"),
    Outcome.FAIL: Mark("✗", "fail", "bad"),
    Outcome.ERROR: Mark("⊘", "error", "bad"),
    Outcome.NOT_APPLICABLE: Mark("-", "not applicable", "quiet"),
}
NOTE = Mark("·", "note", "quiet")
_DECISIONS: Mapping[str, Mark] = {
    "go": Mark("✓", "GO", "good"),
    "conditional": Mark("◐", "CONDITIONAL", "care"),
    "no-go": Mark("✗", "NO-GO", "bad"),
}
PARTIAL = Mark("◌", "NO VERDICT", "quiet")
WAIVER_STATES: Mapping[str, Mark] = {
    "in-force": Mark("~", "in force", "care"),
    "expired": Mark("✗", "expired", "bad"),
    "unused": Mark("-", "unused", "quiet"),
}


def decision(card: Scorecard) -> Mark:
    """The verdict; a partial run has none, whatever its part came to."""
    return _DECISIONS[card.decision] if card.partial is None else PARTIAL


def outcome(of: Finding | ResultShown) -> Mark:
    """The mark of a finding or a check, with the reason when it is unproven."""
    if isinstance(of, Finding) and of.note:
        return NOTE
    mark = _OUTCOMES[of.outcome]
    return mark._replace(word=f"{mark.word}: {of.reason}") if of.reason else mark


def read(item: ItemShown) -> Mark:
    """The mark of one file or endpoint: read, or the reason why it shows nothing."""
    if item.reason:
        return _OUTCOMES[Outcome.UNPROVEN]._replace(word=f"unproven: {item.reason}")
    return Mark("✓", "read", "good")


def percent(score: float | None) -> str:
    """A share, rounded down to one digit: 89.99 must not read as 90."""
    return "none" if score is None else show_share(Fraction(str(score)) / 100, 1)


def moment(when: datetime | None) -> str:
    """A moment to the second, in UTC."""
    if when is None:
        return "no date"
    return utc(when).strftime("%Y-%m-%d %H:%M:%S %Z")


def utc(when: datetime) -> datetime:
    """The same moment in UTC, but for the first and the last hours of the calendar."""
    try:
        return when.astimezone(UTC)
    except OverflowError:
        return when


def plural(count: int, one: str, many: str = "") -> str:
    """`1 check` or `2 checks`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def value(data: Any) -> str:
    """Plain data on one line, as a policy would nearly write it."""
    return data if isinstance(data, str) else json.dumps(data, ensure_ascii=False, default=str)


def pairs(data: Mapping[str, Any]) -> str:
    """`p95 200ms, p99 500ms`; one level below is told with both names, as in `floors security 80%`."""
    shown = []
    for key, item in data.items():
        below = item.items() if isinstance(item, Mapping) else [("", item)]
        shown += [" ".join(part for part in (key, name, value(v)) if part) for name, v in below]
    return ", ".join(shown)


def facts(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The plain numbers and words of facts, and of what is one level below; larger things are left to the JSON."""
    shown = []
    for key, item in data.items():
        below = item.items() if isinstance(item, Mapping) else [("", item)]
        shown += [
            (f"{key} {name}".strip(), value(v)) for name, v in below if not isinstance(v, (Mapping, list))
        ]
    return shown


def with_more(finding: Finding, findings: Sequence[Finding]) -> str:
    """Its message, and how many are like it, as the summary of a check says it."""
    return f"{finding.message} (and {len(findings) - 1} more)"


def place(finding: Finding) -> str:
    """Where it is, as far as its message does not say it: the object, and the file with its line."""
    at = f"{finding.location.file}:{finding.location.line}" if finding.location else ""
    return ", ".join(part for part in (finding.object, at) if part and part not in finding.message)


def dated(item: ItemShown, now: datetime) -> str:
    """When it was observed, how that is known, and how old it was."""
    if item.observed_at is None:
        return "no date"
    source = {"content": "by its content", "stamp": "by its stamp", "mtime": "by the file's time"}
    age = "" if item.observed_at > now else f", {show_age(now - item.observed_at)} old"
    known = f", {source[item.observed_from]}" if item.observed_from else ""
    return f"{moment(item.observed_at)}{age}{known}"


def age_limit(evidence: EvidenceShown) -> str:
    """What the policy says about age."""
    return f"at most {evidence.max_age} old" if evidence.max_age else "age is not limited"


def binding(evidence: EvidenceShown) -> str:
    """What ties the evidence to the release."""
    tied = evidence.bind not in (None, "", "none")
    return f"bound by {evidence.bind}" if tied else "not bound to the release"


def expiry(waiver: WaiverShown, now: datetime) -> str:
    """When a waiver ends; pointed out when that is soon."""
    left = waiver.expires - now
    if waiver.state == "expired" or left <= timedelta(0):
        return f"{moment(waiver.expires)}, which is over"
    soon = f", in {show_age(left)}" if left <= SOON else ""
    return f"{moment(waiver.expires)}{soon}"


def commit(item: ItemShown, release: Release) -> str:
    """Which commit it is of."""
    if item.commit is None:
        return "commit unknown"
    return f"commit {item.commit}" + (", as the release" if item.commit == release.commit else "")


def not_good(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that somebody should read: warnings too."""
    return tuple(f for f in findings if f.outcome not in (Outcome.PASS, Outcome.NOT_APPLICABLE))


def unique(texts: Iterable[str]) -> tuple[str, ...]:
    """Each text once, in order, without the empty ones."""
    return tuple(dict.fromkeys(text for text in texts if text))
