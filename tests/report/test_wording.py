"""What a reader must see, whichever report they read."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from readiness.check import Finding, Outcome
from readiness.report import escape, words
from readiness.report.formats import FORMATS, render
from readiness.report.markdown import render as markdown
from readiness.report.screen import PLAIN, Screen, screen_of
from readiness.report.view import ONLY_UNSHOWN, view
from tests.report import cards

PEOPLE = [name for name in FORMATS if name != "json"]


@pytest.mark.parametrize(
    ("score", "shown"),
    [
        (89.99, "89.9%"),
        (32.3, "32.3%"),
        (100.0, "100%"),
        (0.0, "0%"),
        (99.99, "99.9%"),
        (None, "none"),
        (1e-7, "0%"),
    ],
)
def test_a_score_is_rounded_down(score: float | None, shown: str) -> None:
    assert words.percent(score) == shown


@pytest.mark.parametrize("name", PEOPLE)
def test_what_is_only_not_shown_is_said_to_be_that(name: str) -> None:
    assert ONLY_UNSHOWN in render(name, cards.not_shown())
    assert ONLY_UNSHOWN not in render(name, cards.no_go())


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("part", ["--only performance/latency", ""])
def test_a_part_of_a_policy_never_looks_like_a_go(name: str, part: str) -> None:
    text = render(name, replace(cards.go(), partial=part))
    assert "NO VERDICT" in text
    assert "✓ GO" not in text


@pytest.mark.parametrize("name", ["terminal", "markdown", "html"])
def test_limits_that_are_missing_are_said(name: str) -> None:
    text = render(name, cards.go())
    assert "age is not limited" in text
    assert "not bound to the release" in text
    assert "a1" * 32 in text


def test_one_lost_file_is_one_blocker_that_names_what_it_stops() -> None:
    blockers = view(cards.no_go()).blockers
    assert [blocker.title for blocker in blockers] == ["security/tls-version", "evidence load"]
    assert blockers[1].stops == ("performance/latency", "performance/error-rate", "performance/regression")
    assert blockers[1].findings == ()


def test_a_blocker_shows_what_was_observed_and_expected() -> None:
    (finding,) = view(cards.no_go()).blockers[0].findings
    assert (finding.observed, finding.expected) == ("TLS 1.1, 1.2 and 1.3", "1.3 or newer")


def test_waivers_in_force_come_first_and_say_what_they_hide() -> None:
    waivers = view(cards.conditional()).waivers
    assert [waiver.mark.word for waiver in waivers] == ["in force", "in force", "expired", "unused"]
    assert waivers[0].until == "2026-11-30 00:00:00 UTC, in 9d 14h"
    assert waivers[0].hides == "fail: the image is named by a tag"
    assert waivers[1].until == "2026-12-30 09:30:00 UTC"


def test_a_long_list_is_cut_with_a_count() -> None:
    assert "and 11 findings more" in render("terminal", cards.no_go())


def test_a_markdown_report_fits_where_it_goes() -> None:
    card = cards.no_go()
    finding = Finding(outcome=Outcome.FAIL, message="x" * 3000, observed="é" * 3000)
    big = replace(card, results=tuple(replace(r, findings=(finding,) * 30) for r in card.results * 200))
    text = markdown(big)
    assert len(text.encode()) <= 1024 * 1024
    assert text.count("<details>") == text.count("</details>")
    assert "Cut here: the scorecard is too long" in text
    assert "Cut here" not in markdown(card)


def test_one_word_that_is_too_long_loses_nothing_on_a_terminal() -> None:
    path = "x" * 300
    text = render("terminal", replace(cards.go(), reasons=(path,)))
    assert text.replace("\n", "").replace(" ", "").count("x") >= 300


def test_nothing_that_acts_is_left_in_a_line() -> None:
    assert escape.clean("a\x1b[31m\u202eb\u200b\nc\ud800\ufffe") == "a\ufffd[31mb c\ufffd\ufffd"


@pytest.mark.parametrize(
    ("text", "is_link"),
    [
        ("https://ci.example/runs/1?x=y#z", True),
        ("http://[::1]:8080/", True),
        ("https://github.com@evil.example/", False),
        ("javascript:alert(1)", False),
        ("HTTPS://x", False),
        ("https://x/ y", False),
        ("https://exämple/", False),
        ("reports/load.json", False),
    ],
)
def test_only_plain_web_addresses_are_links(text: str, is_link: bool) -> None:
    assert escape.is_link(text) is is_link
    assert (
        "<a href=" + f'"{text}"'
        in render("html", replace(cards.go(), run=replace(cards.go().run, root=text)))
    ) is is_link


def test_a_section_is_split_into_paragraphs_and_items() -> None:
    text = "Do this\nand that.\n\n- one\n  more\n- two\n\n1. three"
    assert list(escape.paragraphs(text)) == ["Do this and that.", "• one more", "• two", "• three"]


class _Tty:
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environ", "colour"),
    [({}, True), ({"TERM": "dumb"}, False), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True)],
)
def test_a_terminal_has_colour_unless_somebody_objects(environ: dict[str, str], colour: bool) -> None:
    assert screen_of(_Tty(), environ).colour is colour  # type: ignore[arg-type]


def test_colour_changes_nothing_but_colour() -> None:
    for make in (cards.go, cards.no_go, cards.conditional, cards.hostile):
        bare = re.sub(r"\x1b\[\d+m", "", render("terminal", make(), Screen(80, colour=True)))
        assert bare == render("terminal", make(), PLAIN)


def test_an_unknown_format_is_an_error() -> None:
    with pytest.raises(KeyError):
        render("view", cards.go())
