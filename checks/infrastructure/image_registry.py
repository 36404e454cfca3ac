"""The check infrastructure/image-registry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, StringConstraints

from readiness.check import Check, Finding, Params
from readiness.evidence.manifests import Manifests

from ._containers import Pair, nothing_of
from ._images import full_name, image_flaws, path_of, read_image, with_images
from ._subjects import Subject, each_container, failed

Place = Annotated[
    str,
    StringConstraints(
        pattern=r"^(localhost|[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+|[A-Za-z0-9.-]+:[0-9]{1,5})(:[0-9]{1,5})?(/[a-z0-9._-]+)*$"
    ),
    Field(examples=["registry.acme.example/shop"]),
]


class ImageRegistryParams(Params):
    """Where images may come from."""

    allow: Annotated[tuple[Place, ...], Field(strict=False, min_length=1)]
    """Registries, or parts of them: `registry.acme.example`, `ghcr.io/acme`, `docker.io/library`.

    Each allows what lies below it. An image without a registry is one of docker.io, and `nginx` is
    `docker.io/library/nginx`.
    """


class ImageRegistry(Check[ImageRegistryParams]):
    """Every container image comes from a registry that is allowed.

    ## Why it matters

    Images from anywhere run with the rights of the release, and are there only as long as their owner pleases: a
    public registry limits pulls, deletes tags, or is not reachable on the day when all nodes are replaced. A registry
    of one's own keeps, scans and signs what production needs.

    ## How to fix it

    Mirror the image into an allowed registry, and refer to it there:

        crane copy docker.io/library/nginx:1.27 registry.acme.example/mirror/nginx:1.27

    A pull-through cache, set in the container runtime, is not seen here: write its name into the manifests, or allow
    what it mirrors.

    ## References

    - Kubernetes, Images: https://kubernetes.io/docs/concepts/containers/images/
    - NIST SP 800-190, Application Container Security Guide, 4.1.5 and 4.2
    """

    def judge(self, manifests: Manifests) -> Iterator[Finding]:
        """Each image apart."""
        none = nothing_of(manifests, "container")
        good = "with an image of an allowed registry"
        yield from each_container(manifests, with_images(manifests), self._flaws, good, none)

    def _flaws(self, pair: Pair, subject: Subject) -> Iterator[Finding]:
        image = read_image(pair)
        if image is None:
            yield from image_flaws(pair, subject)
            return
        name = full_name(image.repository)
        if not any(f"{name}/".startswith(f"{_place(one)}/") for one in self.params.allow):
            yield failed(
                subject,
                path_of(pair),
                f"has an image of {name.partition('/')[0]}, which is not allowed",
                "mirror it into an allowed registry, or allow where it comes from",
                observed=name,
                expected=f"below {' or '.join(self.params.allow)}",
            )


def _place(allowed: str) -> str:
    host, slash, path = allowed.partition("/")
    name = "docker.io" if host.lower() in ("index.docker.io", "registry-1.docker.io") else host.lower()
    return f"{name}{slash}{path}"
