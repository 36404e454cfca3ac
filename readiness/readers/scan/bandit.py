"""Bandit's JSON (`bandit -f json`)."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import msgspec

from readiness.evidence.scan import Scan, Severity
from readiness.readers.base import Reader, Reading
from readiness.readers.scan._made import bounded, finding, instant, is_object_with, refuse, run
from readiness.readers.scan._severity import severity_of
from readiness.readers.source import Source
from readiness.readers.strict_json import shape

_Count = Annotated[int, msgspec.Meta(ge=0)]
_TOTALS = "_totals"
_WORDS = ("HIGH", "MEDIUM", "LOW", "UNDEFINED")


class _Result(msgspec.Struct):
    filename: str
    issue_severity: str
    issue_confidence: str
    issue_text: str
    line_number: int
    test_id: str


class _Error(msgspec.Struct):
    filename: str
    reason: str


class _Report(msgspec.Struct):
    errors: list[_Error]
    generated_at: str
    metrics: dict[str, dict[str, _Count]]
    results: list[_Result]


class Bandit(Reader[Scan]):
    """Files and severities are counted under `metrics`, and may be more than are listed: `-ll` hides the others.

    What `# nosec` suppresses is counted (`skipped_tests` where it names its tests), and not listed.
    """

    def recognises(self, source: Source) -> bool:
        """By its keys."""
        return is_object_with(source, "results", "metrics", "errors", "generated_at")

    def read(self, source: Source) -> Reading[Scan]:
        """What was found, and what the command hid."""
        report = shape(source.json, _Report, "report of Bandit")
        totals = report.metrics.get(_TOTALS)
        if totals is None:
            raise refuse("it has no `metrics._totals`")
        broken = {one.filename for one in report.errors}
        listed = [
            finding(
                one.test_id,
                severity_of("bandit", one.issue_severity),
                one.issue_text,
                level=one.issue_severity,
                file=one.filename,
                line=one.line_number,
            )
            for one in report.results
        ]
        made = run(
            "bandit",
            listed,
            scanned=len(report.metrics.keys() - {_TOTALS} - broken),
            errors=[f"{one.filename}: {one.reason}" for one in report.errors],
            hidden=_hidden(totals, report),
            suppressed={Severity.UNKNOWN: totals.get("nosec", 0) + totals.get("skipped_tests", 0)},
        )
        return Reading(bounded([made]), instant(report.generated_at, "generated_at"))


def _hidden(totals: dict[str, int], report: _Report) -> Counter[Severity]:
    """Those that are counted and not listed, by severity; the sums must be those of the files."""
    hidden: Counter[Severity] = Counter()
    listed = Counter(one.issue_severity for one in report.results)
    for word in _WORDS:
        key = f"SEVERITY.{word}"
        told = totals.get(key, 0)
        by_file = sum(file.get(key, 0) for name, file in report.metrics.items() if name != _TOTALS)
        if told != by_file:
            raise refuse(f"it says {told} findings of severity {word}, and its files come to {by_file}")
        if listed[word] > told:
            raise refuse(f"it lists {listed[word]} findings of severity {word}, and counts {told}")
        if rest := told - listed[word]:
            hidden[severity_of("bandit", word)] += rest
    return hidden
