"""The Secrets of Kubernetes, with what their base64 hides."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from readiness.evidence.manifests.resource import Resource
from readiness.evidence.manifests.shapes import View, view

Place = Literal["data", "stringData"]


class Entry(NamedTuple):
    """One value of a Secret; `text` is what the application reads, `binary` where that is no text."""

    place: Place
    key: str
    text: str


class _Secret(View, frozen=True):
    data: Mapping[str, str | None] = {}
    string_data: Mapping[str, str | None] = {}


def is_secret(resource: Resource) -> bool:
    """Whether it is the Secret of the core API."""
    return resource.kind == "Secret" and not resource.group


def entries_of(secret: Resource) -> Iterator[Entry]:
    """The values of a Secret, key by key; what is no base64 stays as it is written. ShapeError."""
    said = {key: secret.body[key] for key in ("data", "stringData") if secret.body.get(key) is not None}
    seen = view(said, _Secret, ())
    for key, value in seen.data.items():
        yield Entry("data", key, _decoded(value or ""))
    for key, value in seen.string_data.items():
        yield Entry("stringData", key, value or "")


def _decoded(value: str) -> str:
    try:
        return b64decode(value, validate=True).decode()
    except UnicodeDecodeError:
        return "binary"
    except (binascii.Error, ValueError):
        return value
