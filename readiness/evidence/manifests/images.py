"""References to container images: `[registry[:port]/]path[:tag][@digest]`."""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

_MAX = 1000
_PART = re.compile(r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*", re.ASCII)
_HOST = re.compile(r"(?:[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*|\[[0-9A-Fa-f:]+\])(?::[0-9]{1,5})?", re.ASCII)
_TAG = re.compile(r"\w[\w.-]{0,127}", re.ASCII)
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128}")


class Image(msgspec.Struct, frozen=True):
    """An image by its parts; `tag` and `digest` are empty where the reference has none."""

    repository: str
    tag: str = ""
    digest: str = ""


@lru_cache(maxsize=4096)  # several checks ask the same of each
def parse_image(text: str) -> Image:
    """The parts of a reference; ValueError when no container runtime would accept it.

    The grammar is that of the `reference` package of the CNCF project distribution.
    """
    if len(text) > _MAX:
        raise ValueError("it is too long")
    name, at, digest = text.partition("@")
    if at and not _DIGEST.fullmatch(digest):
        raise ValueError(f"{digest!r} is no digest")
    folder, slash, last = name.rpartition("/")
    last, colon, tag = last.partition(":")
    if colon and not _TAG.fullmatch(tag):
        raise ValueError(f"{tag!r} is no tag" if tag else "its tag is empty")
    repository = folder + slash + last
    if not _is_repository(repository):
        raise ValueError(f"{repository!r} is no name of an image")
    return Image(repository, tag, digest)


def _is_repository(name: str) -> bool:
    first, *rest = name.split("/")
    host = rest and (first == "localhost" or any(c in ".:[" for c in first) or first != first.lower())
    parts = rest if host else [first, *rest]
    return (not host or _HOST.fullmatch(first) is not None) and all(_PART.fullmatch(p) for p in parts)
