"""Whether scanners of infrastructure found faults."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.check import Check, Finding
from readiness.check.scans import SeverityParams, doubts, looked, over, suppressed, thin
from readiness.evidence.scan import Scan as ScanFacts
from readiness.evidence.scan import ScanFinding
from readiness.evidence.scan_selection import select, severities


class ScanParams(SeverityParams):
    """Limits on what scanners of infrastructure report."""


class Scan(Check[ScanParams]):
    """Scanners of infrastructure found no more faults than are allowed.

    Reports of kube-linter, kube-score, Polaris, Checkov, Trivy, kubeconform, hadolint, zizmor, actionlint and dclint
    count, and those of tools that are named under `tools`. Severities are those of the tool, by the table in
    docs/evidence.md; where it tells none, as Checkov does without an account, a finding counts as high. A file that
    could not be parsed, a schema that could not be fetched and a scan of nothing make the check unproven, and so does a
    report that does not tell how much was scanned.

    ## Why it matters
    Scanners know traps that no test meets: a container that may become root, a workflow that runs what a stranger wrote
    into a title, a manifest that the API server will refuse. They say "no findings" in the same voice when they were
    given an empty folder, templates that nobody rendered, or kinds that they skip.

    ## How to fix it
    Mend what is listed; what is right for a reason takes the tool's own comment for exceptions, and is shown here as
    suppressed. Scan what is applied: the output of `kubectl kustomize` or `helm template`. Some formats count what was
    looked at: `kube-score score -o json`, `polaris audit --format json`, `checkov -o json`,
    `kubeconform -output json -summary`, `trivy config --format json`, `dclint -f json`. Others do not: kube-linter,
    hadolint, zizmor, actionlint; with `uncounted: warn` their word is taken, for half of the weight.
    `min-scanned` refuses a report that counts less than what is deployed.

    ## References
    - Kubernetes, security checklist: https://kubernetes.io/docs/concepts/security/security-checklist/
    - kube-score, checks: https://github.com/zegl/kube-score/blob/master/README_CHECKS.md
    - OpenSSF, source code management best practices: https://best.openssf.org/SCM-BestPractices/
    """

    def judge(self, scan: ScanFacts) -> Iterator[Finding]:
        """Judge the runs of scanners of infrastructure by severity."""
        selection = select(scan, "infrastructure", self.params.tools)
        counts = selection.counts()
        advice = "mend it, or give the tool's own exception with a reason"
        bad = over(counts, self.params.limits, selection.listed, advice, _object)
        problems = [*doubts(selection), *thin(selection, self.params.min_scanned), *bad]
        yield from problems
        yield from suppressed(selection, self.params.max_suppressed)
        if selection.runs and not problems:
            yield looked(selection, severities(counts), self.params.uncounted)


def _object(one: ScanFinding) -> str | None:
    return one.object if "/" in one.object and " " not in one.object else None
