"""Real applications: what the gate says of each as it is, check by check."""

from __future__ import annotations

import shutil

import pytest
import yaml

from readiness.check.contract import slots_of
from readiness.evidence.manifests import Manifests
from readiness.plugins import discover
from readiness.testing import read_evidence
from tests.applications.applications import FOLDER, NAMES, application, faults, good, worth_telling

OF_CHARTS = "infrastructure/helm-chart"


def checks_of_manifests() -> set[str]:
    """Every check of the category that asks for manifests and nothing else, whatever they were rendered from."""
    checks = discover().checks
    ours = [id_ for id_ in checks if id_.startswith("infrastructure/") and id_ != OF_CHARTS]
    return {id_ for id_ in ours if [slot.facts for slot in slots_of(checks[id_])] == [Manifests]}


@pytest.mark.parametrize("name", NAMES)
def test_a_sound_application_is_go_by_every_check(name: str) -> None:
    card = good(name)
    assert (card.decision, card.score) == ("go", 100)
    assert not worth_telling(card)
    assert checks_of_manifests() <= {result.check for result in card.results}


@pytest.mark.parametrize("name", NAMES)
def test_what_is_said_of_a_sound_application_is_as_written(name: str) -> None:
    expected = yaml.safe_load((FOLDER / name / "expected.yaml").read_text())
    told = {one.check: {"outcome": str(one.outcome), "says": one.summary} for one in good(name).results}
    assert told == expected


def test_every_check_of_manifests_passes_somewhere_and_finds_a_fault_somewhere() -> None:
    passed = {one.check for name in NAMES for one in good(name).results if one.outcome == "pass"}
    found = {each.check for name in NAMES for fault in faults(name) for each in fault.expect}
    wanted = {*checks_of_manifests(), "deployment/rollout-plan"}
    assert (wanted - passed, wanted - found) == (set(), set())


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not here, which renders the overlay")
def test_the_overlay_renders_to_what_is_kept_beside_it() -> None:
    rendered = read_evidence("manifests", FOLDER, path="batch/overlays/prod", deadline="60s").whole.facts
    kept = read_evidence("manifests", FOLDER, path="batch/manifests").whole.facts
    assert isinstance(rendered, Manifests)
    assert isinstance(kept, Manifests)
    assert [one.body for one in rendered.resources] == [one.body for one in kept.resources]
    assert len(kept.resources) == len(yaml_documents("batch"))


def yaml_documents(name: str) -> list[object]:
    """The documents of an application, as another library reads them."""
    return [body for text in application(name).files.values() for body in yaml.safe_load_all(text)]
