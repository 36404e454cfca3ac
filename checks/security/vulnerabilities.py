"""Whether what is shipped has known vulnerabilities."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Annotated

from readiness.check import Check, Finding, Stricter, unproven
from readiness.check.scans import SeverityParams, doubts, looked, over, suppressed, thin
from readiness.evidence.model import Reason
from readiness.evidence.scan import Scan, ScanFinding, ScanRun
from readiness.evidence.scan_selection import Selection, select, severities
from readiness.units import Duration, end_of_day, show_age, show_duration

from ._scan_ignored import Ignored, in_force, notes

_SKEW = timedelta(minutes=5)


class VulnerabilitiesParams(SeverityParams):
    """Limits on known vulnerabilities."""

    fixable_only: bool = False
    """Whether those do not count of which the report says that there is no fix."""
    ignore: tuple[Ignored, ...] = ()
    """Vulnerabilities that do not count for a while: `{id, reason, until}`, where `until` is a day."""
    max_database_age: Annotated[Duration | None, Stricter.LOWER] = None
    """The greatest age of the scanner's database; with it, a report that does not tell its date is unproven."""


class Vulnerabilities(Check[VulnerabilitiesParams]):
    """What is shipped has no more known vulnerabilities than are allowed.

    Severities are those of the report, by the table in docs/evidence.md. Where it tells none, as that of pip-audit, the
    vulnerability counts as high. A dependency that was skipped, a scan of nothing, and a report that does not tell what
    was scanned make the check unproven.

    ## Why it matters
    A known vulnerability comes with a description of how to use it, and often with the tool that does. Most have a
    newer version without them. The report, though, says "no known vulnerabilities found" just as well when every
    dependency was skipped, when the image had no list of packages, or when the database is of last year.

    ## How to fix it
    Raise the dependency to the version that the finding names; where it comes through another one, raise that, or pin
    it in the lock file. Where there is no fix, or the code that is vulnerable is never reached, write an entry under
    `ignore` with the reason and a day: after it the vulnerability counts again. Reports: `pip-audit -f json`,
    `npm audit --json`, `trivy image --format json`, `grype -o json`, `osv-scanner scan --all-packages --format json`,
    `govulncheck -format json ./...`, which tells what the code calls from what it only imports.
    Set `min-scanned` a little below the number of dependencies that the report of a good run tells; Trivy counts
    targets (a lock file, or the packages of an image), Grype images.
    Grype of a folder and osv-scanner without `--all-packages` do not tell what they looked at: give Grype the image.

    ## References
    - OWASP, vulnerable and outdated components: https://owasp.org/Top10/A06_2021-Vulnerable_and_Outdated_Components/
    - FIRST, CVSS 3.1, qualitative severity: https://www.first.org/cvss/v3.1/specification-document
    - OSV: https://osv.dev/
    """

    def judge(self, scan: Scan, now: datetime) -> Iterator[Finding]:
        """Judge by severity what is neither ignored nor without a fix where only fixable ones count."""
        selection = select(scan, "vulnerabilities", self.params.tools)
        listed = selection.listed
        left_out = [one for one in listed if self._is_left_out(one, now)]
        counting = [one for one in listed if not self._is_left_out(one, now)]
        counts = selection.counts(left_out)
        problems = [
            *doubts(selection),
            *thin(selection, self.params.min_scanned),
            *self._old(selection, now),
            *over(counts, self.params.limits, counting, "raise it to a version without the vulnerability"),
        ]
        yield from problems
        yield from suppressed(selection, self.params.max_suppressed)
        yield from notes(self.params.ignore, listed, now)
        if selection.runs and not problems:
            found = severities(counts) + (f", {len(left_out)} left out" if left_out else "")
            yield looked(selection, found, self.params.uncounted, self._until(selection.runs, listed, now))

    def _is_left_out(self, one: ScanFinding, now: datetime) -> bool:
        has_no_fix = self.params.fixable_only and one.fix is False
        return has_no_fix or in_force(self.params.ignore, one, now) is not None

    def _old(self, selection: Selection, now: datetime) -> Iterator[Finding]:
        most = self.params.max_database_age
        if most is None:
            return
        limit = f"<= {show_duration(most)}"
        for run in selection.runs:
            if run.database_at is None:
                message = f"the report of {run.tool} does not tell how old its database is"
                yield unproven(
                    Reason.UNDATED, message, "use a format that tells it, or lift the limit", limit
                )
            elif run.database_at > now + _SKEW:
                message = f"the database of {run.tool} is dated {run.database_at:%Y-%m-%d}, in the future"
                yield unproven(Reason.MALFORMED, message, "check the clocks", limit)
            elif now - run.database_at > most:
                age = show_age(now - run.database_at)
                message = f"the database of {run.tool} is {age} old; at most {show_duration(most)} is allowed"
                yield unproven(
                    Reason.STALE, message, "let the tool fetch its database, and scan again", limit
                )

    def _until(
        self, runs: Sequence[ScanRun], listed: Sequence[ScanFinding], now: datetime
    ) -> datetime | None:
        """When this would change by itself: an entry ends that takes something out, or a database gets too old."""
        entries = [in_force(self.params.ignore, one, now) for one in listed]
        ends = [end_of_day(entry.until) for entry in entries if entry is not None]
        if (most := self.params.max_database_age) is not None:
            ends += [run.database_at + most for run in runs if run.database_at is not None]
        return min(ends, default=None)
