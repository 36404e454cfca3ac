"""The runs of a scan that answer one question, and all that makes them say less than they seem to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

from readiness.evidence.model import Reason, Value
from readiness.evidence.scan import Doubt, Purpose, Scan, ScanFinding, ScanRun, Severity

_WORDS = {
    "lint": "faults of style and use",
    "types": "faults of types",
    "complexity": "code that is too complex",
    "vulnerabilities": "known vulnerabilities",
    "static-analysis": "code that is open to attack",
    "secrets": "secrets",
    "infrastructure": "faults of infrastructure",
}


class Selection(Value, frozen=True):
    """The runs that count for a purpose, and the doubts about them."""

    runs: tuple[ScanRun, ...]
    doubts: tuple[Doubt, ...]

    @property
    def uncounted(self) -> tuple[str, ...]:
        """The tools that do not tell how much they looked at."""
        return tuple(dict.fromkeys(run.tool for run in self.runs if run.scanned is None))

    @property
    def scanned(self) -> int:
        """How many things were looked at, where that is told."""
        return sum(run.scanned or 0 for run in self.runs)

    @property
    def listed(self) -> tuple[ScanFinding, ...]:
        """The findings that count, as far as they are listed."""
        return tuple(one for run in self.runs for one in run.counted)

    @property
    def suppressed(self) -> int:
        """How many findings are suppressed."""
        return sum(sum(run.suppressed.values()) for run in self.runs)

    def counts(self, left_out: Iterable[ScanFinding] = ()) -> Mapping[Severity, int]:
        """How many findings count, by severity. Those of unknown severity are high; those left out do not count."""
        counts: Counter[Severity] = Counter()
        for run in self.runs:
            counts.update(run.counts)
        counts.subtract(one.severity for one in left_out)
        counts[Severity.HIGH] += counts.pop(Severity.UNKNOWN, 0)
        return counts

    def quiet(self) -> str:
        """What is suppressed, with an example, as a clause; empty when nothing is."""
        if not self.suppressed:
            return ""
        said = f"{amount(self.suppressed, 'findings')} suppressed"
        one = next((one for run in self.runs for one in run.findings if one.suppressed is not None), None)
        return f"{said}, such as {sentence(one)} ({one.suppressed})" if one else said

    def looked(self, found: str) -> str:
        """Who looked at how much and found what, and who does not tell how much."""
        silent = " and ".join(self.uncounted)
        untold = f"; the report of {silent} does not tell how much was looked at" if silent else ""
        return f"{self.told()}: {found}{untold}"

    def told(self) -> str:
        """Who looked at how much, as in `bandit looked at 12 files`."""
        looked: dict[tuple[str, str], int] = {}
        for run in self.runs:
            key = (run.tool, run.unit)
            looked[key] = looked.get(key, 0) + (run.scanned or 0)
        return ", ".join(
            f"{tool} looked at {amount(count, unit)}" if count else f"{tool} ran"
            for (tool, unit), count in looked.items()
        )


def sentence(one: ScanFinding) -> str:
    """The rule, what it is about, and what it says; and that its severity is not known."""
    parts = [part for part in (one.rule, f"in {one.object}" if one.object else "") if part]
    text = f"{' '.join(parts)}: {one.message}" if parts else one.message
    return f"{text} (severity not told)" if one.severity is Severity.UNKNOWN else text


def severities(counts: Mapping[Severity, int]) -> str:
    """The counts as a clause, the worst first."""
    told = [f"{count} {one.value}" for one in Severity if (count := counts.get(one, 0)) > 0]
    return ", ".join(told) or "nothing found"


def amount(count: int, things: str) -> str:
    """A number with its things, given in the plural: `1 file`, `2 dependencies`."""
    if count != 1:
        return f"{count} {things}"
    stem, ending = (things[:-3], "y") if things.endswith("ies") else (things[:-1], "")
    return f"1 {stem}{ending}"


def select(scan: Scan, purpose: Purpose, tools: Collection[str]) -> Selection:
    """The runs of tools that look for this, and of those that are named; names are compared without case.

    A named tool that did not run is a doubt, and so is one that nobody knows and nobody named. Runs of tools that look
    for something else do not count; when no other is there, that is a doubt too.
    """
    named = {tool.lower() for tool in tools}
    runs = tuple(run for run in scan.runs if purpose in run.purposes or run.tool.lower() in named)
    doubts = [*_absent(scan, tools), *_strangers(scan, purpose, named), *_none(scan, purpose, runs)]
    doubts += [doubt for run in runs for doubt in run.doubts()]
    return Selection(runs, tuple(doubts))


def _absent(scan: Scan, tools: Collection[str]) -> Iterator[Doubt]:
    ran = {run.tool.lower() for run in scan.runs}
    for tool in tools:
        if tool.lower() not in ran:
            there = ", ".join(dict.fromkeys(run.tool for run in scan.runs)) or "none"
            message = f"{tool} did not run: the tools that did are {there}"
            yield Doubt(Reason.MISSING, message, f"run {tool}, and name its report in the evidence")


def _strangers(scan: Scan, purpose: Purpose, named: Collection[str]) -> Iterator[Doubt]:
    strange = dict.fromkeys(
        run.tool for run in scan.runs if not run.purposes and run.tool.lower() not in named
    )
    for tool in strange:
        message = f"nobody here knows whether {tool} looks for {_WORDS[purpose]}"
        yield Doubt(Reason.INSUFFICIENT, message, f"if it does, name it: `tools: [{tool}]`")


def _none(scan: Scan, purpose: Purpose, runs: Collection[ScanRun]) -> Iterator[Doubt]:
    others = dict.fromkeys(run.tool for run in scan.runs if run.purposes)
    if not runs and others:
        message = f"{', '.join(others)} did not look for {_WORDS[purpose]}"
        yield Doubt(Reason.MISSING, message, "give this check the report of a tool that does")
