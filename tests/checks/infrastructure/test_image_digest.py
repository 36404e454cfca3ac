"""infrastructure/image-digest."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.check import Artifact, Outcome, Release
from readiness.evidence.model import Reason
from readiness.judge import Judgement
from readiness.testing import judge_check
from tests.checks.infrastructure.manifest_sets import bad, set_of, workload

SHA, OTHER = "sha256:" + "0" * 64, "sha256:" + "1" * 64


def judged(*images: object, artifacts: tuple[Artifact, ...] = (), **pod: Any) -> Judgement:
    containers = [{"image": image} for image in images]
    return judge_check(
        "infrastructure/image-digest",
        release=Release("shop", artifacts=artifacts),
        manifests=set_of(workload(containers=containers, **pod)),
    )


@pytest.mark.parametrize("image", [f"app@{SHA}", f"app:1.2@{SHA}", f"r.io:5000/a/b:latest@{SHA}"])
def test_a_digest_passes(image: str) -> None:
    assert judged(image).summary == "1 container with an image pinned by its digest"


@pytest.mark.parametrize("image", ["app", "app:1.2.3", "r.io:5000/app"])
def test_a_tag_alone_fails(image: str) -> None:
    found = judged(image)
    assert (found.outcome, found.summary) == (
        Outcome.FAIL,
        "Deployment/prod/shop:c0 has an image that is not pinned by a digest",
    )


@pytest.mark.parametrize("image", ["app@sha256:12", "app:", "APP@" + SHA, "", None])
def test_what_is_no_image_fails(image: object) -> None:
    assert judged(image).outcome is Outcome.FAIL


@pytest.mark.parametrize("image", ["app@$DIGEST", "{{ .image }}", "app@sha256:<digest>"])
def test_an_image_that_was_not_rendered_is_unproven(image: str) -> None:
    found = judged(image)
    assert (found.outcome, found.reason) == (Outcome.UNPROVEN, Reason.MALFORMED)


def test_init_containers_and_image_volumes_count() -> None:
    volumes = [{"name": "model", "image": {"reference": "models/big:1"}}]
    found = judged(f"app@{SHA}", initContainers=[{"name": "once", "image": "busybox:1"}], volumes=volumes)
    assert {finding.object for finding in bad(found)} == {
        "Deployment/prod/shop:once",
        "Deployment/prod/shop:model",
    }


def test_an_image_of_the_release_must_have_the_digest_of_the_release() -> None:
    artifacts = (Artifact("registry.acme/shop:1.2", SHA), Artifact("nginx", SHA))
    good = judged(f"registry.acme/shop@{SHA}", f"docker.io/library/nginx:1@{SHA}", artifacts=artifacts)
    assert good.outcome is Outcome.PASS
    found = judged(f"registry.acme/shop@{OTHER}", f"nginx@{SHA}", f"redis@{OTHER}", artifacts=artifacts)
    (finding,) = bad(found)
    assert finding.message == "Deployment/prod/shop:c0 runs another registry.acme/shop than the release names"
    assert (finding.observed, finding.expected) == (OTHER, SHA)


def test_an_artifact_that_no_container_runs_is_noted() -> None:
    found = judged(f"redis@{SHA}", artifacts=(Artifact("registry.acme/shop", SHA), Artifact("chart")))
    notes = [finding.message for finding in found.findings if finding.note]
    assert found.outcome is Outcome.PASS
    assert notes == ["registry.acme/shop is an artifact of the release that no container of the set runs"]
