"""infrastructure/image-tag."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.check import Outcome
from readiness.evidence.manifests import Manifests
from readiness.evidence.model import Reason
from readiness.judge import Judgement
from readiness.testing import judge_check, read_evidence
from tests.checks.infrastructure.manifest_sets import CONFIG, bad, forms_of, said, set_of, workload
from tests.support import SHARED

SHA = "sha256:" + "0" * 64
GOOD = [
    "app:1.2.3",
    "localhost:5000/app:1",
    f"app@{SHA}",
    f"app:latest@{SHA}",
    f"r.io:5000/a/b:v1@{SHA}",
    "app:latest-1",
]
FAILING = [
    "app",
    "app:latest",
    "app:Latest",
    "localhost:5000/app",
    "app:",
    "App:1",
    "app:1 2",
    "app@sha256:12",
]
UNRENDERED = ["app:$TAG", "app:${TAG}", "$IMAGE", "app:$(TAG)", "{{ .Values.image }}", "app:<tag>"]


def judged(manifests: Manifests, **params: object) -> Judgement:
    return judge_check("infrastructure/image-tag", params, manifests=manifests)


def of(image: object) -> Manifests:
    return set_of(workload(containers=[{"name": "web", "image": image}]))


@pytest.mark.parametrize("image", GOOD)
def test_a_fixed_tag_or_a_digest_passes(image: str) -> None:
    found = judged(of(image))
    assert (found.outcome, found.summary) == (Outcome.PASS, "1 container with a fixed tag or a digest")


@pytest.mark.parametrize("image", FAILING)
def test_a_moving_absent_or_impossible_tag_fails_with_name_and_place(image: str) -> None:
    manifests = of(image)
    found = judged(manifests)
    assert found.outcome is Outcome.FAIL
    (finding,) = bad(found)
    assert finding.object == "Deployment/prod/shop:web"
    assert finding.object in manifests.objects()
    assert finding.observed == image
    assert finding.location is not None
    assert finding.location.file == "set/all.yaml"
    assert finding.next


@pytest.mark.parametrize("image", UNRENDERED)
def test_a_variable_that_was_not_filled_in_is_unproven(image: str) -> None:
    found = judged(of(image))
    assert (found.outcome, found.reason) == (Outcome.UNPROVEN, Reason.MALFORMED)
    assert "was not rendered" in found.summary


PLACEHOLDERS = [
    *(
        "REPLACE_ME",
        "__TAG__",
        "_VERSION_",
        "TODO",
        "todo",
        "tbd",
        "changeme",
        "change-me",
        "IMAGE_TAG",
        "image-tag",
    ),
    *(
        "xxx",
        "XX",
        "x.y.z",
        "vX.Y.Z",
        "placeholder",
        "your-version-here",
        "put_version_here",
        "replace-with-sha",
    ),
    *(
        "undefined",
        "null",
        "none",
        "version",
        "GIT_SHA",
        "CI_COMMIT_SHA",
        "BUILD_NUMBER",
        "APP_VERSION",
        "unset",
    ),
]


@pytest.mark.parametrize("tag", PLACEHOLDERS)
def test_a_placeholder_is_no_version(tag: str) -> None:
    found = judged(of(f"registry.acme/shop:{tag}"))
    assert (found.outcome, found.reason) == (Outcome.UNPROVEN, Reason.MALFORMED)
    assert (
        found.summary
        == f"Deployment/prod/shop:web has the placeholder {tag} for a tag, which nobody filled in"
    )
    assert judged(of(f"registry.acme/shop:{tag}@{SHA}")).outcome is Outcome.PASS


@pytest.mark.parametrize(
    "tag",
    [
        *(
            "1.4.2",
            "v1.4.2-rc.1",
            "4f2a9c1",
            "release-2026.06",
            "x1",
            "build-77",
            "sha-4f2a9c1",
            "noble",
            "image-1.2",
        ),
        *(
            "version-1.2",
            "20260601",
            "main-4f2a9c1",
            "setup-3",
            "my-branch-77",
            "alpine3.20",
            "x86_64",
            "nx-1",
        ),
    ],
)
def test_a_tag_that_only_resembles_a_placeholder_passes(tag: str) -> None:
    assert judged(of(f"registry.acme/shop:{tag}")).outcome is Outcome.PASS


def test_ephemeral_containers_and_image_volumes_pull_images_too() -> None:
    pod = workload(
        "Pod",
        containers=[{"image": "a:1"}],
        ephemeralContainers=[{"name": "debug", "image": "busybox"}],
        volumes=[
            {"name": "model", "image": {"reference": "models:latest"}},
            {"name": "plain", "emptyDir": {}},
            {"name": "none", "image": {}},
        ],
    )
    manifests = set_of(pod)
    found = {finding.object: finding.message.partition(" ")[2] for finding in bad(judged(manifests))}
    assert found == {
        "Pod/prod/shop:debug": "has an image without a tag, which is latest",
        "Pod/prod/shop:model": "has the moving tag latest",
        "Pod/prod/shop:none": "names no image",
    }
    assert found.keys() <= manifests.objects()
    requests = judge_check("infrastructure/resource-requests", manifests=manifests)
    assert {finding.object for finding in bad(requests)} == {"Pod/prod/shop:c0"}


VOLCANO: Any = {
    "apiVersion": "batch.volcano.sh/v1alpha1",
    "kind": "Job",
    "metadata": {"name": "train"},
    "spec": {"tasks": [{"template": {"spec": {"containers": [{"name": "a", "image": "x"}]}}}]},
}


@pytest.mark.parametrize("check", ["image-tag", "resource-requests", "readiness-probe"])
def test_containers_in_an_unknown_place_are_not_passed_over(check: str) -> None:
    for objects in ([VOLCANO], [VOLCANO, workload(containers=[{"image": "a:1"}])]):
        found = judge_check(f"infrastructure/{check}", manifests=set_of(*objects))
        assert found.outcome is not Outcome.PASS
        (finding,) = [one for one in bad(found) if one.object == "Job/train"]
        assert finding.message == (
            "Job/train holds containers at spec.tasks[0].template.spec.containers[0], where they are not looked at"
        )
        assert (finding.reason, bool(finding.next)) == (Reason.INSUFFICIENT, True)


@pytest.mark.parametrize("image", [None, ""])
def test_a_container_without_an_image_fails(image: object) -> None:
    assert judged(of(image)).summary == "Deployment/prod/shop:web names no image"


def test_init_containers_sidecars_and_jobs_count() -> None:
    inits = [{"name": "init", "image": "a"}, {"name": "side", "image": "b:latest", "restartPolicy": "Always"}]
    deployment = workload(containers=[{"image": "c:1"}], initContainers=inits)
    job = workload("CronJob", "tidy", namespace="", containers=[{"name": "run", "image": "d"}])
    found = judged(set_of(deployment, job))
    names = {"Deployment/prod/shop:init", "Deployment/prod/shop:side", "CronJob/tidy:run"}
    assert {finding.object for finding in bad(found)} == names
    assert found.findings[-1].count == 1


def test_more_tags_may_be_called_moving_and_latest_stays_one() -> None:
    assert judged(of("app:stable")).outcome is Outcome.PASS
    assert judged(of("app:Stable"), **{"moving-tags": ["stable"]}).outcome is Outcome.FAIL
    assert judged(of("app:latest"), **{"moving-tags": []}).outcome is Outcome.FAIL


def test_a_set_without_containers_is_not_applicable_and_an_empty_one_unproven() -> None:
    found = judged(set_of(CONFIG))
    assert (found.outcome, found.findings[0].count) == (Outcome.NOT_APPLICABLE, 1)
    assert judged(Manifests(resources=())).reason is Reason.MISSING


IMAGES = st.sampled_from([*GOOD, *FAILING, *UNRENDERED])


@settings(max_examples=15, deadline=None)
@given(st.lists(st.lists(IMAGES, min_size=1, max_size=2), min_size=1, max_size=3))
def test_how_a_set_is_written_does_not_matter(drawn: list[list[str]]) -> None:
    objects: list[Any] = [
        workload(name=f"w{n}", containers=[{"image": image} for image in images])
        for n, images in enumerate(drawn)
    ]
    first, *others = [said(judged(manifests)) for manifests in forms_of([*objects, CONFIG])]
    assert all(other == first for other in others)


@settings(max_examples=40, deadline=None)
@given(st.lists(IMAGES, min_size=1, max_size=3), st.sampled_from([*FAILING, *UNRENDERED]))
def test_one_bad_image_among_others_is_never_good(images: list[str], worse: str) -> None:
    found = judged(set_of(workload(containers=[{"image": image} for image in [*images, worse]])))
    assert found.outcome in (Outcome.FAIL, Outcome.UNPROVEN)


@pytest.mark.parametrize(
    ("file", "outcome"),
    [("pod-image-tag-latest.yaml", Outcome.FAIL), ("pod-image-tag-fixed.yaml", Outcome.PASS)],
)
def test_the_cases_of_kube_score_are_judged_the_same(file: str, outcome: Outcome) -> None:
    root = SHARED / "peers" / "kube-score" / "score" / "testdata"
    if not root.is_dir():
        pytest.skip("the samples of other tools are not here")
    facts = read_evidence("manifests", root, path=file).whole.facts
    assert isinstance(facts, Manifests)
    assert judged(facts).outcome is outcome
