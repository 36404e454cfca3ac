"""The report formats by name; a format is imported when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from readiness.report.screen import PLAIN, Screen
from readiness.scorecard import Scorecard

FORMATS: Mapping[str, str] = {
    "terminal": "lines for a terminal or a log",
    "json": "the whole scorecard, for programs",
    "markdown": "for a comment on a pull request or the summary of a job",
    "html": "one file to read, print and sign",
    "junit": "for the test view of a CI service",
}


def render(name: str, card: Scorecard, screen: Screen = PLAIN) -> str:
    """The scorecard in one of FORMATS; only `terminal` looks at the screen. KeyError for an unknown name."""
    if name not in FORMATS:
        raise KeyError(name)
    module = import_module(f"readiness.report.{name}")
    text: str = module.render(card, screen) if name == "terminal" else module.render(card)
    return text
