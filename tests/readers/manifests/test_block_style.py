"""The short way of reading a manifest against the strict one: what both read, both read alike."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.manifest_files import documents
from readiness.evidence.manifests import Resource
from readiness.evidence.manifests.resource import lines_of
from readiness.evidence.model import Unproven
from readiness.places import Text, YamlError, load_kubernetes
from readiness.readers.manifests._block_style import BlockStyle
from readiness.readers.manifests._documents import resources_in
from readiness.readers.manifests._objects import objects_of
from tests.support import SHARED

_WORDS = (
    "a", "yes", "no", "0", "012", "0x1f", "1_000", "1.5", "-1", "-", "--", "---", "--flag", "...", ".5",
    "~", "null", "Null", "a:b", "a: b", "a #b", "a#b", "#", "# a", "a  b", "a ", ":", "a:", "::", "*", "*a",
    "&a", "&a b", "!x", "!!str 1", "?", "? a", "[", "]", "[]", "{}", "[a]", "[a, b]", "[a,b]", "[a, 'b c']",
    "[\"\", a]", "[a: b]", "[-]", "[--x]", "[a, ]", "[ a ]", "[012, yes]", "{a: b}",
    "{ a: b, c: [1, {d: 'e f'}] }", "{a: b, a: c}", "{a:b}", "{a: }", "{a, b}", "{a: b,}", "[[a], []]",
    "[{a: 1}, {a: 2}]", "{{ a }}: b", "{a: b} # c", "{a: [b}", "{a: b c}", "{on: yes}", "[a]]", "[a] b",
    "{a: \"b, c\"}", "{<<: {a: b}}", "{'a': b}", "[a b]", "[ ]", "{ }", "{a: -}", "{a: --b}", "{a:  b}",
    "'", "''", "'a'", "'a''b'", "'a': b", "\"", "\"\"", "\"a\"", "\"a\\n\"", "\"a\" b", "'a' #b", "'a'#b",
    "\"a: b\"", "|", "|-", "|+", "|2", ">", ">-", "| #a", "%", "%a", "@", "`", "<<", "<", "=", "\\", "(a)",
    "$(A)", "a\tb", "\t", "\u00e9", "\u0085", "\u2028", "2024-01-01", "12:30:45", "1e3", "1e400", "0b1",
    "0o7", "+1", "a,b", "a]", "a}b", "{{ a }}", "\r", "\u0000", "a\\", "2>&1",
)  # fmt: skip
_KEYS = (
    "a",
    "b",
    "c",
    "a.b/c-d",
    "on",
    "1",
    "<<",
    "é",
    "'a'",
    "a b",
    "-a",
    "items",
    "kind",
    "apiVersion",
    "metadata",
)
_WORD = st.sampled_from(_WORDS) | st.text(st.characters(codec="utf-8"), max_size=6)


@st.composite
def _line(draw: st.DrawFn) -> str:
    indent = " " * draw(st.sampled_from((0, 0, 2, 2, 4, 4, 6, 1, 3)))
    dashes = "- " * draw(st.sampled_from((0, 0, 0, 1, 1, 2)))
    key = draw(st.sampled_from(("", *_KEYS)))
    sign = draw(st.sampled_from((":", ": ", ": ", ": ", ":  "))) if key else ""
    word = draw(_WORD | st.just(""))
    tail = draw(st.sampled_from(("", "", "", " ", " # note", "#", "  ")))
    return indent + dashes + key + sign + word + tail


@st.composite
def _tree(draw: st.DrawFn, column: int = 0, depth: int = 0) -> list[str]:
    """Lines that are block style as a rule, so that nested things are met."""
    lines = []
    for key in draw(st.lists(st.sampled_from(_KEYS[:6]), min_size=1, max_size=3)):
        kind = (
            draw(st.sampled_from(("word", "word", "word", "map", "list", "words", "block")))
            if depth < 4
            else "word"
        )
        margin = " " * column
        step = draw(st.sampled_from((2, 2, 2, 4, 1)))
        if kind == "word":
            lines.append(f"{margin}{key}: {draw(_WORD)}")
        elif kind == "map":
            lines += [f"{margin}{key}:", *draw(_tree(column=column + step, depth=depth + 1))]
        elif kind == "block":
            sign = draw(st.sampled_from(("|", "|-", "|+", ">")))
            texts = draw(
                st.lists(
                    st.sampled_from(("a", " a", "", "", "# a", "a: b", "- a", "---", "\ta", "  ")), max_size=4
                )
            )
            lines += [
                f"{margin}{key}: {sign}",
                *(" " * (column + step) + text if text else "" for text in texts),
            ]
        else:
            at = column + draw(st.sampled_from((0, 2)))
            lines.append(f"{margin}{key}:")
            for _ in range(draw(st.integers(1, 2))):
                if kind == "words":
                    lines.append(f"{' ' * at}- {draw(_WORD)}")
                else:
                    inner = draw(_tree(column=at + 2, depth=depth + 1))
                    lines += [f"{' ' * at}- {inner[0][at + 2 :]}", *inner[1:]]
    return lines


_TEXTS = st.one_of(
    _tree(),
    st.lists(_line(), max_size=6),
    st.builds(lambda tree, line, at: [*tree[:at], line, *tree[at:]], _tree(), _line(), st.integers(0, 9)),
).map("\n".join)


@settings(max_examples=120, deadline=None)
@given(_TEXTS, st.sampled_from(("\n", "\n", "\n\n", "\n \n")))
def test_what_the_short_way_reads_the_strict_one_reads_alike(lines: str, end: str) -> None:
    text = lines + end
    plain = BlockStyle().read(text)
    if plain is None:
        return
    ((document, line),) = load_kubernetes(Text("a", text))
    assert repr(_bare(document)) == repr(plain.body)
    assert line == plain.line + 1
    assert lines_of(document, line) == plain.lines


_OBJECTS = st.builds(
    lambda name, lines: f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\ndata:\n{lines}",
    st.sampled_from(("a", "b", "1", "", "{{ x }}", "[a]")),
    _tree(column=2).map("\n".join) | st.lists(_line(), max_size=3).map("\n".join),
)
_MARKS = st.sampled_from(
    (
        "---\n",
        "---\n",
        "---\n",
        "--- \n",
        "---\n---\n",
        "---\n# a\n---\n",
        "...\n---\n",
        "...\n",
        "--- # a\n",
        "---\r\n",
        "%YAML 1.2\n---\n",
        "\ufeff---\n",
        "",
    )
)


@settings(max_examples=120, deadline=None)
@given(_MARKS, st.lists(st.tuples(_OBJECTS, st.sampled_from(("\n", "\n", "\n\n", "")), _MARKS), max_size=4))
def test_a_text_that_is_cut_holds_the_same_objects_at_the_same_places(
    first: str, parts: list[tuple[str, str, str]]
) -> None:
    text = Text("a", first + "".join("".join(part) for part in parts))
    assert _told(lambda: resources_in(text, "a")) == _told(lambda: _strictly(text))


def test_manifests_as_tools_write_them_go_the_short_way() -> None:
    for _, document in documents(200):
        plain = BlockStyle().read(document)
        assert plain is not None, document
        ((strict, line),) = load_kubernetes(Text("a", document))
        assert (plain.body, plain.lines) == (_bare(strict), lines_of(strict, line))


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\na: 2\n",
        "a: b: c\n",
        "a: b\n  c\n",
        "a:\n  - b\n - c\n",
        "a: 1\n- b\n",
        "a:\n  b: 1\n c: 2\n",
        "a: |\n\n  b\n",
        "a:\n  b: |\n  c: 1\n",
        "- a\n",
        "a\n",
        " a: 1\nb: 2\n",
        "a: &x 1\n",
        "a: *x\n",
        "a: !!str 1\n",
        "<<: {a: b}\n",
        "a:\tb\n",
        "a: 'b\n",
        "a: é\n",
        "? a\n",
        "a:\n  -\n    b: 1\n",
        "a: 1\n---\nb: 1\n",
    ],
)
def test_an_odd_line_is_left_to_the_strict_parser(text: str) -> None:
    assert BlockStyle().read(text) is None


def test_a_deep_document_is_left_to_the_strict_parser() -> None:
    text = "".join(f"{' ' * depth}a:\n" for depth in range(200))
    assert BlockStyle().read(text) is None


@pytest.mark.skipif(not SHARED.is_dir(), reason="the data of others is not here")
def test_the_data_of_others_is_read_alike() -> None:
    for path in sorted(SHARED.glob("peers/**/*.y*ml")):
        try:
            text = Text(path.name, path.read_text("utf-8-sig"))
        except UnicodeDecodeError:
            continue
        assert _told(lambda text=text: resources_in(text, "a")) == _told(lambda text=text: _strictly(text)), (
            path
        )


def _strictly(text: Text) -> list[Resource]:
    found = enumerate(load_kubernetes(text), 1)
    return [
        one
        for n, (document, line) in found
        if document is not None
        for one in objects_of(document, "a", n, line)
    ]


def _told(read: Any) -> object:
    try:
        return [repr(one) for one in read()]
    except (YamlError, Unproven) as error:
        return str(error)


def _bare(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _bare(value) for key, value in node.items()}
    return [_bare(item) for item in node] if isinstance(node, list) else node
