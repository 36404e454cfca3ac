"""Strict XML: what is refused, and in which words."""

from __future__ import annotations

from xml.etree.ElementTree import Element
from xml.parsers import expat

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from readiness.evidence.model import Reason, Unproven
from readiness.readers import strict_xml
from readiness.readers.strict_xml import begins_like_xml, parse_xml

GOOD = b'<?xml version="1.0" encoding="utf-8"?>\n<a>\n  <b x="1">t&amp;u</b><!-- c -->\n</a>\n'


def refusal(content: bytes) -> Unproven:
    with pytest.raises(Unproven) as caught:
        parse_xml(content)
    assert caught.value.reason is Reason.MALFORMED
    return caught.value


def test_elements_carry_their_lines() -> None:
    root = parse_xml(GOOD)
    assert (root.tag, root.get("_LINE"), root[0].get("_LINE"), root[0].text) == ("a", "2", "3", "t&u")


def test_a_line_number_in_the_file_itself_is_overruled() -> None:
    assert parse_xml(b'<a _LINE="77"/>').get("_LINE") == "1"


@pytest.mark.parametrize("content", [b"", b"  \n\t "])
def test_an_empty_file_is_said_to_be_empty(content: bytes) -> None:
    assert refusal(content).message == "it is empty"


def test_a_doctype_that_only_names_a_dtd_is_accepted() -> None:
    named = b'<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd"><coverage/>'
    public = b'<!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" "report.dtd"><report/>'
    assert [parse_xml(c).tag for c in (named, public, b"<!DOCTYPE a><a/>")] == ["coverage", "report", "a"]


@pytest.mark.parametrize(
    "subset",
    [
        b'<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">',
        b'<!ENTITY a SYSTEM "file:///etc/passwd">',
        b'<!ENTITY % p SYSTEM "http://evil.test/x.dtd"> %p;',
        b'<!ATTLIST testcase status CDATA "passed">',
        b"",
    ],
)
def test_declarations_in_a_doctype_are_refused(subset: bytes) -> None:
    message = refusal(b"<!DOCTYPE a [" + subset + b"]>\n<a>&a;</a>").message
    assert message == "its DOCTYPE declares entities or the like, and those are not expanded (line 1)"


@pytest.mark.parametrize("body", [b"<a>x&foo;y</a>", b'<a tests="1&foo;"/>'])
def test_an_entity_of_a_dtd_that_is_only_named_is_refused(body: bytes) -> None:
    message = refusal(b'<!DOCTYPE a SYSTEM "x.dtd">' + body).message
    assert message == "it uses the entity 'foo', and entities are not expanded"


def test_such_an_entity_is_refused_in_utf_16_too() -> None:
    assert "entity 'foo'" in refusal('<!DOCTYPE a SYSTEM "x.dtd"><a b="&foo;"/>'.encode("utf-16")).message


def test_what_looks_like_an_entity_in_a_comment_or_cdata_is_none() -> None:
    content = b'<!DOCTYPE a SYSTEM "x.dtd"><a><!-- &foo; --><![CDATA[&bar;]]>&lt;&#65;&#x42;</a>'
    assert parse_xml(content).text == "&bar;<AB"


def test_an_undefined_entity_is_refused() -> None:
    assert refusal(b"<a>&foo;</a>").message == "it is not XML: undefined entity (line 1, column 4)"


def test_depth_is_bounded() -> None:
    parse_xml(b"<a>" * 100 + b"</a>" * 100)
    assert refusal(b"<a>" * 100_000).message == "it is nested more than 100 levels deep (line 1)"


def test_the_number_of_elements_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strict_xml, "MAX_ELEMENTS", 10)
    assert refusal(b"<a>\n" + b"<b/>" * 10 + b"</a>").message == "it has more than 10 elements (line 2)"


def test_an_element_may_have_very_many_attributes() -> None:
    many = b" ".join(b'a%d="x"' % number for number in range(50_000))
    assert len(parse_xml(b"<a " + many + b"/>").attrib) == 50_001


def test_an_element_with_a_mass_of_attributes_is_refused_before_it_is_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    many = b" ".join(b"a%d='x'" % number for number in range(100_001))
    with monkeypatch.context() as patch:
        patch.setattr(expat, "ParserCreate", None)
        assert refusal(b"<r>\n<a " + many + b"/></r>").message == (
            "an element has more than 100,000 attributes (line 2)"
        )
    wide = ("<a " + many.decode() + "/>").encode("utf-16")
    assert "more than 100,000 attributes" in refusal(wide).message


