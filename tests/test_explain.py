"""Checks explain themselves, and docs/checks.md is what they say."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction
from textwrap import indent
from typing import Annotated, Literal

import pytest
from pydantic import Field

from readiness.check import AnyCheck, Check, Finding, Params, Release, Stricter, category_of, slots_of
from readiness.check.docs import SECTIONS, docs_of, plain, remediation
from readiness.check.example import example_of, example_params
from readiness.check.parameters import parameters_of
from readiness.evidence.coverage import Coverage
from readiness.evidence.document import Document
from readiness.explain import catalogue, explain
from readiness.places import Text, load_policy
from readiness.plugins import BUILTIN, discover
from readiness.units import Duration, Rate, Share, Size
from tests.support import ROOT

REGISTRY = discover()
BUILT_IN = sorted(id_ for id_ in REGISTRY.checks if REGISTRY.checks.origin(id_) == BUILTIN)


@pytest.fixture(params=BUILT_IN)
def built_in(request: pytest.FixtureRequest) -> tuple[str, AnyCheck]:
    return request.param, REGISTRY.checks[request.param]


class Inner(Params):
    """Softer limits."""

    p95: Annotated[Duration | None, Stricter.LOWER] = None
    """The softer limit."""


class SampleParams(Params):
    """One of each."""

    needed: Annotated[Share, Stricter.HIGHER]
    """The least share."""
    p95: Annotated[Duration, Stricter.LOWER] = timedelta(milliseconds=200)
    """The limit."""
    max_size: Size = 1024
    """The largest size."""
    rate: Rate | None = None
    """The least rate."""
    mode: Literal["a", "b"] = "a"
    """One of two."""
    names: tuple[str, ...] = ("x", "y")
    """Some names,
    over two lines."""
    share: Share = Fraction(1, 3)
    """A share."""
    count: Annotated[int, Field(ge=1, le=9)] = 3
    """How many."""
    loud: bool = False
    """Whether."""
    warn: Inner | None = None
    """Softer limits."""


class Sample(Check[SampleParams]):
    """Samples are well | sampled.

    It looks at both.

    ## Why it matters
    It does.

    ## How to fix it
    First write `x` and
    then `y`:

        code  as it
        stands

    - an item
      that goes on
    ```
    ## no heading
    ```

    ## References
    - none
    """

    def judge(
        self, coverage: Coverage, release: Release, document: tuple[Document, ...] = ()
    ) -> Iterator[Finding]:
        raise NotImplementedError


# Every built-in check


def test_there_are_checks() -> None:
    assert "deployment/rollback-document" in BUILT_IN


def test_docs_checks_md_is_not_stale() -> None:
    checks = {id_: REGISTRY.checks[id_] for id_ in BUILT_IN}
    written = (ROOT / "docs" / "checks.md").read_text()
    assert written == catalogue(checks), "write it again: make docs"


def test_every_check_has_a_title_and_the_three_sections(built_in: tuple[str, AnyCheck]) -> None:
    docs = docs_of(built_in[1])
    assert docs.title == docs.title.strip()
    assert docs.title[0].isupper()
    assert not docs.title.endswith(".")
    assert [name for name in docs.sections if name in SECTIONS] == list(SECTIONS)
    assert all(docs.sections[name] for name in SECTIONS)


def test_every_parameter_is_documented(built_in: tuple[str, AnyCheck]) -> None:
    for one in parameters_of(built_in[1].params_type):
        assert one.text, one.key
        assert one.type != "any value", one.key


def test_every_check_can_be_explained(built_in: tuple[str, AnyCheck]) -> None:
    id_, check = built_in
    text = explain(id_, check)
    assert text.startswith(f"{id_}\n{check.title}\n")
    assert f"Category: {id_.partition('/')[0]}" in text
    for name in [slot.name for slot in slots_of(check)]:
        assert f"\n  {name}: " in text
    assert remediation(check)


def test_every_example_is_accepted(built_in: tuple[str, AnyCheck]) -> None:
    id_, check = built_in
    document, _ = load_policy(Text("example", example_of(id_, check)))
    (entry,) = document
    assert entry["use"] == id_
    check.params_type.model_validate(dict(entry.get("with", {})))
    assert dict(entry.get("with", {})) == example_params(check)


# How it is put


def test_parameters_are_listed_as_policies_write_them() -> None:
    assert [one[:4] for one in parameters_of(SampleParams)] == [
        ("needed", "share", None, "higher"),
        ("p95", "duration", "200ms", "lower"),
        ("max-size", "size", "1024B", ""),
        ("rate", "rate", "none", ""),
        ("mode", '"a" or "b"', "a", ""),
        ("names", "list of text", "[x, y]", ""),
        ("share", "share", "33.33%", ""),
        ("count", "whole number from 1 to 9", "3", ""),
        ("loud", "true or false", "false", ""),
        ("warn", "keys below", "none", ""),
        ("warn.p95", "duration", "none", "lower"),
    ]
    assert parameters_of(SampleParams)[5].text == "Some names, over two lines."
    assert parameters_of(Params) == []


def test_the_explanation_of_a_check_is_text() -> None:
    text = explain("acme:code/sample", Sample)
    assert text.startswith(
        "acme:code/sample\nSamples are well | sampled\n\nCategory: code\n\nIt looks at both.\n"
    )
    assert "  coverage: coverage, one evidence, needed\n" in text
    assert "  document: document, each file apart, may be left out\n" in text
    assert "  needed: share, needed, stricter when higher\n      The least share.\n" in text
    assert (
        "How to fix it:\n  First write x and then y:\n\n      code  as it\n      stands\n\n  - an item that goes on\n"
        in text
    )
    entry = "- use: acme:code/sample\n  from: {coverage: coverage, document: document}\n  with:\n    needed: 80%\n"
    assert example_of("acme:code/sample", Sample) == entry
    assert text.endswith("Example:\n" + indent(entry, "  "))


def test_remediation_is_plain_text() -> None:
    assert remediation(Sample) == (
        "First write x and then y:\n\n    code  as it\n    stands\n\n- an item that goes on\n## no heading"
    )
    assert plain("a\nb\n\n1. c\n   d") == "a b\n\n1. c d"


def test_a_check_without_documentation_has_no_remediation() -> None:
    class Silent(Sample):
        pass

    assert remediation(Silent) == ""
    assert docs_of(Silent).sections == {}


def test_the_catalogue_is_markdown_by_category() -> None:
    text = catalogue({"b/two": Sample, "a/one-more": Sample})
    assert "- a: [a/one-more](#aone-more)\n- b: [b/two](#btwo)\n" in text
    assert text.index("## a/one-more") < text.index("## b/two")
    assert '| `mode` | "a" or "b" | `a` |  | One of two. |' in text
    assert text == catalogue({"a/one-more": Sample, "b/two": Sample})


def test_the_category_is_the_folder() -> None:
    assert category_of("acme:security/tls-version") == category_of("security/tls-version") == "security"


def test_the_command_writes_the_catalogue() -> None:
    command = [sys.executable, "-m", "readiness.explain"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.startswith("# Checks\n")
    assert done.stderr == ""


def test_explaining_imports_only_the_check_that_is_asked_for() -> None:
    code = (
        "import json, sys; from readiness.plugins import discover; from readiness.explain import explain;"
        "explain('deployment/rollback-document', discover().checks['deployment/rollback-document']);"
        "print(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    modules = json.loads(done.stdout)
    checks = [name for name in modules if name.startswith("readiness.checks.") and name.count(".") == 3]
    assert all(name.startswith("readiness.checks.deployment.") for name in checks)
    assert not {"markdown_it", "requests", "jinja2", "cryptography"} & set(modules)
