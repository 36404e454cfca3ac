"""Whether type checkers found faults."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.check import Check, Finding
from readiness.evidence.scan import Scan

from ._faults import FaultParams, judge_faults


class TypesParams(FaultParams):
    """Limits on what type checkers report."""


class Types(Check[TypesParams]):
    """The type checker looked at the code, and found no more errors than are allowed.

    A file that stops the checker, or a run over no file, makes the check unproven.

    ## Why it matters
    Types are promises between functions, and a checker is the only reader who keeps all of them in mind: an argument
    that may be None, a field that was renamed, a call that nobody adapted. Each of them is an error at run time that
    waits for its input. And silence is no proof: a clean run of `mypy -O json` is an empty file, as a run is that
    broke before it began.

    ## How to fix it
    Mend what is listed, first where a value may be None. Keep a report that counts its files: mypy's own text
    (`mypy src > reports/mypy.txt`, whose last line tells them), `pyright --outputjson > reports/pyright.json`, or for
    TypeScript `tsc --noEmit --pretty false --listFiles > reports/tsc.txt`, which lists them.
    A line that must stay as it is takes `# type: ignore[code]` with a reason. When the checker looked at nothing, name
    the folders in its configuration. One file is something too: set `min-scanned` a little below the number of files
    that the report of a good run tells.

    ## References
    - mypy, the command line: https://mypy.readthedocs.io/en/stable/command_line.html
    - Pyright, JSON output: https://microsoft.github.io/pyright/#/command-line?id=json-output
    """

    def judge(self, scan: Scan) -> Iterator[Finding]:
        """Judge the runs of type checkers."""
        yield from judge_faults(scan, "types", self.params)
