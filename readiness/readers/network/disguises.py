"""In which forms a secret may come back: as it is, and as servers write what they were sent."""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

LEAST = 6
"""Shorter ones are words that stand in any answer by chance."""
# What stands before a credential in a header, and is none.
_SCHEMES = frozenset({"basic", "bearer", "digest", "negotiate"})
_SEPARATORS = re.compile(r"[\s;,]+")


def disguises(secret: str) -> frozenset[str]:
    """A secret, its parts, and what either looks like when it is encoded; all in lower case."""
    found = {form.lower() for part in _parts(secret) for form in _forms(part)}
    return frozenset(form for form in found if len(form) >= LEAST)


def _parts(secret: str) -> Iterator[str]:
    """The whole, the words of a header, the values of cookies and parameters, and what is packed in base64."""
    for one in (secret, *_SEPARATORS.split(secret)):
        if one.lower() in _SCHEMES or len(one) < LEAST:
            continue
        value = one.partition("=")[2].strip("\"'")
        yield from (part for part in (one, one.rstrip("="), value) if len(part) >= LEAST)
        unpacked = _unpacked(one)
        yield from (part for part in (unpacked, unpacked.partition(":")[2]) if len(part) >= LEAST)


def _unpacked(text: str) -> str:
    """What Basic authentication packs; empty when it is something else."""
    try:
        unpacked = base64.b64decode(text, validate=True).decode()
    except (binascii.Error, ValueError):
        return ""
    return unpacked if unpacked.isprintable() else ""


def _forms(part: str) -> Iterator[str]:
    data = part.encode("utf-8", "surrogatepass")
    yield from (part, html.escape(part), json.dumps(part)[1:-1])
    yield from (quote(data, safe=""), quote(data), quote_plus(data))
    yield from (data.hex(), base64.b32encode(data).decode().rstrip("=")[:-1])
    for before in range(3):
        # Of base64 only the characters that depend on nothing beside it.
        first, last = -(-before * 8 // 6), (before + len(data)) * 8 // 6
        packed = base64.b64encode(bytes(before) + data)[first:last].decode()
        yield from (packed, packed.replace("+", "-").replace("/", "_"))
