"""gosec's JSON (`gosec -fmt json -out FILE ./...`)."""

from __future__ import annotations

import re
from typing import Annotated

import msgspec

from readiness.evidence.scan import Scan, ScanFinding, Severity
from readiness.readers.base import Reader, Reading
from readiness.readers.scan._made import bounded, finding, is_object_with, refuse, run
from readiness.readers.scan._severity import severity_of
from readiness.readers.source import Source
from readiness.readers.strict_json import shape
from readiness.readers.texts import clip

_Count = Annotated[int, msgspec.Meta(ge=0)]
_LINE = re.compile(r"([0-9]{1,9})(?:-[0-9]{1,9})?", re.ASCII)


class _Suppression(msgspec.Struct):
    kind: str
    justification: str = ""


class _Issue(msgspec.Struct):
    """`code` is left where it is: facts end up on scorecards. `line` is text, of one line or of several."""

    severity: str
    rule_id: str
    details: str
    file: str
    line: str
    suppressions: list[_Suppression] | None = None


class _Error(msgspec.Struct):
    line: int
    error: str


class _Stats(msgspec.Struct):
    files: _Count
    nosec: _Count
    found: _Count


class _Report(msgspec.Struct):
    errors: dict[str, list[_Error]] = msgspec.field(name="Golang errors")
    issues: list[_Issue] | None = msgspec.field(name="Issues")
    stats: _Stats = msgspec.field(name="Stats")
    version: str = msgspec.field(name="GosecVersion", default="")


class Gosec(Reader[Scan]):
    """Files are counted. Its SARIF leaves out that code did not compile; with `-quiet` a clean run writes no file."""

    def recognises(self, source: Source) -> bool:
        """By its keys."""
        return is_object_with(source, "Golang errors", "Issues", "Stats")

    def read(self, source: Source) -> Reading[Scan]:
        """What was found; the statistics must count what is listed. Code that does not compile is an error."""
        report = shape(source.json, _Report, "report of gosec")
        issues, stats = report.issues or [], report.stats
        listed = sum(not one.suppressions for one in issues)
        if stats.found != listed:
            raise refuse(f"it says {stats.found} issues, and lists {listed}")
        hidden = max(0, stats.nosec - (len(issues) - listed))
        broken = {name for name in report.errors if name}
        made = run(
            "gosec",
            [_finding(one) for one in issues],
            version=report.version,
            scanned=max(0, stats.files - len(broken)),
            suppressed={Severity.UNKNOWN: hidden},
            errors=[
                f"{name}:{one.line}: {one.error}" if name else one.error
                for name, said in report.errors.items()
                for one in said
            ],
        )
        return Reading(bounded([made]))


def _finding(one: _Issue) -> ScanFinding:
    line = _LINE.fullmatch(one.line)
    if line is None:
        raise refuse(f"{clip(one.file)}: line {clip(one.line, 20)!r} is no line")
    reasons = [said.justification or f"{said.kind}, without a reason" for said in one.suppressions or []]
    return finding(
        one.rule_id,
        severity_of("gosec", one.severity),
        one.details,
        level=one.severity,
        file=one.file,
        line=int(line[1]),
        suppressed="; ".join(reasons) or None,
    )
