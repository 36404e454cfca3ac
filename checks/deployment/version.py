"""The check deployment/version."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated, Literal

from packaging.version import Version as Parsed
from pydantic import AfterValidator, Field, StringConstraints

from readiness.check import Check, Finding, Outcome, Params, Release, unproven
from readiness.evidence.endpoint import Endpoint
from readiness.evidence.fields import parse_path
from readiness.evidence.manifests import Manifests
from readiness.evidence.model import Reason
from readiness.evidence.project import Project
from readiness.evidence.repository import Repository

from ._version_claims import Claim, Said, Silence, said_by_endpoint, said_by_images, said_by_project
from ._version_deployed import judged_deployed
from ._version_repository import Asked, judged_repository
from ._version_text import parse_version

_BEFORE_PRODUCTION = frozenset(
    ("ci", "dev", "development", "local", "preview", "qa", "sandbox", "stage", "staging", "test", "testing")
)


_EASTERNMOST = timedelta(hours=14)


def _path(text: str) -> str:
    parse_path(text)
    return text


ImageName = Annotated[str, StringConstraints(pattern=r"^[^\s:@]+(:[0-9]+/[^\s:@]+)?$")]


class VersionParams(Params):
    """Where the version is looked for, and which versions may ship."""

    images: Annotated[tuple[ImageName, ...], Field(strict=False)] = ()
    """Names of the images whose tag must be the version, without tag: `registry.acme/checkout`, or its last parts.

    Left out: the names of the release's artifacts.
    """
    endpoint_field: Annotated[str, AfterValidator(_path)] = "version"
    """Where the endpoint's JSON body says its version, as a dotted path such as `build.version`."""
    pre_release: Literal["forbidden", "allowed"] = "forbidden"
    """Whether a pre-release or development version may go to production.

    Whatever is not known to come before it (`staging`, `dev`, `test`, `qa`, ...) counts as production.
    """
    tag: Literal["required", "annotated", "not-asked"] = "required"
    """What a `repository` must show: a tag of the version on the commit, an annotated one, or nothing of that."""
    tree: Literal["clean", "pristine", "not-asked"] = "clean"
    """Whether its working tree is the commit: `clean` is without changed files, `pristine` without untracked ones
    too."""
    changelog: Literal["required", "not-asked"] = "required"
    """Whether its changelog must have an entry for the version; a heading such as `Unreleased` is none, nor is one with
    a day that is still to come."""
    deployed_field: Annotated[str, AfterValidator(_path)] = "version"
    """Where the JSON body of `deployed` says the version that runs now, as a dotted path such as `build.version`."""
    step: Literal["higher", "same-or-higher"] = "higher"
    """Whether the release must be higher than what `deployed` tells, or may be the same version again."""


