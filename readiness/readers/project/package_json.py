"""`package.json` of npm."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from readiness.evidence.project import Project
from readiness.places import LinedMap, Text, YamlError, load_kubernetes
from readiness.readers.base import Reader, Reading
from readiness.readers.source import Source
from readiness.readers.strict_json import shape

# How npm has them; other formats have keys of these names too, such as `dependencies` as a list.
_SHAPES: Mapping[str, type | tuple[type, ...]] = {
    "bin": (str, dict), "dependencies": dict, "devDependencies": dict, "engines": dict, "exports": (str, dict),
    "files": list, "main": str, "module": str, "packageManager": str, "peerDependencies": dict, "private": bool,
    "publishConfig": dict, "scripts": dict, "workspaces": (list, dict),
}  # fmt: skip
_COMMON = frozenset(("name", "version", "description", "license"))
_TYPES = ("module", "commonjs")


class _File(msgspec.Struct, frozen=True):
    name: str = ""
    version: str | None = None


class PackageJson(Reader[Project]):
    """The format is npm's; only the package's own name and version are read."""

    def recognises(self, source: Source) -> bool:
        """A JSON object with a name or version, and another key of npm's, which is not its lock file."""
        if not source.head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
            return False
        return isinstance(source.json, dict) and _is_package(source.json)

    def read(self, source: Source) -> Reading[Project]:
        """The version as it is written."""
        found = shape(source.json, _File, "package.json")
        return Reading(
            Project(
                path=source.name,
                form="package-json",
                name=found.name,
                version=found.version,
                released=found.version,
                line=_line_of(source.text),
            )
        )


def _is_package(data: Mapping[str, Any]) -> bool:
    if not data.keys() & {"name", "version"} or "lockfileVersion" in data:
        return False
    if any(isinstance(data[key], shape) for key, shape in _SHAPES.items() if key in data):
        return True
    return data.get("type") in _TYPES or {"name", "version"} <= data.keys() <= _COMMON


def _line_of(text: str) -> int:
    """Where the version stands; JSON is YAML enough to tell, or else it is the first line."""
    try:
        document, _ = next(load_kubernetes(Text("package.json", text)))
    except (YamlError, StopIteration):
        return 1
    return int(document.lines.get("version", 1)) if isinstance(document, LinedMap) else 1
