"""What scanners found, how much they looked at, and what they could not do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Literal

from readiness.evidence.model import Facts, Reason, Value

Purpose = Literal[
    "lint", "types", "complexity", "vulnerabilities", "static-analysis", "secrets", "infrastructure"
]
"""What a scanner looks for."""


class Severity(StrEnum):
    """How bad a finding is, from worst to best; `unknown` is what a tool does not say, and no comfort."""

    CRITICAL = "critical"
    HIGH = "high"
    UNKNOWN = "unknown"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Severity).index(self)


class ScanFinding(Value, frozen=True, kw_only=True):
    """One thing that a scanner reports.

    `level` is the severity in the tool's own words. `object` is what it is about where that is no file: a package with
    its version, or a Kubernetes object. `fix` says whether there is one, None where the tool does not tell. `value` is
    the number that was measured. `suppressed` is why it does not count, None where it does.
    """

    rule: str
    severity: Severity
    message: str
    level: str = ""
    file: str = ""
    line: int | None = None
    object: str = ""
    fix: bool | None = None
    aliases: tuple[str, ...] = ()
    value: int | None = None
    suppressed: str | None = None


class Doubt(Value, frozen=True):
    """Why a run shows less than it seems to: a reason, a sentence, and what to do."""

    reason: Reason
    message: str
    next: str


class ScanRun(Value, frozen=True, kw_only=True):
    """One run of one tool.

    `purposes` are what it looks for, empty where the tool is not known. `scanned` is how many things of `unit` it
    looked at, None where the report does not tell. `errors` and `skipped` are the first of what it could not do and of
    what it left out; `error_count` and `skipped_count` count all. `counts` is exact, by severity; `findings` are the
    worst of them, then of the suppressed ones, as many as fit. `objects` are the Kubernetes objects that it looked at,
    and `left_out` those that it did not, both as `apiVersion Kind/name`, where the report lists each of them.
    """

    tool: str
    version: str = ""
    rules: str = ""
    database_at: datetime | None = None
    purposes: tuple[Purpose, ...] = ()
    scanned: int | None = None
    unit: str = "files"
    errors: tuple[str, ...] = ()
    error_count: int = 0
    skipped: tuple[str, ...] = ()
    skipped_count: int = 0
    counts: Mapping[Severity, int] = {}
    suppressed: Mapping[Severity, int] = {}
    findings: tuple[ScanFinding, ...] = ()
    objects: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def counted(self) -> tuple[ScanFinding, ...]:
        """The listed findings that are not suppressed, worst first."""
        return tuple(one for one in self.findings if one.suppressed is None)

    @property
    def unlisted(self) -> Mapping[Severity, int]:
        """How many findings count and are not listed, by severity."""
        listed = Counter(one.severity for one in self.counted)
        return {name: rest for name, count in self.counts.items() if (rest := count - listed[name]) > 0}

    def doubts(self) -> Iterator[Doubt]:
        """What went wrong, what was left out, and whether anything was looked at at all."""
        again = f"mend what {self.tool} stumbles over, and run it again"
        for text in self.errors:
            yield Doubt(Reason.INSUFFICIENT, f"{self.tool} ran into an error: {text}", again)
        if more := self.error_count - len(self.errors):
            yield Doubt(Reason.INSUFFICIENT, f"{self.tool} ran into {more} more errors", again)
        if self.skipped_count:
            some = "; ".join(self.skipped) + ("; ..." if self.skipped_count > len(self.skipped) else "")
            message = f"{self.tool} left out {self.skipped_count} {self.unit}: {some}"
            yield Doubt(
                Reason.INSUFFICIENT, message, "let it look at them, or take them out of what it is given"
            )
        if self.scanned == 0:
            message = f"{self.tool} looked at 0 {self.unit}, and what nobody looked at is not clean"
            yield Doubt(Reason.MISSING, message, "look at what the command selects: it found nothing to scan")


class Scan(Facts, frozen=True, kw_only=True):
    """The runs of one report, or of several."""

    kind: ClassVar[str] = "scan"
    runs: tuple[ScanRun, ...]

    def summary(self) -> Mapping[str, object]:
        """Of each run: the tool, what it looked at, and its counts by severity."""
        return {"runs": [_shown(run) for run in self.runs]}

    def objects(self) -> frozenset[str]:
        """The Kubernetes objects that findings are about."""
        found = (one.object for run in self.runs for one in run.findings)
        return frozenset(name for name in found if "/" in name and " " not in name)


def _shown(run: ScanRun) -> Mapping[str, object]:
    shown: dict[str, object] = {"tool": run.tool, "version": run.version}
    if run.database_at is not None:
        shown["database_at"] = run.database_at.isoformat()
    shown |= {
        "scanned": run.scanned,
        "unit": run.unit,
        "errors": run.error_count,
        "skipped": run.skipped_count,
    }
    shown |= {name.value: run.counts.get(name, 0) for name in Severity}
    return {**shown, "suppressed": sum(run.suppressed.values())}
