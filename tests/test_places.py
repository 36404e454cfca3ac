"""Strict YAML: what it refuses, where, and what it reads."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness import places
from readiness.places import LinedMap, Map, Place, Problem, Seq, Text, YamlError, load_kubernetes, load_policy


def policy(content: str) -> Any:
    return load_policy(Text("prod.yaml", content))[0]


def manifests(content: str) -> list[Any]:
    return [document for document, _ in load_kubernetes(Text("set.yaml", content))]


def refused(content: str) -> Problem:
    with pytest.raises(YamlError) as caught:
        policy(content)
    return caught.value.problems[0]


def refused_manifest(content: str) -> Problem:
    with pytest.raises(YamlError) as caught:
        manifests(content)
    return caught.value.problems[0]


def at(problem: Problem) -> tuple[int, int]:
    return problem.place.line, problem.place.column


BOTH = pytest.mark.parametrize("refuse", [refused, refused_manifest])


@BOTH
def test_a_duplicate_key_is_refused_with_both_places(refuse: Any) -> None:
    problem = refuse("a: 1\nb: 2\na: 3\n")
    assert at(problem) == (3, 1)
    assert "'a' is here a second time" in problem.message
    assert problem.help == "the first is on line 1"


@BOTH
def test_a_text_of_a_hundred_levels_is_read_and_one_more_is_refused(refuse: Any) -> None:
    assert policy("[" * 100 + "]" * 100)
    assert manifests("[" * 100 + "]" * 100)
    assert refuse("[" * 101 + "]" * 101).message == "nested more than 100 levels deep"


@BOTH
@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_two_hundred_thousand_levels_do_not_end_the_process(refuse: Any, opening: str) -> None:
    assert refuse(opening * 200_000)


@BOTH
def test_more_than_ten_megabytes_are_refused(refuse: Any) -> None:
    assert refuse("#" * 10_000_001).message == "the file is larger than 10 MB"
    assert refuse("#" + "é" * 5_000_000).message == "the file is larger than 10 MB"
    assert policy("#" + "é" * 4_999_999) is None


@BOTH
def test_too_many_values_are_refused(refuse: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "MAX_NODES", 50)
    assert refuse("[" + "1," * 60 + "]").message == "more than 50 values"


@BOTH
@pytest.mark.parametrize(
    ("character", "shown"), [("\x00", "U+0000"), ("\x07", "U+0007"), ("\x0c", "U+000C"), ("\ud800", "U+D800")]
)
def test_control_characters_and_lone_surrogates_are_refused_with_their_place(
    refuse: Any, character: str, shown: str
) -> None:
    problem = refuse(f"é: 1\r\nb: 'é{character}'\n")
    assert problem.message == f"a character that YAML forbids: {shown}"
    assert at(problem) == (2, 6)


@BOTH
def test_a_tab_for_indentation_is_told(refuse: Any) -> None:
    problem = refuse("a:\n\tb: 1\n")
    assert problem.place.line == 2
    assert problem.help == "YAML is indented by spaces, not by tabs"


@BOTH
def test_a_text_that_ends_too_early_is_refused(refuse: Any) -> None:
    assert refuse('a: "x').message.startswith("not YAML: ")
    assert refuse("a: [1,").message.startswith("not YAML: ")


def test_a_byte_order_mark_and_windows_line_ends_change_nothing() -> None:
    found, place = load_policy(Text("prod.yaml", "\ufeffname: shop\r\nitems:\r\n  - a\r\n"))
    assert found == {"name": "shop", "items": ["a"]}
    assert found.key_places["items"].line == 2
    assert place.line == 1
    assert manifests("\ufeffkind: A\r\n--- # next\r\nkind: B\r\n") == [{"kind": "A"}, {"kind": "B"}]


def test_an_empty_policy_is_none() -> None:
    assert policy("") is None
    assert policy("# nothing\n") is None
    assert policy("---\n") is None


def test_a_policy_is_one_document() -> None:
    problem = refused("a: 1\n---\nb: 2\n")
    assert "a second one begins here" in problem.message
    assert problem.place.line == 3


def test_a_policy_knows_where_keys_values_and_items_stand() -> None:
    found = policy("checks:\n  - use: a/b\n    with: {p95: 200ms}\n")
    (check,) = found["checks"]
    assert isinstance(found, Map)
    assert isinstance(found["checks"], Seq)
    assert check.value_places["use"][1:] == (2, 10, 3)
    assert check["with"].key_places["p95"][1:] == (3, 12, 3)
    assert found["checks"].value_places[0][1:3] == (2, 5)


@pytest.mark.parametrize(
    "word", ["yes", "no", "on", "off", "True", "TRUE", "False", "y", "n", "Null", "NULL"]
)
def test_words_that_are_booleans_in_yaml_11_are_text_in_a_policy(word: str) -> None:
    assert policy(f"a: {word}") == {"a": word}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("3", 3),
        ("-2", -2),
        ("1.5", 1.5),
        ("1e3", 1e3),
    ],
)
def test_a_policy_reads_plain_scalars(written: str, value: object) -> None:
    found = policy(f"a: {written}")["a"]
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    "text", ["0644", "0x1F", "1_000", ".5", "1.", ".inf", ".nan", "2026-01-01", "12:30:45"]
)
def test_what_people_read_differently_stays_text_in_a_policy(text: str) -> None:
    assert policy(f"a: {text}") == {"a": text}


def test_quoted_scalars_are_text() -> None:
    assert policy("a: '1'\nb: \"true\"\nc: |\n  1\n") == {"a": "1", "b": "true", "c": "1\n"}


def test_every_problem_of_a_policy_is_told_at_once() -> None:
    with pytest.raises(YamlError) as caught:
        policy("a: &x 1\nb: !!str 2\n<<: {c: 1}\nd: 1\nd: 2\n")
    messages = [problem.message for problem in caught.value.problems]
    assert [message.split(" ")[0] for message in messages] == ["anchors", "the", "merge", "'d'"]


def test_an_alias_has_no_place_in_a_policy() -> None:
    assert "anchors" in refused("a: &x 1\nb: *x\n").message
    assert refused("b: *x\n").message == "aliases have no place in a policy"


def test_a_bare_star_is_answered_with_quotes() -> None:
    for text in ("path: *.xml\n", "path: [*/x.xml, b]\n", "path: *xml\n", "- **/x.xml\n"):
        assert "in quotes" in refused(text).help


@pytest.mark.parametrize(
    "text", ["a: {b: ${VERSION}}\n", "a: {${VERSION}: 1}\n", "a: [1, {b: ${X}, c: 1}]\n"]
)
def test_an_unquoted_variable_in_braces_is_answered_with_quotes(text: str) -> None:
    problem = refused(text)
    assert "quotes" in problem.help
    assert problem.place.line == 1


def test_a_key_is_a_word() -> None:
    assert "a key is a word" in refused("[a, b]: 1\n").message
    assert "template" in refused_manifest("{{ .Values.x }}: 1\n").help


def test_every_error_tells_line_and_column_in_its_text() -> None:
    with pytest.raises(YamlError, match=r"^line 2, column 4: "):
        policy("a: 1\nb: *x\n")


def test_manifests_are_many_documents_with_their_lines() -> None:
    text = "# first\nkind: A\n--- # second\nkind: B\n---\n---\ndata: |\n  ---\n  x\n...\n"
    found = list(load_kubernetes(Text("set.yaml", text)))
    assert [document for document, _ in found] == [{"kind": "A"}, {"kind": "B"}, None, {"data": "---\nx\n"}]
    assert [line for _, line in found][:2] == [2, 4]


def test_manifests_know_the_lines_of_their_keys() -> None:
    (found,) = manifests("a: 1\nb:\n  c: 2\n  d: [1]\n")
    assert isinstance(found, LinedMap)
    assert found.lines == {"a": 1, "b": 2}
    assert found["b"].lines == {"c": 3, "d": 4}


def test_anchors_and_merge_keys_are_resolved_in_manifests() -> None:
    text = "base: &base {a: 1, b: 2}\nmine: {<<: *base, b: 3}\nboth:\n  <<: [{a: 5}, *base]\n"
    (found,) = manifests(text)
    assert found["mine"] == {"a": 1, "b": 3}
    assert found["both"] == {"a": 5, "b": 2}
    assert manifests("'<<': 1\n") == [{"<<": 1}]


def test_an_anchor_ends_with_its_document() -> None:
    assert "no anchor" in refused_manifest("a: &x 1\n---\nb: *x\n").message
    assert "no anchor" in refused_manifest("a: &x [*x]\n").message


def test_a_merge_of_something_else_is_refused() -> None:
    assert refused_manifest("a: {<<: 1}\n").message == "`<<` merges something that is no mapping"


def bomb(levels: int, wide: int) -> str:
    lines = ["a0: &a0 [1, 2]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * wide)}]" for n in range(1, levels)]
    return "\n".join(lines)


def test_an_alias_bomb_meets_the_limit_of_values() -> None:
    assert "through aliases" in refused_manifest(bomb(12, 9)).message


def test_aliases_cannot_nest_deeper_than_text_can() -> None:
    assert manifests(bomb(50, 1))
    assert refused_manifest(bomb(120, 1)).message == "nested more than 100 levels deep, through aliases"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        *[(word, True) for word in ("true", "True", "yes", "On", "y")],
        *[(word, False) for word in ("false", "FALSE", "no", "off", "N")],
        *[(word, None) for word in ("null", "Null", "~", "")],
        *[
            ("0644", 420),
            ("0x1F", 31),
            ("-0b11", -3),
            ("0o17", 15),
            ("1_000", 1000),
            ("08", 8.0),
            (".5", 0.5),
        ],
        *[
            (text, text)
            for text in ("1.2.3", "2026-01-01", "12:30", ".inf", "1e999", "_1", "+", "0xZZ", "yEs")
        ],
        *[("!!str 1", "1"), ("!!int '3'", 3), ("!!float 2", 2.0), ("! 1", "1"), ("'yes'", "yes")],
    ],
)
def test_manifests_read_scalars_as_kubernetes_does(written: str, value: object) -> None:
    (found,) = manifests(f"a: {written}")
    assert (found["a"], type(found["a"])) == (value, type(value))


@pytest.mark.parametrize("text", ["a: !vault x", "a: !!binary eA==", "a: !!int x", "a: !Ref {b: 1}"])
def test_tags_without_a_meaning_are_refused_in_manifests(text: str) -> None:
    assert "the tag" in refused_manifest(text).message


def test_json_is_read_as_manifests() -> None:
    text = '{"kind":"A",\n\t"items":[1,true,null,"a/b",{"x":"\\u00e9\\/"}]}'
    assert manifests(text) == [{"kind": "A", "items": [1, True, None, "a/b", {"x": "é/"}]}]


@pytest.mark.parametrize(
    "text", ['a: "\\UFFFFFFFF"', 'a: "\\ud800"', "%YAML 9.9\n---\na: 1\n", "a: @x", "a: %x"]
)
def test_what_the_parser_refuses_is_a_yaml_error(text: str) -> None:
    assert refused(text)
    assert refused_manifest(text)


def test_the_parser_in_pure_python_refuses_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "_LOADER", yaml.SafeLoader)
    for text in ('a: "\\UFFFFFFFF"', "a: 1\na: 2", "a: [", "a: \x00", "[" * 2000):
        assert refused(text)
        assert refused_manifest(text)
    assert policy("a: [1, x]") == {"a": [1, "x"]}


def test_a_text_is_hashed_by_its_name_and_equal_by_its_content() -> None:
    one, same, other = Text("a", "1"), Text("a", "1"), Text("a", "2")
    assert hash(one) == hash(other)
    assert one == same != other
    assert len({Place(one, 1, 1, 1), Place(same, 1, 1, 1), Place(other, 1, 1, 1)}) == 2


def test_lines_are_counted_as_yaml_counts_them() -> None:
    assert Text("a", "x\r\ny\rz\x85w\u2028v\n").lines == ["x", "y", "z", "w", "v"]
    assert Text("a", "x\x1fy").lines == ["x\x1fy"]
    assert Text("a", "").lines == [""]


@settings(max_examples=80, deadline=None)
@given(st.text(st.sampled_from("ab:-{}[]&*!|>'\"%@`#?,<~. \n\t\r0\\\x00é$"), max_size=40))
def test_any_text_is_read_or_refused_with_a_place_that_exists(text: str) -> None:
    for load in (policy, manifests):
        try:
            load(text)
        except YamlError as error:
            for problem in error.problems:
                assert 1 <= problem.place.line <= len(problem.place.text.lines) + 1
                assert problem.place.column >= 1
