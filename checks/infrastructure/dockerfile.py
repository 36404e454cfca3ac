"""The check infrastructure/dockerfile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from readiness.check import Check, Finding, Outcome, Params
from readiness.evidence.dockerfile import Dockerfile as File
from readiness.evidence.model import Reason

from ._dockerfile_contents import fetched, secrets
from ._dockerfile_images import heavy_stage, loose_images
from ._dockerfile_rules import Built
from ._dockerfile_shipped import no_healthcheck, root_user
from ._peers import remarked

Name = Annotated[str, StringConstraints(min_length=1, pattern=r"^\S+$")]


class DockerfileParams(Params):
    """What is asked of the file."""

    pin: Literal["tag", "digest"] = "tag"
    """How images are pinned that it builds on or copies from: `latest` and no tag are refused in any case."""
    stages: Literal["either", "multi-stage", "small", "any"] = "either"
    """What keeps the build out of the image: an earlier stage that is copied from, a small image, or either."""
    small: Annotated[tuple[Name, ...], Field(strict=False)] = ()
    """Repositories of your own that are small, without tag; alpine, slim, distroless, scratch and such are known."""
    healthcheck: Literal["required", "ignored"] = "required"
    """Whether it must have a HEALTHCHECK; Kubernetes does not look at it."""
    target: Name | None = None
    """The stage that is shipped, as `docker build --target` has it; without it the last one."""


class Dockerfile(Check[DockerfileParams]):
    """The image is built from pinned images, runs as nobody special, can be asked for its health, and holds no secret.

    ## Why it matters

    An image is rebuilt from its Dockerfile for years. What it builds on without a pin is another thing at every
    build. A process that runs as root needs one hole less to get out of its container. Compilers and package
    managers in the shipped stage are tools for whoever gets in. A secret in ENV, ARG or a copied file is read by
    everybody who can pull the image, and stays in a layer when a later line removes it.

    Asked of every stage: pinned images (FROM, COPY --from, RUN --mount), no secrets, no ADD from the network without
    a checksum. Asked of the shipped stage, with the stages that it goes on from: a USER that is not root, a
    HEALTHCHECK that can fail, and that the tools of the build are left behind. A value that a build argument sets is
    judged by its default, and noted; without a default it is unproven.

    ## How to fix it

    Build in one stage, and ship another:

        FROM python:3.12.4-slim@sha256:... AS build
        RUN --mount=type=secret,id=pip,target=/etc/pip.conf pip install --prefix=/install .

        FROM python:3.12.4-slim@sha256:...
        COPY --from=build /install /usr/local
        USER 65532
        HEALTHCHECK --interval=10s CMD ["python", "-m", "app.health"]

    A secret that was once in an image is known: change it as well.

    ## References

    - Docker, Dockerfile reference: https://docs.docker.com/reference/dockerfile/
    - Docker, Building best practices: https://docs.docker.com/build/building/best-practices/
    - Docker, Build secrets: https://docs.docker.com/build/building/secrets/
    """

    def judge(self, dockerfile: tuple[File, ...]) -> Iterator[Finding]:
        """Each file apart."""
        for file in dockerfile:
            yield from remarked(file.remarks)
            final = len(file.stages) - 1 if self.params.target is None else file.index_of(self.params.target)
            if final is None:
                yield _no_target(file, self.params.target or "")
            else:
                yield from self._judged(Built(file, final))

    def _judged(self, built: Built) -> Iterator[Finding]:
        good = []
        for name, found in self._asked(built).items():
            told = list(found)
            yield from told
            if all(finding.note for finding in told):
                good.append(name)
        if good:
            message = f"{built.file.path}: {', '.join(good)}"
            yield Finding(outcome=Outcome.PASS, message=message, count=len(good))

    def _asked(self, built: Built) -> Mapping[str, Iterator[Finding]]:
        params = self.params
        asked = {
            "pinned images": loose_images(built, params.pin),
            "a user who is not root": root_user(built),
            "a healthcheck": no_healthcheck(built),
            "a stage without the tools of the build": heavy_stage(built, params.stages, params.small),
            "no secrets": secrets(built),
            "nothing from the network": fetched(built),
        }
        left_out = {
            "a healthcheck": params.healthcheck == "ignored",
            "a stage without the tools of the build": params.stages == "any",
        }
        return {name: found for name, found in asked.items() if not left_out.get(name)}


def _no_target(file: File, target: str) -> Finding:
    return Finding(
        outcome=Outcome.UNPROVEN,
        reason=Reason.MISSING,
        message=f"{file.path} has no stage {target}",
        next="correct `target` in the policy",
    )
