"""Whether static analysis found code that is open to attack."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.check import Check, Finding
from readiness.check.scans import SeverityParams, doubts, looked, over, suppressed, thin
from readiness.evidence.scan import Scan
from readiness.evidence.scan_selection import select, severities


class StaticAnalysisParams(SeverityParams):
    """Limits on what static analysis reports."""


class StaticAnalysis(Check[StaticAnalysisParams]):
    """Static analysis looked at the code, and found no more ways to attack it than are allowed.

    Severities are those of the tool, by the table in docs/evidence.md; `security-severity` of SARIF counts as a CVSS
    score. A finding whose severity the tool does not tell counts as high. A file that could not be parsed, a run that
    failed and a run over no file make the check unproven, and so does a report that does not tell what it scanned.

    ## Why it matters
    A shell that runs what a user typed, a query put together from text, a certificate that nobody verifies: such code
    works in every test, and is found by whoever looks for it. Static analysis looks first. Its silence shows something
    only when it is known that it looked: a scanner that could not parse half of the files reports half as much.

    ## How to fix it
    Mend what is listed: pass arguments as a list, parameters to the query, and let the library verify. What is safe for
    a reason is suppressed in its line with it (`# nosec B602: fixed command`), and is shown here as suppressed.
    Use a report that counts files: `bandit -r src -f json -o reports/bandit.json`,
    `semgrep scan --json --output reports/semgrep.json`, `gosec -fmt json -out reports/gosec.json ./...`; SARIF of
    semgrep and of gosec does not, that of CodeQL does. A tool that is not known here is named under `tools`.
    Set `min-scanned` a little below the number of files that the report of a good run tells: one file is something too.

    ## References
    - Bandit, formatters: https://bandit.readthedocs.io/en/latest/formatters/json.html
    - OWASP, source code analysis tools: https://owasp.org/www-community/Source_Code_Analysis_Tools
    - GitHub, SARIF support: https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/
    """

    def judge(self, scan: Scan) -> Iterator[Finding]:
        """Judge the runs of static analysis by severity."""
        selection = select(scan, "static-analysis", self.params.tools)
        counts = selection.counts()
        problems = [
            *doubts(selection),
            *thin(selection, self.params.min_scanned),
            *over(
                counts,
                self.params.limits,
                selection.listed,
                "mend it, or suppress it in its line with a reason",
            ),
        ]
        yield from problems
        yield from suppressed(selection, self.params.max_suppressed)
        if selection.runs and not problems:
            yield looked(selection, severities(counts), self.params.uncounted)
