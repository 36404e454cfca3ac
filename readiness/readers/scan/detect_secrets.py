"""The baseline of detect-secrets (`detect-secrets scan > .secrets.baseline`)."""

from __future__ import annotations

from typing import Any

import msgspec

from readiness.evidence.scan import Scan
from readiness.readers.base import Reader, Reading
from readiness.readers.scan._made import bounded, finding, instant, is_object_with, refuse, run
from readiness.readers.scan._severity import FIXED
from readiness.readers.source import Source
from readiness.readers.strict_json import shape


class _Found(msgspec.Struct):
    """`is_secret` is what an audit said; without one it is absent."""

    type: str
    filename: str
    line_number: int = 0
    is_secret: bool | None = None


class _Baseline(msgspec.Struct):
    version: str
    plugins_used: list[dict[str, Any]]
    results: dict[str, list[_Found]]
    generated_at: str


class DetectSecrets(Reader[Scan]):
    """Files without findings are not listed, so nothing tells how much was scanned."""

    def recognises(self, source: Source) -> bool:
        """By its keys."""
        return is_object_with(source, "plugins_used", "results", "generated_at")

    def read(self, source: Source) -> Reading[Scan]:
        """Where something was found; what an audit called no secret is suppressed."""
        report = shape(source.json, _Baseline, "baseline of detect-secrets")
        if not report.plugins_used:
            raise refuse("it used no plugin, so it could find nothing", "scan again, with plugins")
        listed = [
            finding(
                one.type,
                FIXED["detect-secrets"],
                f"a secret of the type {one.type}",
                file=one.filename,
                line=one.line_number,
                suppressed="audited: no secret" if one.is_secret is False else None,
            )
            for found in report.results.values()
            for one in found
        ]
        made = run(
            "detect-secrets", listed, version=report.version, rules=f"{len(report.plugins_used)} plugins"
        )
        return Reading(bounded([made]), instant(report.generated_at, "generated_at"))
