"""SARIF 2.1.0 (OASIS), of whatever tool: all of its runs."""

from __future__ import annotations

from readiness.evidence.scan import Scan, ScanRun
from readiness.readers.base import Reader, Reading
from readiness.readers.commits import full_sha
from readiness.readers.scan._made import bounded, instant, is_object_with, refuse, run
from readiness.readers.scan._sarif_invocations import ended_at, run_errors, scanned_files
from readiness.readers.scan._sarif_model import Log, Run, VersionControl
from readiness.readers.scan._sarif_results import Results
from readiness.readers.scan._unread import is_unread
from readiness.readers.source import Source
from readiness.readers.strict_json import shape
from readiness.readers.texts import clip

_VERSION = "2.1.0"


class Sarif(Reader[Scan]):
    """A result takes its level from itself, else from its rule, else it is a warning (SARIF 2.1.0, 3.27.10).

    `security-severity`, a CVSS score by a convention of GitHub, takes the place of the level. Results of other kinds
    than `fail`, `review` and `open` are none, nor are those that are absent since the baseline. A result is suppressed
    when it has suppressions, and all of them are accepted (3.27.23). Snippets are not read: they may hold secrets.
    """

    def recognises(self, source: Source) -> bool:
        """By `runs`, and `version` or a schema of SARIF."""
        if not is_object_with(source, "runs"):
            return False
        data = source.json
        return "sarif" in str(data.get("$schema", "")).lower() or str(data.get("version", "")).startswith(
            "2."
        )

    def read(self, source: Source) -> Reading[Scan]:
        """What every run found; Unproven for another version, and for a log without runs."""
        data = source.json
        version = data.get("version") if isinstance(data, dict) else None
        if version is not None and version != _VERSION:
            remedy = f"let the tool write SARIF {_VERSION}"
            raise refuse(f"it is SARIF {clip(str(version), 20)}; {_VERSION} is read", remedy)
        log = shape(data, Log, "SARIF")
        if not log.runs:
            raise refuse("it holds no run: no tool has written into it")
        ends = [ended_at(one) for one in log.runs]
        told = [instant(end, "endTimeUtc") for end in ends if end is not None]
        when = min(told) if len(told) == len(log.runs) else None
        return Reading(bounded([_run(one) for one in log.runs]), when, _commit(log))


def _run(one: Run) -> ScanRun:
    driver = one.tool.driver
    found = list(Results(one).findings())
    unread = [each for each in found if is_unread(driver.name, each.rule) and each.suppressed is None]
    extensions = [f"{more.name} {more.version or ''}".strip() for more in one.tool.extensions or []]
    return run(
        driver.name,
        [each for each in found if not (is_unread(driver.name, each.rule) and each.suppressed is None)],
        version=driver.semantic_version or driver.version,
        rules=", ".join(extensions),
        scanned=scanned_files(one),
        errors=[*run_errors(one), *(f"{each.file}:{each.line or 0}: {each.message}" for each in unread)],
    )


def _commit(log: Log) -> str | None:
    """The commit that every run tells; None when one tells none, or another one."""
    told = [
        full_sha(said.revision_id or "") for one in log.runs for said in one.versions or [VersionControl()]
    ]
    return told[0] if len(set(told)) == 1 else None
