"""The check infrastructure/image-tag."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, StringConstraints

from readiness.check import Check, Finding, Outcome, Params
from readiness.evidence.manifests import Manifests, parse_image
from readiness.evidence.model import Reason

from ._containers import RENDER, Pair, all_good, containers, nothing_of, place

_UNRENDERED = ("$", "{", "}", "<", ">")
Tag = Annotated[str, StringConstraints(min_length=1)]


class ImageTagParams(Params):
    """Which tags are refused."""

    moving_tags: Annotated[tuple[Tag, ...], Field(strict=False)] = ("latest",)
    """Tags that may name another image tomorrow, in whatever case; `latest` belongs to them in any list."""


class ImageTag(Check[ImageTagParams]):
    """Every container image has a fixed tag or a digest.

    ## Why it matters

    An image without a tag, or with a tag that moves, is another image tomorrow. Pods of one Deployment then run
    different code after a node is replaced, a rollback goes back to nothing in particular, and what was tested is
    not what runs.

    Init containers and sidecars count as well. A digest fixes an image whatever its tag.

    ## How to fix it

    Write the version that was built and tested, and let the pipeline set it:

        kustomize edit set image registry.acme/checkout=registry.acme/checkout:1.4.2

    Better still, pin the digest: `registry.acme/checkout:1.4.2@sha256:...`. If the image shows a variable, such as
    `$TAG`, the manifests were not rendered: judge the output, not the template.

    ## References

    - Kubernetes, Images: https://kubernetes.io/docs/concepts/containers/images/#image-names
    - Kubernetes, Configuration Best Practices: https://kubernetes.io/docs/concepts/configuration/overview/
    """

    def judge(self, manifests: Manifests) -> Iterator[Finding]:
        """Each container apart."""
        pairs = list(containers(manifests))
        if not pairs:
            yield nothing_of(manifests, "container")
            return
        good = []
        for pair in pairs:
            finding = self._bad(pair)
            if finding:
                yield finding
            else:
                good.append(pair)
        if good:
            yield all_good(good, "a fixed tag or a digest")

    def _bad(self, pair: Pair) -> Finding | None:
        written = pair[1].image
        if any(mark in written for mark in _UNRENDERED):
            return _finding(pair, Reason.MALFORMED, "has an image that was not rendered", RENDER)
        if not written:
            return _finding(pair, None, "names no image", "name the image, with its tag")
        try:
            image = parse_image(written)
        except ValueError as error:
            return _finding(
                pair, None, f"has an image that cannot be pulled: {error}", "correct the reference"
            )
        if image.digest or (image.tag and image.tag.lower() not in self._moving):
            return None
        what = (
            f"has the moving tag {image.tag}" if image.tag else "has an image without a tag, which is latest"
        )
        return _finding(pair, None, what, f"give {image.repository} the tag that was tested, or its digest")

    @property
    def _moving(self) -> frozenset[str]:
        return frozenset({"latest", *(tag.lower() for tag in self.params.moving_tags)})


def _finding(pair: Pair, reason: Reason | None, what: str, next_: str) -> Finding:
    workload, container = pair
    return Finding(
        outcome=Outcome.FAIL if reason is None else Outcome.UNPROVEN,
        reason=reason,
        message=f"{workload.name_of(container)} {what}",
        observed=container.image or "absent",
        expected="a fixed tag or a digest",
        object=workload.name_of(container),
        location=place(workload.resource, *container.path, "image"),
        next=next_,
    )
