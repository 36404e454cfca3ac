"""Whether the audit log tells who did what, when, and how it went."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Annotated

from pydantic import Field

from readiness.check import Check, Finding, Location, Measure, Outcome, Params, Stricter, unproven
from readiness.evidence.audit_log import FIELDS, Flaw
from readiness.evidence.audit_log import AuditLog as Evidence
from readiness.evidence.model import Reason

_WHAT = {"time": "when", "actor": "who", "action": "what was done", "outcome": "how it went"}


class AuditLogParams(Params):
    """What a sample of the audit log must hold."""

    min_entries: Annotated[int, Field(ge=1), Stricter.HIGHER] = 10
    """The least number of lines that show how the log is written."""
    actions: Annotated[
        tuple[Annotated[str, Field(min_length=1, pattern=r"\w")], ...], Field(strict=False)
    ] = ()
    """Actions that must stand in the sample, as it writes them, with `*` for any letters: `login`, `*permission*`."""
    min_actors: Annotated[int, Field(ge=1), Stricter.HIGHER] = 1
    """The least number of different actors: one alone is often the service itself, acting for everybody."""
    min_outcomes: Annotated[int, Field(ge=1), Stricter.HIGHER] = 1
    """The least number of different outcomes; 2 asks that what was refused is written down too."""


class AuditLog(Check[AuditLogParams]):
    """Every line of the audit log tells when, who, what and how it went, and none holds a secret.

    JSON lines, logfmt and CSV are read. The fields are known by their usual names, or named by the evidence: `time`,
    `actor`, `action`, `outcome`, as paths such as `event.created`. A time needs a zone, and lines stand in the order of
    their times, give or take a minute.

    ## Why it matters
    After an incident the audit log is what tells an attacker's steps from a colleague's. Lines without an actor, times
    without a zone and refusals that were never written make it useless on that day. A password in it is one more
    incident: logs are copied to more places than anybody remembers.

    ## How to fix it
    Write one structured line for each event, with all four fields, from one place in the code, and the time in UTC with
    its offset (`2026-11-21T10:00:00Z`). Take the actor from the session, never from the request. Replace what is secret
    before it is logged: `password=***`. Then take a sample from a system on which the actions that the policy names
    were done, the refused ones too.

    ## References
    - OWASP, Logging Cheat Sheet: https://cheatsheetseries.owasp.org/cheatsheets/Logging_Cheat_Sheet.html
    - NIST SP 800-92, Guide to Computer Security Log Management
    - NIST SP 800-53, AU-3, Content of Audit Records
    """

    def judge(self, log: tuple[Evidence, ...]) -> Iterator[Finding]:
        """Each sample apart."""
        for one in log:
            bad = [*self._lines(one), *_fields(one), *_times(one), *_secrets(one), *self._variety(one)]
            yield from bad
            if not bad:
                span = f", from {one.first_at:%Y-%m-%d %H:%M} to {one.last_at:%Y-%m-%d %H:%M} UTC"
                message = f"{one.path}: {one.entries} lines tell when, who, what and how it went{span}"
                yield Finding(outcome=Outcome.PASS, message=message, count=one.entries)

    def _lines(self, log: Evidence) -> Iterator[Finding]:
        if log.unreadable is not None:
            yield _flawed(log, log.unreadable, "cannot be read", "write each event as one whole line")
        found, least = log.entries - log.copies, self.params.min_entries
        if found < least:
            copies = f" and {log.copies} copies of them" if log.copies else ""
            message = f"{log.path}: it holds {found} lines{copies}; at least {least} are needed"
            yield unproven(Reason.INSUFFICIENT, message, "take a longer sample").but(
                measure=Measure(found, least, "lines", "higher")
            )

    def _variety(self, log: Evidence) -> Iterator[Finding]:
        for wanted in self.params.actions:
            if not any(fnmatchcase(name.casefold(), wanted.casefold()) for name in log.actions):
                seen = ", ".join(list(log.actions)[:5]) or "none"
                message = f"{log.path}: the action {wanted} is not in the sample"
                next_ = "do it on the system that the sample is of; if it is not logged, log it"
                yield unproven(Reason.MISSING, message, next_).but(observed=seen, expected=wanted)
        for what, found, least in (
            ("actors", log.actors, self.params.min_actors),
            ("outcomes", len(log.outcomes), self.params.min_outcomes),
        ):
            if found < least:
                message = f"{log.path}: it tells of {found} different {what}; at least {least} are needed"
                yield unproven(Reason.INSUFFICIENT, message, "take a sample with more of them").but(
                    measure=Measure(found, least, what, "higher")
                )


def _fields(log: Evidence) -> Iterator[Finding]:
    for field in FIELDS:
        if field in log.missing:
            next_ = (
                f"write it into every line; where it has another name, give the evidence `{field}: its.name`"
            )
            yield _flawed(log, log.missing[field], f"do not tell {_WHAT[field]} ({field})", next_)


def _times(log: Evidence) -> Iterator[Finding]:
    if log.bad_times is not None:
        next_ = "write times as 2026-11-21T10:00:00Z, with their offset"
        yield _flawed(
            log, log.bad_times, f"have a time that is none, or has no zone ({log.bad_times.what})", next_
        )
    if log.unordered is not None:
        next_ = "let one writer append, and look for clocks that differ"
        yield _flawed(log, log.unordered, f"are earlier than the line before ({log.unordered.what})", next_)


def _secrets(log: Evidence) -> Iterator[Finding]:
    for flaw in log.secrets:
        next_ = "rotate it, remove it from the logs, and mask it before it is logged"
        yield _flawed(log, flaw, f"hold {flaw.what}", next_)


def _flawed(log: Evidence, flaw: Flaw, what: str, next_: str) -> Finding:
    message = f"{log.path}: {flaw.count} lines {what}; the first is line {flaw.line}"
    location = Location(log.path, flaw.line)
    return Finding(outcome=Outcome.FAIL, message=message, location=location, count=flaw.count, next=next_)
