"""Distinguished names out of DER, as RFC 4514 writes them; for names that stand alone, outside of a certificate."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.readers.network.tls.messages import Cursor, Garbled

_SHORT = {
    bytes.fromhex("550403"): "CN",
    bytes.fromhex("550406"): "C",
    bytes.fromhex("550407"): "L",
    bytes.fromhex("550408"): "ST",
    bytes.fromhex("55040a"): "O",
    bytes.fromhex("55040b"): "OU",
    bytes.fromhex("0992268993f22c640119"): "DC",
}
_WIDE = 0x1E
_SPECIAL = frozenset(',+"\\<>;')
_MOST = 500


def shown(der: bytes) -> str:
    """The name, the last part first; its bytes in hexadecimal when they are no name."""
    try:
        parts = [_relative(Cursor(part)) for _, part in _elements(Cursor(_only(der)))]
    except Garbled:
        return "#" + der[:100].hex()
    return ",".join(reversed(parts))[:_MOST]


def _relative(cursor: Cursor) -> str:
    return "+".join(_pair(Cursor(content)) for _, content in _elements(cursor))


def _pair(cursor: Cursor) -> str:
    (_, kind), (tag, value), *_ = [*_elements(cursor), (0, b""), (0, b"")]
    text = value.decode("utf-16-be" if tag == _WIDE else "utf-8", "replace")
    escaped = "".join(f"\\{one}" if one in _SPECIAL else one if one.isprintable() else "?" for one in text)
    return f"{_SHORT.get(kind, kind.hex())}={escaped}"


def _only(der: bytes) -> bytes:
    found = list(_elements(Cursor(der)))
    if len(found) != 1:
        raise Garbled("no single element")
    return found[0][1]


def _elements(cursor: Cursor) -> Iterator[tuple[int, bytes]]:
    while cursor.left:
        tag, size = cursor.number(1), cursor.number(1)
        if size & 0x80:
            size = cursor.number(size & 0x7F)
        yield tag, cursor.take(size)
