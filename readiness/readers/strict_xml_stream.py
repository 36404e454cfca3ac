"""XML without entities, as events: for files that are too large to be held as a tree.

The same rules as in `strict_xml`: a DOCTYPE that names an external DTD is a label, one that declares anything is
refused, and so is an entity that XML itself does not define.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import NamedTuple, Protocol
from xml.parsers import expat

from readiness.evidence.model import Reason, Unproven
from readiness.readers.strict_xml import (
    MAX_ATTRIBUTES,
    MAX_DEPTH,
    WIDE_CODINGS,
    is_known_encoding,
    unparsed,
)

MAX_BYTES = 2_000_000_000
MAX_TAG = 4 * 2**20
_STEP = 256 * 1024
_UNDEFINED_ENTITY = expat.errors.codes[expat.errors.XML_ERROR_UNDEFINED_ENTITY]


class Opening(NamedTuple):
    """The root element as far as its tag tells."""

    tag: str
    attributes: Mapping[str, str]


class Handler(Protocol):
    """What wants to know of elements; lines count from 1. What it raises ends the reading."""

    def start(self, tag: str, attributes: dict[str, str], line: int) -> None:
        """An element begins."""

    def end(self, tag: str) -> None:
        """An element ends."""

    def data(self, text: str) -> None:
        """A piece of text."""


class _Found(Exception):  # noqa: N818 - it ends the search, and is no error
    def __init__(self, opening: Opening) -> None:
        super().__init__()
        self.opening = opening


class _Deaf:
    """Wants to know of nothing."""

    def start(self, tag: str, attributes: dict[str, str], line: int) -> None:
        """Is not looked at."""

    def end(self, tag: str) -> None:
        """Is not looked at."""

    def data(self, text: str) -> None:
        """Is not looked at."""


class _Finder(_Deaf):
    """Stops at the first tag."""

    def start(self, tag: str, attributes: dict[str, str], line: int) -> None:  # noqa: ARG002 - the protocol's
        """The root begins."""
        raise _Found(Opening(tag, attributes))


def opening_of(head: bytes) -> Opening | None:
    """The root element, from the first bytes of a file; None when they do not reach it. Raises Unproven."""
    try:
        _Events(_Finder()).feed(head, is_last=False)
    except _Found as found:
        return found.opening
    return None


def check_xml(content: bytes) -> None:
    """Unproven when it is no XML, or not of the kind that is read."""
    read_events((content,), content, _Deaf())


def read_events(blocks: Iterable[bytes], head: bytes, handler: Handler) -> None:
    """Tell the handler of every element; `head` is how the file begins, up to its root. Raises Unproven."""
    events = _Events(handler)
    size = 0
    for step in _steps(_without_doctype(blocks, head)):
        size += len(step)
        if size > MAX_BYTES:
            message = f"it is larger than {MAX_BYTES:,} bytes, which is the most that is read of XML"
            raise Unproven(Reason.MALFORMED, message, "write the report in several files")
        events.feed(step, is_last=False)
        if events.doctype_seen:
            raise Unproven(Reason.MALFORMED, "its DOCTYPE is longer than its beginning, which no tool writes")
    events.feed(b"", is_last=True)


class _Events:
    """Expat's events, held against the limits."""

    def __init__(self, handler: Handler) -> None:
        self.handler = handler
        self.depth = self.fed = self.begun = 0
        self.doctype_seen = False
        self.doctype_end: int | None = None
        self.step = b""
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.XmlDeclHandler = self._declaration
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = handler.data
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.EndDoctypeDeclHandler = self._doctype_ends

    def feed(self, step: bytes, *, is_last: bool) -> None:
        """Parse some more."""
        if step:
            self.step, self.begun = step, self.fed
        self.fed += len(step)
        try:
            self.parser.Parse(step, is_last)
        except expat.ExpatError as error:
            raise self._unparsed(error) from None
        except (ValueError, LookupError) as error:
            raise Unproven(Reason.MALFORMED, f"it is not XML: {error}") from None
        if self.fed - self.parser.CurrentByteIndex > MAX_TAG:
            line = self.parser.CurrentLineNumber
            raise Unproven(Reason.MALFORMED, f"a tag is longer than {MAX_TAG:,} bytes (line {line})")

    def _unparsed(self, error: expat.ExpatError) -> Unproven:
        if error.code == _UNDEFINED_ENTITY:
            where = f"(line {error.lineno}, column {error.offset + 1})"
            message = f"it uses an entity that XML does not define, and entities are not expanded {where}"
            return Unproven(Reason.MALFORMED, message)
        return unparsed(error, self.step, self.parser.ErrorByteIndex - self.begun)

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and not is_known_encoding(encoding):
            self._refuse(f"its encoding {encoding[:40]!r} is not read; write it in UTF-8")

    def _doctype(self, _name: str, _system: str | None, _public: str | None, has_declarations: int) -> None:
        if has_declarations:
            self._refuse("its DOCTYPE declares entities or the like, and those are not expanded")
        self.doctype_seen = True

    def _doctype_ends(self) -> None:
        self.doctype_end = self.parser.CurrentByteIndex

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self._refuse(f"it is nested more than {MAX_DEPTH} levels deep")
        if len(attributes) > MAX_ATTRIBUTES:
            self._refuse(f"an element has more than {MAX_ATTRIBUTES:,} attributes")
        self.handler.start(tag, attributes, self.parser.CurrentLineNumber)

    def _end(self, tag: str) -> None:
        self.depth -= 1
        self.handler.end(tag)

    def _refuse(self, message: str) -> None:
        raise Unproven(Reason.MALFORMED, f"{message} (line {self.parser.CurrentLineNumber})")


def _without_doctype(blocks: Iterable[bytes], head: bytes) -> Iterator[bytes]:
    """The file with blanks for its DOCTYPE: where a DTD is named, expat drops unknown entities without a word."""
    events = _Events(_Finder())
    with suppress(_Found, Unproven):
        events.feed(head, is_last=False)
    start, end = _doctype_in(events, head)
    offset = 0
    for block in blocks:
        if offset < end:
            yield _blanked(block, start - offset, end - offset, head)
        else:
            yield block
        offset += len(block)


def _doctype_in(events: _Events, head: bytes) -> tuple[int, int]:
    """From `<!DOCTYPE` to behind its `>`; an empty place when there is none that ends within the head."""
    if events.doctype_end is None:
        return 0, 0
    coding = _coding(head)
    close = ">".encode(coding)
    start = head.rfind("<!DOCTYPE".encode(coding), 0, events.doctype_end + 1)
    end = head.find(close, events.doctype_end)
    return (start, end + len(close)) if 0 <= start < end else (0, 0)


def _blanked(block: bytes, start: int, end: int, head: bytes) -> bytes:
    low, high = max(0, start), min(len(block), end)
    if low >= high:
        return block
    blank, newline = " ".encode(_coding(head)), "\n".encode(_coding(head))
    kept = [
        newline if block[at : at + len(blank)] == newline else blank for at in range(low, high, len(blank))
    ]
    return block[:low] + b"".join(kept)[: high - low] + block[high:]


def _coding(head: bytes) -> str:
    return next((coding for mark, coding in WIDE_CODINGS.items() if head.startswith(mark)), "ascii")


def _steps(blocks: Iterable[bytes]) -> Iterator[bytes]:
    for block in blocks:
        for at in range(0, len(block), _STEP):
            yield block[at : at + _STEP]