class Version(Check[VersionParams]):
    """The release has one version everywhere.

    ## Why it matters

    When the project file says 1.4.2, the image 1.4.1 and the running service 1.4.0, nobody knows what was tested,
    and a rollback goes to the wrong place. A pre-release in production is a build that its authors called unfinished.

    Compared with `release.version`: project files (for a chart its `appVersion`), the tags of the release's images,
    and what live endpoints report. `v1.2.3` and `1.2.3` are the same version; what is no version is never compared.

    With a `repository`, its commit is that of the release and has a tag of the version, the working tree is clean,
    and the changelog has an entry. With an endpoint as `deployed`, which tells what runs before this release, the
    version is higher, by the order of PEP 440, in which `1.2.3-rc.1` comes before `1.2.3` as in SemVer.

    ## How to fix it

    Let one place state the version, as a rule the tag in version control, and let the build write it everywhere:

        git tag v1.4.2
        helm package chart --app-version 1.4.2
        kustomize edit set image registry.acme/checkout:1.4.2

    When only the endpoint differs, the deployment is not finished, or went elsewhere.

    ## References

    - Python Packaging User Guide, Version specifiers:
      https://packaging.python.org/en/latest/specifications/version-specifiers/
    - Semantic Versioning 2.0.0: https://semver.org/
    - Helm, The Chart.yaml File: https://helm.sh/docs/topics/charts/#the-chartyaml-file
    - Keep a Changelog: https://keepachangelog.com/en/1.1.0/
    """

    def judge(
        self,
        release: Release,
        now: datetime,
        project: tuple[Project, ...] = (),
        manifests: Manifests | None = None,
        endpoint: tuple[Endpoint, ...] = (),
        repository: Repository | None = None,
        deployed: tuple[Endpoint, ...] = (),
    ) -> Iterator[Finding]:
        """The release's own version first, then every other against it."""
        if not release.version:
            yield unproven(Reason.MISSING, "release.version is not set", "set release.version in the policy")
            return
        try:
            version = parse_version(release.version)
        except ValueError as error:
            yield unproven(Reason.MALFORMED, f"release.version: {error}", "write it as in 1.2.3")
            return
        yield from self._unfinished(version, release)
        said = [*map(said_by_project, project), *self._said_by_manifests(manifests, release)]
        said += [one for each in endpoint for one in said_by_endpoint(each, self.params.endpoint_field)]
        if said or not (repository or deployed):
            yield from _compared(version, said)
        if repository is not None:
            asked = Asked(
                self.params.tag, self.params.tree, self.params.changelog, (now + _EASTERNMOST).date()
            )
            yield from judged_repository(repository, version, release, asked)
        for one in deployed:
            yield from judged_deployed(one, self.params.deployed_field, version, self.params.step)

    def _said_by_manifests(self, manifests: Manifests | None, release: Release) -> Iterator[Said]:
        if manifests is None:
            return
        names = self.params.images or tuple(_bare(artifact.name) for artifact in release.artifacts)
        if names:
            yield from said_by_images(manifests, names)
        else:
            help_ = "name the release's images in `images`, or list them in release.artifacts"
            yield Silence(
                "the manifests", Reason.MISSING, "are there, but no image of the release is named", help_
            )

    def _unfinished(self, version: Parsed, release: Release) -> Iterator[Finding]:
        environment = (release.environment or "").strip().casefold()
        if (
            self.params.pre_release == "allowed"
            or environment in _BEFORE_PRODUCTION
            or not version.is_prerelease
        ):
            return
        kind = "development version" if version.is_devrelease else "pre-release"
        yield Finding(
            outcome=Outcome.FAIL,
            message=f"{release.version} is a {kind}, and the environment is {release.environment or 'not named'}",
            observed=str(version),
            expected="a final version",
            next="release a final version, or set `pre-release: allowed`",
        )


def _compared(version: Parsed, said: list[Said]) -> Iterator[Finding]:
    if not said:
        message = f"nothing was given to compare {version} with: a version alone proves nothing"
        yield unproven(Reason.MISSING, message, "give the check project files, manifests or an endpoint")
        return
    bad = [finding for one in said if (finding := _disagreement(version, one))]
    yield from bad
    if good := len(said) - len(bad):
        message = f"{good} of {len(said)} places say {version}"
        yield Finding(
            outcome=Outcome.PASS, message=message, observed=str(version), expected=str(version), count=good
        )


def _disagreement(version: Parsed, said: Said) -> Finding | None:
    if isinstance(said, Silence):
        return _silent(said)
    try:
        claimed = parse_version(said.version)
    except ValueError as error:
        next_ = f"give it the version {version}"
        return _silent(Silence(said.who, Reason.MALFORMED, str(error), next_, said.location, said.object))
    return None if claimed == version else _differs(version, said)


def _silent(said: Silence) -> Finding:
    return Finding(
        outcome=Outcome.UNPROVEN,
        reason=said.reason,
        message=f"{said.who}: {said.message}",
        object=said.object,
        location=said.location,
        next=said.next,
    )


def _differs(version: Parsed, said: Claim) -> Finding:
    return Finding(
        outcome=Outcome.FAIL,
        message=f"{said.who}: says {said.version}, and the release is {version}",
        observed=said.version,
        expected=str(version),
        object=said.object,
        location=said.location,
        next="build and deploy every part from the same version",
    )


def _bare(name: str) -> str:
    """An artifact's name without tag and digest."""
    folder, slash, last = name.partition("@")[0].rpartition("/")
    return folder + slash + last.partition(":")[0]
