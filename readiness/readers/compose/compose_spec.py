"""Files of the Compose specification, in YAML or JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator

from readiness.evidence.compose import Compose, Service
from readiness.evidence.model import Reason, Unproven
from readiness.evidence.written import Written
from readiness.places import Tagged
from readiness.readers.base import Reader, Reading
from readiness.readers.compose._merge import overlay
from readiness.readers.compose._service import CONFIG, TAGS, extended, service_of
from readiness.readers.nodes import Node, documents_of, malformed
from readiness.readers.remarks import remarks_in
from readiness.readers.source import Source

MAX_EXTENDS = 50
_SERVICES = re.compile(
    r"""^(?:\{\s*)?["']?services["']?\s*:|^\s{1,8}"services"\s*:|[{,]\s*"services"\s*:""", re.M
)
_OTHER = ("apiVersion", "kind", "jobs", "stages")


class ComposeSpec(Reader[Compose]):
    """What `docker compose -f FILE` takes."""

    def recognises(self, source: Source) -> bool:
        """A map of services that is nothing else; Unproven when a file that may be one cannot be read."""
        if not _SERVICES.search(source.text):
            return False
        found = documents_of(source, TAGS)
        if not found or not found[0].is_map:
            return False
        document = found[0].value
        return isinstance(document.get("services"), dict | Tagged) and not any(
            key in document for key in _OTHER
        )

    def read(self, source: Source) -> Reading[Compose]:
        """Every service of the file, with what it inherits from others of the file."""
        found = documents_of(source, TAGS)
        if len(found) != 1:
            raise Unproven(Reason.MALFORMED, f"{len(found)} documents, where one is meant", CONFIG)
        services = found[0].get("services")
        if services is None:
            raise Unproven(Reason.MALFORMED, "it has no services", "name a file with services")
        if isinstance(services.value, Tagged):
            raise malformed(
                services.place, "services has a tag, which is merged only by compose itself", CONFIG
            )
        family = _Family(services, source.path.name)
        made = tuple(family.resolved(name) for name, _ in services.pairs())
        included = tuple(_included(found[0].get("include")))
        remarks = remarks_in(source.text, source.name)
        return Reading(Compose(services=made, included=included, remarks=remarks))


class _Family:
    """The services of one file, each of which may extend another."""

    def __init__(self, services: Node, file: str) -> None:
        self._nodes, self._file = dict(services.pairs()), file

    def resolved(self, name: str, heirs: tuple[str, ...] = ()) -> Service:
        """A service with all that it inherits; Unproven (malformed) for a circle, or for nothing to inherit."""
        node = self._nodes[name]
        own = service_of(name, node)
        found = extended(node)
        if found is None:
            return own
        file, base = found
        if file and file.removeprefix("./") != self._file:
            return own.but(extended=(base,))
        if base.service in (*heirs, name) or len(heirs) > MAX_EXTENDS:
            raise malformed(base.place, f"services.{name} extends itself, through {base.service}")
        if base.service not in self._nodes:
            raise malformed(base.place, f"services.{name} extends {base.service}, which is not in this file")
        return overlay(self.resolved(base.service, (*heirs, name)), own)


def _included(node: Node | None) -> Iterator[Written]:
    if node is None:
        return
    for one in node.items() if node.is_list else (node,):
        path = one.get("path") if one.is_map else one
        if path is None:
            raise malformed(one.place, f"{one.path} names no path")
        yield from path.texts()
