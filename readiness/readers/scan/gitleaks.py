"""gitleaks' JSON (`gitleaks dir|git --report-format json`)."""

from __future__ import annotations

import msgspec

from readiness.evidence.scan import Scan
from readiness.readers.base import Reader, Reading
from readiness.readers.scan._made import bounded, entries, finding, is_list_of, run
from readiness.readers.scan._severity import FIXED
from readiness.readers.source import Source
from readiness.readers.strict_json import shape


class _Leak(msgspec.Struct, rename="pascal"):
    """`Secret`, `Match` and the names of people are left where they are: facts end up on scorecards."""

    rule_id: str = msgspec.field(name="RuleID")
    description: str
    start_line: int
    file: str
    fingerprint: str
    commit: str = ""


class Gitleaks(Reader[Scan]):
    """Findings only: nothing tells how much was scanned. What an ignore file or a baseline takes out is not listed."""

    def recognises(self, source: Source) -> bool:
        """By the keys of its first entry."""
        return is_list_of(source, "RuleID", "Description", "StartLine", "File", "Fingerprint")

    def read(self, source: Source) -> Reading[Scan]:
        """Where something was found, and by which rule."""
        leaks = shape(entries(source, "report of gitleaks"), list[_Leak], "report of gitleaks")
        listed = [
            finding(
                one.rule_id,
                FIXED["gitleaks"],
                one.description + (f" (in commit {one.commit[:12]})" if one.commit else ""),
                file=one.file,
                line=one.start_line,
            )
            for one in leaks
        ]
        return Reading(bounded([run("gitleaks", listed)]))
