"""Helm by helm-python-sdk, where there is no `helm`: a program of its own, never imported by the gate."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

_READY = frozenset({"ok", "unpacked"})
_NOTES = "NOTES.txt"


def main(request: str) -> None:
    """Print what `helm template` prints, or as JSON what `helm lint` finds; `request` is a file that says which."""
    asked = json.loads(Path(request).read_bytes())
    out = os.dup(1)
    os.dup2(2, 1)  # what the library prints by itself is no manifest
    try:
        text = _linted(asked) if asked["verb"] == "lint" else "".join(_documents(asked))
    except Exception as error:
        sys.stderr.write(f"Error: {error}\n")
        raise SystemExit(1) from None
    with os.fdopen(out, "wb") as stdout:
        stdout.write(text.encode())


def _documents(asked: Mapping[str, Any]) -> Iterator[str]:
    import helm_python  # type: ignore[import-not-found,unused-ignore]

    _refuse_missing(helm_python.dependency_list(asked["chart"]))
    values = _values(asked)
    with helm_python.Chart.load(asked["chart"]) as chart:
        if chart.metadata.get("type") == "library":
            raise ValueError("library charts are not installable")
        rendered = chart.render(values, name=asked["name"], namespace=asked["namespace"])
        definitions = {one["filename"]: one["data"] for one in chart.crds}
    for file in sorted(definitions):
        if definitions[file].strip():
            yield f"---\n# Source: {file}\n{_without_start(definitions[file])}\n"
    for template in sorted(rendered):
        if template.rpartition("/")[2] != _NOTES and rendered[template].strip():
            yield f"---\n# Source: {template}\n{_without_start(rendered[template])}\n"


def _linted(asked: Mapping[str, Any]) -> str:
    import helm_python

    told = helm_python.lint(asked["chart"], _values(asked), namespace=asked["namespace"])
    return json.dumps({"messages": told.get("messages"), "errors": told.get("errors")})


def _values(asked: Mapping[str, Any]) -> dict[str, Any]:
    import helm_python

    values: dict[str, Any] = {}
    for file in asked["values"]:
        values = _merged(values, helm_python.values_from_yaml(Path(file).read_text("utf-8")))
    return values


def _refuse_missing(dependencies: Sequence[Mapping[str, Any]]) -> None:
    for one in dependencies:
        if one["status"] not in _READY:
            raise ValueError(
                f"the dependency {one['name']} is {one['status']} in charts/: run helm dependency build"
            )


def _merged(values: Mapping[str, Any], later: Mapping[str, Any]) -> dict[str, Any]:
    """As Helm merges values files: maps go into each other, all else is replaced."""
    made = dict(values)
    for key, value in later.items():
        old = made.get(key)
        made[key] = _merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return made


def _without_start(text: str) -> str:
    """A template may begin a document itself, which would leave an empty one before it."""
    return re.sub(r"\A\s*---[ \t]*\n", "", text)
