"""Documents in Markdown: what is text, what is not, and on which line."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.evidence.document import Block, Document
from readiness.evidence.model import Item, Reason
from readiness.testing import read_evidence

FIXTURE = Path(__file__).parents[2] / "fixtures" / "document" / "rollback.md"


def item(content: str | bytes) -> Item:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.md"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_evidence("document", Path(folder), path="page.md").items[0]


def read(content: str | bytes) -> Document:
    made = item(content)
    assert isinstance(made.facts, Document), made.message
    return made.facts


def refused(content: str | bytes) -> str:
    made = item(content)
    assert made.reason is Reason.MALFORMED, made
    return made.message


def shown(content: str | bytes) -> list[tuple[str, int, str]]:
    return [(block.kind, block.line, block.text) for block in read(content).blocks]


def only(content: str) -> Block:
    (block,) = read(content).blocks
    return block


def test_every_block_of_the_fixture_stands_on_its_line() -> None:
    lines = FIXTURE.read_text().split("\n")
    document = read(FIXTURE.read_bytes())
    for block in document.blocks:
        first = block.cells[0] if block.cells else block.text.split("\n")[0].split()[0]
        assert first in lines[block.line - 1].replace("`", "")
    assert document.title == "Rolling back the checkout"
    assert document.property_lines == {"title": 2, "service": 3, "reviewed-by": 4}
    assert [block.text for block in document.blocks if block.level == 1] == ["Rolling back checkout 1.2.3"]


def test_headings_of_both_styles_nest() -> None:
    document = read("Top\n===\n\nSecond\n---\n\n### Third ###\n\nText\n\n## Other\n\nMore\n")
    assert [(b.text, b.level, b.section) for b in document.blocks if b.kind == "heading"] == [
        ("Top", 1, ()),
        ("Second", 2, ("Top",)),
        ("Third", 3, ("Top", "Second")),
        ("Other", 2, ("Top",)),
    ]
    assert document.blocks[3].section == ("Top", "Second", "Third")
    assert document.title == "Top"


def test_front_matter_is_no_heading() -> None:
    document = read(
        "---\ntitle: Way back\nowner: {name: Ana, phones: [1, 2]}\nready: true\nnote:\n---\n\nText\n"
    )
    assert shown("---\ntitle: Way back\n---\n\nText\n") == [("paragraph", 5, "Text")]
    assert document.properties == {
        "title": "Way back",
        "owner.name": "Ana",
        "owner.phones.0": "1",
        "owner.phones.1": "2",
        "ready": "true",
        "note": "",
    }
    assert document.property_lines["ready"] == 4


def test_a_rule_below_text_is_no_front_matter() -> None:
    assert shown("Text\n\n---\n\nowner: Ana\n") == [("paragraph", 1, "Text"), ("paragraph", 5, "owner: Ana")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("---\nowner: Ana\n", "the front matter that line 1 opens is never closed"),
        (
            "---\nowner: Ana\nowner: Bo\n---\n",
            "its front matter is broken: line 3, column 1: 'owner' is here a second time",
        ),
        ("---\nowner: [Ana\n---\n", "its front matter is broken: line"),
        ("---\n- Ana\n---\n", "its front matter is no list of `key: value`"),
        ("---\nowner: &a Ana\n---\n", "its front matter is broken: line 2"),
    ],
)
def test_broken_front_matter_is_unproven(text: str, message: str) -> None:
    assert refused(text).startswith(message)


def test_comments_and_html_are_not_text() -> None:
    assert shown("a <!-- b --> c\n\n<!-- owner: Ana\n\nmore -->\n\n<div>\nd\n</div>\n\ne") == [
        ("paragraph", 1, "a c"),
        ("paragraph", 11, "e"),
    ]
    assert shown("<!-- open\n\n# Owner\n\n-->\ntext") == [("paragraph", 6, "text")]
    assert only("[//]: # (owner: Ana)\n\nx").text == "x"


def test_a_tag_that_html_does_not_know_is_text_that_was_meant() -> None:
    assert only("Go back to <version>, <b>now</b>.").text == "Go back to <version>, now."
    assert only("Go back to &lt;version&gt;.").text == "Go back to <version>."


def test_what_is_struck_out_is_not_text() -> None:
    assert only("a ~~b *c*~~ d <del>e</del> <s>f</s>").text == "a d"


@pytest.mark.parametrize(
    "html",
    [
        "<div hidden>\n\nOwner\n\n</div>",
        "<div><!--\n\nOwner\n\n--></div>",
        'a <b style="display:none">b</b>',
        "<template>\n\nb",
    ],
)
def test_html_that_may_hide_text_is_refused(html: str) -> None:
    assert "may hide text" in refused("x\n\n" + html)


def test_markup_pictures_and_links_leave_their_text() -> None:
    text = "**Owner:** _Ana_ [calls](http://x.example) `now` ![alt](y.png) <http://x.example>"
    assert only(text).text == "Owner: Ana calls now http://x.example"


def test_zero_width_letters_hide_nothing() -> None:
    assert only("TO\u200bDO").text == "TODO"


def test_lines_within_a_paragraph_are_kept() -> None:
    block = only("\n\none\ntwo <!-- x\ny --> three  \nfour")
    assert (block.line, block.text.split("\n")) == (3, ["one", "two", "three", "four"])
    assert only("one `two\nthree` four\nfive").text == "one two three four five"


def test_lists_nest_and_number_and_hold_paragraphs() -> None:
    document = read("1. one\n   - two\n     more\n\n     para\n2. three\n\n> quote\n")
    assert [(b.kind, b.line, b.text, b.ordered, b.depth) for b in document.blocks] == [
        ("item", 1, "one", True, 1),
        ("item", 2, "two\nmore", False, 2),
        ("paragraph", 5, "para", False, 2),
        ("item", 6, "three", True, 1),
        ("paragraph", 8, "quote", False, 0),
    ]


def test_boxes_of_task_lists_are_told() -> None:
    document = read("- [x] done\n- [ ] open\n- [X] Done\n- [y] no box\n- plain\n")
    assert [(b.checked, b.text) for b in document.blocks] == [
        (True, "done"),
        (False, "open"),
        (True, "Done"),
        (None, "[y] no box"),
        (None, "plain"),
    ]


def test_code_keeps_its_lines_and_language() -> None:
    document = read("```sh title=x\na\n\n  b\n```\n\n    c\n\n~~~\n~~~\n\n- x\n  ```\n  d\n  ```\n")
    assert [(b.kind, b.line, b.text, b.info) for b in document.blocks] == [
        ("code", 2, "a\n\n  b", "sh"),
        ("code", 7, "c", ""),
        ("code", 9, "", ""),
        ("item", 12, "x", ""),
        ("code", 14, "d", ""),
    ]


def test_code_that_is_not_closed_is_unproven() -> None:
    assert "line 3 is never closed" in refused("text\n\n```sh\nhelm rollback\n")
    assert "never closed" in refused("- x\n  ```\n  d\n\ntext")


def test_tables_have_cells_and_a_head() -> None:
    document = read("| a | b |\n|---|---|\n| 1 \\| 2 | `c` |\n| 3 |\n")
    assert [(b.kind, b.line, b.cells) for b in document.blocks] == [
        ("columns", 1, ("a", "b")),
        ("row", 3, ("1 | 2", "c")),
        ("row", 4, ("3", "")),
    ]


def test_words_are_those_of_prose() -> None:
    text = "# A heading here\n\nTwo words. - 12 %\n\n- one item\n\n| a b |\n|---|\n| c d |\n\n```\nmuch code\n```\n"
    assert read(text).words == 4


def test_a_byte_order_mark_and_any_line_ends_are_accepted() -> None:
    assert shown("\ufeff---\na: b\n---\n\nText\n") == [("paragraph", 5, "Text")]
    assert shown("# A\r\n\r\nText\r\n") == shown("# A\n\nText\n") == shown("# A\r\rText\r")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "it is empty"),
        (b" \n\t\n", "it is empty"),
        (b"\xef\xbb\xbf\n", "it is empty"),
        (b"<!-- nothing -->", "it holds no text"),
        (b"# A\0", "it holds NUL bytes: it is binary, or not UTF-8"),
        ("# Überall".encode("utf-16"), "it holds NUL bytes"),
        ("# Überall".encode("latin-1"), "it is not UTF-8 text: byte 2 is 0xdc"),
        (b"# A\n\nb \x1b[31m", "line 3 holds the control character 0x1b"),
        (b'{"a": 1}', "its format is not known; tried markdown"),
        (b"<html><body>x", "its format is not known"),
        (b"%PDF-1.7\n%x", "its format is not known"),
        (b"a" * 20_001, "line 1 has 20,001 characters; at most 20,000 are read"),
        (b"a b\n" * 30_000, "the paragraph of line 1 has"),
        (b"a\n\n" * 1_700_000, "it is 5,100,000 bytes; a document has at most 5,000,000"),
        (b"> " * 70 + b"a", "line 1 is nested too deeply"),
        (b"".join(b" " * (2 * i) + b"- a\n" for i in range(40)), "is nested too deeply"),
        (b"# " + b"a" * 15_000 + b"\n\n" + b"b\n\n" * 400, "it comes to"),
    ],
)
def test_what_is_no_document_is_unproven(content: bytes, message: str) -> None:
    assert message in refused(content)


def test_a_file_that_is_not_there_is_missing(tmp_path: Path) -> None:
    assert read_evidence("document", tmp_path, path="rollback.md").items[0].reason is Reason.MISSING


@settings(max_examples=40, deadline=None)
@given(st.integers(0, FIXTURE.stat().st_size))
def test_a_document_cut_anywhere_is_refused_or_holds_no_more_than_before(length: int) -> None:
    content = FIXTURE.read_bytes()
    made = item(content[:length])
    if isinstance(made.facts, Document):
        whole = read(content)
        assert made.facts.words <= whole.words
        assert made.facts.blocks[:-1] == whole.blocks[: max(0, len(made.facts.blocks) - 1)]
    else:
        assert made.reason is Reason.MALFORMED
        assert not made.message.startswith("the reader")


@settings(max_examples=80, deadline=None)
@given(
    st.one_of(st.binary(max_size=200), st.text("-#*|:`<>!~ \n\t[]()x1.&;/\\", max_size=200).map(str.encode))
)
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    made = item(content)
    assert made.facts is not None or not made.message.startswith("the reader")


@settings(max_examples=40, deadline=None)
@given(st.integers(0, FIXTURE.stat().st_size - 1), st.integers(0, 255))
def test_a_changed_byte_is_read_or_refused(place: int, byte: int) -> None:
    content = bytearray(FIXTURE.read_bytes())
    content[place] = byte
    made = item(bytes(content))
    assert made.facts is not None or not made.message.startswith("the reader")


@pytest.mark.parametrize(
    "secret", ["eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln", "-----BEGIN PRIVATE KEY-----\nMIIE\n"]
)
def test_tokens_and_keys_are_no_documents(secret: str, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(secret)
    item = read_evidence("document", tmp_path, path="a.md").whole
    assert item.reason is Reason.MALFORMED
    assert "eyJ" not in item.message


def test_a_name_that_begins_like_a_token_is_text(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("Eyjafjallajokull. It erupted.\n")
    assert read_evidence("document", tmp_path, path="a.md").whole.facts is not None
