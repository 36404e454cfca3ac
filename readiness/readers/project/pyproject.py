"""`pyproject.toml`: the `[project]` table, or that of Poetry."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Any

import msgspec

from readiness.evidence.model import Reason, Unproven
from readiness.evidence.project import Project
from readiness.readers.base import Reader, Reading
from readiness.readers.source import Source
from readiness.readers.strict_json import shape

_TABLE = re.compile(rb"^[ \t]*\[[ \t]*(?:project|build-system|tool\b[^\]\n]*)[ \t]*\]", re.M)


class _Table(msgspec.Struct, frozen=True):
    name: str = ""
    version: str | None = None


class _Tool(msgspec.Struct, frozen=True):
    poetry: _Table | None = None


class _File(msgspec.Struct, frozen=True):
    project: _Table | None = None
    tool: _Tool | None = None


class Pyproject(Reader[Project]):
    """The specification is that of the Python Packaging User Guide.

    A version that the build makes up (`dynamic`) is not stated: it is read as absent.
    """

    def recognises(self, source: Source) -> bool:
        """A table `[project]`, `[build-system]` or `[tool...]`."""
        return _TABLE.search(source.head) is not None

    def read(self, source: Source) -> Reading[Project]:
        """The version of `[project]`, or else of `[tool.poetry]`."""
        found = shape(_parse(source.text), _File, "pyproject.toml")
        poetry = found.tool.poetry if found.tool else None
        table = found.project or poetry
        if table is None:
            raise Unproven(
                Reason.MALFORMED, "it has no [project] table", "name the file that states the version"
            )
        version = table.version or (poetry.version if poetry else None)
        if poetry and poetry.version not in (None, version):
            message = f"[project] states version {version}, and [tool.poetry] {poetry.version}"
            raise Unproven(Reason.MALFORMED, message, "let one of them state it")
        name = table.name or (poetry.name if poetry else "")
        line = _line_of(source.text, version)
        return Reading(
            Project(
                path=source.name,
                form="pyproject",
                name=name,
                version=version,
                released=version,
                line=line,
            )
        )


def _parse(text: str) -> Mapping[str, Any]:
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise Unproven(Reason.MALFORMED, "it is nested too deeply") from None
    except ValueError as error:  # TOML's own, or a whole number of more digits than Python converts
        raise Unproven(Reason.MALFORMED, f"it is not TOML: {error}") from None


def _line_of(text: str, version: str | None) -> int:
    """Where the table states it; where the table begins when it does not."""
    line, table = 1, False
    for number, content in enumerate(text.splitlines(), 1):
        if content.lstrip().startswith("["):
            table = re.match(r"\s*\[\s*(project|tool\s*\.\s*poetry)\s*\]", content) is not None
            line = number if table and line == 1 else line
        elif table and version is not None and re.match(r"\s*[\"']?version[\"']?\s*=", content):
            return number
    return line
