"""Whatever a scorecard says: every report is made, and none of them acts on it."""

from __future__ import annotations

import re
import unicodedata
from html.parser import HTMLParser
from xml.etree import ElementTree

import msgspec
from hypothesis import HealthCheck, given, settings
from markdown_it import MarkdownIt
from rich.cells import cell_len

from readiness.report.formats import render
from readiness.report.json import decode
from readiness.scorecard import Scorecard
from tests.report import cards
from tests.report.strategies import SCORECARD

TAGS = frozenset(
    re.findall(
        r"\S+",
        "html head meta title style body a main header div h1 h2 h3 h4 span p ul li figure svg circle text br b code"
        " figcaption section table thead tr th tbody td rect path article dl dt dd details summary footer",
    )
)
ATTRIBUTES = frozenset(
    re.findall(
        r"\S+",
        "lang charset http-equiv content name class href id aria-hidden aria-labelledby aria-label role scope rel d"
        " tabindex viewbox width height cx cy r stroke-dasharray transform x y text-anchor dominant-baseline"
        " preserveaspectratio",
    )
)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, tag
        for name, value in attrs:
            assert name in ATTRIBUTES, (tag, name)
            if name == "href":
                assert re.match(r"https?://|#", value or ""), value
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(SCORECARD)
def test_every_report_of_any_scorecard_is_complete_and_harmless(card: Scorecard) -> None:
    _json_survives_a_journey(card)
    _is_harmless(card)


def test_every_report_of_a_hostile_scorecard_is_harmless() -> None:
    _is_harmless(cards.hostile())


def _is_harmless(card: Scorecard) -> None:
    _terminal_is_80_harmless_columns(card)
    _html_holds_our_tags_only(card)
    _markdown_holds_our_markup_only(card)
    _junit_is_red_unless_it_is_a_go(card)


def _json_survives_a_journey(card: Scorecard) -> None:
    text = render("json", card)
    assert decode(text, "card.json") == card
    assert render("json", decode(text, "card.json")) == text
    assert msgspec.json.decode(text, type=Scorecard).decision == card.decision


def _terminal_is_80_harmless_columns(card: Scorecard) -> None:
    for line in render("terminal", card).split("\n"):
        assert cell_len(line) <= 80
        assert line == line.rstrip()
        assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in line)
        assert not line.lstrip().startswith("::")
        assert not re.search(r"##\w*\[", line)


def _html_holds_our_tags_only(card: Scorecard) -> None:
    text = render("html", card)
    page = _Page()
    page.feed(text)
    page.close()
    assert page.open == []
    assert "<script" not in text
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())


def _markdown_holds_our_markup_only(card: Scorecard) -> None:
    text = render("markdown", card)
    tokens = MarkdownIt("commonmark", {"linkify": False}).enable(["table", "strikethrough"]).parse(text)
    inline = [child for token in tokens for child in token.children or []]
    html = {t.content.strip() for t in [*tokens, *inline] if t.type in ("html_block", "html_inline")}
    assert {t.type for t in inline} <= {
        "text", "text_special", "code_inline", "strong_open", "strong_close", "em_open", "em_close", "html_inline",
        "softbreak", "hardbreak",
    }  # fmt: skip
    for piece in html:
        assert re.fullmatch(r"<!-- -->|<br>|</?code>|</?details>(\n<summary>.*</summary>)?", piece), piece
    blocks = [token.children or [] for token in tokens]
    prose = "\n".join("".join(t.content if t.type == "text" else "\0" for t in block) for block in blocks)
    assert not re.search(r"@[A-Za-z0-9]|://|#\d", prose)
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())


def _junit_is_red_unless_it_is_a_go(card: Scorecard) -> None:
    suite = ElementTree.fromstring(render("junit", card))[0]  # noqa: S314 - our own
    first = suite[0]
    assert first.get("name") == "decision"
    assert (len(first) == 0) == (card.decision == "go" and card.partial is None)
    assert int(suite.get("tests", "")) == len(suite) == 1 + len(card.results)
