"""Whether linters found faults."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.check import Check, Finding
from readiness.evidence.scan import Scan

from ._faults import FaultParams, judge_faults


class LintParams(FaultParams):
    """Limits on what linters report."""


class Lint(Check[LintParams]):
    """The linters looked at the code, and found no more than is allowed.

    Errors, warnings and notes are those of the tool, by the table in docs/evidence.md. A file that could not be parsed,
    or a run that failed, makes the check unproven, and so does a run that looked at no file. Ruff and some others do
    not tell how many files they looked at: then the check warns at best.

    ## Why it matters
    A linter finds what reviewers overlook: a name that does not exist, an exception that is swallowed, a comparison
    that is always true. It is cheap, so what it finds has no excuse in a release. But a clean report is also what a
    linter writes that was started in the wrong folder, or stumbled over the configuration: pylint gives an empty folder
    10 out of 10.

    ## How to fix it
    Mend what is listed; `ruff check --fix` and `eslint --fix` mend much of it themselves. What is wrong on purpose is
    suppressed in the line, with its reason, and is shown here as suppressed. When nothing was scanned, look at the
    paths and ignore patterns of the command. Reports: `ruff check --output-format json -o reports/ruff.json` (an empty
    list needs `format: ruff`), `eslint -f json -o reports/eslint.json`,
    `pylint --output-format=json2:reports/pylint.json`, `golangci-lint run --output.json.path reports/golangci.json`,
    `cargo clippy --workspace --message-format=json > reports/clippy.json`, `rubocop --format json`, `oxlint -f json`,
    `biome lint --reporter=json`, `shellcheck -f checkstyle`, Checkstyle's and SpotBugs' own XML, or SARIF from any
    other. Cargo writes the same for `cargo check`, without Clippy's rules: look that the pipeline runs Clippy.
    One file is something too: set `min-scanned` a little below the number of files that a good run tells. What does not
    count its files is then unproven, unless `uncounted: warn` takes its word.

    ## References
    - Ruff, output formats: https://docs.astral.sh/ruff/settings/#output-format
    - ESLint, formatters: https://eslint.org/docs/latest/use/formatters/
    - SARIF 2.1.0: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
    """

    def judge(self, scan: Scan) -> Iterator[Finding]:
        """Judge the runs of linters."""
        yield from judge_faults(scan, "lint", self.params)
