"""operations/ownership."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from readiness.check import Finding, Outcome, Release
from readiness.evidence.document import Document
from readiness.evidence.model import Reason
from readiness.evidence.ownership import Catalog
from readiness.judge import Judgement
from readiness.testing import judge_check, read_evidence
from tests.readers.repository.made import IGNORING, Repo

CATALOG = """apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: shop
  annotations:
    pagerduty.com/service-id: P0A1B2C
spec:
  type: service
  lifecycle: production
  owner: group:default/checkout-team
  system: shop
"""
ONCALL = "# On call\n\nThe checkout team: @acme/checkout-team, #checkout-oncall, +43 1 777 01 23\n"


def given(
    folder: Path, catalog: str = CATALOG, owners: str = "* @acme/checkout-team", oncall: str = ""
) -> dict[str, Any]:
    repo = Repo(
        folder, {**IGNORING, ".github/CODEOWNERS": owners, "catalog-info.yaml": catalog, "oncall.md": oncall}
    )
    found = read_evidence("catalog", folder, path="catalog-info.yaml").whole
    assert isinstance(found.facts, Catalog), found.message
    return {"repository": repo.facts(), "catalog": found.facts} | ({"oncall": read(folder)} if oncall else {})


def read(folder: Path) -> Document:
    whole = read_evidence("document", folder, path="oncall.md").whole
    assert isinstance(whole.facts, Document), whole.message
    return whole.facts


def judged(facts: dict[str, Any], params: dict[str, Any] | None = None) -> Judgement:
    return judge_check(
        "operations/ownership", params, release=Release("shop", "1.4.2", None, "production"), **facts
    )


def bad(found: Judgement) -> list[Finding]:
    return [one for one in found.findings if not one.outcome.is_good]


def test_sources_that_agree_pass(tmp_path: Path) -> None:
    found = judged(given(tmp_path, oncall=ONCALL))
    assert found.outcome is Outcome.PASS
    (finding,) = found.findings
    assert (finding.count, finding.observed) == (3, "group:default/checkout-team")


CATALOGS = {
    "no owner": ("  owner: group:default/checkout-team\n", "", "Component/shop: spec.owner is empty"),
    "a guest": ("group:default/checkout-team", "user:guest", "spec.owner is user:guest, which is nobody"),
    "a placeholder": ("group:default/checkout-team", "TODO", "spec.owner is TODO, which is nobody"),
    "another team": ("checkout-team", "payments-team", "does not name group:default/payments-team"),
    "an experiment": (
        "production",
        "experimental",
        "spec.lifecycle is experimental, where production is meant",
    ),
    "no lifecycle": ("  lifecycle: production\n", "", "spec.lifecycle is empty"),
    "nobody on call": ("P0A1B2C", "TODO", "pagerduty.com/service-id says nobody"),
}


@pytest.mark.parametrize("name", sorted(CATALOGS))
def test_a_catalog_file_that_lacks_something_fails(tmp_path: Path, name: str) -> None:
    old, new, message = CATALOGS[name]
    found = judged(given(tmp_path, CATALOG.replace(old, new)))
    assert found.outcome is Outcome.FAIL
    assert any(message in one.message for one in bad(found))


OWNERS = {
    "somebody else": ("* @acme/payments", "does not name group:default/checkout-team as owner of any file"),
    "too narrow": ("/docs/ @acme/checkout-team", "gives 0 of 4 files an owner"),
    "half of it": ("*.yaml @acme/checkout-team", "gives 1 of 4 files an owner: 25%"),
    "overruled": ("* @acme/checkout-team\n* @acme/payments", "does not name group:default/checkout-team"),
    "a line that is skipped": ("* @acme/checkout-team\n*.md nobody", "the line is skipped"),
}


@pytest.mark.parametrize("name", sorted(OWNERS))
def test_code_owners_that_do_not_say_it_fail(tmp_path: Path, name: str) -> None:
    text, message = OWNERS[name]
    found = judged(given(tmp_path, owners=text))
    assert found.outcome is Outcome.FAIL
    assert any(message in one.message for one in bad(found))


def test_an_empty_file_is_unproven(tmp_path: Path) -> None:
    found = judged(given(tmp_path, owners="# nobody yet\n"))
    assert (found.outcome, found.reason) == (Outcome.UNPROVEN, Reason.MISSING)


@pytest.mark.parametrize(
    "text",
    [
        "# On call\n\nTo be named.\n",
        "# Checkout team\n\nOn call: TODO\n",
        "# Checkout team\n\nOn call: <name>, +43 1 777 01 23\n",
        "# Checkout team\n\nOn call: oncall@example.com\n",
        "# Checkout team\n\n## On call\n\n## Other\n\n@ines\n",
        "# Checkout team\n\nOn call since 2026-05-31: somebody\n",
        "# Checkout team\n\nOn call: we would like to page @acme/checkout-team\n",
        "# Checkout team\n\nOn call: formerly @acme/checkout-team\n",
        "# Checkout team\n\nOn call: not yet agreed, perhaps #checkout-oncall\n",
        "# Checkout team\n\nOn call: @acme/checkout-team\n\nEscalation: [insert number]\n",
    ],
)
def test_a_document_without_a_contact_fails(tmp_path: Path, text: str) -> None:
    found = judged(given(tmp_path, oncall=text))
    assert found.outcome is Outcome.FAIL
    assert any("no way to reach them" in one.message for one in bad(found))


@pytest.mark.parametrize(
    "text",
    [
        "# Checkout team\n\nOn call:\n\n- @acme/checkout-team\n- +43 1 777 01 23\n",
        "# Checkout team\n\n## On call: @acme/checkout-team\n",
        "# Checkout team\n\n| What | Who |\n| --- | --- |\n| On call | @acme/checkout-team |\n",
        "---\non-call: '@acme/checkout-team'\n---\n\n# Checkout team\n",
        "# On call\n\n## Whom to call\n\n@acme/checkout-team. The pager must be tested every week.\n",
    ],
)
def test_a_contact_stands_below_behind_or_beside_its_name(tmp_path: Path, text: str) -> None:
    assert judged(given(tmp_path, oncall=text)).outcome is Outcome.PASS


def test_a_document_that_does_not_speak_of_it_is_unproven(tmp_path: Path) -> None:
    found = judged(given(tmp_path, oncall="# Checkout team\n\nCall @ines.\n"))
    assert (found.outcome, found.reason) == (Outcome.UNPROVEN, Reason.MISSING)


def test_a_document_of_another_team_fails(tmp_path: Path) -> None:
    found = judged(given(tmp_path, oncall="# On call\n\nPayments: #payments-oncall\n"))
    assert any("does not name group:default/checkout-team" in one.message for one in bad(found))


@pytest.mark.parametrize("left", ["repository", "catalog"])
def test_what_is_required_and_not_given_is_unproven(tmp_path: Path, left: str) -> None:
    facts = given(tmp_path)
    del facts[left]
    found = judged(facts)
    assert (found.outcome, found.reason) == (Outcome.UNPROVEN, Reason.MISSING)


def test_nothing_on_call_is_unproven_and_may_be_left_out(tmp_path: Path) -> None:
    facts = given(tmp_path, CATALOG.replace("    pagerduty.com/service-id: P0A1B2C\n", "    a: b\n"))
    assert judged(facts).reason is Reason.MISSING
    assert judged(facts, {"require": ["code-owners", "catalog"]}).outcome is Outcome.PASS


def test_nothing_at_all_is_unproven() -> None:
    assert judged({}).outcome is Outcome.UNPROVEN


def test_names_that_differ_may_be_told(tmp_path: Path) -> None:
    facts = given(tmp_path, owners="* @acme/shop-devs")
    assert judged(facts).outcome is Outcome.FAIL
    assert judged(facts, {"aliases": {"checkout-team": "@acme/shop-devs"}}).outcome is Outcome.PASS


def test_an_owner_that_the_policy_names_must_be_everywhere(tmp_path: Path) -> None:
    facts = given(tmp_path)
    assert judged(facts, {"owner": "checkout-team"}).outcome is Outcome.PASS
    messages = [one.message for one in bad(judged(facts, {"owner": "payments"}))]
    assert any("and payments is meant" in one for one in messages)
    assert any("does not name payments" in one for one in messages)


def test_the_component_is_that_of_the_release(tmp_path: Path) -> None:
    two = CATALOG + "---\n" + CATALOG.replace("name: shop", "name: cart")
    facts = given(tmp_path, two)
    assert judged(facts).outcome is Outcome.PASS
    assert judged(facts, {"component": "absent"}).reason is Reason.MISSING


def test_a_system_may_be_asked_for(tmp_path: Path) -> None:
    facts = given(tmp_path, CATALOG.replace("  system: shop\n", ""))
    assert judged(facts).outcome is Outcome.PASS
    assert judged(facts, {"system": "required"}).outcome is Outcome.FAIL


@pytest.mark.parametrize("value", ["P000000", "your-service-id"])
def test_the_identifier_of_an_example_is_nobody(tmp_path: Path, value: str) -> None:
    (one,) = bad(judged(given(tmp_path, CATALOG.replace("P0A1B2C", value))))
    assert one.message == "pagerduty.com/service-id says nobody"


@pytest.mark.parametrize(
    "text",
    [
        "There is no on-call for this service. Questions go to #checkout.",
        "This service does not have an on-call rotation yet; contact @ada.",
        "Without a rota: write to #checkout.",
        "noreply@acme.io",
        "since 1.2.3.4567 of the release",
        "see 192.168.100.200",
    ],
)
def test_a_contact_beside_a_denial_or_a_number_that_is_none_does_not_count(tmp_path: Path, text: str) -> None:
    document = f"# Operations of the checkout-team\n\n## On call\n\n{text}\n"
    (one,) = bad(judged(given(tmp_path, oncall=document)))
    assert one.message == "oncall.md speaks of who is on call, and names no way to reach them"


def test_a_document_that_denies_the_owner_does_not_name_it(tmp_path: Path) -> None:
    document = "# Operations\n\nOn call: @payments, +43 1 777 01 23, and not the checkout-team\n"
    (one,) = bad(judged(given(tmp_path, oncall=document)))
    assert "does not name group:default/checkout-team" in one.message


def test_a_component_of_another_name_is_told_in_a_note(tmp_path: Path) -> None:
    found = judged(given(tmp_path, CATALOG.replace("  name: shop", "  name: payments")))
    assert found.outcome is Outcome.PASS
    (note,) = [one for one in found.findings if one.note]
    assert note.message == "Component/payments is the only one in its file, and is taken for shop"


def test_a_team_in_a_subgroup_of_gitlab_is_the_same_team(tmp_path: Path) -> None:
    facts = given(tmp_path, owners="* @acme/payments/checkout-team")
    assert facts["repository"].code_owners.problems
    repo = Repo(tmp_path / "lab", {**IGNORING, ".gitlab/CODEOWNERS": "* @acme/payments/checkout-team"})
    assert judged({**facts, "repository": repo.facts()}).outcome is Outcome.PASS