def test_a_mass_of_elements_is_refused_before_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(expat, "ParserCreate", None)
        error = refusal(b"<r>" + b"<a/>" * 4_000_001 + b"</r>")
    assert error.message == "it has 4,000,003 tags; at most 2,000,000 elements are read"
    assert error.remedy == "write the report in several files, and name them with a glob"


def test_elements_and_attributes_together_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strict_xml, "MAX_PARTS", 10)
    assert len(parse_xml(b"<r>" + b"<a b='1'/>" * 4 + b"</r>")) == 4
    assert refusal(b"<r>" + b"<a b='1'/>" * 5 + b"</r>").message.startswith(
        "it has more than 10 elements and"
    )


def test_angle_brackets_of_a_log_are_no_elements(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strict_xml, "MAX_ELEMENTS", 10)
    assert parse_xml(b"<r><![CDATA[" + b"<" * 1000 + b"]]></r>").text == "<" * 1000


def test_a_long_log_in_an_attribute_or_a_text_is_read() -> None:
    log = b"at key=value other='x' " * 50_000
    assert parse_xml(b"<r>" + log + b"</r>").text
    assert parse_xml(b'<r a="' + log + b'"/>').get("a")


def test_an_attribute_that_stands_twice_is_refused() -> None:
    assert "duplicate attribute" in refusal(b'<a tests="1" tests="2"/>').message


def test_a_raw_control_character_is_named_with_its_place() -> None:
    error = refusal(b"<a>\n  \x1b[31mred</a>")
    assert error.message == "it is not XML: a raw control character 0x1b (line 2, column 3)"
    assert error.remedy == "let the tool write without colours, or escape them"


def test_a_file_that_was_cut_ends_too_early() -> None:
    error = refusal(b"<a><b>")
    assert error.message == "it is not XML: no element found (line 1, column 7): it ends too early"
    assert error.remedy


@pytest.mark.parametrize("name", ["iso-8859-1", "windows-1252", "utf-16", "utf-8-sig"])
def test_encodings_of_tools_are_read(name: str) -> None:
    declared = "utf-8" if name == "utf-8-sig" else name
    text = f'<?xml version="1.0" encoding="{declared}"?><a x="\u00e9"/>'
    assert parse_xml(text.encode(name)).get("x") == "\u00e9"


@pytest.mark.parametrize("encoding", ["no-such", "utf-7", "hex", "undefined", "unicode_escape", "utf-16x"])
def test_other_encodings_are_refused(encoding: str) -> None:
    message = refusal(b'<?xml version="1.0" encoding="' + encoding.encode() + b'"?><a/>').message
    assert message == f"its encoding '{encoding}' is not read; write it in UTF-8 (line 1)"


def test_a_codec_without_a_table_is_refused() -> None:
    assert refusal(b'<?xml version="1.0" encoding="iso-8859-12"?><a/>').message.startswith("it is not XML: ")


def test_bytes_that_are_not_of_the_encoding_are_refused() -> None:
    assert "not well-formed" in refusal(b"<a>\xff\xfe</a>").message


@pytest.mark.parametrize(
    "content", [b"<a/>rest", b"<a/><b/>", b"<a></b>", b"{}", b"\x00\x01\x02", b"<a b=1/>"]
)
def test_what_is_not_one_document_is_refused(content: bytes) -> None:
    assert refusal(content).message.startswith("it is not XML: ")


@pytest.mark.parametrize("cut", range(len(GOOD.rstrip())))
def test_a_file_cut_at_any_byte_is_unproven(cut: int) -> None:
    refusal(GOOD[:cut])


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=60), st.integers(0, len(GOOD)), st.integers(0, 20))
@example(b'encoding="unicode_escape"', 20, 16)
def test_damage_gives_a_tree_or_unproven(noise: bytes, at: int, gone: int) -> None:
    made: object
    try:
        made = parse_xml(GOOD[:at] + noise + GOOD[at + gone :])
    except Unproven as error:
        made = error.reason
    assert isinstance(made, Element) or made is Reason.MALFORMED


@pytest.mark.parametrize(
    ("head", "is_xml"),
    [
        (b"<a/>", True),
        (b"\xef\xbb\xbf\n <?xml", True),
        (b"\xff\xfe<\x00", True),
        (b"{}", False),
        (b"", False),
        (b"TN:", False),
    ],
)
def test_xml_is_told_by_how_it_begins(head: bytes, is_xml: bool) -> None:
    assert begins_like_xml(head) is is_xml
