"""Whether a report speaks of the release that a scorecard judged: by its version, its commit and its environment."""

from __future__ import annotations

import re
from collections.abc import Iterator

from readiness.check import Release
from readiness.claims.report import Line, Report

_NAMED = r"(?:release|app(?:lication)?|service|product|target|target release|build|candidate|current|new|git|image)"
_VERSION = re.compile(
    rf"\W*(?:{_NAMED}\s+)?(?:version|release|tag|release candidate)\W*[:|\s]\W*v?(?P<version>\d+\.\d+[\w.+-]*)\W*$",
    re.IGNORECASE,
)
_COMMIT = re.compile(
    rf"\W*(?:{_NAMED}\s+)?(?:commit|sha|revision|rev)(?: (?:sha|hash|id))?\W*[:|\s]\W*(?P<commit>[0-9a-f]{{7,64}})\W*$",
    re.IGNORECASE,
)
_ENVIRONMENT = re.compile(
    r"\W*(?:target |test )?(?:environment|env|stage)\W*[:|]\W*(?P<environment>[A-Za-z][\w-]{1,40})",
    re.IGNORECASE,
)
_IN_TITLE = re.compile(r"(?<![\w.])v?(\d+\.\d+(?:\.\d+)*(?:-[\w.]+)?)(?![\w.])")
_PLACES = {
    "production": {"production", "prod", "live"},
    "staging": {"staging", "stage", "stg", "preprod", "preproduction", "uat"},
    "testing": {"test", "testing", "qa", "dev", "development", "local", "sandbox", "integration", "ci"},
}
# Words that name a place and are no kind of test.
_PLAIN_PLACES = {"staging", "stg", "preprod", "uat", "qa", "dev", "sandbox", "production", "prod"}


def is_identity(line: Line) -> bool:
    """Whether the line is the version or the commit that the report gives itself."""
    return any(pattern.match(line.text) for pattern in (_VERSION, _COMMIT))


def version_of(line: Line) -> str:
    """The version that a line gives the report; empty without one."""
    found = _VERSION.match(line.text)
    return found["version"] if found else ""


def commit_of(line: Line) -> str:
    """The commit that a line gives the report; empty without one."""
    found = _COMMIT.match(line.text)
    return found["commit"].lower() if found else ""


def is_version(stated: str, judged: str) -> bool:
    """Whether both are one version, with or without a leading `v`."""
    return stated.lstrip("vV").lower() == judged.lstrip("vV").lower()


def is_commit(stated: str, judged: str) -> bool:
    """Whether one of the two shortens the other."""
    return judged.lower().startswith(stated.lower())


def another_release(report: Report, release: Release) -> str:
    """Why the report speaks of another release, or of another environment; empty when nothing tells so."""
    return next(_differences(report, release), "")


def _differences(report: Report, release: Release) -> Iterator[str]:
    for line in report.lines:
        version, commit = version_of(line), commit_of(line)
        if version and release.version and not is_version(version, release.version):
            yield f"the report is of version {version} (line {line.number}), the scorecard of {release.version}"
        if commit and release.commit and not is_commit(commit, release.commit):
            yield f"the report is of commit {commit} (line {line.number}), the scorecard of {release.commit[:12]}"
        found = _ENVIRONMENT.match(line.text)
        if found and release.environment and not _is_one_place(found["environment"], release.environment):
            yield (
                f"the report is of {found['environment']} (line {line.number}), "
                f"the scorecard of {release.environment}"
            )
    elsewhere = next(
        (word for word in re.findall(r"[a-z]+", report.title.lower()) if word in _PLAIN_PLACES), ""
    )
    if elsewhere and release.environment and not _is_one_place(elsewhere, release.environment):
        yield f"the title of the report names {elsewhere}, the scorecard is of {release.environment}"
    titled = _IN_TITLE.findall(report.title)
    if titled and release.version and not any(_begins(one, release.version) for one in titled):
        yield f"the title of the report names {titled[0]}, the scorecard judged {release.version}"


def _begins(stated: str, judged: str) -> bool:
    """Whether the judged version is the stated one, or one of its line: 2.4 of 2.4.0."""
    return is_version(stated, judged) or judged.lstrip("vV").startswith(f"{stated}.")


def _is_one_place(stated: str, judged: str) -> bool:
    a, b = stated.lower(), judged.lower()
    return a == b or any(a in names and b in names for names in _PLACES.values())
