"""Cargo's JSON (`cargo clippy --message-format=json`): one object a line."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import msgspec

from readiness.evidence.scan import Scan, ScanFinding
from readiness.readers.base import Reader, Reading
from readiness.readers.scan._lines import begins_with_line_of, objects_of
from readiness.readers.scan._made import bounded, finding, refuse, run
from readiness.readers.scan._severity import severity_of
from readiness.readers.source import Source
from readiness.readers.strict_json import shape

_AGAIN = (
    "keep all that cargo writes: "
    "cargo clippy --workspace --all-targets --message-format=json > reports/clippy.json"
)
_OWN = "path+file:"
_SUMMARY = "aborting due to"
_LANGUAGE = re.compile(r"E[0-9]{4}", re.ASCII)
"""The codes of errors of the language; lints have names."""
_REMARKS = {"note", "help", "failure-note"}


class _Span(msgspec.Struct):
    file_name: str
    line_start: int
    is_primary: bool


class _Code(msgspec.Struct):
    code: str


class _Diagnostic(msgspec.Struct):
    level: str
    message: str
    spans: list[_Span]
    code: _Code | None = None


class _Said(NamedTuple):
    """A diagnostic at its place."""

    level: str
    rule: str
    message: str
    file: str
    line: int | None

    @property
    def is_broken(self) -> bool:
        """Whether no lint speaks: the code was not understood, and what follows was not looked at."""
        return self.level.startswith("error") and (
            not self.rule or _LANGUAGE.fullmatch(self.rule) is not None
        )


class _Target(msgspec.Struct):
    kind: list[str]
    name: str


class _Line(msgspec.Struct):
    reason: str
    package_id: str = ""
    target: _Target | None = None
    message: dict[str, Any] | None = None
    success: bool | None = None


class Cargo(Reader[Scan]):
    """What rustc and Clippy found. Targets of packages that have a path are counted: crates of registries are not.

    The same finding in a library and in its tests counts once. `cargo check` writes the same without Clippy's rules,
    and nothing tells the one from the other where nothing was found: so the tool is called cargo.
    """

    def recognises(self, source: Source) -> bool:
        """By the `reason` of its first line."""
        return begins_with_line_of(source, "reason") and (
            begins_with_line_of(source, "package_id") or begins_with_line_of(source, "success")
        )

    def read(self, source: Source) -> Reading[Scan]:
        """What was found; Unproven without the line that ends it. A build that failed is an error of the run."""
        lines = [
            shape(data, _Line, f"message of cargo in line {number}")
            for number, data in objects_of(source, _AGAIN)
        ]
        if not lines or lines[-1].reason != "build-finished" or lines[-1].success is None:
            raise refuse("it does not end with `build-finished`: cargo was stopped, or it was cut", _AGAIN)
        said = dict.fromkeys(_said(line) for line in lines if line.reason == "compiler-message")
        told = [one for one in said if not one.message.startswith(_SUMMARY)]
        errors = [f"{one.file}:{one.line or 0}: {one.message}" for one in told if one.is_broken]
        if not lines[-1].success and not errors:
            errors.append(
                "the build did not succeed, and what needs the packages that failed was not looked at"
            )
        scanned = len({_target(line) for line in lines if _is_own_target(line)})
        found = [_finding(one) for one in told if not one.is_broken and one.level not in _REMARKS]
        made = run("cargo", found, purposes=("lint",), scanned=scanned, unit="targets", errors=errors)
        return Reading(bounded([made]))


def _said(line: _Line) -> _Said:
    one = shape(line.message, _Diagnostic, "diagnostic of rustc")
    first = next((span for span in one.spans if span.is_primary), None)
    rule = one.code.code if one.code else ""
    return _Said(
        one.level, rule, one.message, first.file_name if first else "", first.line_start if first else None
    )


def _is_own_target(line: _Line) -> bool:
    """Whether a target of a package with a path came out; the script that builds it is none that is shipped."""
    is_made = line.reason == "compiler-artifact" and _OWN in line.package_id
    return is_made and line.target is not None and "custom-build" not in line.target.kind


def _target(line: _Line) -> tuple[str, str]:
    return line.package_id, repr(line.target and (line.target.kind, line.target.name))


def _finding(one: _Said) -> ScanFinding:
    severity = severity_of("cargo", one.level)
    return finding(one.rule, severity, one.message, level=one.level, file=one.file, line=one.line)
