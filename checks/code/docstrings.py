"""Whether definitions say what they are for."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import AfterValidator

from readiness.check import Check, Finding, Params, Stricter
from readiness.evidence.python_source import PythonSource
from readiness.units import Share

from ._python import Count, judged


def _positive(share: Fraction) -> Fraction:
    if not share:
        raise ValueError("must be more than 0%: nothing could fall below it")
    return share


class DocstringsParams(Params):
    """The limit on documented definitions."""

    min: Annotated[Share, AfterValidator(_positive), Stricter.HIGHER] = Fraction(80, 100)
    """The least share of modules, classes, functions and methods with a docstring, in percent."""
    scope: Literal["public", "all"] = "public"
    """`public`: those of whose names none begins with an underscore; `all`: also private ones, `__init__` and its
    like, and those within functions."""


class Docstrings(Check[DocstringsParams]):
    """Modules, classes and functions have docstrings.

    The files are parsed, and nothing is imported. Setters, variants of an overload, methods marked `@override`, stubs
    and empty modules are not asked for one. A docstring without a letter, or a mere `TODO`, is none. What else it says
    is not graded.

    ## Why it matters
    Whoever is called at night reads this code for the first time. A docstring tells what a function is for, its units
    and its errors, where the code only tells what it does.

    ## How to fix it
    Write one line for each definition that the findings name: what it gives, in which unit, and what it raises. Let the
    linter keep it so: rules `D100` to `D107` of Ruff. Generated and vendored code belongs under `exclude` of the
    evidence, where the scorecard shows it.

    ## References
    - PEP 257, Docstring Conventions: https://peps.python.org/pep-0257/
    - Ruff, pydocstyle rules: https://docs.astral.sh/ruff/rules/#pydocstyle-d
    - interrogate: https://interrogate.readthedocs.io/en/latest/
    """

    def judge(self, python: PythonSource) -> Iterator[Finding]:
        """Compare the share of documented definitions with the limit."""
        asked = [one for one in python.tallies if self._is_asked(one.reach)]
        which = "public definitions" if self.params.scope == "public" else "definitions"
        good, total = sum(one.documented for one in asked), sum(one.documentable for one in asked)
        count = Count(good, total, which, "have a docstring")
        bare = [one for one in python.undocumented if self._is_asked(one.reach)]
        yield from judged(count, self.params.min, bare, python, "say in one line what it is for")

    def _is_asked(self, reach: str) -> bool:
        return self.params.scope == "all" or reach == "public"
