"""What the reports of scanners are for: which question each of them answers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from readiness.evidence.scan import Purpose, Scan
from readiness.init.looker import Confirmed
from readiness.init.words import told
from readiness.readers.base import AnyKind, Context

MOST = 60
ENTRIES: Mapping[Purpose, str] = {
    "lint": "lint",
    "types": "types",
    "complexity": "complexity",
    "vulnerabilities": "vulnerabilities",
    "static-analysis": "sast",
    "secrets": "secrets",
    "infrastructure": "infra-scan",
}
"""What the policy calls a report, by what its tool looks for."""
SCHEMA = "schema"
_BY_NAME = (
    ("vulnerabilities", re.compile(r"vuln|audit|trivy|grype|\bosv")),
    ("secrets", re.compile("secrets|leaks")),
    ("sast", re.compile("bandit|semgrep|codeql|sast")),
    ("types", re.compile("mypy|pyright|types")),
    ("infra-scan", re.compile("kube|hadolint|checkov|polaris|zizmor")),
)
_NOTHING_FOUND = re.compile(r"it is an empty list")


class Report(NamedTuple):
    """One report for one entry of the policy. `keys` are what its evidence needs beside its path."""

    entry: str
    file: str
    format: str
    problem: str = ""
    keys: str = ""


class Sorter:
    """Reads reports as the gate would, and tells what they are for."""

    def __init__(self, kind: AnyKind, formats: Sequence[str], context: Context) -> None:
        self._kind, self._formats, self._context = kind, formats, context
        self.notes: list[str] = []

    def reports(self, confirmed: Sequence[Confirmed]) -> Iterator[Report]:
        """One for each question that a report answers."""
        if len(confirmed) > MOST:
            self.notes.append(f"only {MOST} of {len(confirmed)} reports of scanners were read")
        for one in confirmed[:MOST]:
            if one.problem and not _NOTHING_FOUND.search(one.problem):
                yield Report(_by_name(one.file), one.file, one.format, one.problem)
            else:
                yield from self._read(one)

    def _read(self, one: Confirmed) -> Iterator[Report]:
        format_ = self._format_in(one.file) if one.problem else None
        if one.problem and format_ is None:
            yield Report(_by_name(one.file), one.file, one.format, one.problem)
            return
        spec = {"kind": "scan", "path": one.file} | ({"format": format_} if format_ else {})
        for item in self._kind.collect(self._kind.spec.model_validate(spec), self._context):
            keys = f"format: {format_}" if format_ else ""
            if isinstance(item.facts, Scan):
                yield from self._answers(one.file, item.provenance.format, item.facts, keys)
            else:
                problem = f"{PurePosixPath(one.file).name}: {item.message}"
                yield Report(_by_name(one.file), one.file, one.format, problem, keys)

    def _format_in(self, file: str) -> str | None:
        """The one format that the name of the file names, such as `gitleaks.json`."""
        name = PurePosixPath(file).name.lower()
        named = [format_ for format_ in self._formats if format_ in name]
        return max(named, key=len) if named else None

    def _answers(self, file: str, format_: str, scan: Scan, keys: str) -> Iterator[Report]:
        if format_.startswith("kubeconform"):
            yield Report(SCHEMA, file, format_, keys=keys)
            return
        for purpose in dict.fromkeys(purpose for run in scan.runs for purpose in run.purposes):
            yield Report(ENTRIES[purpose], file, format_, keys=keys)
        strange = [run.tool for run in scan.runs if not run.purposes]
        if strange:
            self.notes.append(
                f"{told(file)} is of {told(strange[0])}, and what that looks for is not known here: add it by hand, "
                "and name it under `tools` of its check"
            )


def _by_name(file: str) -> str:
    name = PurePosixPath(file).name.lower()
    return next((entry for entry, words in _BY_NAME if words.search(name)), ENTRIES["lint"])
