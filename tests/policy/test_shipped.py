"""The policies that come with readiness: valid, readable, and never milder than they say."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from readiness.plugins import discover
from readiness.policy.resolve import resolve
from readiness.policy.rules import Enforce, Policy
from readiness.policy.schema import policy_schema
from tests.support import ROOT

NAMES = ("batch-job", "minimal", "prod", "production-review", "staging", "web-service")
ENVIRONMENT = {
    "RELEASE_NAME": "shop",
    "RELEASE_VERSION": "1.2.3",
    "RELEASE_COMMIT": "a" * 40,
    "SERVICE_URL": "https://127.0.0.1:9/health",
    "PROMETHEUS_URL": "http://127.0.0.1:9",
}


def shipped(name: str) -> Policy:
    return resolve(f"builtin:{name}", discover(), ENVIRONMENT, datetime(2026, 6, 1, tzinfo=UTC))


@pytest.fixture(scope="module")
def schema() -> Draft202012Validator:
    made = policy_schema(discover())
    Draft202012Validator.check_schema(made)
    return Draft202012Validator(made)


def plain(name: str) -> Any:
    return yaml.safe_load((ROOT / "policies" / f"{name}.yaml").read_text())


def test_every_shipped_policy_is_named_here() -> None:
    assert tuple(sorted(path.stem for path in (ROOT / "policies").glob("*.yaml"))) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_it_keeps_the_schema(name: str, schema: Draft202012Validator) -> None:
    assert [error.message for error in schema.iter_errors(plain(name))] == []


@pytest.mark.parametrize("name", NAMES)
def test_it_resolves_and_loosens_nothing(name: str) -> None:
    policy = shipped(name)
    assert policy.name == name
    assert policy.overrides == ()
    assert any(rule.enforce is Enforce.REQUIRED for rule in policy.rules)
    assert policy.notes == ()


@pytest.mark.parametrize("name", NAMES)
def test_it_reads_as_a_checklist(name: str) -> None:
    """Every group of checks has a line that says what it is for."""
    lines = (ROOT / "policies" / f"{name}.yaml").read_text().splitlines()
    checks = lines[lines.index("checks:") + 1 :]
    assert checks[0].strip().startswith("# ")
    assert sum(line.startswith("  # ") for line in checks) >= 2
    assert lines[0].startswith("# ")


@pytest.mark.parametrize("name", NAMES)
def test_what_may_be_changed_is_there(name: str) -> None:
    rules = {rule.id: type(rule.check).params_type for rule in shipped(name).rules}
    for path in plain(name).get("may-change", []):
        place, with_, param = path.partition(".with.")
        if with_:
            fields = rules[place.removeprefix("checks.")].model_fields
            assert param in {field.alias or key for key, field in fields.items()}, path


def test_minimal_binds_nothing_and_limits_no_age() -> None:
    policy = shipped("minimal")
    assert policy.release.commit is None
    assert all(feed.max_age is None and feed.bind is None for feed in policy.evidence.values())


def test_prod_is_stricter_than_the_web_service_it_builds_on() -> None:
    prod, web = shipped("prod"), shipped("web-service")
    strict = {rule.id: rule.enforce.rank for rule in prod.rules}
    assert all(strict[rule.id] >= rule.enforce.rank for rule in web.rules)
    assert prod.layers[-1].thresholds.go > web.layers[-1].thresholds.go


def test_staging_asks_for_points_and_says_so() -> None:
    written = {rule.id: rule.written for rule in shipped("staging").rules}
    assert written["performance/latency"]["confidence"] == "point"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"bogus": 1}, "'bogus' was unexpected"),
        ({"checks": [{"use": "testing/results", "with": {"min-testz": 1}}]}, "'min-testz' was unexpected"),
        ({"checks": [{"use": "testing/coverage", "with": {"min": 0.8}}]}, "0.8 is not of type 'string'"),
        ({"checks": [{"use": "testing/resultz"}]}, "'testing/resultz' is not one of"),
        ({"evidence": {"tests": {"kind": "test-report", "pth": "x"}}}, "'pth' was unexpected"),
        ({"decision": {"go": "1e2%"}}, "does not match"),
    ],
)
def test_the_schema_refuses_what_the_tool_refuses(
    change: dict[str, Any], message: str, schema: Draft202012Validator
) -> None:
    errors = [error.message for error in schema.iter_errors({**plain("minimal"), **change})]
    assert any(message in error for error in errors), errors


def test_a_variable_may_stand_where_a_form_is_asked_for(schema: Draft202012Validator) -> None:
    release = {"name": "x", "commit": "${GIT_COMMIT}"}
    assert not list(schema.iter_errors({**plain("minimal"), "release": release}))
    assert list(schema.iter_errors({**plain("minimal"), "release": {"name": "x", "commit": "abc"}}))
