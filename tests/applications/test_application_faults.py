"""Real applications with faults: each alone, and all of them at once, are found, and nothing else."""

from __future__ import annotations

import pytest

from readiness.check import Finding
from readiness.scorecard import Scorecard
from tests.applications.applications import (
    NAMES,
    Application,
    Expected,
    Fault,
    Files,
    application,
    faults,
    good,
    said,
    worth_telling,
)

SEEDED = 15
ALL = [pytest.param(name, fault, id=f"{name}: {fault.name}") for name in NAMES for fault in faults(name)]
MORE = [
    pytest.param(name, fault, id=f"{name}: {fault.name}")
    for name in NAMES
    for fault in faults(name, "more-faults.yaml")
]


def unexpected(found: list[tuple[str, Finding]], expect: tuple[Expected, ...], files: Files) -> list[str]:
    """The findings that nobody expects, and the expected ones that are not there."""
    too_many = [
        f"{check}: {one.message}"
        for check, one in found
        if not any(each.is_met_by(check, one, files) for each in expect)
    ]
    lost = [
        f"lost: {each}"
        for each in expect
        if not any(each.is_met_by(check, one, files) for check, one in found)
    ]
    return [*too_many, *lost]


def touched_elsewhere(fault: Fault, card: Scorecard, app: Application) -> list[str]:
    """The checks that say something else than before, though the fault is none of their business."""
    concerned = {each.check for each in fault.expect}
    return [
        result.check
        for result in card.results
        if result.check not in concerned and said(card, result.check) != said(good(app.name), result.check)
    ]


@pytest.mark.parametrize("name", NAMES)
def test_an_application_has_fifteen_faults_of_different_names(name: str) -> None:
    assert len({fault.name for fault in faults(name)}) == SEEDED


@pytest.mark.parametrize(("name", "fault"), ALL)
def test_one_fault_is_found_and_nothing_else(name: str, fault: Fault) -> None:
    app = application(name)
    files = fault.applied(app.files)
    card = app.judged(files)
    found = worth_telling(card)
    assert unexpected(found, fault.expect, files) == []
    assert len(found) == len(fault.expect)
    assert touched_elsewhere(fault, card, app) == []
    assert card.decision == "no-go"


@pytest.mark.parametrize("name", NAMES)
def test_all_faults_at_once_are_found_and_nothing_else(name: str) -> None:
    app = application(name)
    files, expect = app.files, tuple(each for fault in faults(name) for each in fault.expect)
    for fault in faults(name):
        files = fault.applied(files)
    found = worth_telling(app.judged(files))
    assert unexpected(found, expect, files) == []
    assert len(found) == len(expect)


@pytest.mark.parametrize(("name", "fault"), MORE)
def test_what_a_reviewer_would_find_is_found(name: str, fault: Fault) -> None:
    app = application(name)
    files = fault.applied(app.files)
    found = worth_telling(app.judged(files))
    assert unexpected(found, fault.expect, files) == []
    assert len(found) == len(fault.expect) > 0
