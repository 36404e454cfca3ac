"""What every check of single objects has in common."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.check import Outcome
from readiness.evidence.manifests import Manifests
from readiness.evidence.model import Reason
from tests.checks.infrastructure.manifest_sets import CONFIG, Object, bad, forms_of, read_set, said, set_of
from tests.checks.infrastructure.single_objects import CHECKS, cron_job, deployment, judged

NAMES = sorted(CHECKS)
OF_CONTAINERS = sorted(CHECKS.keys() - {"cron-jobs", "labels", "secrets-in-manifests"})
NOT_OBEYED = "which is not obeyed here"
STRANGE: Object = {
    "apiVersion": "acme.example/v1",
    "kind": "Fleet",
    "metadata": {"name": "cars", "labels": {"app.kubernetes.io/name": "cars"}},
    "spec": {"engines": {"containers": [{"name": "v8", "image": "v8"}]}},
}
VALUES: list[Any] = [
    None,
    [],
    {},
    "",
    "x",
    0,
    -1,
    7,
    1.5,
    True,
    False,
    [{}],
    ["x"],
    {"x": "y"},
    [None],
    "{{ x }}",
]
JUNK = st.sampled_from(VALUES)


@pytest.mark.parametrize("check", NAMES)
def test_a_sound_release_passes(check: str) -> None:
    found = judged(check, set_of(deployment(), cron_job()))
    assert {finding.outcome for finding in found.findings} == {Outcome.PASS}, found.findings


@pytest.mark.parametrize("check", NAMES)
def test_an_empty_set_is_unproven(check: str) -> None:
    assert judged(check, Manifests(resources=())).reason is Reason.MISSING


@pytest.mark.parametrize("check", sorted(CHECKS.keys() - {"secrets-in-manifests"}))
def test_a_set_with_nothing_of_its_kind_is_not_applicable_with_the_count_searched(check: str) -> None:
    found = judged(check, set_of(CONFIG, {**CONFIG, "metadata": {"name": "more"}}))
    assert (found.outcome, found.findings[0].count) == (Outcome.NOT_APPLICABLE, 2)


@pytest.mark.parametrize("check", sorted(CHECKS.keys() - {"cron-jobs"}))
def test_containers_in_a_place_that_is_not_known_are_unproven(check: str) -> None:
    alone = judged(check, set_of(STRANGE))
    assert (alone.outcome, alone.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)
    assert judged(check, set_of(deployment(), STRANGE)).outcome is Outcome.UNPROVEN


@pytest.mark.parametrize("check", NAMES)
def test_how_a_set_is_written_does_not_matter(check: str) -> None:
    poor = {"name": "bare", "image": "shop", "env": [{"name": "TOKEN", "value": "abc"}], "livenessProbe": {}}
    objects = [
        deployment(),
        deployment(
            "poor", containers=[{**dict.fromkeys(("lifecycle", "securityContext", "resources")), **poor}]
        ),
        cron_job(schedule="x"),
        CONFIG,
    ]
    del objects[1]["metadata"]["labels"]
    objects[1]["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] = 1
    first, *others = [said(judged(check, manifests)) for manifests in forms_of(objects)]
    assert any(outcome in ("fail", "unproven") for outcome, *_ in first)
    assert all(other == first for other in others)


@pytest.mark.parametrize("check", OF_CONTAINERS)
def test_every_finding_names_an_object_that_a_waiver_can_name_and_a_place(check: str) -> None:
    manifests = set_of(
        deployment(
            terminationGracePeriodSeconds=0,
            hostNetwork=True,
            containers=[{"image": "shop", "resources": None, "securityContext": None, "livenessProbe": None}],
        ),
        deployment("other", containers=[{"readinessProbe": {}}]),
        cron_job(schedule="x"),
    )
    found = bad(judged(check, manifests))
    assert found
    for finding in found:
        assert finding.object in manifests.objects()
        assert finding.location is not None
        assert finding.location.line > 1
        assert finding.next


def test_an_annotation_for_another_tool_is_shown_and_not_obeyed() -> None:
    one = deployment(containers=[{"livenessProbe": None}])
    one["metadata"]["annotations"] = {
        "ignore-check.kube-linter.io/no-liveness-probe": "none needed",
        "polaris.fairwinds.com/livenessProbeMissing-exempt": "true",
        "polaris.fairwinds.com/other": "x",
    }
    found = judged("liveness-probe", set_of(one, deployment("good")))
    assert found.outcome is Outcome.FAIL
    notes = [finding.message for finding in found.findings if finding.note]
    linter, polaris = notes
    key = "ignore-check.kube-linter.io/no-liveness-probe"
    assert linter == f"Deployment/prod/shop asks kube-linter to look away ({key}), {NOT_OBEYED}"
    assert "asks Polaris to look away (polaris.fairwinds.com/livenessProbeMissing-exempt)" in polaris


def places(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in an object."""
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(place for key, value in children for place in places(value, (*path, key)))]


SOUND = deployment(initContainers=[{"name": "first", "image": "x", "restartPolicy": "Always"}])
PLACES = [path for path in places(SOUND) if len(path) > 1]


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(PLACES), JUNK)
def test_junk_in_any_place_is_never_an_error(path: tuple[Any, ...], junk: object) -> None:
    spoiled = copy.deepcopy(SOUND)
    node: Any = spoiled
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = junk
    try:
        manifests = read_set({"all.yaml": yaml.safe_dump(spoiled)})
    except TypeError:  # the reader refused it, and said why
        return
    for check in NAMES:
        found = judged(check, manifests)
        assert found.outcome is not Outcome.ERROR, (check, found.summary)
