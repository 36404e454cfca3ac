"""Lines of `key=value` pairs, as `time=2026-11-21T10:00:00Z actor=ada action=login outcome=ok msg="signed in"`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from readiness.readers.audit_log._entries import Entry
from readiness.readers.audit_log._reader import LogReader, first_line, numbered
from readiness.readers.source import Source

_PAIR = re.compile(r'\s*([^\s="]+)(?:=("(?:[^"\\]|\\.)*"|[^\s"]*))?(?=\s|$)')
_ESCAPED = re.compile(r"\\(.)")


class Logfmt(LogReader):
    """logfmt (https://brandur.org/logfmt): a key without a value is true; a key twice in a line is no pair."""

    def first(self, source: Source) -> Mapping[str, Any] | None:
        """The pairs of the first line."""
        line = first_line(source)
        return _pairs(line)[0] if re.match(r"\s*[\w.@-]+=", line) else None

    def entries(self, source: Source) -> Iterator[Entry]:
        """Each line."""
        for number, text in numbered(source):
            made, what = _pairs(text)
            yield Entry(number, made, text, what)


def _pairs(line: str) -> tuple[Mapping[str, Any] | None, str]:
    """The fields, a dot in a name being a level; or why they could not be told."""
    made: dict[str, Any] = {}
    at = 0
    while at < len(line.rstrip()):
        found = _PAIR.match(line, at)
        if found is None:
            return None, "it is no row of key=value pairs"
        key, value = found[1], found[2]
        if key in made:
            return None, f"the key {key[:40]!r} stands twice in it"
        made[key] = True if value is None else _plain(value)
        at = found.end()
    if not any("=" in line for _ in made):
        return None, "it is no row of key=value pairs"
    return _nested(made), ""


def _plain(value: str) -> str:
    return _ESCAPED.sub(r"\1", value[1:-1]) if value.startswith('"') else value


def _nested(made: dict[str, Any]) -> dict[str, Any]:
    """What stands below `user.id` is found by that path, with the dot as a part of the name, and as a level."""
    for key in [key for key in made if "." in key]:
        head, _, tail = key.partition(".")
        if head not in made:
            made[head] = {}
        if isinstance(made[head], dict) and "." not in tail:
            made[head].setdefault(tail, made[key])
    return made
