"""Whether functions say what they take and give."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import AfterValidator

from readiness.check import Check, Finding, Outcome, Params, Stricter
from readiness.evidence.python_source import PythonSource
from readiness.units import Share

from ._python import Count, judged

_PUBLIC = ("public", "dunder")


def _positive(share: Fraction) -> Fraction:
    if not share:
        raise ValueError("must be more than 0%: nothing could fall below it")
    return share


class TypeHintsParams(Params):
    """The limit on annotated functions."""

    min: Annotated[Share, AfterValidator(_positive), Stricter.HIGHER] = Fraction(95, 100)
    """The least share of functions and methods that are annotated whole, in percent."""
    scope: Literal["public", "all"] = "public"
    """`public`: those of whose names none begins with an underscore, `__eq__` and the like among them; `all`: also
    private ones, and those within functions."""
    any: Literal["annotated", "bare"] = "annotated"
    """Whether a function whose annotations say nothing but `Any` counts as annotated or as bare."""


class TypeHints(Check[TypeHintsParams]):
    """Functions say by annotations what they take and give.

    The files are parsed, and nothing is imported. A function or method counts as annotated when every parameter and
    the result are, as mypy's `disallow_untyped_defs` and `disallow_incomplete_defs` want it: `self` and `cls` need no
    annotation, nor does the result of an `__init__` that has another one. The variants of an overload count as one.
    Where a stub `x.pyi` stands beside `x.py`, its annotations count. Comments with types do not.

    ## Why it matters
    A type checker looks only where there are annotations: a function without them is skipped in silence, and so is
    whatever its callers pass. The result is a clean report over code that nobody looked at.

    ## How to fix it
    Annotate the functions that the findings name, public ones first. Let the type checker keep it so:

        [tool.mypy]
        disallow_untyped_defs = true
        disallow_incomplete_defs = true

    Code that is generated or vendored belongs under `exclude` of the evidence, where the scorecard shows it.

    ## References
    - mypy, untyped definitions and calls:
      https://mypy.readthedocs.io/en/stable/config_file.html#untyped-definitions-and-calls
    - PEP 484, Type Hints: https://peps.python.org/pep-0484/
    """

    def judge(self, python: PythonSource) -> Iterator[Finding]:
        """Compare the share of annotated functions with the limit."""
        asked = [one for one in python.tallies if self._is_asked(one.reach)]
        vague = sum(one.vague for one in asked)
        good = sum(one.annotated for one in asked) - (vague if self.params.any == "bare" else 0)
        which = "public functions" if self.params.scope == "public" else "functions"
        count = Count(good, sum(one.callables for one in asked), which, "are annotated")
        bare = [one for one in python.unannotated if self._is_asked(one.reach)]
        advice = "annotate every parameter and the result"
        yield from judged(count, self.params.min, bare, python, advice)
        if vague and count.total:
            yield self._note(vague)

    def _is_asked(self, reach: str) -> bool:
        return self.params.scope == "all" or reach in _PUBLIC

    def _note(self, vague: int) -> Finding:
        counted = "count as annotated" if self.params.any == "annotated" else "count as bare"
        message = f"{vague:,} of them are annotated with nothing but Any, and {counted}"
        return Finding(outcome=Outcome.PASS, message=message, count=vague, note=True)
