"""What the CI system tells about its run: system, run, commit, ref. Never more: tokens live beside them.

The names are those of the vendors' references: docs.github.com/actions/reference/variables-reference,
docs.gitlab.com/ci/variables/predefined_variables, the `env-vars.html` page of every Jenkins and its git
plugin, circleci.com/docs/reference/variables, learn.microsoft.com/azure/devops/pipelines/build/variables and
buildkite.com/docs/pipelines/configure/environment-variables.

In a pull-request build GitHub, GitLab (merged results) and Azure check out a merge commit that they made for
the test, and their commit variable names that one. It is what was tested, so it is what is told here; it is
not the commit that the branch gets when the request is merged, and evidence of it is not evidence of that.
"""

from __future__ import annotations

import os
import string
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote, urlsplit, urlunsplit

from readiness.readers.commits import full_sha

_LONGEST = 500
_URL_SAFE = ":/?&=#%@~+,"


class Build(NamedTuple):
    """One run of a CI system. `variable` is where its commit stands, `said` what stands there.

    `commit` is None when that is no full commit: Buildkite says `HEAD` for builds without one, Azure a
    changeset for TFVC. `merges` tells that the commit is the merge commit of a pull-request build.
    """

    system: str
    run: str | None
    ref: str | None
    variable: str
    said: str
    commit: str | None
    merges: bool


class _System(NamedTuple):
    """Where one system keeps it. The first of `runs` and `refs` whose variables are all set is taken."""

    name: str
    marker: str
    commit: str
    runs: tuple[str, ...]
    refs: tuple[str, ...]
    merges: Mapping[str, tuple[str, ...]] = {}


_GITHUB_RUN = "{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/actions/runs/{GITHUB_RUN_ID}"
_AZURE_RUN = "{SYSTEM_COLLECTIONURI}{SYSTEM_TEAMPROJECT}/_build/results?buildId={BUILD_BUILDID}"
_SYSTEMS = (
    _System(
        "GitHub Actions",
        "GITHUB_ACTIONS",
        "GITHUB_SHA",
        (_GITHUB_RUN + "/attempts/{GITHUB_RUN_ATTEMPT}", _GITHUB_RUN, "{GITHUB_RUN_ID}"),
        ("GITHUB_REF",),
        {"GITHUB_EVENT_NAME": ("pull_request",)},
    ),
    _System(
        "GitLab CI",
        "GITLAB_CI",
        "CI_COMMIT_SHA",
        ("{CI_PIPELINE_URL}", "{CI_PIPELINE_ID}"),
        ("CI_COMMIT_REF_NAME",),
        {"CI_MERGE_REQUEST_EVENT_TYPE": ("merged_result", "merge_train")},
    ),
    _System(
        "CircleCI",
        "CIRCLECI",
        "CIRCLE_SHA1",
        ("{CIRCLE_BUILD_URL}", "{CIRCLE_WORKFLOW_ID}"),
        ("CIRCLE_TAG", "CIRCLE_BRANCH"),
    ),
    _System(
        "Azure Pipelines",
        "TF_BUILD",
        "BUILD_SOURCEVERSION",
        (_AZURE_RUN, "{BUILD_BUILDID}"),
        ("BUILD_SOURCEBRANCH",),
        {"BUILD_REASON": ("PullRequest",)},
    ),
    _System(
        "Buildkite",
        "BUILDKITE",
        "BUILDKITE_COMMIT",
        ("{BUILDKITE_BUILD_URL}#{BUILDKITE_JOB_ID}", "{BUILDKITE_BUILD_URL}", "{BUILDKITE_BUILD_ID}"),
        ("BUILDKITE_TAG", "BUILDKITE_BRANCH"),
    ),
    _System(
        "Jenkins", "JENKINS_URL", "GIT_COMMIT", ("{BUILD_URL}", "{BUILD_TAG}"), ("BRANCH_NAME", "GIT_BRANCH")
    ),
)


def builds(environment: Mapping[str, str]) -> tuple[Build, ...]:
    """The runs that the variables tell of: none outside of CI, several where one system runs in another."""
    return tuple(_build(system, environment) for system in _SYSTEMS if _is_here(system, environment))


def describe(environment: Mapping[str, str] | None = None) -> Mapping[str, str]:
    """`system`, `run`, `commit` and `ref` of the run, for the scorecard's `run.ci`; empty outside of CI.

    What is not known is left out. Where one system runs inside another, the first of the table above speaks.
    """
    found = builds(os.environ if environment is None else environment)
    if not found:
        return {}
    build = found[0]
    told = {"system": build.system, "run": build.run, "commit": build.commit, "ref": build.ref}
    return {name: value for name, value in told.items() if value}


def _is_here(system: _System, environment: Mapping[str, str]) -> bool:
    return environment.get(system.marker, "").lower() not in ("", "false", "0")


def _build(system: _System, environment: Mapping[str, str]) -> Build:
    said = environment.get(system.commit, "")
    return Build(
        system.name,
        next(filter(None, (_run(template, environment) for template in system.runs)), None),
        next(filter(None, (_plain(environment.get(name, "")) for name in system.refs)), None),
        system.commit,
        _plain(said),
        full_sha(said),
        any(environment.get(name, "") in values for name, values in system.merges.items()),
    )


def _run(template: str, environment: Mapping[str, str]) -> str | None:
    """The template with its variables put in; None when one of them is not set."""
    names = [name for _, name, _, _ in string.Formatter().parse(template) if name]
    if not all(environment.get(name) for name in names):
        return None
    filled = template.format_map({name: environment[name] for name in names})
    return _without_user(_plain(quote(filled, safe=_URL_SAFE))) if "://" in filled else _plain(filled)


def _without_user(url: str) -> str:
    """The URL without `user:password@`."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _plain(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())[:_LONGEST]
