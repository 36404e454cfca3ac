"""`catalog-info.yaml` of Backstage."""

from __future__ import annotations

import re
from collections.abc import Iterator

from readiness.evidence.model import Reason, Unproven
from readiness.evidence.ownership import Catalog, Component, Contact
from readiness.readers.base import Reader, Reading
from readiness.readers.nodes import Node, documents_of, malformed
from readiness.readers.source import Source

_API = re.compile(rb"^[ \t]*[\"']?apiVersion[\"']?[ \t]*:[ \t]*[\"']?backstage\.io/v1(?:alpha|beta)\d", re.M)
_ON_CALL = re.compile(
    r"(?:pagerduty\.com/(?:service-id|integration-key)|opsgenie\.com/(?:component-selector|team)"
    r"|(?:splunk|victorops)\.com/(?:on-call-\w+|team|team-name)|incident\.io/[\w-]+|firehydrant\.com/service-[\w-]+"
    r"|rootly\.com/(?:service|team|functionality)-[\w-]+|ilert\.com/[\w-]+|squadcast\.com/[\w-]+"
    r"|grafana\.com/oncall-[\w-]+|[\w.-]+/on-?call[\w-]*)",
    re.IGNORECASE,
)
_ON_CALL_LINK = re.compile(r"\bon[ -]?call\b|\bpager\b|\bescalation\b", re.IGNORECASE)


class Backstage(Reader[Catalog]):
    """The format is that of https://backstage.io/docs/features/software-catalog/descriptor-format."""

    def recognises(self, source: Source) -> bool:
        """An `apiVersion` of backstage.io."""
        return _API.search(source.head) is not None

    def read(self, source: Source) -> Reading[Catalog]:
        """Its entities of the kind `Component`; Unproven where there is none."""
        documents = documents_of(source)
        components = [_component(one) for one in documents if _kind(one) == "Component"]
        if not components:
            message = "it describes no Component"
            raise Unproven(Reason.MISSING, message, "name the catalog-info.yaml of the service")
        others = len(documents) - len(components)
        return Reading(Catalog(path=source.name, components=tuple(components), others=others))


def _kind(document: Node) -> str:
    kind = document.get("kind")
    if kind is None:
        raise malformed(document.place, "an entity without a `kind`")
    return kind.text()


def _component(document: Node) -> Component:
    metadata, spec = document.get("metadata"), document.get("spec")
    name = metadata.get("name") if metadata else None
    if metadata is None or name is None:
        raise malformed(document.place, "a Component without `metadata.name`")
    fields = {key: spec.get(key) if spec else None for key in ("owner", "lifecycle", "system", "type")}
    text = {key: one.text().strip() if one else "" for key, one in fields.items()}
    lines = {key: one.place.line if one else document.place.line for key, one in fields.items()}
    return Component(
        name=name.text(),
        line=document.place.line,
        owner=text["owner"],
        lifecycle=text["lifecycle"],
        system=text["system"],
        type=text["type"],
        owner_line=lines["owner"],
        lifecycle_line=lines["lifecycle"],
        on_call=tuple(_on_call(metadata)),
    )


def _on_call(metadata: Node) -> Iterator[Contact]:
    """Annotations that lead to a rota, and links that say so."""
    if annotations := metadata.get("annotations"):
        for key, value in annotations.pairs():
            if _ON_CALL.fullmatch(key) and value.value is not None:
                yield Contact(key, value.text().strip(), value.place.line)
    if links := metadata.get("links"):
        for link in links.items():
            title, url = link.get("title"), link.get("url")
            if title and url and _ON_CALL_LINK.search(title.text()):
                yield Contact(f"the link {title.text()}", url.text().strip(), url.place.line)
