"""What `helm lint` says, in the words of the program or of the library."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from readiness.evidence.manifests.chart import LEVELS, Level, Lint, LintMessage
from readiness.readers.commands import Ran

MAX_MESSAGES = 100
_MAX_TEXT = 300
_LINE = re.compile(r"\[(ERROR|WARNING|INFO)\] ?([^:\n]*):? ?(.*)")
_SUMMARY = re.compile(r"^\d+ chart\(s\) linted, \d+ chart\(s\) failed")
# Severities as the library numbers them; 0 is what it does not know, which is no comfort.
_NUMBERED: dict[object, Level] = {1: "info", 2: "warning", 3: "error"}


def lint_of(ran: Ran, clean: Callable[[str], str]) -> Lint:
    """What a run of `helm lint` said; `clean` takes out of a text what nobody should read.

    It exits with 1 where it found errors: whether it ran at all is told by its last line.
    """
    printed = ran.printed.decode("utf-8", "replace")
    if printed.startswith("{"):
        found = list(_of_library(printed))
    elif any(_SUMMARY.match(line.removeprefix("Error: ")) for line in _lines(ran)):
        found = list(_of_program(printed))
    else:
        told = clean(ran.complaints.decode("utf-8", "replace")) or "it did not say why"
        return Lint(failure=f"helm lint failed (exit code {ran.code}): {told}")
    counts = Counter(one.level for one in found)
    if ran.code != 0 and not counts["error"]:
        return Lint(failure=f"helm lint failed (exit code {ran.code}), and lists no error")
    found.sort(key=lambda one: LEVELS.index(one.level))
    kept = found[:MAX_MESSAGES]
    return Lint(messages=tuple(_clean(kept, clean)), counts=dict(counts))


def _lines(ran: Ran) -> Iterable[str]:
    return (ran.printed + b"\n" + ran.complaints).decode("utf-8", "replace").splitlines()


def _of_program(printed: str) -> Iterator[LintMessage]:
    """A message begins with its level in brackets, and may go on for lines."""
    open_: LintMessage | None = None
    for line in printed.splitlines():
        begun = _LINE.fullmatch(line)
        if begun or line.startswith("==>") or _SUMMARY.match(line):
            if open_:
                yield open_
            open_ = LintMessage(_level(begun[1]), begun[2].strip(), begun[3]) if begun else None
        elif open_ and line.strip():
            open_ = open_.but(message=f"{open_.message} {line.strip()}")
    if open_:
        yield open_


def _level(word: str) -> Level:
    return next(level for level in LEVELS if level == word.lower())


def _of_library(printed: str) -> Iterator[LintMessage]:
    told: Any = json.loads(printed)
    for one in told["messages"] or ():
        level = _NUMBERED.get(one.get("severity"), "error")
        yield LintMessage(level, str(one.get("path", "")), str(one.get("error", "")))
    listed = any(_NUMBERED.get(one.get("severity"), "error") == "error" for one in told["messages"] or ())
    yield from (LintMessage("error", "", str(one)) for one in told["errors"] or () if not listed)


def _clean(found: Iterable[LintMessage], clean: Callable[[str], str]) -> Iterator[LintMessage]:
    for one in found:
        message = " ".join(clean(one.message).split())
        yield one.but(path=clean(one.path)[:_MAX_TEXT], message=message[:_MAX_TEXT])
