"""What well-known tools look for, by the names that they write into SARIF. A tool that is not here is not guessed."""

from __future__ import annotations

from collections.abc import Mapping

from readiness.evidence.scan import Purpose

_TOOLS: Mapping[Purpose, str] = {
    "lint": "ruff, eslint, pylint, flake8, golangci-lint, clippy, biome, oxlint, stylelint, checkstyle, pmd, detekt, "
    "ktlint, android lint, swiftlint, rubocop, shellcheck, staticcheck, revive, phpstan, spotbugs, cargo",
    "types": "mypy, pyright, basedpyright, pyre, pyrefly, ty, tsc",
    "static-analysis": "bandit, semgrep, semgrep oss, semgrep pro, codeql, gosec, brakeman, snykcode, njsscan, "
    "devskim, flawfinder, mobsfscan, horusec, opengrep, psalm",
    "vulnerabilities": "trivy, grype, osv-scanner, pip-audit, npm audit, snyk open source, snyk container, "
    "cargo-audit, govulncheck, dependency-check, docker scout",
    "secrets": "gitleaks, detect-secrets, trufflehog, trivy, ggshield",
    "infrastructure": "kube-linter, kube-score, polaris, checkov, trivy, kubeconform, kubescape, kics, terrascan, "
    "tfsec, tflint, hadolint, zizmor, actionlint, dclint, snyk iac",
}


def purposes_of(tool: str) -> tuple[Purpose, ...]:
    """What a tool of that name looks for; empty when nobody here knows."""
    name = tool.strip().lower()
    return tuple(purpose for purpose, tools in _TOOLS.items() if name in tools.split(", "))
