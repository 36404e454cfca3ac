"""What `promtool check rules` prints: each file with the number of its rules, or what is wrong with it."""

from __future__ import annotations

import re

from readiness.evidence.model import Reason, Unproven
from readiness.evidence.promtool import CheckedFile, Promtool
from readiness.readers.base import Reader, Reading
from readiness.readers.source import Source

_CHECKING = re.compile(r"^Checking (.{1,500}?)[ \t]*$")
_SUCCESS = re.compile(r"^  SUCCESS: (\d{1,9}) rules? found$", re.ASCII)
_AGAIN = "keep both its outputs: promtool check rules FILE > reports/rules.txt 2>&1"


class CheckRules(Reader[Promtool]):
    """Each file needs a verdict of its own: a file that was begun and not judged is malformed."""

    def recognises(self, source: Source) -> bool:
        """Text that begins with what is checked."""
        return source.text.lstrip().startswith("Checking ")

    def read(self, source: Source) -> Reading[Promtool]:
        """The files. Errors go to another output: they may stand before what they are about."""
        checked: list[CheckedFile] = []
        waiting: list[str] = []
        errors: list[str] = []
        for line in source.text.splitlines():
            if found := _CHECKING.match(line):
                waiting.append(found[1])
            elif found := _SUCCESS.match(line):
                if not waiting:
                    raise Unproven(Reason.MALFORMED, "a SUCCESS belongs to no file", _AGAIN)
                checked.append(CheckedFile(name=waiting.pop(), rules=int(found[1])))
            elif line.strip() and line.strip() not in ("FAILED:", "SUCCESS"):
                errors.append(line.strip()[:300])
        checked += [CheckedFile(name=name, error=_error(name, errors)) for name in waiting]
        if errors and not waiting:
            raise Unproven(Reason.MALFORMED, f"it says more than is known: {errors[0]}", _AGAIN)
        return Reading(Promtool(checked=tuple(checked)))


def _error(name: str, errors: list[str]) -> str:
    return next(
        (one for one in errors if name in one), errors[0] if errors else "it was begun, and not judged"
    )
