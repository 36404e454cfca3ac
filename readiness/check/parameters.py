"""The parameters of a check as a policy's author reads them: key, type with unit, default, strict side, meaning."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import Enum
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple, get_args

from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from readiness.check.attributes import attribute_docs
from readiness.check.params import Stricter, dashed
from readiness.units import Duration, Rate, Share, Size, show_duration, show_share

MAX_DEPTH = 3
_UNITS: tuple[tuple[str, Any], ...] = (
    ("duration", Duration),
    ("share", Share),
    ("size", Size),
    ("rate", Rate),
)
# What a limit of this kind and side often is, for examples.
_LIMITS = {("share", "lower"): "1%", ("share", "higher"): "80%"}


class Parameter(NamedTuple):
    """One key of `with:`; nested ones are `warn.p95`. `default` is as a policy writes it, None when it is needed."""

    key: str
    type: str
    default: str | None
    stricter: str
    text: str
    example: object = None


def parameters_of(params: type[BaseModel]) -> list[Parameter]:
    """Every parameter in the order of its declaration, nested ones behind their parent."""
    schema = params.model_json_schema(by_alias=True, schema_generator=_quiet())
    return list(_fields(params, schema, schema.get("$defs", {}), ""))


def _fields(
    model: type[BaseModel], schema: Mapping[str, Any], definitions: Mapping[str, Any], prefix: str
) -> Iterator[Parameter]:
    docs = attribute_docs(model)
    for name, field in model.model_fields.items():
        key = field.alias or dashed(name)
        told = schema["properties"][key]
        type_ = _type(told, definitions)
        yield Parameter(
            prefix + key,
            type_,
            _default(field, type_),
            (side := _stricter(field)),
            " ".join(docs.get(name, "").split()),
            _LIMITS.get((type_, side)) or _example(told, definitions),
        )
        for nested in _models(field.annotation) if prefix.count(".") < MAX_DEPTH else ():
            inner = definitions.get(nested.__name__)
            if inner is not None:
                yield from _fields(nested, inner, definitions, f"{prefix}{key}.")


def _type(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    schema = _resolved(schema, definitions)
    if options := schema.get("anyOf") or schema.get("oneOf"):
        return " or ".join(
            dict.fromkeys(_type(one, definitions) for one in options if one.get("type") != "null")
        )
    if "const" in schema or "enum" in schema:
        return " or ".join(json.dumps(value) for value in schema.get("enum", [schema.get("const")]))
    if unit := _unit_names().get(schema.get("pattern", "")):
        return unit
    match schema.get("type"):
        case "array":
            return f"list of {_type(schema['items'], definitions)}" if schema.get("items") else "list"
        case "object":
            return "keys below" if schema.get("properties") else _map_type(schema, definitions)
        case "integer":
            return "whole number" + _bounds(schema)
        case "number":
            return "number" + _bounds(schema)
        case "boolean":
            return "true or false"
        case "string":
            return str(schema.get("format", "text"))
    return "any value"


def _map_type(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    values = schema.get("additionalProperties")
    return f"map of text to {_type(values, definitions)}" if isinstance(values, Mapping) else "map"


def _bounds(schema: Mapping[str, Any]) -> str:
    words = (
        ("minimum", "from"),
        ("exclusiveMinimum", "above"),
        ("maximum", "to"),
        ("exclusiveMaximum", "below"),
    )
    return "".join(f" {word} {schema[key]:g}" for key, word in words if key in schema)


def _resolved(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = schema.get("$ref", "")
    return definitions.get(reference.removeprefix("#/$defs/"), schema) if reference else schema


@cache
def _unit_names() -> dict[str, str]:
    return {TypeAdapter(type_).json_schema()["pattern"]: name for name, type_ in _UNITS}


def _example(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> object:
    """A value that fits, where the schema shows one; None where it does not."""
    schema = _resolved(schema, definitions)
    for option in schema.get("anyOf") or schema.get("oneOf") or ():
        if (found := _example(option, definitions)) is not None:
            return found
    if shown := schema.get("examples") or schema.get("enum"):
        return shown[0]
    if schema.get("type") == "array":
        item = _example(schema.get("items", {}), definitions)
        return None if item is None else [item]
    simple: dict[str, object] = {"integer": schema.get("minimum", 1), "string": "text", "boolean": True}
    return schema.get("const", simple.get(schema.get("type", "")))


def _default(field: FieldInfo, type_: str) -> str | None:
    value = field.get_default(call_default_factory=True, validated_data={})
    return None if value is PydanticUndefined else _written(value, type_)


def _written(value: object, type_: str) -> str:
    """A value as a policy writes it."""
    if isinstance(value, timedelta):
        return show_duration(value)
    if isinstance(value, Fraction):
        return f"{float(value):g}/s" if "rate" in type_ and "share" not in type_ else show_share(value)
    if isinstance(value, int) and not isinstance(value, bool) and type_ == "size":
        return f"{value}B"
    if isinstance(value, BaseModel):
        pairs = (
            (field.alias or dashed(name), getattr(value, name))
            for name, field in type(value).model_fields.items()
        )
        return "{" + ", ".join(f"{key}: {_written(item, '')}" for key, item in pairs) + "}"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_written(item, type_)}" for key, item in value.items()) + "}"
    if isinstance(value, Sequence | frozenset | set) and not isinstance(value, str):
        items = value if isinstance(value, Sequence) else sorted(value, key=str)
        return "[" + ", ".join(_written(item, type_) for item in items) + "]"
    return _scalar(value)


def _scalar(value: object) -> str:
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    words: Mapping[object, str] = {None: "none"}
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) and value else words.get(value) or json.dumps(value, default=str)


def _stricter(field: FieldInfo) -> str:
    return next((str(side.value) for side in _marks(field.metadata, field.annotation)), "")


def _marks(metadata: Sequence[Any], annotation: Any) -> Iterator[Stricter]:
    yield from (mark for mark in metadata if isinstance(mark, Stricter))
    for argument in get_args(annotation):
        inner = getattr(argument, "__metadata__", ())
        yield from _marks(inner, argument)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models(argument)


@cache
def _quiet() -> Any:
    """A generator that does not warn of defaults that JSON cannot hold: they are shown from the model instead."""
    from pydantic.json_schema import GenerateJsonSchema

    class Quiet(GenerateJsonSchema):
        ignored_warning_kinds = frozenset(("skipped-choice", "non-serializable-default"))  # type: ignore[assignment]

    return Quiet
