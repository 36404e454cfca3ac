"""Pylint's JSON (`pylint --output-format=json2`)."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import msgspec

from readiness.evidence.scan import Scan
from readiness.readers.base import Reader, Reading
from readiness.readers.scan._complexity import complexity_in
from readiness.readers.scan._made import bounded, finding, is_object_with, refuse, run
from readiness.readers.scan._severity import severity_of
from readiness.readers.source import Source
from readiness.readers.strict_json import shape

_Count = Annotated[int, msgspec.Meta(ge=0)]
_TYPES = ("fatal", "error", "warning", "refactor", "convention", "info")
_UNREAD = {"syntax-error", "parse-error", "astroid-error"}
"""Messages that say that a file was not looked at, beside those of type `fatal`."""
_NO_MODULES = 2
"""`modulesLinted` counts the command line and the configuration too: it is 2 for an empty folder (Pylint 4.0)."""


class _Message(msgspec.Struct):
    type: str
    symbol: str
    message: str
    path: str
    line: int


class _Statistics(msgspec.Struct, rename="camel"):
    message_type_count: dict[str, _Count]
    modules_linted: _Count


class _Report(msgspec.Struct):
    messages: list[_Message]
    statistics: _Statistics


class Pylint(Reader[Scan]):
    """Modules are counted, without the two that are none; the score is not looked at: an empty folder has 10."""

    def recognises(self, source: Source) -> bool:
        """By its keys."""
        return is_object_with(source, "messages", "statistics")

    def read(self, source: Source) -> Reading[Scan]:
        """What was found; the counts by type must be those of the messages."""
        report = shape(source.json, _Report, "report of Pylint")
        found = Counter(one.type for one in report.messages)
        for type_ in dict.fromkeys([*_TYPES, *found]):
            told = report.statistics.message_type_count.get(type_, 0)
            if told != found[type_]:
                raise refuse(f"it says {told} messages of type {type_}, and lists {found[type_]}")
        unread = [one for one in report.messages if _is_unread(one)]
        listed = [
            finding(
                one.symbol,
                severity_of("pylint", one.type),
                one.message,
                level=one.type,
                file=one.path,
                line=one.line,
                value=complexity_in(one.symbol, one.message),
            )
            for one in report.messages
            if not _is_unread(one)
        ]
        broken = len({one.path for one in unread})
        made = run(
            "pylint",
            listed,
            scanned=max(0, report.statistics.modules_linted - _NO_MODULES - broken),
            unit="modules",
            errors=[f"{one.path}:{one.line}: {one.message}" for one in unread],
        )
        return Reading(bounded([made]))


def _is_unread(one: _Message) -> bool:
    return one.type == "fatal" or one.symbol in _UNREAD
