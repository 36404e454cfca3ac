"""What the release is called, which version it has, and which CI system builds it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from readiness.evidence.project import Project
from readiness.init.model import Pipeline, ReleaseFound
from readiness.readers import git

UNNAMED = "my-service"
_LONGEST = 100
_VERSION = re.compile(r"[vV]?\d[0-9A-Za-z.+_-]{0,60}", re.ASCII)
# The variables are those of readiness.readers.ci, which names the vendors' references.
_PIPELINES = (
    Pipeline("GitHub Actions", ".github/workflows", "GITHUB_SHA"),
    Pipeline("GitLab CI", ".gitlab-ci.yml", "CI_COMMIT_SHA"),
    Pipeline("Jenkins", "Jenkinsfile", "GIT_COMMIT"),
    Pipeline("CircleCI", ".circleci/config.yml", "CIRCLE_SHA1"),
    Pipeline("Azure Pipelines", "azure-pipelines.yml", "BUILD_SOURCEVERSION"),
    Pipeline("Azure Pipelines", "azure-pipelines.yaml", "BUILD_SOURCEVERSION"),
    Pipeline("Buildkite", ".buildkite", "BUILDKITE_COMMIT"),
)


def release_of(root: Path, projects: Sequence[Project]) -> ReleaseFound:
    """What project files, git and the folder itself say, the first that says something."""
    top = git.ask(root, "rev-parse", "--show-toplevel")
    named = (name for name in _names(root, projects, bool(top)) if _can_name(name))
    version, origin = _version(root, projects)
    return ReleaseFound(
        name=next(named, UNNAMED),
        version=version,
        version_from=origin,
        pipelines=tuple(_pipelines(root, Path(top) if top else root)),
        in_git=bool(top),
    )


def _names(root: Path, projects: Sequence[Project], in_git: bool) -> Iterator[str]:
    yield from (project.name for project in projects)
    if in_git:
        url = git.ask(root, "remote", "get-url", "origin") or ""
        last = re.split(r"[/:]", url.rstrip("/"))[-1].removesuffix(".git")
        yield "" if "@" in last else last  # without a path, that is where credentials stand
    yield root.name


def _can_name(name: str) -> bool:
    """Whether it is a name, and holds no `${`, which a policy would fill in."""
    return bool(name.strip()) and name.isprintable() and "${" not in name and len(name) <= _LONGEST


def _version(root: Path, projects: Sequence[Project]) -> tuple[str, str]:
    for project in projects:
        if project.released and _VERSION.fullmatch(project.released):
            return project.released, project.path
    tag = git.ask(root, "describe", "--tags", "--exact-match")
    return (tag, "the git tag") if tag and _VERSION.fullmatch(tag) else ("", "")


def _pipelines(root: Path, top: Path) -> Iterator[Pipeline]:
    """Each system once; its file stands in the root, or at the top of the repository."""
    seen: set[str] = set()
    for pipeline in _PIPELINES:
        if pipeline.system not in seen and any(_is_there(folder / pipeline.file) for folder in (root, top)):
            seen.add(pipeline.system)
            yield pipeline


def _is_there(path: Path) -> bool:
    try:
        return any(path.iterdir()) if path.is_dir() else path.is_file()
    except OSError:
        return False
