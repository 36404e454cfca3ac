"""What the checks of image references share."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.check import Finding
from readiness.evidence.manifests import Image, Manifests, parse_image

from ._containers import RENDER, Pair
from ._subjects import Subject, failed, unknown

_UNRENDERED = ("$", "{", "}", "<", ">")
_HUB = "docker.io"
_ALIASES = frozenset({"docker.io", "index.docker.io", "registry-1.docker.io"})


def with_images(manifests: Manifests) -> list[Pair]:
    """Whatever pulls an image: containers of every sort, and image volumes."""
    return [(workload, one) for workload in manifests.index.workloads for one in workload.images]


def read_image(pair: Pair) -> Image | None:
    """The image by its parts; None when it is none, which `image_flaws` tells."""
    written = pair[1].image
    if not written or any(mark in written for mark in _UNRENDERED):
        return None
    try:
        return parse_image(written)
    except ValueError:
        return None


def image_flaws(pair: Pair, subject: Subject) -> Iterator[Finding]:
    """Why an image cannot be judged: it is not named, was not rendered, or is no reference."""
    written = pair[1].image
    if any(mark in written for mark in _UNRENDERED):
        yield unknown(subject, path_of(pair), "has an image that was not rendered", RENDER, observed=written)
    elif not written:
        yield failed(subject, path_of(pair), "names no image", "name the image", observed="absent")
    else:
        try:
            parse_image(written)
        except ValueError as error:
            what = f"has an image that cannot be pulled: {error}"
            yield failed(subject, path_of(pair), what, "correct the reference", observed=written)


def path_of(pair: Pair) -> tuple[str, ...]:
    """Where the image is written, below the container or the volume."""
    return ("image", "reference") if pair[1].role == "volume" else ("image",)


def full_name(repository: str) -> str:
    """A repository with its registry, as container runtimes complete it: `nginx` is `docker.io/library/nginx`.

    The rules are those of the `reference` package of the CNCF project distribution.
    """
    host, slash, path = repository.partition("/")
    is_host = slash and (host == "localhost" or any(c in ".:[" for c in host) or host != host.lower())
    if not is_host:
        host, path = _HUB, repository
    host = host.lower()
    if host in _ALIASES:
        return f"{_HUB}/{path if '/' in path else f'library/{path}'}"
    return f"{host}/{path}"
