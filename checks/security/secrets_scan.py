"""Whether a scanner found secrets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import Field

from readiness.check import Check, Finding, Measure, Outcome, unproven
from readiness.check.scans import SHOWN, ScannerParams, doubts, looked, place, suppressed
from readiness.evidence.model import Reason
from readiness.evidence.scan import Scan, ScanFinding, ScanRun
from readiness.evidence.scan_selection import Selection, amount, select, sentence

_ROTATE = "revoke the secret, take it out of the code and its history, and read it from the environment"


class SecretsScanParams(ScannerParams):
    """What a scan for secrets has to show."""

    canary: Annotated[str | None, Field(min_length=1)] = None
    """A file with a made-up secret which the scan must find, as a path from the root of the scan: it shows that the
    scanner looked. What is found in it does not count."""


class SecretsScan(Check[SecretsScanParams]):
    """A scan for secrets found none.

    Every finding counts that is not suppressed, whatever its severity. What was found is not shown, only where. The
    reports of gitleaks and detect-secrets do not tell what was scanned: without a `canary` they are unproven, or a
    warning at best with `uncounted: warn`.

    ## Why it matters
    A secret in the code is known to everyone who has a copy, for as long as there is one, and scanners of strangers
    find it within minutes of a push. And an empty report is what a scanner writes that was given the wrong folder, or
    whose rules do not know the kind: it looks the same as a clean one.

    ## How to fix it
    Revoke the secret first: taking it out of the code does not take it back. Then read it from the environment or from
    a secret store. A false alarm is suppressed where the scanner can be told why: a `gitleaks:allow` comment, or an
    audited baseline of detect-secrets, which keeps it with `"is_secret": false`. For the canary, commit a file with a
    made-up key of a kind that the scanner knows, such as `tests/canary/key.pem`, and set `canary` to its path: a scan
    that finds it has looked.

    ## References
    - OWASP, secrets management: https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html
    - gitleaks: https://github.com/gitleaks/gitleaks
    - detect-secrets: https://github.com/Yelp/detect-secrets
    """

    def judge(self, scan: Scan) -> Iterator[Finding]:
        """Judge what was found outside of the canary, and whether the scanner looked."""
        selection = select(scan, "secrets", self.params.tools)
        listed = [one for one in selection.listed if not self._is_canary(one)]
        hidden = sum(sum(run.unlisted.values()) for run in selection.runs)
        problems = [*doubts(selection), *self._missed(selection), *_found(listed, hidden)]
        yield from problems
        yield from suppressed(selection, self.params.max_suppressed)
        if selection.runs and not problems:
            yield self._clean(selection)

    def _clean(self, selection: Selection) -> Finding:
        if self.params.canary is None:
            return looked(selection, "no secrets found", self.params.uncounted)
        tools = " and ".join(dict.fromkeys(run.tool for run in selection.runs))
        message = f"{tools} found the canary {self.params.canary}, and no other secret"
        return Finding(outcome=Outcome.PASS, message=message, count=len(selection.runs))

    def _missed(self, selection: Selection) -> Iterator[Finding]:
        if self.params.canary is None:
            return
        for run in selection.runs:
            if not self._found_canary(run):
                message = f"{run.tool} did not find the made-up secret in {self.params.canary}"
                advice = "let it scan that file too, with rules that know the kind, and do not suppress it"
                yield unproven(Reason.INSUFFICIENT, message, advice)

    def _found_canary(self, run: ScanRun) -> bool:
        return any(self._is_canary(one) for one in run.counted)

    def _is_canary(self, one: ScanFinding) -> bool:
        """By its path from the root; where a report writes absolute paths, by the end of it."""
        canary = (self.params.canary or "").removeprefix("./")
        path = one.file.replace("\\", "/").removeprefix("./")
        is_absolute = path.startswith("/") or path[1:3] == ":/"
        return bool(canary) and (path == canary or (is_absolute and path.endswith(f"/{canary}")))


def _found(listed: Sequence[ScanFinding], hidden: int) -> Iterator[Finding]:
    total = len(listed) + hidden
    for one in listed[:SHOWN]:
        where = f" in {one.file}" if one.file and not one.line else ""
        yield _secret(f"{sentence(one)}{where}", total).but(location=place(one))
    if rest := total - min(len(listed), SHOWN):
        yield _secret(f"{rest} more secrets" if listed else amount(rest, "secrets"), total).but(count=rest)


def _secret(message: str, total: int) -> Finding:
    return Finding(
        outcome=Outcome.FAIL,
        message=message,
        observed=f"{amount(total, 'secrets')} in all",
        expected="none",
        measure=Measure(total, 0, "secrets"),
        next=_ROTATE,
    )
