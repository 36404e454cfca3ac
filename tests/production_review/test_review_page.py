"""docs/production-review.md tells what the policy is."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from readiness.plugins import discover
from readiness.policy.resolve import resolve
from readiness.policy.rules import Policy
from readiness.units import show_share
from tests.pages import Page
from tests.support import ROOT

PAGE = Page(ROOT / "docs" / "production-review.md")
VARIABLES = {
    "RELEASE_NAME": "tidewatch",
    "VERSION": "2.4.0",
    "GIT_COMMIT": "a" * 40,
    "HEALTH_TOKEN": "secret",
    "RELEASE_VERSION": "2.4.0",
    "RELEASE_COMMIT": "a" * 40,
    "SERVICE_URL": "https://127.0.0.1:9/health",
    "PROMETHEUS_URL": "https://127.0.0.1:9",
}


EVIDENCE_ROWS = 4
"""How many of the rows of what may be set are about evidence; the others are about checks."""


def resolved(wanted: str) -> Policy:
    return resolve(wanted, discover(), VARIABLES, datetime(2026, 11, 21, tzinfo=UTC))


def named(text: str) -> list[str]:
    """What stands between backticks."""
    return re.findall(r"`([^`]+)`", text)


POLICY = resolved("builtin:production-review")


def test_each_item_and_each_check_has_its_row() -> None:
    items, beyond = PAGE.rows("The items"), PAGE.rows("Beyond the items")
    assert len(items) == 24
    told = {name for row in (*items, *beyond) for name in named(row[1])}
    assert told - {"kubernetes/"} == {rule.id for rule in POLICY.rules}


def test_a_row_names_the_checks_and_the_evidence_that_the_policy_gives_them() -> None:
    rules = {rule.id: rule for rule in POLICY.rules}
    for row in (*PAGE.rows("The items"), *PAGE.rows("Beyond the items")):
        asked = [rules[name] for name in named(row[1]) if name in rules]
        fed = {name for rule in asked for names in rule.feeds.values() for name in names}
        assert set(named(row[-1])) == fed, row[0]
        uses = {type(rule.check).__name__: rule.use for rule in asked}
        assert len(row) == 3 or all(
            use in row[2] or "checks of manifests" in row[2] for use in uses.values()
        ), row[0]


def test_each_evidence_is_told_once_with_where_it_comes_from() -> None:
    told = [name for row in PAGE.rows("Where the evidence comes from") for name in named(row[0])]
    assert sorted(told) == sorted(POLICY.evidence)


def test_paths_are_those_of_the_policy() -> None:
    written = yaml.safe_load((ROOT / "policies" / "production-review.yaml").read_text())["evidence"]
    for row in PAGE.rows("Where the evidence comes from"):
        for name in named(row[0]):
            path = written[name].get("path", "")
            assert path.partition("*")[0] in " ".join(row).replace("NAME", ""), name


def test_what_may_be_set_is_what_the_policy_leaves_open() -> None:
    may = yaml.safe_load((ROOT / "policies" / "production-review.yaml").read_text())["may-change"]
    told = {"release.name", "release.version", "release.commit", "evidence.*.path", "evidence.*.format"}
    rows = PAGE.rows("What you may set")
    for number, row in enumerate(rows):
        (name,) = named(row[0])
        place = f"evidence.{name}." if number < EVIDENCE_ROWS else f"checks.{name}.with."
        told |= {place + key for key in named(row[1])}
    assert told == set(may)


def test_floors_are_as_told() -> None:
    told = {row[0]: row[1] for row in PAGE.rows("Floors and weights")}
    assert told == {name: show_share(floor) for name, floor in POLICY.layers[-1].thresholds.floors.items()}


@pytest.mark.parametrize("number", range(2))
def test_a_policy_on_the_page_overrides_nothing(number: int, tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(PAGE.fences("yaml")[number].text)
    policy = resolved(str(tmp_path / "policy.yaml"))
    assert (policy.overrides, policy.notes) == ((), ())


def test_links_lead_to_pages_and_headings_that_are_there() -> None:
    for link in PAGE.links():
        file, _, anchor = link.partition("#")
        page = Page(PAGE.path.parent / file) if file else PAGE
        assert not anchor or anchor in page.anchors(), link
