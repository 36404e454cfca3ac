"""What the variables of CI systems tell."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.readers.ci import builds, describe
from readiness.readers.commits import full_sha

SHA = "3f2a9c1d5b7e8a0c4d6f1e2b3a4c5d6e7f8091a2"

GITHUB = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_SHA": SHA,
    "GITHUB_REF": "refs/heads/main",
    "GITHUB_EVENT_NAME": "push",
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "acme/shop",
    "GITHUB_RUN_ID": "4711",
    "GITHUB_RUN_ATTEMPT": "2",
    "GITHUB_TOKEN": "secret",
}
GITLAB = {
    "GITLAB_CI": "true",
    "CI_COMMIT_SHA": SHA,
    "CI_COMMIT_REF_NAME": "main",
    "CI_PIPELINE_URL": "https://gitlab.example/acme/shop/-/pipelines/12",
    "CI_JOB_TOKEN": "secret",
}
JENKINS = {
    "JENKINS_URL": "https://jenkins.example/",
    "GIT_COMMIT": SHA,
    "GIT_BRANCH": "origin/main",
    "BUILD_URL": "https://robot:secret@jenkins.example/job/shop/15/",
}
CIRCLE = {
    "CIRCLECI": "true",
    "CIRCLE_SHA1": SHA,
    "CIRCLE_BRANCH": "main",
    "CIRCLE_BUILD_URL": "https://circleci.com/gh/acme/shop/7",
}
AZURE = {
    "TF_BUILD": "True",
    "BUILD_SOURCEVERSION": SHA,
    "BUILD_SOURCEBRANCH": "refs/heads/main",
    "SYSTEM_COLLECTIONURI": "https://dev.azure.com/acme/",
    "SYSTEM_TEAMPROJECT": "Web Shop",
    "BUILD_BUILDID": "99",
    "SYSTEM_ACCESSTOKEN": "secret",
}
BUILDKITE = {
    "BUILDKITE": "true",
    "BUILDKITE_COMMIT": SHA,
    "BUILDKITE_BRANCH": "main",
    "BUILDKITE_BUILD_URL": "https://buildkite.com/acme/shop/builds/3",
    "BUILDKITE_JOB_ID": "e44f9784",
    "BUILDKITE_AGENT_ACCESS_TOKEN": "secret",
}


@pytest.mark.parametrize(
    ("variables", "system", "run", "ref"),
    [
        (
            GITHUB,
            "GitHub Actions",
            "https://github.com/acme/shop/actions/runs/4711/attempts/2",
            "refs/heads/main",
        ),
        (GITLAB, "GitLab CI", "https://gitlab.example/acme/shop/-/pipelines/12", "main"),
        (JENKINS, "Jenkins", "https://jenkins.example/job/shop/15/", "origin/main"),
        (CIRCLE, "CircleCI", "https://circleci.com/gh/acme/shop/7", "main"),
        (
            AZURE,
            "Azure Pipelines",
            "https://dev.azure.com/acme/Web%20Shop/_build/results?buildId=99",
            "refs/heads/main",
        ),
        (BUILDKITE, "Buildkite", "https://buildkite.com/acme/shop/builds/3#e44f9784", "main"),
    ],
)
def test_each_system_tells_its_run_and_never_a_secret(
    variables: Mapping[str, str], system: str, run: str, ref: str
) -> None:
    told = describe(variables)
    assert told == {"system": system, "run": run, "commit": SHA, "ref": ref}
    assert "secret" not in str(told)


def test_outside_of_ci_nothing_is_told() -> None:
    assert describe({}) == {}
    assert describe({"GITHUB_SHA": SHA, "GIT_COMMIT": SHA, "CI": "true"}) == {}
    assert describe({"BUILDKITE": "false", "BUILDKITE_COMMIT": SHA}) == {}


def test_the_process_environment_is_read_when_none_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BUILDKITE", "true")
    assert "Buildkite" in [build.system for build in builds({"BUILDKITE": "true"})]
    assert describe()["system"]


def test_the_id_of_a_run_stands_in_for_its_address() -> None:
    assert describe({"GITHUB_ACTIONS": "true", "GITHUB_RUN_ID": "4711"})["run"] == "4711"
    assert describe({"JENKINS_URL": "x", "BUILD_TAG": "jenkins-shop-15"})["run"] == "jenkins-shop-15"


@pytest.mark.parametrize(
    "said", ["HEAD", "C1234", "3f2a9c1", "", "0" * 40, "g" * 40, SHA + "\n", "\uff11" * 40]
)
def test_what_is_no_full_commit_is_no_commit(said: str) -> None:
    (build,) = builds({**BUILDKITE, "BUILDKITE_COMMIT": said})
    assert build.commit is None
    assert "commit" not in describe({**BUILDKITE, "BUILDKITE_COMMIT": said})


@pytest.mark.parametrize(
    "variables",
    [
        {**GITHUB, "GITHUB_EVENT_NAME": "pull_request"},
        {**GITLAB, "CI_MERGE_REQUEST_EVENT_TYPE": "merged_result"},
        {**GITLAB, "CI_MERGE_REQUEST_EVENT_TYPE": "merge_train"},
        {**AZURE, "BUILD_REASON": "PullRequest"},
    ],
)
def test_a_pull_request_build_is_of_a_merge_commit(variables: Mapping[str, str]) -> None:
    assert [build.merges for build in builds(variables)] == [True]


def test_other_builds_are_not_of_a_merge_commit() -> None:
    every = {**GITHUB, **GITLAB, **JENKINS, **CIRCLE, **AZURE, **BUILDKITE}
    assert [build.merges for build in builds(every)] == [False] * 6


def test_a_commit_is_told_in_lower_case() -> None:
    assert full_sha(SHA.upper()) == SHA
    assert full_sha("AB" * 32) == "ab" * 32


@given(
    st.dictionaries(
        st.sampled_from(sorted({**GITHUB, **GITLAB, **JENKINS, **CIRCLE, **AZURE, **BUILDKITE})),
        st.text(max_size=40) | st.sampled_from(["true", SHA, "https://u:p@h/x", "https://[", "{GITHUB_SHA}"]),
    )
)
def test_whatever_the_variables_hold_is_told_on_one_short_line(variables: dict[str, str]) -> None:
    for value in describe(variables).values():
        assert value.isprintable()
        assert len(value) <= 2000
