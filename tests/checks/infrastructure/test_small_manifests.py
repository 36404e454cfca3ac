"""Small manifests, each with what one check must say of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from readiness.evidence.manifests import Manifests
from readiness.testing import judge_check, read_evidence
from tests.checks.infrastructure.small_manifests import CASES, Small


@pytest.mark.parametrize("case", CASES, ids=[f"{one.check}: {one.rule}" for one in CASES])
def test_a_small_manifest_is_judged_with_good_sense(tmp_path: Path, case: Small) -> None:
    (tmp_path / "a.yaml").write_text(case.text)
    whole = read_evidence("manifests", tmp_path, path="a.yaml").whole
    assert isinstance(whole.facts, Manifests), whole.message
    judged = judge_check(f"infrastructure/{case.check}", case.params, manifests=whole.facts)
    assert str(judged.outcome) in case.outcomes, [one.message for one in judged.findings]
