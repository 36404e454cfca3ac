"""One document -> the objects in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from sys import intern
from typing import Any, NoReturn

from readiness.evidence.manifests import Resource, ShapeError
from readiness.evidence.manifests.resource import Fault, lines_of
from readiness.evidence.manifests.shapes import View, show_path, view
from readiness.evidence.model import Reason, Unproven
from readiness.readers.manifests._block_style import Plain

_INPUT_GROUP = "kustomize.config.k8s.io/"
RENDER_CHART = "let `path` name the folder of the chart, which is rendered then; or what helm template prints"
_RENDER = "let `path` name the folder of the overlay, which is rendered then"


class _Meta(View, frozen=True):
    name: str | None = None
    generate_name: str | None = None
    namespace: str | None = None
    labels: Mapping[str, str | None] | None = None


class _Object(View, frozen=True):
    api_version: str
    kind: str


class _Named(View, frozen=True):
    metadata: _Meta | None = None


class _Whole(_Object, frozen=True):
    metadata: _Meta | None = None


_OF_OBJECTS = frozenset(("apiVersion", "kind", "metadata"))


def objects_of(document: Any, file: str, number: int, line: int) -> Iterator[Resource]:
    """The objects of a document, lists expanded; Unproven (malformed) with the line of what is none."""
    if not isinstance(document, Mapping):
        _refuse(line, f"document {number} is no Kubernetes object, but {_what(document)}")
    line = getattr(document, "line", line)
    _refuse_nameless(document, number, line)
    if _is_list(document):
        yield from _items_of(document, file, number, line)
    else:
        yield _resource(document, file, number, line, _plain(document), lines_of(document, line))


def object_of(document: Plain, file: str, number: int, line: int) -> Resource:
    """The object that a document is, which is no list; Unproven (malformed) for what is none."""
    _refuse_nameless(document.body, number, line)
    return _resource(document.body, file, number, line, document.body, document.lines)


def _refuse_nameless(document: Mapping[str, Any], number: int, line: int) -> None:
    missing = [key for key in ("apiVersion", "kind") if not document.get(key)]
    if missing:
        _refuse(line, f"document {number} is no Kubernetes object: it has no {' and no '.join(missing)}")


def _is_list(document: Mapping[str, Any]) -> bool:
    """As kubectl has it: whatever holds objects as `items` is applied item by item, also when it has a name."""
    items, meta = document.get("items"), document.get("metadata")
    if isinstance(items, list) and any(
        isinstance(item, Mapping) and item.keys() & _OF_OBJECTS for item in items
    ):
        return True
    named = isinstance(meta, Mapping) and meta.get("name") is not None
    return str(document["kind"]).endswith("List") and "items" in document and not named


def _items_of(document: Mapping[str, Any], file: str, number: int, line: int) -> Iterator[Resource]:
    items, kind = document["items"], str(document["kind"])
    if items is None:
        return
    if not isinstance(items, list):
        _refuse(_line(document, "items", line), f"the items of {kind} are no list, but {_what(items)}")
    for item in items:
        if kind != "List" and isinstance(item, dict):  # an API server leaves out what the list says already
            item.setdefault("apiVersion", document["apiVersion"])
            item.setdefault("kind", kind.removesuffix("List"))
        yield from objects_of(item, file, number, line)


def _resource(
    document: Mapping[str, Any],
    file: str,
    number: int,
    line: int,
    body: Mapping[str, Any],
    lines: tuple[int, ...],
) -> Resource:
    seen, meta, fault = _told(document, line)
    _refuse_templates(line, seen, meta)
    return Resource(
        api_version=seen.api_version,
        kind=seen.kind,
        name=meta.name or meta.generate_name or "",
        namespace=meta.namespace or "",
        labels={key: value or "" for key, value in meta.labels.items()} if meta.labels else {},
        file=file,
        document=number,
        line=line,
        body=body,
        lines=lines,
        fault=fault,
    )


def _told(document: Mapping[str, Any], line: int) -> tuple[_Object, _Meta, Fault | None]:
    """What it says of itself, and why that cannot be read."""
    if not str(document["apiVersion"]).startswith(_INPUT_GROUP):
        try:
            seen = view(document, _Whole, ())
        except ShapeError:
            pass
        else:
            return seen, seen.metadata or _Meta(), None
    return (_seen(document, line), *_meta(document))


def _meta(document: Mapping[str, Any]) -> tuple[_Meta, Fault | None]:
    """The metadata; where they have not the shape that is meant, the names that can be read, and what is wrong."""
    try:
        return view(document, _Named, ()).metadata or _Meta(), None
    except ShapeError as error:
        told = document["metadata"] if isinstance(document["metadata"], Mapping) else {}
        name, namespace = (told.get(key) for key in ("name", "namespace"))
        readable = _Meta(
            name=name if isinstance(name, str) else None,
            namespace=namespace if isinstance(namespace, str) else None,
        )
        return readable, Fault(error.path, str(error))


def _seen(document: Mapping[str, Any], line: int) -> _Object:
    if str(document["apiVersion"]).startswith(_INPUT_GROUP):
        message = (
            f"line {line}: a {document['kind']} is input of kustomize: these files are not what is applied"
        )
        raise Unproven(Reason.MALFORMED, message, _RENDER)
    try:
        seen = view(document, _Object, ())
    except ShapeError as error:
        _refuse(_line(document, error.path[0] if error.path else "", line), _shown(document["kind"], error))
    return seen


def _refuse_templates(line: int, seen: _Object, meta: _Meta) -> None:
    """An object that is not called anything yet; elsewhere `{{ }}` may be what is meant, as in an alert's text."""
    for text in (meta.name, meta.generate_name, meta.namespace, seen.kind, seen.api_version):
        if text and "{{" in text:
            message = f"line {line}: a template that was not rendered: {text}"
            raise Unproven(Reason.MALFORMED, message, RENDER_CHART)


def _plain(node: Any) -> Any:
    if isinstance(node, dict):
        return {intern(key): _plain(value) for key, value in node.items()}
    return [_plain(item) for item in node] if isinstance(node, list) else node


def _shown(whose: object, error: ShapeError) -> str:
    return f"{whose}: {show_path(error.path) or 'the object'}: {error}"


def _line(document: Mapping[str, Any], key: object, line: int) -> int:
    lines: Mapping[object, int] = getattr(document, "lines", {})
    return lines.get(key, line)


def _what(value: object) -> str:
    if value is None:
        return "nothing"
    names: Mapping[type, str] = {Mapping: "a map", list: "a list", str: "text", bool: "true or false"}
    return next((name for type_, name in names.items() if isinstance(value, type_)), "a number")


def _refuse(line: int, message: str) -> NoReturn:
    raise Unproven(Reason.MALFORMED, f"line {line}: {message}", "write what `kubectl apply` takes")
