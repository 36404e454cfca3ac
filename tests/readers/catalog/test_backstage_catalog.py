"""The kind `catalog`: catalog files of Backstage."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.evidence.model import Evidence, Reason
from readiness.evidence.ownership import Catalog
from readiness.testing import read_evidence

GOOD = """# Checkout
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: checkout
  annotations:
    pagerduty.com/service-id: P0A1B2C
    backstage.io/techdocs-ref: dir:.
  links:
    - {url: https://rota.shop.test/checkout, title: On-call rota}
    - {url: https://wiki.shop.test, title: Wiki}
spec:
  type: service
  lifecycle: production
  owner: group:default/checkout-team
  system: shop
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: orders}
"""


def read(folder: Path, text: str, name: str = "catalog-info.yaml", **keys: Any) -> Evidence:
    (folder / name).write_text(text)
    return read_evidence("catalog", folder, path=name, **keys)


def test_a_component_is_read_with_its_lines(tmp_path: Path) -> None:
    whole = read(tmp_path, GOOD).whole
    assert isinstance(whole.facts, Catalog), whole.message
    (one,) = whole.facts.components
    assert (one.name, one.owner, one.lifecycle, one.system) == (
        "checkout",
        "group:default/checkout-team",
        "production",
        "shop",
    )
    assert (one.line, one.lifecycle_line, one.owner_line, whole.facts.others) == (2, 14, 15, 1)
    assert [(c.name, c.value) for c in one.on_call] == [
        ("pagerduty.com/service-id", "P0A1B2C"),
        ("the link On-call rota", "https://rota.shop.test/checkout"),
    ]


BAD = {
    "no component": (GOOD.replace("Component", "Resource"), Reason.MISSING, "describes no Component"),
    "no name": (GOOD.replace("  name: checkout\n", ""), Reason.MALFORMED, "without `metadata.name`"),
    "no kind": (GOOD.replace("kind: API\n", ""), Reason.MALFORMED, "without a `kind`"),
    "a list as owner": (
        GOOD.replace("group:default/checkout-team", "[a]"),
        Reason.MALFORMED,
        "spec.owner is a list",
    ),
    "twice": (GOOD.replace("lifecycle: production", "owner: b"), Reason.MALFORMED, "owner"),
    "another file": ("apiVersion: v1\nkind: Pod\n", Reason.MALFORMED, "its format is not known"),
    "empty": ("", Reason.MALFORMED, "it is empty"),
    "no YAML": (GOOD + "\t: [", Reason.MALFORMED, "not YAML"),
    "a text as links": (
        GOOD.replace("  links:\n", "  links: all\n  other:\n"),
        Reason.MALFORMED,
        "metadata.links is text",
    ),
}


@pytest.mark.parametrize("name", sorted(BAD))
def test_what_is_no_catalog_file_is_unproven(tmp_path: Path, name: str) -> None:
    text, reason, message = BAD[name]
    whole = read(tmp_path, text).whole
    assert whole.reason is reason
    assert message in whole.message


def test_several_files_are_one_catalog_and_a_name_is_there_once(tmp_path: Path) -> None:
    read(tmp_path, GOOD, "a.yaml")
    read(tmp_path, GOOD.replace("name: checkout", "name: payments"), "b.yaml")
    whole = read_evidence("catalog", tmp_path, path="*.yaml").whole
    assert isinstance(whole.facts, Catalog)
    assert [one.name for one in whole.facts.components] == ["checkout", "payments"]
    read(tmp_path, GOOD + "# again\n", "c.yaml")
    assert "there twice" in read_evidence("catalog", tmp_path, path="*.yaml").whole.message


@given(st.integers(0, len(GOOD)))
@settings(max_examples=60, deadline=None)
def test_a_file_that_was_cut_is_unproven_or_says_less(
    tmp_path_factory: pytest.TempPathFactory, end: int
) -> None:
    whole = read(tmp_path_factory.mktemp("cut"), GOOD[:end]).whole
    if whole.facts is not None:
        assert isinstance(whole.facts, Catalog)
        assert whole.facts.components[0].owner in ("group:default/checkout-team"[:n] for n in range(28))
