"""XML without entities: DOCTYPEs that tools write are accepted, whatever they could expand to is not.

A DOCTYPE that names an external file (JaCoCo, Cobertura and jest write one) is taken as a label: nothing is fetched.
One that brings declarations of its own is refused, for they can define entities and invent attributes.
"""

from __future__ import annotations

import re
from typing import NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from readiness.evidence.model import Reason, Unproven

MAX_DEPTH = 100
MAX_ELEMENTS = 2_000_000
MAX_ATTRIBUTES = 100_000
MAX_PARTS = 6_000_000
LINE = "_LINE"

_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_WIDE_MARKS = _BYTE_ORDER_MARKS[1:]
_ENCODING = re.compile(
    r"utf-8|utf-16(le|be)?|(us-)?ascii|iso-8859-[0-9]{1,2}|windows-125[0-8]", re.ASCII | re.IGNORECASE
)
WIDE_CODINGS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
# A tag with more attributes than any tool writes; it cannot be shorter than what the first pattern looks for.
_LONG = re.compile(rb"<[^<]{500000,}")
_CROWDED = re.compile(rb"<[^\s<>\"'/!?=]+(?:\s++[^\s<>\"'=]++\s*+=\s*+(?:\"[^\"<]*+\"|'[^'<]*+')){100001}")
_HOLDS_OTHERS = re.compile(rb"<!\[CDATA\[|<!--|<\?(?!xml )|<\0")
_SPLIT = "write the report in several files, and name them with a glob"
_UNDEFINED_ENTITY = expat.errors.codes[expat.errors.XML_ERROR_UNDEFINED_ENTITY]
_ENTITY = re.compile(rb"&(?!(?:lt|gt|amp|quot|apos);|#)([^;\s]{1,60})")
_EARLY_ENDS = (
    expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS],
    expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_TOKEN],
    expat.errors.codes[expat.errors.XML_ERROR_PARTIAL_CHAR],
    expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION],
)


def is_known_encoding(name: str) -> bool:
    """Whether XML is written in it; expat asks Python's codecs for others, of which some are none of text."""
    return _ENCODING.fullmatch(name) is not None


def begins_like_xml(head: bytes) -> bool:
    """Whether the beginning of a file may be XML: a `<` after a byte order mark and blanks, or UTF-16."""
    return head.startswith(_WIDE_MARKS) or head.removeprefix(_BYTE_ORDER_MARKS[0]).lstrip().startswith(b"<")


def parse_xml(content: bytes) -> Element:
    """The root element; every element carries its line number under the attribute `_LINE`.

    Namespaces are left as they are written. Raises Unproven (malformed) with line and column.
    """
    _refuse_crowds(content)
    builder = _Builder()
    try:
        builder.parser.Parse(content, True)
    except expat.ExpatError as error:
        raise unparsed(error, content, builder.parser.ErrorByteIndex) from None
    except (ValueError, LookupError) as error:
        raise Unproven(Reason.MALFORMED, f"it is not XML: {error}") from None
    if builder.names_a_dtd:
        _refuse_foreign_entities(content, builder.doctype_end)
    return builder.tree.close()


