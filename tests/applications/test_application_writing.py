"""How an application is written down does not matter: order, files, YAML or JSON, lists, keys, comments."""

from __future__ import annotations

from functools import cache

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.scorecard import Scorecard
from tests.applications.applications import NAMES, Files, application, faults, said, worth_telling
from tests.applications.writing import (
    JSON_FORMS,
    STRANGERS,
    YAML_FORMS,
    Form,
    Object,
    joined,
    split,
    written,
)

FEW = settings(max_examples=10, deadline=None)


@cache
def spoiled(name: str) -> Files:
    """An application with all of its faults, so that there is something to say."""
    files = application(name).files
    for fault in faults(name):
        files = fault.applied(files)
    return files


@cache
def objects(name: str) -> tuple[Object, ...]:
    return tuple(one for text in spoiled(name).values() for one in yaml.load_all(text, yaml.CSafeLoader))


@cache
def everything_said(name: str) -> dict[str, list[tuple[object, ...]]]:
    return said_of(application(name).judged(spoiled(name)))


def said_of(card: Scorecard) -> dict[str, list[tuple[object, ...]]]:
    return {result.check: said(card, result.check) for result in card.results}


def judged(name: str, files: Files) -> Scorecard:
    """The verdict on files that stand where the policy of the application looks for them."""
    return application(name).judged({f"manifests/{path}": text for path, text in files.items()})


@pytest.mark.parametrize("name", NAMES)
@FEW
@given(data=st.data())
def test_order_files_formats_lists_and_keys_change_no_finding(name: str, data: st.DataObject) -> None:
    files = data.draw(written(objects(name)))
    assert said_of(judged(name, files)) == everything_said(name)


@pytest.mark.parametrize("name", NAMES)
@FEW
@given(data=st.data())
def test_the_text_of_the_documents_cut_and_joined_anew_changes_no_finding(
    name: str, data: st.DataObject
) -> None:
    documents = [one for text in spoiled(name).values() for one in split(text)]
    order = data.draw(st.permutations(documents))
    heads = data.draw(st.lists(st.integers(0, 3), min_size=len(order), max_size=len(order)))
    cut = data.draw(st.integers(1, len(order) - 1))
    files = {"one.yaml": joined(order[:cut], heads[:cut]), "b/two.yaml": joined(order[cut:], heads[cut:])}
    assert said_of(judged(name, files)) == everything_said(name)


@pytest.mark.parametrize("name", NAMES)
@FEW
@given(data=st.data())
def test_objects_of_unknown_kinds_change_no_finding_that_matters(name: str, data: st.DataObject) -> None:
    strangers = data.draw(st.lists(st.sampled_from(STRANGERS), min_size=1, unique_by=id))
    stranger = yaml.safe_dump_all(strangers)
    card = judged(name, {**dict(enumerate_files(name)), "strangers.yaml": stranger})
    before = application(name).judged(spoiled(name))
    assert matters(card) == matters(before)
    assert [one.outcome for one in card.results] == [one.outcome for one in before.results]


def enumerate_files(name: str) -> list[tuple[str, str]]:
    return [(f"{number}.yaml", text) for number, text in enumerate(spoiled(name).values())]


def matters(card: Scorecard) -> list[tuple[object, ...]]:
    """What is not good, and the notes, without the number of objects that some messages tell."""
    return sorted(
        (check, one.outcome, one.object or "", one.message if one.object else "", one.observed)
        for check, one in worth_telling(card)
    )


@pytest.mark.parametrize("form", [*YAML_FORMS, *JSON_FORMS])
def test_every_form_is_read_with_the_same_findings(form: Form) -> None:
    name = "store"
    suffix = "yml" if form in YAML_FORMS else "json"
    whole = form(objects(name))
    assert said_of(judged(name, {f"all.{suffix}": whole})) == everything_said(name)
    apart = {f"{number}.{suffix}": form([one]) for number, one in enumerate(objects(name))}
    assert said_of(judged(name, apart)) == everything_said(name)
