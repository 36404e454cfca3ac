"""The JSON Schema (2020-12) of a policy file, with the parameters of every check that is installed.

It serves editors: what a key may hold, while it is written. Nothing but `readiness` is required in it, since a file
that extends another says only what differs; `readiness policy validate` judges the whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from readiness.check.attributes import attribute_docs
from readiness.errors import ReadinessError
from readiness.plugins import Registry
from readiness.policy.models import (
    CheckSection,
    DecisionSection,
    DefaultsSection,
    PolicySections,
    ReleaseSection,
    WaiverSection,
)
from readiness.policy.problems import models_in

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_VARIABLE = {"type": "string", "pattern": r"\$\{"}
Schema = dict[str, Any]


def policy_schema(registry: Registry) -> Schema:
    """The schema; checks and kinds of plugins that do not load are left out."""
    definitions: Schema = {}
    whole = _of(PolicySections, "policy", definitions)
    properties = whole["properties"]
    properties["release"] = _with_variables(_of(ReleaseSection, "release", definitions))
    _with_variables(definitions["release.ArtifactSection"])
    properties["decision"] = _of(DecisionSection, "decision", definitions)
    properties["evidence-defaults"] = _of(DefaultsSection, "evidence-defaults", definitions)
    properties["extends"] = {"type": ["array", "string"], "items": {"type": "string"}}
    properties["evidence"] = {
        "type": "object",
        "additionalProperties": _evidence(registry, definitions),
    }
    properties["checks"] = {"type": "array", "minItems": 1, "items": _checks(registry, definitions)}
    properties["waivers"] = {"type": "array", "items": _of(WaiverSection, "waiver", definitions)}
    return {
        "$schema": DIALECT,
        "title": "readiness policy",
        **whole,
        "required": ["readiness"],
        "$defs": definitions,
    }


def _checks(registry: Registry, definitions: Schema) -> Schema:
    entry = _of(CheckSection, "check", definitions)
    entry["properties"]["with"] = {"type": "object"}
    known: list[str] = []
    cases: list[Schema] = []
    for id_, check in _loadable(registry.checks):
        known.append(id_)
        given = _of(check.params_type, id_, definitions)
        cases.append(_case("use", id_, {"with": given}))
    entry["properties"]["use"]["enum"] = known
    entry["allOf"] = cases
    return entry


def _evidence(registry: Registry, definitions: Schema) -> Schema:
    cases: list[Schema] = []
    known: list[str] = []
    for name, kind in _loadable(registry.kinds):
        known.append(name)
        given = _with_variables(_of(kind.spec, name, definitions))
        cases.append(_case("kind", name, given["properties"]))
    every = {key: True for case in cases for key in case["then"]["properties"]}
    cases.append({"if": {"not": {"required": ["kind"]}}, "then": {"properties": every}})
    return {
        "type": "object",
        "properties": {"kind": {"enum": known}},
        "allOf": cases,
        "unevaluatedProperties": False,
    }


def _case(key: str, value: str, properties: Schema) -> Schema:
    return {
        "if": {"properties": {key: {"const": value}}, "required": [key]},
        "then": {"properties": properties},
    }


def _loadable(catalog: Any) -> Iterator[tuple[str, Any]]:
    for name in sorted(catalog):
        try:
            yield name, catalog[name]
        except ReadinessError:
            continue


def _of(model: type[BaseModel], name: str, definitions: Schema) -> Schema:
    """The schema of one model; its nested ones go to `definitions` under the name of where they are used."""
    made = model.model_json_schema(by_alias=True, ref_template=f"#/$defs/{_pointer(name)}.{{model}}")
    nested = {
        one.__name__: one for field in model.model_fields.values() for one in models_in(field.annotation)
    }
    for title, schema in made.pop("$defs", {}).items():
        definitions[f"{name}.{title}"] = _optional(_described(schema, nested.get(title)))
    return _optional(_described(made, model))


def _described(schema: Schema, model: type[BaseModel] | None) -> Schema:
    for field, text in (attribute_docs(model) if model else {}).items():
        key = (model.model_fields[field].alias or field) if model else field
        if isinstance(one := schema.get("properties", {}).get(key), dict):
            one["description"] = text
    return schema


def _optional(schema: Schema) -> Schema:
    schema.pop("required", None)
    schema.pop("title", None)
    for one in schema.get("properties", {}).values():
        one.pop("title", None)
    return schema


def _with_variables(schema: Schema) -> Schema:
    """Where a form is asked for, a `${NAME}` may stand instead."""
    for key, one in schema["properties"].items():
        if "pattern" in str(one):
            schema["properties"][key] = {"anyOf": [one, _VARIABLE]}
    return schema


def _pointer(name: str) -> str:
    """A name as a part of a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")
