"""Kubernetes objects in YAML or JSON, many documents to a file."""

from __future__ import annotations

import re

from readiness.evidence.manifests import Manifests
from readiness.evidence.model import Reason, Unproven
from readiness.places import Text, YamlError
from readiness.readers.base import Reader, Reading
from readiness.readers.likeness import Likeness
from readiness.readers.manifests._ahead import Ahead
from readiness.readers.manifests._documents import resources_in
from readiness.readers.manifests._groups import likeness_of
from readiness.readers.manifests._objects import RENDER_CHART
from readiness.readers.remarks import remarks_in
from readiness.readers.source import Source

_OBJECT = re.compile(
    r"""^[ \t,{\[-]*["']?(?:apiVersion|kind)["']?\s*:|["'](?:apiVersion|kind)["']\s*:|[,{]\s*(?:apiVersion|kind)\s*:""",
    re.M,
)
_TEMPLATE = "{{"
_CORRECT = "write what `kubectl apply` takes"
_SPLIT = "split it into several files, and let `path` name their folder"
_SURROGATES = re.compile(r"(?<!\\)((?:\\\\)*)\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})", re.I)


class Kubernetes(Reader[Manifests]):
    """What `kubectl apply -f` takes.

    Empty documents are passed over, and lists expanded. A document that is no object makes the file malformed, as
    does an object that the API server would refuse for its shape.
    """

    def __init__(self, ahead: Ahead | None = None) -> None:
        self._ahead = ahead

    def recognises(self, source: Source) -> bool:
        """Text in which some document names its `apiVersion` or `kind`, or text without any content."""
        text = _text(source)
        if not text.strip():
            raise Unproven(Reason.MALFORMED, "it is empty", "render the manifests into it")
        if _OBJECT.search(text) or all(not _content(line) for line in text.splitlines()):
            return True
        if _TEMPLATE in text:
            raise _unrendered(text)
        message = "it is no Kubernetes manifest: nothing in it has an apiVersion and a kind"
        raise Unproven(Reason.MALFORMED, message, "let `path` name Kubernetes manifests only")

    def likeness(self, source: Source) -> Likeness:
        """By the API groups of its objects."""
        return likeness_of(source) if self.recognises(source) else Likeness.NONE

    def read(self, source: Source) -> Reading[Manifests]:
        """Every object of the file."""
        text = _json_escapes(source.text)
        try:
            resources = tuple(resources_in(Text(source.path.name, text), source.name, self._ahead))
            return Reading(Manifests(resources=resources, remarks=remarks_in(text, source.name)))
        except YamlError as error:
            if _TEMPLATE in text:
                raise _unrendered(text) from None
            remedy = error.problems[0].help or (_SPLIT if "larger than" in str(error) else _CORRECT)
            raise Unproven(Reason.MALFORMED, str(error), remedy) from None


def _text(source: Source) -> str:
    try:
        return source.text
    except Unproven as error:
        raise Unproven(error.reason, error.message, error.remedy or "save it as UTF-8") from None


def _content(line: str) -> str:
    return (
        ""
        if line.startswith(("---", "...")) and not line[3:].strip(" \t")
        else line.partition("#")[0].strip()
    )


def _unrendered(text: str) -> Unproven:
    line = text.count("\n", 0, text.index(_TEMPLATE)) + 1
    return Unproven(Reason.MALFORMED, f"line {line}: a template that was not rendered", RENDER_CHART)


def _json_escapes(text: str) -> str:
    """JSON writes a character beyond the basic plane as two escapes, YAML as one; lines stay what they are."""
    if not text.lstrip().startswith(("{", "[")):
        return text
    return _SURROGATES.sub(_joined, text)


def _joined(found: re.Match[str]) -> str:
    high, low = int(found[2], 16), int(found[3], 16)
    return f"{found[1]}\\U{0x10000 + ((high - 0xD800) << 10) + low - 0xDC00:08x}"
