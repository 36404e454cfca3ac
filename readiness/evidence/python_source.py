"""What the definitions of a Python tree say of themselves: annotations and docstrings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from readiness.evidence.model import Facts, Value

Sort = Literal["module", "class", "function", "method"]
Reach = Literal["public", "dunder", "private", "nested"]


class Tally(Value, frozen=True, kw_only=True):
    """Definitions of one sort and reach.

    `public`: no name on the way from the module begins with an underscore; `dunder`: a public one such as `__eq__`;
    `nested`: in a function; `private`: all others. Of `callables` (functions and methods), `annotated` ones have
    every parameter and the result annotated, `vague` are those of them that say nothing but `Any`. Of
    `documentable` ones, `documented` have a docstring. The counts are exact.
    """

    sort: Sort
    reach: Reach
    callables: int = 0
    annotated: int = 0
    vague: int = 0
    documentable: int = 0
    documented: int = 0


class Bare(Value, frozen=True, kw_only=True):
    """One definition that lacks something: `name` is `Cart.add` or, for a module, its path."""

    file: str
    line: int
    name: str
    sort: Sort
    reach: Reach
    lacks: str


class PythonSource(Facts, frozen=True, kw_only=True):
    """A tree of Python files, all of which were parsed.

    `unannotated` and `undocumented` hold examples, public ones first; the counts are in `tallies`. `excluded` counts
    the files that each of the `patterns` left out; `passed` those in folders of tools, such as `.venv`. `coded` are the
    paths, from `path` on, of the files that hold more than docstrings: those that tests can run; stubs are none.
    """

    kind: ClassVar[str] = "python"
    path: str
    files: int
    stubs: int
    tallies: tuple[Tally, ...]
    unannotated: tuple[Bare, ...] = ()
    undocumented: tuple[Bare, ...] = ()
    excluded: Mapping[str, int] = {}
    passed: int = 0
    coded: tuple[str, ...] = ()

    def summary(self) -> Mapping[str, object]:
        """Files, what was left out, and the counts by reach."""
        return {
            "files": self.files,
            "stubs": self.stubs,
            "excluded": dict(self.excluded),
            "in_folders_of_tools": self.passed,
            "callables": _by_reach(self.tallies, "callables"),
            "annotated": _by_reach(self.tallies, "annotated"),
            "documentable": _by_reach(self.tallies, "documentable"),
            "documented": _by_reach(self.tallies, "documented"),
        }


def _by_reach(tallies: tuple[Tally, ...], count: str) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for one in tallies:
        found[one.reach] = found.get(one.reach, 0) + int(getattr(one, count))
    return found
