"""infrastructure/image-registry."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from readiness.check import Outcome
from readiness.evidence.model import Reason
from readiness.judge import Judgement
from readiness.testing import judge_check
from tests.checks.infrastructure.manifest_sets import bad, set_of, workload

ALLOW = ("registry.acme.example", "ghcr.io/acme", "localhost:5000", "docker.io/library")


def judged(*images: str, allow: tuple[str, ...] = ALLOW) -> Judgement:
    manifests = set_of(workload(containers=[{"image": image} for image in images]))
    return judge_check("infrastructure/image-registry", {"allow": list(allow)}, manifests=manifests)


@pytest.mark.parametrize(
    "image",
    [
        "registry.acme.example/shop:1",
        "REGISTRY.acme.example/a/b/c",
        "ghcr.io/acme/shop",
        "ghcr.io/acme/deep/shop@sha256:" + "0" * 64,
        "localhost:5000/x",
        "nginx",
        "docker.io/nginx",
        "index.docker.io/library/nginx:1",
    ],
)
def test_an_image_below_an_allowed_place_passes(image: str) -> None:
    assert judged(image).summary == "1 container with an image of an allowed registry"


@pytest.mark.parametrize(
    ("image", "observed"),
    [
        ("quay.io/acme/shop", "quay.io/acme/shop"),
        ("registry.acme.example.evil.io/shop", "registry.acme.example.evil.io/shop"),
        ("registry.acme.example:444/shop", "registry.acme.example:444/shop"),
        ("ghcr.io/acme-evil/shop", "ghcr.io/acme-evil/shop"),
        ("ghcr.io/other/acme", "ghcr.io/other/acme"),
        ("acme/shop", "docker.io/acme/shop"),
        ("localhost/x", "localhost/x"),
    ],
)
def test_any_other_image_fails(image: str, observed: str) -> None:
    found = judged("nginx", image)
    (finding,) = bad(found)
    assert (finding.outcome, finding.observed) == (Outcome.FAIL, observed)
    assert finding.message.endswith(f"has an image of {observed.partition('/')[0]}, which is not allowed")


def test_an_image_that_was_not_rendered_is_unproven() -> None:
    assert judged("registry.acme.example/shop:$TAG").reason is Reason.MALFORMED


def test_other_names_of_docker_hub_may_be_allowed() -> None:
    assert judged("acme/shop", allow=("index.docker.io/acme",)).outcome is Outcome.PASS


@pytest.mark.parametrize(
    "allow", [(), ("acme",), ("",), ("*.acme.example",), ("https://acme.example",), ("a.b/",)]
)
def test_what_is_no_registry_is_refused(allow: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError):
        judged("nginx", allow=allow)
