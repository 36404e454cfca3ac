"""CycloneDX JSON, versions 1.4 to 1.6 (https://cyclonedx.org/docs/1.6/json/)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set

import msgspec

from readiness.evidence.sbom import Component, Sbom, Subject
from readiness.readers.base import Reader, Reading
from readiness.readers.sbom._made import bounded, component, instant, refuse
from readiness.readers.source import Source
from readiness.readers.strict_json import shape
from readiness.readers.texts import clip

_VERSIONS = ("1.4", "1.5", "1.6")
_NO_PARTS = frozenset(("file", "data", "cryptographic-asset"))
_GAP = "incomplete"
_CLASSIFIER = "License ::"
_WORD = re.compile(r"[A-Za-z]+")
_COMMON = frozenset(
    ("license", "licence", "public", "general", "software", "foundation", "free", "gnu", "and", "or")
) | {"with", "only", "later", "v", "the", "of"}
_LEAST_INITIALS = 3
_MAX_DEPTH = 50


class _Base(msgspec.Struct, rename="camel"):
    """Keys as CycloneDX writes them."""


class _Named(_Base):
    id: str | None = None
    name: str | None = None


class _Licence(_Base):
    license: _Named | None = None
    expression: str | None = None


class _Hash(_Base):
    content: str = ""


class _Component(_Base):
    type: str
    name: str
    group: str | None = None
    version: str | None = None
    purl: str | None = None
    bom_ref: str | None = msgspec.field(name="bom-ref", default=None)
    licenses: list[_Licence] = []
    hashes: list[_Hash] = []
    components: list[_Component] = []


class _Metadata(_Base):
    timestamp: str | None = None
    component: _Component | None = None


class _Composition(_Base):
    aggregate: str


class _Bom(_Base):
    bom_format: str
    spec_version: str
    metadata: _Metadata = msgspec.field(default_factory=_Metadata)
    components: list[_Component] = []
    compositions: list[_Composition] = []


class Cyclonedx(Reader[Sbom]):
    """Components within components count too; a classifier of Python counts where the licence beside it is another."""

    def recognises(self, source: Source) -> bool:
        """By `bomFormat`."""
        if (
            not source.head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
            or b"bomFormat" not in source.content
        ):
            return False
        return isinstance(source.json, dict) and source.json.get("bomFormat") == "CycloneDX"

    def read(self, source: Source) -> Reading[Sbom]:
        """The components, and what the bill is of."""
        bom = shape(source.json, _Bom, "bill of CycloneDX")
        if bom.spec_version not in _VERSIONS:
            known = f"{_VERSIONS[0]} to {_VERSIONS[-1]}"
            remedy = "let the tool write such a version, as by `--spec-version 1.6`"
            raise refuse(f"its specVersion is {clip(bom.spec_version, 20)!r}; {known} are read", remedy)
        when = instant(bom.metadata.timestamp, "metadata.timestamp") if bom.metadata.timestamp else None
        listed = list(_all(bom.components, 1))
        if (root := bom.metadata.component) is not None:
            listed += _all(root.components, 1)
        parts = [one for one in listed if one.type not in _NO_PARTS]
        gaps = dict.fromkeys(one.aggregate for one in bom.compositions if one.aggregate.startswith(_GAP))
        made = Sbom(
            form=f"CycloneDX {bom.spec_version}",
            path=source.name,
            subject=_subject(root) if root is not None else None,
            created_at=when,
            components=tuple(_part(one) for one in parts),
            left_out=len(listed) - len(parts),
            incomplete=tuple(f"a composition is {gap}" for gap in gaps),
        )
        return Reading(bounded(made), when, version=made.subject.version or None if made.subject else None)


def _all(components: Sequence[_Component], depth: int) -> Iterator[_Component]:
    if depth > _MAX_DEPTH:
        raise refuse(f"components are nested more than {_MAX_DEPTH} levels deep")
    for one in components:
        yield one
        yield from _all(one.components, depth + 1)


def _part(told: _Component) -> Component:
    whole = f"{told.group}/{told.name}" if told.group and told.name.strip() else told.name
    return component(whole, told.version, _licences(told.licenses))


def _licences(told: Sequence[_Licence]) -> list[str]:
    """Every text of every licence: where one has an id and another name, both apply."""
    found: list[str] = []
    for one in told:
        texts = (one.expression, *((one.license.id, one.license.name) if one.license else ()))
        if not any(texts):
            raise refuse("a licence has neither an expression, nor an id, nor a name")
        found += [text for text in texts if text]
    plain = [one for one in found if not one.startswith(_CLASSIFIER)]
    known = {one.casefold() for text in plain for one in _WORD.findall(text)} - _COMMON
    return plain + [
        one for one in found if one.startswith(_CLASSIFIER) and not (plain and _is_said(one, known))
    ]


def _is_said(classifier: str, known: Set[str]) -> bool:
    """Whether a classifier tells nothing but what the other licences tell: `:: MIT License` beside `MIT`."""
    last = classifier.rpartition("::")[2].strip()
    words = [one.casefold() for one in _WORD.findall(last)]
    initials = "".join(one[0] for one in words if one not in ("gnu", "v", "or", "later"))
    short = {one for one in (initials, initials.removesuffix("l")) if len(one) >= _LEAST_INITIALS}
    said = {*words, *(one.removesuffix("v") for one in words), *short}
    return last == "OSI Approved" or bool(said & known)


def _subject(told: _Component) -> Subject:
    texts = [told.version, told.purl, told.bom_ref, *(one.content for one in told.hashes[:20])]
    identities = tuple(clip(one, 500) for one in texts if one)
    return Subject(name=clip(told.name), version=clip(told.version or ""), identities=identities)
