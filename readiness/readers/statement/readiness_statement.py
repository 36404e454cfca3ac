"""`readiness/statement/1`: a small YAML or JSON file, documented in docs/operations.md.

```yaml
schema: readiness/statement/1
subject: on-call-rota
statement: Two people are on call for checkout at any hour until the end of January.
name: Ada Lovelace
role: head of operations
date: 2026-11-02
valid-for: 60d
```
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

import msgspec

from readiness.evidence.model import Reason, Unproven
from readiness.evidence.statement import Statement
from readiness.places import Text, YamlError, load_policy
from readiness.readers.base import Reader, Reading
from readiness.readers.source import Source
from readiness.readers.strict_json import shape
from readiness.units import parse_duration, parse_instant

SCHEMA = "readiness/statement/1"
_MARK = re.compile(rf"(?m)^\s*(?:\{{?\s*)?[\"']?schema[\"']?\s*:\s*[\"']?{re.escape(SCHEMA)}\b")
_MOST = 100_000
_FIX = "write it as docs/operations.md tells"
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=2_000, pattern=r"[^\W\d_]")]
Subject = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,79}$")]


class _File(msgspec.Struct, forbid_unknown_fields=True, rename="kebab"):
    schema: str
    subject: Subject
    statement: Words
    name: Words
    role: Words
    date: str
    valid_for: str


class ReadinessStatement(Reader[Statement]):
    """One person, one day, one statement, valid for a time that is told."""

    def recognises(self, source: Source) -> bool:
        """By its `schema`."""
        return SCHEMA.encode() in source.head and bool(
            _MARK.search(source.head.decode("utf-8-sig", "replace"))
        )

    def read(self, source: Source) -> Reading[Statement]:
        """The statement; it is as old as the start of its day, wherever that was."""
        told = shape(_content(source), _File, "statement")
        if told.schema != SCHEMA:
            raise _refuse(f"its schema is {told.schema[:40]!r}; {SCHEMA} is read")
        try:
            day = date.fromisoformat(told.date)
        except ValueError:
            raise _refuse(f"its date {told.date[:40]!r} is no day as in 2026-11-02") from None
        try:
            valid_for = parse_duration(told.valid_for)
        except ValueError as error:
            raise _refuse(f"its valid-for {error}") from None
        if not valid_for:
            raise _refuse("its valid-for is no time at all")
        at = parse_instant(day.isoformat())
        return Reading(
            Statement(
                path=source.name,
                subject=told.subject,
                text=_line(told.statement),
                name=_line(told.name),
                role=_line(told.role),
                date=day.isoformat(),
                stated_at=at,
                valid_for=valid_for,
            ),
            at,
        )


def _content(source: Source) -> object:
    if source.size > _MOST:
        raise _refuse(f"it is {source.size:,} bytes; a statement has at most {_MOST:,}")
    if source.text.lstrip().startswith("{"):
        return source.json
    try:
        content, _ = load_policy(Text(source.path.name, source.text))
    except YamlError as error:
        message = (
            str(error).replace(" in a policy", " in a statement").replace("a policy is", "a statement is")
        )
        raise Unproven(Reason.MALFORMED, message, error.problems[0].help) from None
    return content


def _line(text: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _refuse(message: str) -> Unproven:
    return Unproven(Reason.MALFORMED, message, _FIX)
