"""Limits in lists, each with a name of its own: a child may add some and tighten them, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from readiness.plugins import discover
from readiness.policy.resolve import resolve

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
BASE = """\
readiness: 1
name: base
release: {name: shop}
evidence:
  coverage: {kind: coverage, path: coverage.xml}
  tests: {kind: test-report, path: junit.xml}
checks:
  - use: testing/coverage
    with: {min: 80%, paths: [{path: "src/payments/**", min: 95%}]}
  - use: testing/suites
    with: {suites: [{name: integration, min-tests: 20, max-skipped: 5%}, {name: security}]}
"""


@pytest.fixture(autouse=True)
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("base.yaml").write_text(BASE)


def overridden(check: str, params: str) -> list[str]:
    Path("child.yaml").write_text(
        f"readiness: 1\nname: child\nextends: base.yaml\nchecks: [{{use: {check}, with: {{{params}}}}}]\n"
    )
    return [one.path for one in resolve("child.yaml", discover(), {}, NOW).overrides]


@pytest.mark.parametrize(
    ("check", "params"),
    [
        ("testing/coverage", 'paths: [{path: "src/payments/**", min: 97%}]'),
        ("testing/coverage", 'paths: [{path: "src/cart/**", min: 50%}, {path: "src/payments/**", min: 95%}]'),
        ("testing/coverage", "new-code: 85%"),
        ("testing/suites", "suites: [{name: security}, {name: integration, min-tests: 30, max-skipped: 0%}]"),
    ],
)
def test_what_is_stricter_is_no_override(check: str, params: str) -> None:
    assert overridden(check, params) == []


@pytest.mark.parametrize(
    ("check", "params", "path"),
    [
        ("testing/coverage", 'paths: [{path: "src/payments/**", min: 90%}]', "paths.src/payments/**.min"),
        ("testing/coverage", 'paths: [{path: "src/**", min: 99%}]', "paths.src/payments/**"),
        ("testing/coverage", "paths: []", "paths.src/payments/**"),
        (
            "testing/suites",
            "suites: [{name: integration, min-tests: 20, max-skipped: 5%}]",
            "suites.security",
        ),
        (
            "testing/suites",
            "suites: [{name: security}, {name: integration, min-tests: 20, max-skipped: 9%}]",
            "suites.integration.max_skipped",
        ),
    ],
)
def test_what_is_milder_or_gone_is_an_override(check: str, params: str, path: str) -> None:
    (found,) = overridden(check, params)
    assert found.replace("_", "-") == f"checks.{check}.with.{path}".replace("_", "-")
