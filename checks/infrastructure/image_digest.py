"""The check infrastructure/image-digest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from readiness.check import Artifact, Check, Finding, Outcome, Params, Release
from readiness.evidence.manifests import Manifests, parse_image

from ._containers import Pair, nothing_of
from ._images import full_name, image_flaws, path_of, read_image, with_images
from ._subjects import Subject, each_container, failed

Digests = Mapping[str, frozenset[str]]


class ImageDigestParams(Params):
    """Nothing to set."""


class ImageDigest(Check[ImageDigestParams]):
    """Every container image is pinned by its digest.

    ## Why it matters

    A tag is a name that whoever can push may give to other bytes, on purpose or by a rebuild. A digest is the bytes:
    what was scanned, tested and signed is what runs, on every node and after every rollback.

    Init containers, sidecars and image volumes count as well. Where the policy names the artifacts of the release
    with their digests, an image of the same name must have just that one.

    ## How to fix it

    Let the pipeline write the digest that it pushed, beside the tag that people read:

        kustomize edit set image registry.acme/checkout=registry.acme/checkout:1.4.2@sha256:...

    For images of others, `crane digest nginx:1.27` or `docker buildx imagetools inspect` tells it; Renovate and
    Dependabot keep it fresh.

    ## References

    - Kubernetes, Images: https://kubernetes.io/docs/concepts/containers/images/#image-names
    - OCI image specification, descriptors and digests:
      https://github.com/opencontainers/image-spec/blob/main/descriptor.md
    """

    def judge(self, manifests: Manifests, release: Release) -> Iterator[Finding]:
        """Each image apart, then the artifacts that no container runs."""
        pairs = with_images(manifests)
        released = _released(release)
        rule = partial(_flaws, released)
        none = nothing_of(manifests, "container")
        yield from each_container(manifests, pairs, rule, "with an image pinned by its digest", none)
        used = {full_name(image.repository) for pair in pairs if (image := read_image(pair))}
        yield from (_unused(name) for name in released if pairs and name not in used)


def _released(release: Release) -> Digests:
    """The digests of the artifacts that are told with one, by the full name of their images."""
    found: dict[str, frozenset[str]] = {}
    for artifact in release.artifacts:
        if artifact.digest:
            name = _name_of(artifact)
            found[name] = found.get(name, frozenset()) | {artifact.digest}
    return found


def _name_of(artifact: Artifact) -> str:
    try:
        return full_name(parse_image(artifact.name).repository)
    except ValueError:
        return artifact.name


def _flaws(released: Digests, pair: Pair, subject: Subject) -> Iterator[Finding]:
    image = read_image(pair)
    if image is None:
        yield from image_flaws(pair, subject)
        return
    wanted = released.get(full_name(image.repository))
    if not image.digest:
        yield failed(
            subject,
            path_of(pair),
            "has an image that is not pinned by a digest",
            f"write {image.repository}@sha256:... with the digest that was tested",
            observed=pair[1].image,
            expected=" or ".join(sorted(wanted)) if wanted else "a digest",
        )
    elif wanted and image.digest not in wanted:
        yield failed(
            subject,
            path_of(pair),
            f"runs another {image.repository} than the release names",
            "deploy the digest of the release, or correct release.artifacts",
            observed=image.digest,
            expected=" or ".join(sorted(wanted)),
        )


def _unused(name: str) -> Finding:
    message = f"{name} is an artifact of the release that no container of the set runs"
    return Finding(outcome=Outcome.PASS, message=message, note=True)
