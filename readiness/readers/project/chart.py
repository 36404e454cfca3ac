"""`Chart.yaml` of Helm."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from readiness.evidence.model import Reason, Unproven
from readiness.evidence.project import Project
from readiness.places import LinedMap, Text, YamlError, load_kubernetes
from readiness.readers.base import Reader, Reading
from readiness.readers.source import Source
from readiness.readers.strict_json import shape

_API = re.compile(rb"^apiVersion\s*:\s*[\"']?v[12][\"']?[ \t]*(?:#.*)?\r?$", re.M)
_KIND = re.compile(rb"^kind\s*:", re.M)


class _File(msgspec.Struct, frozen=True, rename="camel"):
    name: str
    version: str | None = None
    app_version: str | None = None


class Chart(Reader[Project]):
    """The format is that of Helm's documentation, The Chart.yaml File."""

    def recognises(self, source: Source) -> bool:
        """`apiVersion` v1 or v2 without a `kind`, which a Kubernetes object would have."""
        return _API.search(source.head) is not None and _KIND.search(source.head) is None

    def read(self, source: Source) -> Reading[Project]:
        """Its own version, and that of the application, which must be in quotes where it looks like a number."""
        document = _parse(source)
        _refuse_number(document)
        found = shape(document, _File, "Chart.yaml")
        line = document.lines.get("appVersion", document.line)
        return Reading(
            Project(
                path=source.name,
                form="chart",
                name=found.name,
                version=found.version,
                released=found.app_version,
                line=line,
            )
        )


def _parse(source: Source) -> LinedMap:
    try:
        documents = [document for document, _ in load_kubernetes(Text(source.path.name, source.text))]
    except YamlError as error:
        raise Unproven(Reason.MALFORMED, str(error), error.problems[0].help) from None
    if len(documents) != 1 or not isinstance(documents[0], LinedMap):
        raise Unproven(Reason.MALFORMED, f"{len(documents)} documents, where one map is meant")
    return documents[0]


def _refuse_number(document: LinedMap) -> None:
    for key in ("version", "appVersion"):
        value: Any = document.get(key)
        if isinstance(value, int | float):
            message = f"line {document.lines[key]}: {key} is read as the number {value}"
            raise Unproven(Reason.MALFORMED, message, f"put it in quotes: as a number, 1.10 is {1.1}")
