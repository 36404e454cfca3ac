"""`package.json` of npm."""

from __future__ import annotations

import msgspec

from readiness.evidence.model import Unproven
from readiness.evidence.project import Project
from readiness.places import LinedMap, Text, YamlError, load_kubernetes
from readiness.readers.base import Reader, Reading
from readiness.readers.source import Source
from readiness.readers.strict_json import shape

_KEYS = frozenset(
    {
        "dependencies",
        "description",
        "devDependencies",
        "engines",
        "exports",
        "files",
        "license",
        "main",
        "module",
    }
    | {"packageManager", "peerDependencies", "private", "publishConfig", "scripts", "type", "workspaces"}
)


class _File(msgspec.Struct, frozen=True):
    name: str = ""
    version: str | None = None


class PackageJson(Reader[Project]):
    """The format is npm's; only the package's own name and version are read."""

    def recognises(self, source: Source) -> bool:
        """A JSON object with a name or version, and another key of npm's, which is not its lock file."""
        if not source.head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
            return False
        try:
            data = source.json
        except Unproven:
            return b'"version"' in source.head and b'"name"' in source.head
        keys = set(data) if isinstance(data, dict) else set()
        known = keys & {"name", "version"} and (keys & _KEYS or keys == {"name", "version"})
        return bool(known) and "lockfileVersion" not in keys

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


def _line_of(text: str) -> int:
    """Where the version stands; JSON is YAML enough to tell, or else it is the first line."""
    try:
        document, _ = next(load_kubernetes(Text("package.json", text)))
    except (YamlError, StopIteration):
        return 1
    return int(document.lines.get("version", 1)) if isinstance(document, LinedMap) else 1
