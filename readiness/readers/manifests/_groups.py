"""Of which API groups the objects in a text are, without reading the objects."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from readiness.evidence.model import Unproven
from readiness.readers.likeness import Likeness
from readiness.readers.source import Source

_DOCUMENT = re.compile(r"^---(?=[ \t\r\n]|\Z)", re.M)
_FIELD = re.compile(r"""^["']?(apiVersion|kind)["']?[ \t]*:[ \t]*["']?([^\s"'#]+)""", re.M)
# Those of Kubernetes itself, as in its API reference; every other group is a custom resource's.
_OWN = re.compile(r"(?:(?:apps|batch|autoscaling|policy|extensions|[\w.-]+\.k8s\.io)/)?v\d\w*")


def likeness_of(source: Source) -> Likeness:
    """Its own with an object of Kubernetes; general with custom resources alone, which others may know better."""
    versions = set(_versions(source))
    if any(_OWN.fullmatch(version) for version in versions):
        return Likeness.OWN
    return Likeness.GENERAL if versions else Likeness.NONE


def _versions(source: Source) -> Iterator[str]:
    """The `apiVersion` of each object that has a `kind` too."""
    text = source.text.lstrip()
    if text.startswith(("{", "[")) and not text.startswith("{{"):
        try:
            yield from _of_data(source.json)
        except Unproven:
            return
    else:
        for document in _DOCUMENT.split(text):
            found = dict(_FIELD.findall(document))
            if found.keys() == {"apiVersion", "kind"}:
                yield found["apiVersion"]


def _of_data(data: Any) -> Iterator[str]:
    if isinstance(data, Mapping) and all(isinstance(data.get(key), str) for key in ("apiVersion", "kind")):
        items = data.get("items")
        parts = items if isinstance(items, Sequence) and items and not isinstance(items, str) else ()
        yield from (version for part in parts for version in _of_data(part))
        if not parts:
            yield data["apiVersion"]
