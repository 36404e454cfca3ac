"""What docs/operations.md and docs/chaos-format.md say is true."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pytest

from readiness.evidence.chaos import Chaos
from readiness.evidence.statement import Statement
from readiness.plugins import discover
from readiness.policy.resolve import resolve
from readiness.readers.formats import formats_of
from readiness.testing import read_evidence
from tests.pages import Page
from tests.support import ROOT

CHAOS, OPERATIONS = (Page(ROOT / "docs" / f"{name}.md") for name in ("chaos-format", "operations"))
REGISTRY = discover()


def test_the_policy_resolves(tmp_path: Path) -> None:
    text = next(fence.text for fence in OPERATIONS.fences("yaml") if fence.text.startswith("readiness: 1"))
    (tmp_path / "policy.yaml").write_text(text)
    policy = resolve(str(tmp_path / "policy.yaml"), REGISTRY, {}, datetime(2026, 11, 21, tzinfo=UTC))
    assert (len(policy.rules), policy.notes) == (6, ())


def test_the_example_of_trials_is_read_as_it_is_told(tmp_path: Path) -> None:
    (fence,) = CHAOS.fences("json")
    (tmp_path / "chaos.json").write_text(fence.text)
    facts = read_evidence("chaos", tmp_path, path="chaos.json").whole.facts
    assert isinstance(facts, Chaos)
    assert [trial.recovery_s for trial in facts.experiments[0].trials] == [40, 35, None]


def test_the_example_of_a_statement_is_read_as_it_is_told(tmp_path: Path) -> None:
    text = next(fence.text for fence in OPERATIONS.fences("yaml") if fence.text.startswith("schema:"))
    (tmp_path / "rota.yaml").write_text(text)
    assert isinstance(read_evidence("statement", tmp_path, path="rota.yaml").whole.facts, Statement)


def test_every_class_of_faults_is_told_with_its_words() -> None:
    classes = import_module("readiness.checks.operations._chaos_faults").CLASSES
    told = {row[0].strip("`"): f"{row[1]} {row[2]}" for row in CHAOS.rows("By which words a fault is known")}
    assert told.keys() == classes.keys()
    for name in ("pod-kill", "network-loss", "network-partition", "clock"):
        words = set(told[name].replace(",", " ").split())
        assert {word for group in classes[name] for word in group} - words <= {"connections"}


@pytest.mark.parametrize(
    ("page", "heading", "kind"),
    [
        (CHAOS, "What is read", "chaos"),
        (OPERATIONS, "Bills of materials", "sbom"),
        (OPERATIONS, "Audit logs", "audit-log"),
    ],
)
def test_every_format_is_told(page: Page, heading: str, kind: str) -> None:
    assert {row[0].strip("`") for row in page.rows(heading)} == set(formats_of(REGISTRY.kinds[kind], {}))
