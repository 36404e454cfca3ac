"""The check infrastructure/image-tag."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, StringConstraints

from readiness.check import Check, Finding, Outcome, Params
from readiness.evidence.manifests import Manifests, parse_image
from readiness.evidence.model import Reason

from ._containers import RENDER, Pair, all_good, nothing_of, place, unseen
from ._peers import each_not_obeyed

_UNRENDERED = ("$", "{", "}", "<", ">")
# What pipelines and templates write where a version is to be filled in; no build is called so.
_PLACEHOLDER = re.compile(
    r"_+[A-Za-z]\w*?_+|[xX]{2,}|[vV]?[xXnN](?:\.[xXyYnN])(?:\.[xXzZnN])?"
    r"|(?i:(?:replace|change|fill|insert|edit|update|set|put|your|my|some|the)[-_.]?"
    r"(?:me|this|here|in|it|tag|version|image|with|by)(?:[-_.].*)?)"
    r"|(?i:[-_.]*(?:todo|tbd|tbc|tba|fixme|placeholder|undefined|null|none|nil|unknown|unset)[-_.]*)"
    r"|(?i:[-_.]*(?:tag|version|digest|sha)[-_.]*)"
    r"|(?i:(?:image|app|docker|release|build|git|container|chart|new|commit|ci)[-_.]?"
    r"(?:tag|version|sha|commit|number|id|digest|revision|hash))"
    r"|(?:[A-Z]+_)+(?:TAG|VERSION|SHA|COMMIT|NUMBER|ID|DIGEST|REVISION|HASH)",
    re.ASCII,
)
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

    Init containers, sidecars, ephemeral containers and image volumes count as well. A digest fixes an image whatever
    its tag. A placeholder such as `REPLACE_ME`, `IMAGE_TAG` or `todo` is no version.

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
        pairs = [(workload, one) for workload in manifests.index.workloads for one in workload.images]
        yield from unseen(manifests)
        if not pairs and manifests.index.is_whole:
            yield nothing_of(manifests, "container")
            return
        good: list[Pair] = []
        bad: list[Pair] = []
        for pair in pairs:
            finding = self._bad(pair)
            if finding:
                yield finding
            (bad if finding else good).append(pair)
        yield from each_not_obeyed(workload.resource for workload, _ in bad)
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
        if not image.digest and _PLACEHOLDER.fullmatch(image.tag):
            what = f"has the placeholder {image.tag} for a tag, which nobody filled in"
            return _finding(pair, Reason.MALFORMED, what, RENDER)
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
