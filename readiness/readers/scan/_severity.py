"""The words of tools for how bad something is, and the one scale that checks use: the only table of it.

What no row knows is `unknown`, which checks count as `high` or worse.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite

from readiness.evidence.scan import Severity

_C, _H, _M, _L = Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW
_FOUR: Mapping[str, Severity] = {"critical": _C, "high": _H, "medium": _M, "low": _L}

SCALES: Mapping[str, Mapping[str, Severity]] = {
    "sarif": {"error": _H, "warning": _M, "note": _L},
    "ruff": {"fatal": _H, "error": _H, "warning": _M, "info": _L},
    "eslint": {"2": _H, "1": _M},
    "pylint": {"fatal": _H, "error": _H, "warning": _M, "refactor": _L, "convention": _L, "info": _L},
    "mypy": {"error": _H, "note": _L},
    "pyright": {"error": _H, "warning": _M, "information": _L},
    "semgrep": {**_FOUR, "error": _H, "warning": _M, "info": _L},
    "bandit": _FOUR,
    "osv-scanner": {**_FOUR, "moderate": _M},
    "trivy": _FOUR,
    "grype": {**_FOUR, "negligible": _L},
    "npm-audit": {"critical": _C, "high": _H, "moderate": _M, "low": _L, "info": _L},
    "zizmor": {"high": _H, "medium": _M, "low": _L, "informational": _L},
    "hadolint": {"error": _H, "warning": _M, "info": _L, "style": _L},
    "radon": {"f": _H, "e": _H, "d": _H, "c": _M, "b": _L, "a": _L},
    "kube-score": {"1": _H, "5": _M, "7": _L},
    "polaris": {"danger": _H, "warning": _M},
    "checkov": _FOUR,
    "dclint": {"critical": _C, "major": _H, "minor": _M, "info": _L},
    "biome": {"fatal": _H, "error": _H, "warning": _M, "information": _L, "info": _L, "hint": _L},
    "cargo": {"error": _H, "warning": _M},
    "checkstyle": {"error": _H, "warning": _M, "info": _L, "style": _L},
    "gitlab-code-quality": {"blocker": _C, "critical": _C, "major": _H, "minor": _M, "info": _L},
    "golangci-lint": {**_FOUR, "error": _H, "warning": _M, "info": _L},
    "gosec": _FOUR,
    "govulncheck": {"imported": _M, "required": _L},
    "oxlint": {"error": _H, "warning": _M, "advice": _L},
    "rubocop": {"fatal": _H, "error": _H, "warning": _M, "convention": _L, "refactor": _L, "info": _L},
    "shellcheck": {"error": _H, "warning": _M, "info": _L, "style": _L},
    "spotbugs": {"1": _H, "2": _M, "3": _L},
    "staticcheck": {"error": _H, "warning": _M, "ignored": _L},
    "tsc": {"error": _H, "warning": _M},
}
"""The tool's words, in lower case, by the format that holds them."""

FIXED: Mapping[str, Severity] = {
    "actionlint": _H,
    "detect-secrets": _H,
    "gitleaks": _H,
    "kube-linter": _H,
    "kubeconform": _H,
}
"""Formats that hold no severity at all, where whatever is found is this bad."""


def severity_of(scale: str, word: str | None) -> Severity:
    """The severity of a tool's word; unknown when the scale does not have it."""
    return SCALES[scale].get((word or "").lower(), Severity.UNKNOWN)


def severity_of_score(score: float) -> Severity:
    """The severity of a CVSS score, by its qualitative scale (CVSS 3.1, section 5); unknown outside of 0 to 10."""
    if not isfinite(score) or not 0 <= score <= 10:
        return Severity.UNKNOWN
    for least, severity in ((9.0, _C), (7.0, _H), (4.0, _M)):
        if score >= least:
            return severity
    return _L
