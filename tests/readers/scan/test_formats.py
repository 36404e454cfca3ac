"""Every format: what is counted, what was scanned, and what went wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from readiness.evidence.model import Reason, Unproven
from readiness.evidence.scan import Severity
from readiness.readers.formats import formats_of
from readiness.readers.scan.kind import ScanKind
from readiness.readers.source import Source
from tests.readers.scan.support import REPORTS, SAMPLES, counts, read, rules, run, scan

FORMATS = formats_of(ScanKind, {})
OF_ANY = {"gitleaks-clean.json", "ruff-clean.json", "radon-empty.json", "mypy-clean.jsonl"}
"""Files that several tools write when they find nothing."""

REFUSED = {"npm-audit-error.json", "govulncheck-broken.json"}

EXPECTED: dict[str, tuple[str, dict[str, int], int | None]] = {
    "actionlint.json": ("actionlint", {"high": 2}, None),
    "bandit.json": ("bandit", {"high": 1, "low": 1}, 2),
    "bandit-ll.json": ("bandit", {"high": 1, "low": 1}, 2),
    "bandit-clean.json": ("bandit", {}, 1),
    "bandit-empty.json": ("bandit", {}, 0),
    "bandit-broken.json": ("bandit", {}, 0),
    "checkov.json": ("checkov", {"unknown": 19}, 3),
    "checkov-empty.json": ("checkov", {}, 0),
    "codeql.sarif": ("CodeQL", {"high": 1}, 2),
    "dclint.json": ("dclint", {"high": 2, "medium": 5}, 1),
    "detect-secrets.json": ("detect-secrets", {"high": 1}, None),
    "detect-secrets-clean.json": ("detect-secrets", {}, None),
    "eslint.json": ("eslint", {"high": 2, "medium": 2}, 1),
    "eslint-clean.json": ("eslint", {}, 1),
    "eslint-broken.json": ("eslint", {}, 0),
    "eslint.sarif": ("ESLint", {"high": 2, "medium": 2}, 1),
    "eslint-clean.sarif": ("ESLint", {}, 1),
    "gitleaks.json": ("gitleaks", {"high": 1}, None),
    "grype.json": ("grype", {"critical": 1, "low": 1}, 1),
    "hadolint.json": ("hadolint", {"high": 1, "medium": 4, "low": 2}, None),
    "hadolint-clean.sarif": ("Hadolint", {}, None),
    "kube-linter.json": ("kube-linter", {"high": 1}, None),
    "kube-score.json": ("kube-score", {"high": 10}, 1),
    "kubeconform.json": ("kubeconform", {"high": 1}, 3),
    "kubeconform-silent.json": ("kubeconform", {}, None),
    "kubeconform-errors.json": ("kubeconform", {}, 0),
    "kubeconform-skipped.json": ("kubeconform", {}, 0),
    "kubeconform-good.json": ("kubeconform", {}, 2),
    "kubeconform-verbose.json": ("kubeconform", {"high": 1}, 3),
    "kubeconform-verbose.junit.xml": ("kubeconform", {"high": 1}, 3),
    "mypy.jsonl": ("mypy", {"high": 2}, None),
    "mypy.txt": ("mypy", {"high": 2}, 2),
    "mypy-clean.txt": ("mypy", {}, 1),
    "mypy-broken.txt": ("mypy", {}, 0),
    "npm-audit.json": ("npm audit", {"high": 1, "medium": 1}, 14),
    "osv-scanner.json": ("osv-scanner", {"critical": 1}, 2),
    "pip-audit.json": ("pip-audit", {"unknown": 2}, 3),
    "pip-audit-skipped.json": ("pip-audit", {}, 0),
    "polaris.json": ("polaris", {"high": 1, "medium": 1}, 2),
    "pylint.json": ("pylint", {"medium": 1, "low": 4}, 2),
    "pylint-clean.json": ("pylint", {}, 1),
    "pylint-empty.json": ("pylint", {}, 0),
    "pylint-broken.json": ("pylint", {}, 0),
    "pyright.json": ("pyright", {"high": 1}, 2),
    "pyright-clean.json": ("pyright", {}, 1),
    "pyright-empty.json": ("pyright", {}, 0),
    "radon.json": ("radon", {"low": 4}, 4),
    "radon-broken.json": ("radon", {"low": 4}, 4),
    "ruff.json": ("ruff", {"high": 4}, None),
    "ruff-broken.json": ("ruff", {}, None),
    "ruff.sarif": ("ruff", {"high": 4}, None),
    "ruff-clean.sarif": ("ruff", {}, None),
    "semgrep.json": ("semgrep", {"high": 2}, 2),
    "semgrep.sarif": ("Semgrep OSS", {"high": 2}, None),
    "trivy-nothing.json": ("trivy", {}, 0),
    "biome.json": ("biome", {"high": 2, "medium": 3}, 1),
    "biome-clean.json": ("biome", {}, 1),
    "biome-empty.json": ("biome", {}, 0),
    "biome-broken.json": ("biome", {"high": 1}, 0),
    "biome-broken.sarif": ("Biome", {"high": 1}, None),
    "cargo.jsonl": ("cargo", {"medium": 4}, 1),
    "cargo-denied.jsonl": ("cargo", {"high": 4}, 0),
    "cargo-clean.jsonl": ("cargo", {}, 1),
    "cargo-broken.jsonl": ("cargo", {}, 0),
    "checkstyle.xml": ("checkstyle", {"high": 8}, 1),
    "checkstyle-shellcheck.xml": ("checkstyle", {"medium": 1, "low": 1}, 2),
    "checkstyle-clean.xml": ("checkstyle", {}, 1),
    "checkstyle-empty.xml": ("checkstyle", {}, None),
    "checkstyle-broken.xml": ("checkstyle", {"low": 1}, None),
    "gitlab-code-quality.json": ("gitlab-code-quality", {"high": 3}, None),
    "gitlab-code-quality-broken.json": ("gitlab-code-quality", {}, None),
    "golangci-lint.json": ("golangci-lint", {"high": 4}, None),
    "golangci-lint-clean.json": ("golangci-lint", {}, None),
    "golangci-lint-broken.json": ("golangci-lint", {}, None),
    "golangci-lint-broken.sarif": ("golangci-lint", {}, None),
    "gosec.json": ("gosec", {"medium": 3, "low": 1}, 2),
    "gosec-tracked.json": ("gosec", {"medium": 3, "low": 1}, 2),
    "gosec-clean.json": ("gosec", {}, 1),
    "gosec-broken.json": ("gosec", {}, 0),
    "govulncheck.json": ("govulncheck", {"unknown": 1}, 3),
    "govulncheck-uncalled.json": ("govulncheck", {"medium": 1}, 3),
    "govulncheck-clean.json": ("govulncheck", {}, 2),
    "oxlint.json": ("oxlint", {"medium": 3}, 1),
    "oxlint-clean.json": ("oxlint", {}, 1),
    "oxlint-broken.json": ("oxlint", {}, 0),
    "oxlint-broken.sarif": ("oxlint", {}, None),
    "rubocop.json": ("rubocop", {"medium": 1, "low": 3}, 1),
    "rubocop-clean.json": ("rubocop", {}, 1),
    "rubocop-empty.json": ("rubocop", {}, 0),
    "rubocop-broken.json": ("rubocop", {}, 0),
    "shellcheck.json": ("shellcheck", {"medium": 1, "low": 1}, None),
    "shellcheck-list.json": ("shellcheck", {"medium": 1, "low": 1}, None),
    "shellcheck-clean.json": ("shellcheck", {}, None),
    "shellcheck-broken.json": ("shellcheck", {"low": 1}, None),
    "spotbugs.xml": ("spotbugs", {"high": 1, "medium": 2}, 1),
    "spotbugs-clean.xml": ("spotbugs", {}, 1),
    "staticcheck.jsonl": ("staticcheck", {"high": 2}, None),
    "staticcheck-broken.jsonl": ("staticcheck", {}, None),
    "staticcheck.sarif": ("Staticcheck", {"high": 1, "medium": 1}, None),
    "staticcheck-clean.sarif": ("Staticcheck", {}, None),
    "staticcheck-broken.sarif": ("Staticcheck", {}, None),
    "tsc.txt": ("tsc", {"high": 1}, 1),
    "tsc-clean.txt": ("tsc", {}, 1),
    "tsc-broken.txt": ("tsc", {}, 0),
    "tsc-no-input.txt": ("tsc", {}, 0),
    "zizmor.json": ("zizmor", {"high": 3, "medium": 2}, None),
    "zizmor.sarif": ("zizmor", {"high": 3, "medium": 2}, None),
}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_findings_are_counted_by_severity_and_so_is_what_was_scanned(name: str) -> None:
    one = run(REPORTS / name)
    assert (one.tool, counts(one), one.scanned) == EXPECTED[name]


def test_every_fixture_is_expected_or_refused() -> None:
    there = {path.name for path in REPORTS.iterdir()} - {"COMMANDS.md", "trivy.json", *REFUSED}
    assert there - OF_ANY == set(EXPECTED)


@pytest.mark.parametrize(
    ("name", "errors"),
    [
        ("bandit-broken.json", ("broken.py: syntax error while parsing AST from file",)),
        ("eslint-broken.json", ("/srv/shop/web-broken.js:2: Parsing error: Unexpected token",)),
        (
            "kubeconform-errors.json",
            ("deploy/config.yaml: ConfigMap shop: could not find schema for ConfigMap",),
        ),
        ("mypy-broken.txt", ("broken.py:1: Expected `)`, found newline",)),
        ("pylint-broken.json", ("broken.py:1: Parsing failed: 'invalid syntax (broken, line 1)'",)),
        ("radon-broken.json", ("broken.py: invalid syntax (<unknown>, line 1)",)),
        ("ruff-broken.json", ("/srv/shop/broken.py:1: Expected `)`, found newline",)),
    ],
)
def test_a_file_that_could_not_be_read_is_an_error_of_the_run(name: str, errors: tuple[str, ...]) -> None:
    one = run(REPORTS / name)
    assert set(errors) <= {error.removeprefix("./") for error in one.errors}
    assert one.error_count == len(one.errors)


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("bandit.json", ("B602", "high", "shop/cart.py", 22)),
        ("codeql.sarif", ("py/sql-injection", "high", "shop/cart.py", 12)),
        ("eslint.json", ("no-unused-vars", "high", "/srv/shop/web/cart.js", 3)),
        ("eslint.sarif", ("no-unused-vars", "high", "/srv/shop/web/cart.js", 3)),
        ("hadolint.json", ("DL3020", "high", "Dockerfile", 3)),
        ("mypy.jsonl", ("no-untyped-def", "high", "shop/cart.py", 7)),
        ("mypy.txt", ("no-untyped-def", "high", "shop/cart.py", 7)),
        ("pyright.json", ("reportReturnType", "high", "/srv/shop/shop/cart.py", 18)),
        ("pylint.json", ("unused-import", "medium", "shop/cart.py", 3)),
        ("ruff.json", ("C901", "high", "/srv/shop/shop/cart.py", 7)),
        ("ruff.sarif", ("C901", "high", "/srv/shop/shop/cart.py", 7)),
        ("zizmor.json", ("template-injection", "high", ".github/workflows/ci.yml", 7)),
        ("gitleaks.json", ("generic-api-key", "high", "secrets/settings.py", 1)),
        ("radon.json", ("cyclomatic-complexity", "low", "shop/cart.py", 7)),
    ],
)
def test_a_finding_tells_its_rule_and_place_and_the_worst_is_first(name: str, most: tuple[Any, ...]) -> None:
    assert rules(run(REPORTS / name))[0] == most


@pytest.mark.parametrize(
    ("name", "suppressed", "why"),
    [
        ("eslint.json", {Severity.MEDIUM: 1}, "old browsers"),
        ("eslint.sarif", {Severity.MEDIUM: 1}, "old browsers"),
        ("codeql.sarif", {Severity.LOW: 1}, "kept for plugins"),
        ("grype.json", {Severity.HIGH: 1}, "not reachable"),
    ],
)
def test_what_is_suppressed_is_counted_apart(name: str, suppressed: dict[Severity, int], why: str) -> None:
    one = run(REPORTS / name)
    assert one.suppressed == suppressed
    assert [found.suppressed for found in one.findings if found.suppressed] == [why]


def test_what_bandit_suppresses_is_counted_and_not_listed() -> None:
    assert run(REPORTS / "bandit.json").suppressed == {Severity.UNKNOWN: 1}


def test_what_the_command_of_bandit_hides_counts_all_the_same() -> None:
    one = run(REPORTS / "bandit-ll.json")
    assert [found.severity for found in one.findings] == [Severity.HIGH]
    assert one.unlisted == {Severity.LOW: 1}


def test_trivy_is_a_run_for_each_thing_that_it_looked_for() -> None:
    vulnerabilities, settings, secrets = scan(REPORTS / "trivy.json").runs
    assert [one.purposes for one in (vulnerabilities, settings, secrets)] == [
        ("vulnerabilities",),
        ("infrastructure",),
        ("secrets",),
    ]
    assert (counts(vulnerabilities), vulnerabilities.scanned) == ({"high": 1, "unknown": 1}, 2)
    assert vulnerabilities.suppressed == {Severity.CRITICAL: 1}
    assert (counts(settings), settings.scanned) == ({"medium": 1}, 1)
    assert (counts(secrets), secrets.scanned) == ({"critical": 1}, None)


def test_vulnerabilities_tell_their_package_aliases_and_whether_there_is_a_fix() -> None:
    (first, second) = run(REPORTS / "pip-audit.json").counted
    assert (first.object, first.aliases, first.fix) == (
        "requests 2.19.0",
        ("CVE-2018-18074", "GHSA-x84v-xcm2-53pg"),
        True,
    )
    assert (second.rule, second.fix) == ("PYSEC-2026-1", False)
    (grouped,) = run(REPORTS / "osv-scanner.json").counted
    assert (grouped.aliases, grouped.fix) == (("PYSEC-2018-28", "CVE-2018-18074"), True)


def test_what_was_skipped_is_told() -> None:
    one = run(REPORTS / "pip-audit-skipped.json")
    assert (one.skipped_count, len(one.skipped)) == (5, 3)
    assert one.skipped[0].startswith("requests (Dependency not found on PyPI")
    assert run(REPORTS / "kubeconform-skipped.json").skipped_count == 2


@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("bandit.json", "content"),
        ("codeql.sarif", "content"),
        ("detect-secrets.json", "content"),
        ("grype.json", "content"),
        ("kube-linter.json", "content"),
        ("polaris.json", "content"),
        ("pyright.json", "content"),
        ("trivy.json", "content"),
        ("ruff.json", "mtime"),
        ("semgrep.sarif", "mtime"),
    ],
)
def test_the_time_is_that_of_the_report_where_it_tells_one(name: str, at: str) -> None:
    assert read(REPORTS / name).provenance.observed_from == at


def test_sarif_may_tell_the_commit() -> None:
    commit = read(REPORTS / "codeql.sarif").provenance.commit
    assert commit == "7585649983128e550b7b599cc240ea7941438a0c"


def test_no_secret_gets_into_the_facts() -> None:
    for name in ("gitleaks.json", "detect-secrets.json"):
        item = read(REPORTS / name)
        assert "correct-horse" not in repr(item)
        assert "2907ea7dd2702e7821461133b453e8e5a7a3470c" not in repr(item)


def test_each_fixture_is_of_one_format() -> None:
    for path in sorted(REPORTS.iterdir()):
        with Source.open(path) as source:
            fits = [name for name in FORMATS if _recognises(name, source)]
        wanted = 0 if path.name in OF_ANY or path.suffix == ".md" else 1
        assert len(fits) == wanted, (path.name, fits)


def _recognises(name: str, source: Source) -> bool:
    try:
        return FORMATS[name]().recognises(source)
    except Unproven:
        return False


_EVERY = 4


@pytest.mark.parametrize("name", sorted(set(EXPECTED) | {"trivy.json"}))
def test_a_report_of_another_tool_under_a_wrong_format_is_malformed(name: str) -> None:
    right = read(REPORTS / name).provenance.format
    others = sorted(FORMATS)[sum(name.encode()) % _EVERY :: _EVERY]  # each report tries some, all of them all
    for format_ in (right, *others):
        item = read(REPORTS / name, format=format_)
        if format_ == right:
            assert item.facts is not None
        else:
            assert (item.facts, item.reason) == (None, Reason.MALFORMED), (name, format_)
            assert not item.message.startswith("the reader")


def test_the_wrong_format_is_told() -> None:
    assert read(REPORTS / "eslint.json", format="ruff").message == "it is not of the format ruff"


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not here")
@pytest.mark.parametrize(
    ("name", "tool", "found", "scanned"),
    [
        ("bandit.json", "bandit", {"high": 1, "low": 1}, 2),
        ("detect-secrets.json", "detect-secrets", {"high": 7}, None),
        ("hadolint.json", "hadolint", {"high": 1, "medium": 4, "low": 2}, None),
        ("mypy.jsonl", "mypy", {"high": 3}, None),
        ("pip-audit.json", "pip-audit", {}, 0),
        ("pylint2.json", "pylint", {"medium": 1, "low": 3}, 2),
        ("ruff.json", "ruff", {"high": 48}, None),
        ("ruff.sarif", "ruff", {"high": 48}, None),
        ("zizmor.json", "zizmor", {"high": 3, "medium": 2}, None),
    ],
)
def test_the_samples_are_read(name: str, tool: str, found: dict[str, int], scanned: int | None) -> None:
    one = run(SAMPLES / name)
    assert (one.tool, counts(one), one.scanned) == (tool, found, scanned)


@pytest.mark.parametrize("name", ["pip-audit.json", "eslint-clean.json"])
def test_what_is_listed_twice_was_looked_at_once(name: str, tmp_path: Path) -> None:
    report = json.loads((REPORTS / name).read_text())
    twice = report * 2 if isinstance(report, list) else {**report, "dependencies": report["dependencies"] * 2}
    (tmp_path / "twice.json").write_text(json.dumps(twice))
    assert run(tmp_path / "twice.json").scanned == run(REPORTS / name).scanned
