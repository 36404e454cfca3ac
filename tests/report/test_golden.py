"""Every format of every kind of verdict, to the byte. READINESS_GOLDEN=write writes the files anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from readiness.report.formats import FORMATS, render
from tests.report import cards
from tests.support import ROOT

GOLDEN = ROOT / "tests" / "golden"
CARDS = {"go": cards.go, "no-go": cards.no_go, "conditional": cards.conditional, "hostile": cards.hostile}
SUFFIX = {"terminal": "txt", "json": "json", "markdown": "md", "html": "html", "junit": "xml"}


def _file(card: str, name: str) -> Path:
    return GOLDEN / f"{card}.{SUFFIX[name]}"


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("card", CARDS)
def test_a_report_is_as_it_was(card: str, name: str) -> None:
    text = render(name, CARDS[card]())
    if os.environ.get("READINESS_GOLDEN") == "write":
        GOLDEN.mkdir(exist_ok=True)
        _file(card, name).write_text(text, "utf-8")
    assert text == _file(card, name).read_text("utf-8"), f"{_file(card, name)} differs"


def test_every_format_has_golden_files() -> None:
    assert set(SUFFIX) == set(FORMATS)
