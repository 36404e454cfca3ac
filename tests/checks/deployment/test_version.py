"""deployment/version."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from readiness.check import Artifact, Finding, Outcome, Release
from readiness.evidence.endpoint import Endpoint, FailedTry, HttpAnswer
from readiness.evidence.manifests import Manifests, Resource
from readiness.evidence.model import Reason
from readiness.evidence.project import Project
from readiness.judge import Judgement
from readiness.testing import judge_check

SHA = "sha256:" + "0" * 64


def release(version: str | None = "1.4.2", environment: str | None = "production", *images: str) -> Release:
    artifacts = tuple(Artifact(image) for image in images)
    return Release("shop", version, None, environment, artifacts)


def project(version: str | None, form: Any = "pyproject") -> Project:
    return Project(path=f"{form}.file", form=form, name="shop", version="0.1", released=version, line=7)


def running(*images: str) -> Manifests:
    containers = [{"name": f"c{n}", "image": image} for n, image in enumerate(images)]
    body = {"spec": {"containers": containers}}
    pod = Resource(api_version="v1", kind="Pod", name="shop", file="set.yaml", document=1, line=3, body=body)
    return Manifests(resources=(pod,))


def live(*bodies: Any, status: int = 200) -> Endpoint:
    answers = tuple(
        HttpAnswer(status=status, elapsed_ms=1.0, json=body, is_json=body is not None, attempt=n)
        for n, body in enumerate(bodies, 1)
    )
    return Endpoint(url="https://shop.test/version", http=answers)


def judged(given: Release, params: dict[str, object] | None = None, **facts: Any) -> Judgement:
    return judge_check("deployment/version", params, release=given, **facts)


def bad(judgement: Judgement) -> list[Finding]:
    return [finding for finding in judgement.findings if not finding.outcome.is_good]


def test_every_place_that_agrees_is_counted() -> None:
    found = judged(
        release("v1.4.2"),
        {"images": ["acme/shop"]},
        project=(project("1.4.2"), project("1.4.2", "package-json"), project("v1.4.2", "chart")),
        manifests=running("r.io/acme/shop:1.4.2", f"r.io/acme/shop:v1.4.2@{SHA}", "proxy:3"),
        endpoint=(live({"version": "1.4.2"}, {"version": "1.4.2"}),),
    )
    assert found.outcome is Outcome.PASS
    (finding,) = found.findings
    assert (finding.count, finding.message) == (7, "7 of 7 places say 1.4.2")


@pytest.mark.parametrize("same", ["1.4.2", "v1.4.2", "V1.4.2", " 1.4.2 ", "1.4.2.0"])
def test_the_same_version_may_be_written_in_many_ways(same: str) -> None:
    assert judged(release(), project=(project(same),)).outcome is Outcome.PASS


@pytest.mark.parametrize(
    "other", ["1.4.1", "1.4", "1.4.20", "1.4.2rc1", "1.4.2.post1", "1.4.2+dirty", "2!1.4.2"]
)
def test_another_version_fails_with_its_place(other: str) -> None:
    found = judged(release(), project=(project(other), project("1.4.2")))
    assert found.outcome is Outcome.FAIL
    (finding,) = bad(found)
    assert finding.message == f"pyproject.file: project.version: says {other}, and the release is 1.4.2"
    assert finding.location is not None
    assert (finding.location.file, finding.location.line) == ("pyproject.file", 7)
    assert (finding.observed, finding.expected) == (other, "1.4.2")
    assert found.findings[-1].count == 1


@pytest.mark.parametrize(
    "odd",
    ["main", "", "1.4.2-SNAPSHOT", "1.4.2-4", "latest", "9" * 5000, "1.4.2-1+b", "\u0661.\u0664.\u0662"],
)
def test_what_is_no_version_is_unproven_wherever_it_stands(odd: str) -> None:
    found = judged(release(), project=(project(odd),))
    assert (found.outcome, found.reason) == (Outcome.UNPROVEN, Reason.MALFORMED)
    assert bad(found)[0].location is not None
    own = judged(release(odd or "x"), project=(project(odd or "x"),))
    assert (own.outcome, own.reason) == (Outcome.UNPROVEN, Reason.MALFORMED)
    assert own.summary.startswith("release.version: ")


@pytest.mark.parametrize("version", [None, ""])
def test_a_release_without_a_version_is_missing(version: str | None) -> None:
    found = judged(release(version), project=(project("1.4.2"),))
    assert (found.outcome, found.reason) == (Outcome.UNPROVEN, Reason.MISSING)
    assert found.summary == "release.version is not set"


def test_a_version_alone_proves_nothing() -> None:
    found = judged(release())
    assert (found.outcome, found.reason) == (Outcome.UNPROVEN, Reason.MISSING)
    assert "a version alone proves nothing" in found.summary


@pytest.mark.parametrize(
    ("version", "kind"),
    [("1.4.2-rc.1", "pre-release"), ("1.4.2a1", "pre-release"), ("1.4.2.dev3", "development version")],
)
@pytest.mark.parametrize("environment", ["production", "Production", "prod", None])
def test_an_unfinished_version_may_not_go_to_production(
    version: str, kind: str, environment: str | None
) -> None:
    found = judged(release(version, environment), project=(project(version),))
    assert found.outcome is Outcome.FAIL
    assert found.summary.startswith(f"{version} is a {kind}")
    assert found.findings[-1].outcome is Outcome.PASS


def test_an_unfinished_version_may_go_elsewhere_or_where_it_is_allowed() -> None:
    unfinished = (project("1.4.2rc1"),)
    assert judged(release("1.4.2-rc.1", "staging"), project=unfinished).outcome is Outcome.PASS
    allowed = judged(release("1.4.2-rc.1"), {"pre-release": "allowed"}, project=unfinished)
    assert allowed.outcome is Outcome.PASS


def test_a_project_file_that_states_no_version_is_missing() -> None:
    found = judged(release(), project=(project(None, "chart"),))
    assert (found.outcome, found.reason) == (Outcome.UNPROVEN, Reason.MISSING)
    assert found.summary == "chart.file: appVersion: is not stated"


def test_the_images_of_the_release_are_its_artifacts_unless_they_are_named() -> None:
    facts = running("r.io:5000/shop:1.4.2", "other:9")
    assert judged(release("1.4.2", "production", "r.io:5000/shop:x"), manifests=facts).outcome is Outcome.PASS
    assert judged(release(), {"images": ["other"]}, manifests=facts).outcome is Outcome.FAIL


@pytest.mark.parametrize(
    ("image", "outcome", "said"),
    [
        ("shop:1.4.1", Outcome.FAIL, "says 1.4.1"),
        ("shop", Outcome.UNPROVEN, "has no tag"),
        (f"shop@{SHA}", Outcome.UNPROVEN, "has no tag"),
        ("shop:$TAG", Outcome.UNPROVEN, "cannot be read: '$TAG' is no tag"),
        ("shop:main", Outcome.UNPROVEN, "'main' is no version"),
        ("myshop:1.4.2", Outcome.UNPROVEN, "the image shop: is in no container of the set"),
    ],
)
def test_the_tag_of_an_image_is_compared(image: str, outcome: Outcome, said: str) -> None:
    facts = running("side:1", image)
    found = judged(release(), {"images": ["shop"]}, manifests=facts)
    assert found.outcome is outcome
    (finding,) = bad(found)
    assert said in finding.message
    assert finding.object is None or finding.object in facts.objects()


def test_manifests_without_a_named_image_are_missing() -> None:
    found = judged(release(), manifests=running("shop:1.4.2"), project=(project("1.4.2"),))
    assert (found.outcome, found.reason) == (Outcome.UNPROVEN, Reason.MISSING)
    assert "no image of the release is named" in found.summary


def test_the_field_of_the_endpoint_may_be_named() -> None:
    body = {"build": {"version": "1.4.2"}}
    field: dict[str, object] = {"endpoint-field": "build.version"}
    assert judged(release(), field, endpoint=(live(body),)).outcome is Outcome.PASS
    assert judged(release(), endpoint=(live(body),)).reason is Reason.MISSING


def test_every_answer_counts() -> None:
    found = judged(release(), endpoint=(live({"version": "1.4.2"}, {"version": "1.4.1"}),))
    assert found.outcome is Outcome.FAIL
    assert found.summary == "https://shop.test/version (try 2): version: says 1.4.1, and the release is 1.4.2"


@pytest.mark.parametrize(
    ("endpoint", "reason", "said"),
    [
        (live({"version": "1.4.2"}, status=503), Reason.MALFORMED, "answered 503"),
        (live(None), Reason.MALFORMED, "did not answer with JSON"),
        (live({"version": 1.4}), Reason.MALFORMED, "version is no text"),
        (live({"version": None}), Reason.MALFORMED, "version is no text"),
        (live(["1.4.2"]), Reason.MISSING, "holds no version"),
        (Endpoint(url="tcp://x"), Reason.MISSING, "was not asked over HTTP"),
        (
            Endpoint(
                url="u",
                failures=(FailedTry(attempt=1, elapsed_ms=1, reason=Reason.UNREACHABLE, message="refused"),),
            ),
            Reason.UNREACHABLE,
            "u (try 1): refused",
        ),
    ],
)
def test_an_endpoint_that_tells_no_version_is_unproven(endpoint: Endpoint, reason: Reason, said: str) -> None:
    found = judged(release(), project=(project("1.4.2"),), endpoint=(endpoint,))
    assert (found.outcome, found.reason) == (Outcome.UNPROVEN, reason)
    assert said in found.summary


@pytest.mark.parametrize(
    "params", [{"images": ["shop:1"]}, {"images": [""]}, {"images": [f"a@{SHA}"]}, {"endpoint-field": "a..b"}]
)
def test_params_that_cannot_be_meant_are_refused(params: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        judged(release(), params)


def test_an_image_may_be_named_with_a_port() -> None:
    images: dict[str, object] = {"images": ["localhost:5000/shop"]}
    assert judged(release(), images, manifests=running("localhost:5000/shop:1.4.2")).outcome is Outcome.PASS


VERSIONS = st.sampled_from(["1.4.2", "v1.4.2", "1.4.1", "1.4.2rc1", "main", "", None])


@settings(max_examples=40, deadline=None)
@given(st.lists(VERSIONS, max_size=3), VERSIONS)
def test_one_voice_more_never_makes_a_disagreement_good(versions: list[str | None], more: str | None) -> None:
    before = judged(release(), project=tuple(project(version) for version in versions))
    after = judged(release(), project=tuple(project(version) for version in [*versions, more]))
    if versions:
        assert after.outcome.rank >= before.outcome.rank
    agree = all(version in ("1.4.2", "v1.4.2") for version in [*versions, more])
    assert (after.outcome is Outcome.PASS) is agree
