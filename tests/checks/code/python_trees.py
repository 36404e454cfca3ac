"""Facts of Python trees for tests of checks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from readiness.evidence.python_source import Bare, PythonSource, Tally


def tree(*tallies: Tally, excluded: Mapping[str, int] | None = None, **more: Any) -> PythonSource:
    """A tree of ten files with these counts."""
    return PythonSource(path="src", files=10, stubs=0, tallies=tallies, excluded=excluded or {}, **more)


def bare(name: str, reach: Any = "public", lacks: str = "the result") -> Bare:
    """A function that lacks something."""
    return Bare(file="src/a.py", line=7, name=name, sort="function", reach=reach, lacks=lacks)