class _Builder:
    """Expat's events -> an element tree; refuses declarations, depth and masses as they come."""

    def __init__(self) -> None:
        self.tree = TreeBuilder()
        self.depth = self.count = self.parts = 0
        self.names_a_dtd = False
        self.doctype_end = 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.XmlDeclHandler = self.declaration
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.tree.data
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.EndDoctypeDeclHandler = self.doctype_ends

    def doctype_ends(self) -> None:
        self.doctype_end = self.parser.CurrentByteIndex

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        self.count += 1
        if self.depth > MAX_DEPTH:
            self.refuse(f"it is nested more than {MAX_DEPTH} levels deep")
        if self.count > MAX_ELEMENTS:
            self.refuse(f"it has more than {MAX_ELEMENTS:,} elements", _SPLIT)
        self.parts += 1 + len(attributes)
        if len(attributes) > MAX_ATTRIBUTES:
            self.refuse(_too_many_attributes())
        if self.parts > MAX_PARTS:
            self.refuse(f"it has more than {MAX_PARTS:,} elements and attributes", _SPLIT)
        attributes[LINE] = str(self.parser.CurrentLineNumber)
        self.tree.start(name, attributes)

    def end(self, name: str) -> None:
        self.depth -= 1
        self.tree.end(name)

    def declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and not is_known_encoding(encoding):
            self.refuse(f"its encoding {encoding[:40]!r} is not read; write it in UTF-8")

    def doctype(self, _name: str, system: str | None, _public: str | None, has_declarations: int) -> None:
        if has_declarations:
            self.refuse("its DOCTYPE declares entities or the like, and those are not expanded")
        self.names_a_dtd = system is not None

    def refuse(self, message: str, remedy: str = "") -> NoReturn:
        raise Unproven(Reason.MALFORMED, f"{message} (line {self.parser.CurrentLineNumber})", remedy)


def _refuse_crowds(content: bytes) -> None:
    """Expat makes all attributes of an element before it tells of any, so they are counted before it starts.

    Elements are too, where every `<` opens or ends one: two of them are left for each, and one for the prolog.
    """
    if (opened := content.count(b"<")) > 2 * MAX_ELEMENTS + 2 and not _HOLDS_OTHERS.search(content):
        message = f"it has {opened:,} tags; at most {MAX_ELEMENTS:,} elements are read"
        raise Unproven(Reason.MALFORMED, message, _SPLIT)
    for found in _LONG.finditer(content):
        if _CROWDED.match(content, found.start()):
            line = content.count(b"\n", 0, found.start()) + 1
            raise Unproven(Reason.MALFORMED, f"{_too_many_attributes()} (line {line})")


def _too_many_attributes() -> str:
    return f"an element has more than {MAX_ATTRIBUTES:,} attributes"


def _refuse_foreign_entities(content: bytes, doctype_end: int) -> None:
    """Where a DTD is named but not read, expat drops what it would have defined without a word.

    Without the DOCTYPE there is no such excuse, so what is left of the document is parsed once more.
    """
    coding = next((c for mark, c in WIDE_CODINGS.items() if content.startswith(mark)), "ascii")
    start = content.rfind("<!DOCTYPE".encode(coding), 0, doctype_end + 1)
    close = content.find(">".encode(coding), doctype_end) + len(">".encode(coding))
    bare = content[:start] + content[close:]
    parser = expat.ParserCreate()
    try:
        parser.Parse(bare, True)
    except expat.ExpatError as error:
        if error.code != _UNDEFINED_ENTITY:
            raise unparsed(error, bare, parser.ErrorByteIndex) from None
        found = _ENTITY.search(bare, max(0, parser.ErrorByteIndex))
        entity = (
            repr(found[1].replace(b"\0", b"").decode("utf-8", "replace"))
            if found
            else "that it does not define"
        )
        raise Unproven(
            Reason.MALFORMED, f"it uses the entity {entity}, and entities are not expanded"
        ) from None


def unparsed(error: expat.ExpatError, content: bytes, index: int) -> Unproven:
    """What expat says of a document, in words that help; `index` is the place of the error in `content`."""
    if not content.strip():
        return Unproven(Reason.MALFORMED, "it is empty")
    where = f"(line {error.lineno}, column {error.offset + 1})"
    byte = content[index] if 0 <= index < len(content) else 0x20
    if error.code in _EARLY_ENDS:
        message = f"it is not XML: {expat.ErrorString(error.code)} {where}: it ends too early"
        return Unproven(Reason.MALFORMED, message, "write it again: its writer was stopped, or it was cut")
    if byte < 0x20 and byte not in b"\t\r\n":
        message = f"it is not XML: a raw control character {byte:#04x} {where}"
        return Unproven(Reason.MALFORMED, message, "let the tool write without colours, or escape them")
    return Unproven(Reason.MALFORMED, f"it is not XML: {expat.ErrorString(error.code)} {where}")
