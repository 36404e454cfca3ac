"""Many ways of writing down one set of objects."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import yaml
from hypothesis import strategies as st

from tests.applications.applications import Files

Object = dict[str, Any]
Form = Callable[[Sequence[Object]], str]
_HEADS = ("---\n", "--- # as it is applied\n", "# Of one file.\n---\n", "\n\n---\n")


def _yaml(objects: Sequence[Object], **style: Any) -> str:
    return str(yaml.dump_all(objects, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, **style))


def _json(value: Any, **style: Any) -> str:
    return json.dumps(value, ensure_ascii=False, **style)


def listed(objects: Sequence[Object]) -> Object:
    """A `List` of objects."""
    return {"apiVersion": "v1", "kind": "List", "items": list(objects)}


def _commented(objects: Sequence[Object]) -> str:
    """YAML with a comment behind every key that opens a block, and one before every document."""
    lines = _yaml(objects, explicit_start=True, width=10**6).splitlines()
    is_text = False
    for number, line in enumerate(lines):
        is_text = is_text and (not line.strip() or line.startswith("   "))
        if not is_text and line.endswith(":") and '"' not in line and "'" not in line:
            lines[number] += "  # so far"
        is_text = is_text or line.endswith(("|", "|-", "|+", ">", ">-"))
    return "# all of it\n" + "\n".join(lines) + "\n"


YAML_FORMS: tuple[Form, ...] = (
    _yaml,
    lambda objects: _yaml(objects, default_flow_style=True, width=100),
    lambda objects: _yaml(objects, indent=6, explicit_start=True, explicit_end=True),
    lambda objects: _yaml(objects).replace("\n", "\r\n"),
    lambda objects: "\ufeff" + _yaml([listed(objects)]),
    _commented,
    lambda objects: _yaml([listed([listed(objects)])]),
)
JSON_FORMS: tuple[Form, ...] = (
    lambda objects: _json(listed(objects), indent=2),
    lambda objects: _json(listed([listed(objects)])),
)


@st.composite
def written(draw: st.DrawFn, objects: Sequence[Object]) -> Files:
    """Files that hold these objects: in any order, in any number of files and folders, in YAML or in JSON."""
    shuffled = draw(st.permutations(range(len(objects))))
    ends = sorted(draw(st.sets(st.integers(1, len(objects) - 1), max_size=6)))
    keys = random.Random(draw(st.integers(0, 2**16)))  # noqa: S311 - the order of keys is no secret
    files = {}
    for number, (start, end) in enumerate(zip([0, *ends], [*ends, len(objects)], strict=True)):
        part = [reordered(objects[index], keys) for index in shuffled[start:end]]
        is_yaml = draw(st.booleans())
        form = draw(st.sampled_from(YAML_FORMS if is_yaml else JSON_FORMS))
        folder = draw(st.sampled_from(["", "a/", "a/b/", "z/"]))
        files[f"{folder}{number}.{'yml' if is_yaml else 'json'}"] = form(part)
    return files


def reordered(node: Any, order: random.Random) -> Any:
    """The same, with the keys of every map in another order; that of lists means something, and stays."""
    if isinstance(node, Mapping):
        keys = list(node)
        order.shuffle(keys)
        return {key: reordered(node[key], order) for key in keys}
    return [reordered(one, order) for one in node] if isinstance(node, list) else node


def split(text: str) -> list[str]:
    """The documents of a text, as they are written."""
    return text.split("\n---\n")


def joined(documents: Sequence[str], heads: Sequence[int]) -> str:
    """The documents as one text again, with other lines and comments between them."""
    return "".join(
        _HEADS[head % len(_HEADS)] + one.rstrip("\n") + "\n"
        for one, head in zip(documents, heads, strict=True)
    )


STRANGERS: tuple[Object, ...] = (
    {
        "apiVersion": "acme.example/v1alpha3",
        "kind": "Turbine",
        "metadata": {"name": "north", "namespace": "shop"},
        "spec": {"blades": 3, "selector": {"matchLabels": {"app": "nobody"}}, "status": None},
    },
    {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "turbines.acme.example"},
        "spec": {
            "group": "acme.example",
            "names": {"kind": "Turbine", "plural": "turbines"},
            "scope": "Namespaced",
            "versions": [{"name": "v1alpha3", "served": True, "storage": True, "schema": {}}],
        },
    },
    {"apiVersion": "acme.example/v1", "kind": "Service", "metadata": {"name": "cart"}, "spec": []},
    {"apiVersion": "acme.example/v1", "kind": "Role", "metadata": {"name": "cart"}, "rules": "all"},
)
"""Objects of kinds that nobody knows, some of them called like those of Kubernetes."""
