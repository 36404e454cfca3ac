"""Whether functions are simple enough."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import Field

from readiness.check import Check, Finding, Measure, Outcome, Params, Stricter
from readiness.check.scans import doubts, looked, place, thin
from readiness.evidence.scan import Scan, ScanFinding
from readiness.evidence.scan_selection import Selection, amount, select

_SHOWN = 20
_RULES = {"c901", "complexity", "too-complex"}
"""Rules of Ruff and Flake8, ESLint and Pylint that name functions over the linter's own limit."""


class ComplexityParams(Params):
    """The limit on cyclomatic complexity."""

    max: Annotated[int, Field(ge=1), Stricter.LOWER] = 15
    """The greatest complexity that a function or method may have."""
    max_functions: Annotated[int, Field(ge=0), Stricter.LOWER] = 0
    """The greatest number of functions that may have more."""
    tools: tuple[str, ...] = ()
    """Linters whose complexity rule counts, such as `ruff`: they tell only of functions over their own limit."""
    uncounted: Literal["warn", "unproven"] = "unproven"
    """What comes of a linter's report, which does not tell what was measured: `unproven`, or `warn` at best."""
    min_scanned: Annotated[int, Field(ge=1), Stricter.HIGHER] = 1
    """The least number of functions and methods that each report tells it measured."""


class Complexity(Check[ComplexityParams]):
    """Functions are no more complex than is allowed.

    Cyclomatic complexity is the number of ways through a function, as radon counts it. A linter that is named under
    `tools` tells only of functions over its own limit: with it the check warns at best, and needs `uncounted: warn`.

    ## Why it matters
    Each way through a function wants a test, and a reader who keeps it in mind. Beyond some fifteen of them nobody does
    either: changes to such a function break what they did not touch, and reviews wave them through.

    ## How to fix it
    Split the function where it changes its subject, return early, put a table in the place of a chain of `if`, and give
    each case of a large `match` a function of its own. Report: `radon cc -j src > reports/complexity.json`, which lists
    every function. A limit that old code is over is written as `max-functions`, and only ever lowered. `min-scanned`,
    a little below the number that a good run tells, refuses the report of a part.

    ## References
    - T. J. McCabe, A Complexity Measure: https://doi.org/10.1109/TSE.1976.233837
    - radon, cyclomatic complexity: https://radon.readthedocs.io/en/latest/intro.html#cyclomatic-complexity
    - NIST 500-235, Structured Testing: https://www.mccabe.com/pdf/mccabe-nist235r.pdf
    """

    def judge(self, scan: Scan) -> Iterator[Finding]:
        """Judge every function that is told of."""
        selection = _measuring(select(scan, "complexity", self.params.tools))
        measured = [one for one in selection.listed if one.value is not None or one.rule.lower() in _RULES]
        complex_ = [one for one in measured if one.value is None or one.value > self.params.max]
        hidden = self._hidden(selection)
        problems = [
            *doubts(selection),
            *thin(selection, self.params.min_scanned),
            *self._over(complex_, hidden),
        ]
        yield from problems
        if selection.runs and not problems:
            greatest = max((one.value or 0 for one in measured), default=0)
            found = f"the greatest complexity is {greatest}" if measured else "nothing found"
            yield looked(selection, found, self.params.uncounted)

    def _hidden(self, selection: Selection) -> int:
        """Functions that are not listed may be too complex when the least complex one that is listed is."""
        hidden = 0
        for run in selection.runs:
            least = min((one.value for one in run.counted if one.value is not None), default=None)
            if "complexity" in run.purposes and (least is None or least > self.params.max):
                hidden += sum(run.unlisted.values())
        return hidden

    def _over(self, complex_: Sequence[ScanFinding], hidden: int) -> Iterator[Finding]:
        total = len(complex_) + hidden
        if total <= self.params.max_functions:
            return
        for one in complex_[:_SHOWN]:
            yield self._bad(one.message, one.value, total).but(location=place(one))
        if rest := total - min(len(complex_), _SHOWN):
            yield self._bad(f"{rest} more functions are too complex", None, total).but(count=rest)

    def _bad(self, message: str, value: int | None, total: int) -> Finding:
        return Finding(
            outcome=Outcome.FAIL,
            message=message,
            observed=f"{amount(total, 'functions')} over the limit",
            expected=f"<= {self.params.max}",
            measure=Measure(value, self.params.max, "ways") if value is not None else None,
            next="split it where it changes its subject",
        )


def _measuring(selection: Selection) -> Selection:
    """Linters count files, and say nothing of the functions that are within their limit, or whether the rule is on."""
    runs = (run if "complexity" in run.purposes else run.but(scanned=None) for run in selection.runs)
    return selection.but(runs=tuple(runs))
