"""Entries of an audit log -> facts: fields found by their names, times parsed, secrets looked for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any, NamedTuple

from readiness.evidence.audit_log import FIELDS, AuditLog, Field, Flaw
from readiness.evidence.fields import FieldPath, find, parse_path
from readiness.evidence.model import Reason, Unproven
from readiness.readers.audit_log._secrets import secret_in

SPELLINGS: Mapping[Field, tuple[str, ...]] = {
    "time": (
        *(
            "time",
            "timestamp",
            "ts",
            "@timestamp",
            "eventTime",
            "event_time",
            "requestReceivedTimestamp",
            "date",
        ),
        *("datetime", "created_at", "occurred_at", "createdAt", "event\\.created"),
    ),
    "actor": (
        *("actor.id", "actor.name", "actor.email", "actor", "user.id", "user.name", "user.username", "user"),
        *(
            "username",
            "user_name",
            "user_id",
            "userId",
            "principal",
            "subject",
            "userIdentity.arn",
            "who",
            "account",
        ),
        *("actor_id", "actorId", "user\\.name", "user\\.id"),
    ),
    "action": (
        *(
            "action",
            "event.action",
            "event_type",
            "eventType",
            "eventName",
            "event_name",
            "verb",
            "operation",
        ),
        *("event", "activity", "event\\.action"),
    ),
    "outcome": (
        *("outcome", "event.outcome", "result", "status", "success", "responseStatus.code", "decision"),
        *("event\\.outcome", "errorCode"),
    ),
}
"""Paths of fields as logs commonly write them, the first that is there counts; `\\.` is a dot in a name."""
MAX_ENTRIES = 2_000_000
_MOST_NAMES = 2_000
_MOST_ACTORS = 100_000
_SLACK = timedelta(minutes=1)
_EPOCH = (1_000_000_000, 100_000_000_000)  # seconds from 2001 to 5138, so that milliseconds are no seconds
_PARTS = (1, 1_000, 1_000_000, 1_000_000_000)
_SHORTEST = len("2026-11-21T10:00Z")
_UNIX = re.compile(r"\d{10}(\.\d{1,9})?|\d{13}|\d{16}|\d{19}")
_NOBODY = re.compile(
    r"(?i)\W*(?:null|none|nil|unknown|undefined|n/?a|-|todo|tbd|fixme|changeme|placeholder)?\W*"
    r"|%[a-z]|.*(?:\$\{|\{\{|\$\().*|<(?:user|username|actor|name|action|event|result|outcome|status)>"
    r"|\[object Object\]"
)
_OF_A_SERVER = re.compile(r"(\d{2})/([A-Z][a-z]{2})/(\d{4}):(\d{2}:\d{2}:\d{2}) ([+-]\d{4})")
_OF_MAIL = re.compile(
    r"(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} (?:[+-]\d{4}|GMT|UTC)"
)


class Entry(NamedTuple):
    """A line and its fields; None for one that could not be read, `what` is then why."""

    line: int
    fields: Mapping[str, Any] | None
    text: str = ""
    what: str = ""


@lru_cache(maxsize=256)
def _parsed(path: str) -> tuple[FieldPath, str]:
    """A path, and the name with which it begins: most lines lack most of the usual names."""
    parsed = parse_path(path)
    return parsed, re.sub(r"\\(.)", r"\1", parsed.segments[0])


class Names(NamedTuple):
    """The paths that may lead to each field."""

    paths: Mapping[Field, tuple[str, ...]]
    is_own: bool = False

    def value(self, field: Field, fields: Mapping[str, Any]) -> tuple[str, Any]:
        """The first path that leads to something that is not nothing, and what that is."""
        for path in self.paths[field]:
            parsed, first = _parsed(path)
            if first not in fields:
                continue
            (found,) = find(fields, parsed)
            if (
                found.state == "value"
                and isinstance(found.value, str | int | float)
                and not _is_nothing(found.value, field)
            ):
                return path, found.value
        return "", None


USUAL = Names(SPELLINGS)


def _is_nothing(value: object, field: Field) -> bool:
    """Empty, a template that nobody filled in, or a bare yes where a name is meant."""
    if isinstance(value, bool):
        return field != "outcome"
    return isinstance(value, str) and bool(_NOBODY.fullmatch(value))


class Tally:
    """Counts entries, one after another."""

    def __init__(self, path: str, names: Names) -> None:
        self.path, self.names = path, names
        self.entries = 0
        self.first: datetime | None = None
        self.last: datetime | None = None
        self.before: datetime | None = None
        self.actions: Counter[str] = Counter()
        self.outcomes: Counter[str] = Counter()
        self.actors: set[str] = set()
        self.used: dict[Field, str] = {}
        self.flaws: dict[str, Flaw] = {}
        self.seen: set[int] = set()
        self.copies = 0
        self.rises = False

    def add(self, entry: Entry) -> None:
        """One more."""
        if sort := secret_in(entry.text):
            self.mark(f"secret {sort}", entry.line, sort)
        if entry.fields is None:
            self.mark("unreadable", entry.line, entry.what)
            return
        self.entries += 1
        if self.entries > MAX_ENTRIES:
            raise Unproven(Reason.MALFORMED, f"it has more than {MAX_ENTRIES:,} lines", "take a sample of it")
        self.copies += hash(entry.text) in self.seen
        self.seen.add(hash(entry.text))
        found = {field: self.names.value(field, entry.fields) for field in FIELDS}
        for field, (path, value) in found.items():
            if value is None:
                self.mark(field, entry.line, "")
            else:
                self.used.setdefault(field, path)
        self.count(found)
        if found["time"][1] is not None:
            self.time(entry.line, found["time"][1])

    def count(self, found: Mapping[Field, tuple[str, Any]]) -> None:
        """Actors, actions and outcomes."""
        for field, counts in (("action", self.actions), ("outcome", self.outcomes)):
            text = _text(found[field][1])  # type: ignore[index]
            if text and (text in counts or len(counts) < _MOST_NAMES):
                counts[text] += 1
        if len(self.actors) < _MOST_ACTORS and (actor := _text(found["actor"][1])):
            self.actors.add(actor)

    def time(self, line: int, value: Any) -> None:
        """The order of times, and the first and last."""
        moment = instant(value)
        if moment is None:
            self.mark("bad time", line, _text(value)[:40])
            return
        if self.before is not None and moment < self.before - _SLACK:
            self.mark("unordered", line, f"{moment:%Y-%m-%d %H:%M:%S} after {self.before:%Y-%m-%d %H:%M:%S}")
        self.rises |= self.before is not None and moment > self.before
        self.before = moment
        self.first = min(self.first or moment, moment)
        self.last = max(self.last or moment, moment)

    def mark(self, sort: str, line: int, what: str) -> None:
        """One more line with a flaw."""
        old = self.flaws.get(sort)
        self.flaws[sort] = Flaw(old.count + 1, old.line, old.what) if old else Flaw(1, line, what)

    def facts(self) -> AuditLog:
        """What was counted."""
        missing = {field: self.flaws[field] for field in FIELDS if field in self.flaws}
        return AuditLog(
            path=self.path,
            entries=self.entries,
            first_at=self.first,
            last_at=self.last,
            actions=dict(self.actions),
            actors=len(self.actors),
            outcomes=dict(self.outcomes),
            names=self.used,
            unreadable=self.flaws.get("unreadable"),
            missing=missing,
            bad_times=self.flaws.get("bad time"),
            unordered=self.flaws.get("unordered") if self.rises else None,
            copies=self.copies,
            secrets=tuple(flaw for sort, flaw in self.flaws.items() if sort.startswith("secret ")),
        )


def counted(path: str, names: Names, entries: Iterable[Entry]) -> AuditLog:
    """The facts of all entries; Unproven when there are none."""
    tally = Tally(path, names)
    for entry in entries:
        tally.add(entry)
    if not tally.entries and "unreadable" not in tally.flaws:
        raise Unproven(Reason.MALFORMED, "it holds no line", "write a sample of the log")
    return tally.facts()


def instant(value: Any) -> datetime | None:
    """A moment with a zone: ISO 8601, as in mails and of web servers, or since 1970 in s, ms, us or ns; else None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and _UNIX.fullmatch(value):
        value = float(value)
    if isinstance(value, int | float):
        return _since_1970(value)
    try:
        moment = _written(_text(value))
        is_real = moment.tzinfo is not None and _EPOCH[0] <= moment.timestamp() < _EPOCH[1]
        return moment.astimezone(UTC) if is_real else None
    except (ValueError, OverflowError):
        return None


def _since_1970(value: float) -> datetime | None:
    for parts in _PARTS:
        if _EPOCH[0] <= value / parts < _EPOCH[1]:
            return datetime.fromtimestamp(value / parts, UTC)
    return None


def _written(text: str) -> datetime:
    """ISO 8601, also with ` UTC` behind it as PostgreSQL writes it; a day alone is no time."""
    if found := _OF_A_SERVER.fullmatch(text):
        text = "{} {} {} {} {}".format(*found.groups())
    if _OF_MAIL.fullmatch(text):
        return parsedate_to_datetime(text)
    if len(text) < _SHORTEST:
        raise ValueError("too short")
    return datetime.fromisoformat(re.sub(r" (?:UTC|GMT|Z)$| (?=[+-]\d{2})", _zone, text))


def _zone(found: re.Match[str]) -> str:
    return "+00:00" if found[0].strip() else ""


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)[:200] if value is not None else ""
