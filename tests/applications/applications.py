"""Whole applications, as test data: their manifests, and what the gate says of them and of changed copies."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from readiness.assess import assess
from readiness.check import Finding, Outcome
from readiness.gather import Live
from readiness.plugins import discover
from readiness.policy.resolve import resolve
from readiness.policy.rules import Policy
from readiness.scorecard import Scorecard
from tests.support import FIXTURES

FOLDER = FIXTURES / "applications"
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
Files = Mapping[str, str]
NAMES = ("batch", "edge", "store", "web-shop")


@dataclass(frozen=True)
class Application:
    """One application: its policy, and its manifests by their paths."""

    name: str
    policy: Policy
    files: Files

    def judged(self, files: Files | None = None) -> Scorecard:
        """The verdict of the whole gate on the manifests, or on others in their place."""
        with tempfile.TemporaryDirectory() as root:
            for path, text in (self.files if files is None else files).items():
                place = Path(root) / path
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text(text)
            return assess(self.policy, Live(Path(root), {}), NOW)


@cache
def application(name: str) -> Application:
    """One of them, by the name of its folder."""
    folder = FOLDER / name
    policy = resolve(str(folder / "policy.yaml"), discover(), {}, NOW)
    found = sorted(folder.glob("manifests/*.yaml"))
    return Application(name, policy, {str(one.relative_to(folder)): one.read_text() for one in found})


@cache
def good(name: str) -> Scorecard:
    """What the gate says of an application as it is."""
    return application(name).judged()


@dataclass(frozen=True)
class Expected:
    """One finding that a fault must bring: `says` is a part of its message, `at` one of the line that it names."""

    check: str
    object: str
    says: str
    at: str
    outcome: str = "fail"

    def is_met_by(self, check: str, finding: Finding, files: Files) -> bool:
        """Whether a finding is this one, at its place."""
        told = (check, finding.object or "", "note" if finding.note else str(finding.outcome))
        is_it = told == (self.check, self.object, self.outcome) and self.says in finding.message
        return is_it and self.at in line_of(finding, files)


@dataclass(frozen=True)
class Edit:
    """A change of one object: what is replaced stands in it just once."""

    inside: str
    replace: str
    by: str

    def applied(self, files: Files) -> Files:
        """The files with the change; ValueError where it does not fit."""
        for path, text in files.items():
            documents = text.split("\n---\n")
            for number, document in enumerate(documents):
                if identity_of(document) == self.inside:
                    if document.count(self.replace) != 1:
                        raise ValueError(f"{self.replace!r} is not there once in {self.inside}")
                    documents[number] = document.replace(self.replace, self.by)
                    return {**files, path: "\n---\n".join(documents)}
        raise ValueError(f"there is no {self.inside}")


@dataclass(frozen=True)
class Fault:
    """One fault: the changes that make it, and all that must be found then."""

    name: str
    edits: tuple[Edit, ...]
    expect: tuple[Expected, ...]

    def applied(self, files: Files) -> Files:
        """The files with the fault."""
        for edit in self.edits:
            files = edit.applied(files)
        return files


@cache
def faults(name: str, file: str = "faults.yaml") -> tuple[Fault, ...]:
    """The faults of an application."""
    written = yaml.safe_load((FOLDER / name / file).read_text())
    return tuple(
        Fault(
            one["name"],
            tuple(Edit(edit["in"], edit["replace"], edit["with"]) for edit in one.get("edits", [one])),
            tuple(Expected(**each) for each in one["expect"]),
        )
        for one in written
    )


@cache
def identity_of(document: str) -> str:
    """`Kind/namespace/name` of a document in YAML."""
    body: Any = yaml.safe_load(document)
    meta = body["metadata"]
    parts = (body["kind"], meta.get("namespace"), meta["name"])
    return "/".join(part for part in parts if part)


def line_of(finding: Finding, files: Files) -> str:
    """The line that a finding names; empty where it names none."""
    place = finding.location
    return files[place.file].splitlines()[place.line - 1] if place is not None else ""


def findings(card: Scorecard) -> Iterator[tuple[str, Finding]]:
    """Every finding with its check."""
    for result in card.results:
        for finding in result.findings:
            yield result.check, finding


def worth_telling(card: Scorecard) -> list[tuple[str, Finding]]:
    """What is not good, and the notes."""
    fine = (Outcome.PASS, Outcome.NOT_APPLICABLE)
    return [(check, one) for check, one in findings(card) if one.note or one.outcome not in fine]


def said(card: Scorecard, check: str) -> list[tuple[object, ...]]:
    """The findings of a check without their places, in no order."""
    return sorted(
        (
            f.outcome,
            f.reason or "",
            f.object or "",
            f.message,
            f.observed,
            f.expected,
            f.count,
            f.note,
            f.next,
        )
        for one, f in findings(card)
        if one == check
    )
