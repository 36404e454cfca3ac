"""ShellCheck's JSON (`shellcheck -f json1`, and the older `-f json`)."""

from __future__ import annotations

from typing import Any

import msgspec

from readiness.evidence.scan import Scan
from readiness.readers.base import Reader, Reading
from readiness.readers.scan._made import bounded, entries, finding, is_list_of, is_object_with, run
from readiness.readers.scan._severity import severity_of
from readiness.readers.scan._unread import is_unread
from readiness.readers.source import Source
from readiness.readers.strict_json import shape

_KEYS = ("file", "line", "endLine", "column", "level", "code", "message")


class _Comment(msgspec.Struct):
    file: str
    line: int
    level: str
    code: int
    message: str
    fix: dict[str, Any] | None = None

    @property
    def rule(self) -> str:
        return f"SC{self.code}"


class _Report(msgspec.Struct):
    comments: list[_Comment]


class Shellcheck(Reader[Scan]):
    """Findings only: a script that is not there leaves as little as a clean one. `-f checkstyle` lists all scripts."""

    def recognises(self, source: Source) -> bool:
        """By `comments`, or by the keys of the first entry."""
        if is_object_with(source, "comments"):
            said = source.json["comments"]
            return len(source.json) == 1 and isinstance(said, list) and (not said or _is_comment(said[0]))
        return is_list_of(source, *_KEYS)

    def read(self, source: Source) -> Reading[Scan]:
        """What was found. A script that could not be parsed is an error of the run."""
        what = "report of ShellCheck"
        if isinstance(source.json, dict):
            found = shape(source.json, _Report, what).comments
        else:
            found = shape(entries(source, what), list[_Comment], what)
        listed = [
            finding(
                one.rule,
                severity_of("shellcheck", one.level),
                one.message,
                level=one.level,
                file=one.file,
                line=one.line,
                fix=one.fix is not None,
            )
            for one in found
            if not is_unread("shellcheck", one.rule)
        ]
        unread = [one for one in found if is_unread("shellcheck", one.rule)]
        errors = [f"{one.file}:{one.line}: {one.message}" for one in unread]
        return Reading(bounded([run("shellcheck", listed, errors=errors)]))


def _is_comment(one: object) -> bool:
    return isinstance(one, dict) and all(key in one for key in _KEYS)
