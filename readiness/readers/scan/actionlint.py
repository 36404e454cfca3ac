"""actionlint's JSON (`actionlint -format '{{json .}}'`)."""

from __future__ import annotations

import msgspec

from readiness.evidence.scan import Scan
from readiness.readers.base import Reader, Reading
from readiness.readers.scan._made import bounded, entries, finding, is_list_of, run
from readiness.readers.scan._severity import FIXED
from readiness.readers.source import Source
from readiness.readers.strict_json import shape


class _Entry(msgspec.Struct):
    message: str
    filepath: str
    line: int
    column: int
    kind: str


class Actionlint(Reader[Scan]):
    """Findings only, all of them errors: nothing tells which workflows were looked at."""

    def recognises(self, source: Source) -> bool:
        """By the keys of its first entry."""
        return is_list_of(source, "message", "filepath", "line", "column", "kind")

    def read(self, source: Source) -> Reading[Scan]:
        """What was found."""
        found = shape(entries(source, "report of actionlint"), list[_Entry], "report of actionlint")
        listed = [
            finding(one.kind, FIXED["actionlint"], one.message, file=one.filepath, line=one.line)
            for one in found
        ]
        return Reading(bounded([run("actionlint", listed)]))
