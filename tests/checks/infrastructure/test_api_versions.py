"""infrastructure/api-versions."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from readiness.check import Outcome
from readiness.evidence.manifests import Manifests
from readiness.evidence.model import Reason
from readiness.judge import Judgement
from readiness.testing import judge_check
from tests.checks.infrastructure.cross_sets import made, workload
from tests.checks.infrastructure.manifest_sets import CONFIG, Object, forms_of, said, set_of


def judged(manifests: Manifests, **params: object) -> Judgement:
    return judge_check("infrastructure/api-versions", params, manifests=manifests)


def of(api_version: str, kind: str) -> Object:
    if kind in ("CronJob", "Deployment"):
        template = {"spec": {"containers": [{"name": "a", "image": "x"}]}}
        nested = (
            {"jobTemplate": {"spec": {"template": template}}} if kind == "CronJob" else {"template": template}
        )
        return made(api_version, kind, "one", spec=nested)
    return made(api_version, kind, "one", spec={})


@pytest.mark.parametrize(
    ("api_version", "kind", "target", "outcome"),
    [
        ("apps/v1", "Deployment", "1.32", Outcome.PASS),
        ("extensions/v1beta1", "Deployment", "1.15", Outcome.WARN),
        ("extensions/v1beta1", "Deployment", "1.16", Outcome.FAIL),
        ("batch/v1beta1", "CronJob", "1.20", Outcome.PASS),
        ("batch/v1beta1", "CronJob", "1.21", Outcome.WARN),
        ("batch/v1beta1", "CronJob", "1.24", Outcome.WARN),
        ("batch/v1beta1", "CronJob", "1.25", Outcome.FAIL),
        ("batch/v1", "CronJob", "1.20", Outcome.FAIL),
        ("policy/v1beta1", "PodSecurityPolicy", "1.25", Outcome.FAIL),
        ("flowcontrol.apiserver.k8s.io/v1beta3", "FlowSchema", "1.31", Outcome.WARN),
        ("flowcontrol.apiserver.k8s.io/v1beta3", "FlowSchema", "1.32", Outcome.FAIL),
        ("v1", "Endpoints", "1.32", Outcome.PASS),
        ("v1", "Endpoints", "1.33", Outcome.WARN),
        ("v1", "Deployment", "1.32", Outcome.UNPROVEN),
        ("apps/v2", "Deployment", "1.32", Outcome.UNPROVEN),
        ("storage.k8s.io/v1alpha1", "Pool", "1.32", Outcome.UNPROVEN),
    ],
)
def test_a_version_is_judged_by_what_the_target_serves(
    api_version: str, kind: str, target: str, outcome: Outcome
) -> None:
    assert judged(set_of(of(api_version, kind)), target=target).outcome is outcome


@pytest.mark.parametrize(
    ("api_version", "target", "message"),
    [
        ("batch/v1beta1", "1.32", "is of batch/v1beta1, which Kubernetes serves no longer since 1.25"),
        ("batch/v1beta1", "1.22", "is of batch/v1beta1, which is deprecated since 1.21, and gone in 1.25"),
        ("batch/v1", "1.20", "is of batch/v1, which Kubernetes serves from 1.21 on, and not in 1.20"),
        ("batch/v3", "1.32", "is of batch/v3, in which no CronJob is known to be served"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(api_version: str, target: str, message: str) -> None:
    found = judged(set_of(CONFIG, of(api_version, "CronJob")), target=target)
    finding = next(one for one in found.findings if one.outcome is not Outcome.PASS)
    assert finding.message == f"CronJob/prod/one {message}"
    assert finding.location is not None
    assert finding.next


def test_what_is_deprecated_is_a_parameter() -> None:
    manifests = set_of(of("batch/v1beta1", "CronJob"))
    assert judged(manifests, target="1.22", deprecated="refused").outcome is Outcome.FAIL
    shown = judged(manifests, target="1.22", deprecated="shown")
    assert shown.outcome is Outcome.PASS
    assert shown.findings[0].note
    assert judged(manifests, target="1.25", deprecated="shown").outcome is Outcome.FAIL


def test_custom_resources_are_not_asked() -> None:
    found = judged(set_of(made("acme.io/v1alpha1", "Engine", "one")))
    assert found.outcome is Outcome.NOT_APPLICABLE
    assert (
        judged(set_of(made("gateway.networking.k8s.io/v1", "Gateway", "g"))).outcome is Outcome.NOT_APPLICABLE
    )


def test_a_target_beyond_the_table_is_not_shown() -> None:
    found = judged(set_of(workload()), target="1.99")
    assert (found.outcome, found.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)
    assert found.summary.startswith("what Kubernetes 1.99 serves is not known: the table ends with 1.")


@pytest.mark.parametrize("target", ["1", "v1.32", "1.032", "2.0", "1.32.1", "", 1.32])
def test_a_target_that_is_no_release_is_refused(target: object) -> None:
    with pytest.raises(ValidationError):
        judged(set_of(CONFIG), target=target)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(
        [("batch/v1beta1", "CronJob"), ("extensions/v1beta1", "Deployment"), ("v1", "Endpoints")]
    ),
    st.integers(9, 34),
    st.integers(0, 10),
)
def test_a_later_target_is_never_better_for_a_version_that_passes(
    what: tuple[str, str], target: int, later: int
) -> None:
    before, after = (
        judged(set_of(of(*what)), target=f"1.{minor}").outcome.rank for minor in (target, target + later)
    )
    assert after >= before


def test_how_a_set_is_written_does_not_matter() -> None:
    objects = [of("batch/v1beta1", "CronJob"), workload(), of("v1", "Endpoints"), CONFIG]
    first, *others = [said(judged(manifests)) for manifests in forms_of(objects)]
    assert all(other == first for other in others)
