"""What readers of coverage in XML ask of elements."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from xml.etree.ElementTree import Element

from readiness.evidence.coverage import Covered
from readiness.readers.coverage._tally import REWRITE, refuse
from readiness.readers.strict_xml import LINE

_COUNT = re.compile(r"[0-9]{1,18}", re.ASCII)
_MILLISECONDS_FROM = 10**11


def where(element: Element) -> str:
    """The place of an element, as messages begin with it."""
    return f"line {element.attrib[LINE]}"


def attribute(element: Element, key: str) -> str:
    """An attribute that must be there, and not be empty."""
    value = element.get(key)
    if not value:
        raise refuse(f"{where(element)}: <{element.tag}> has no {key}", REWRITE)
    return value


def count(element: Element, key: str) -> int:
    """An attribute that must be a count."""
    text = attribute(element, key).strip()
    if not _COUNT.fullmatch(text):
        raise refuse(f"{where(element)}: {key}={text[:40]!r} is no count", REWRITE)
    return int(text)


def covered(element: Element, covered_key: str, total_key: str) -> Covered:
    """Two attributes that must be counts, of which one is a part of the other."""
    made = Covered(count(element, covered_key), count(element, total_key))
    if made.covered > made.total:
        message = f"{where(element)}: {covered_key}={made.covered} of {total_key}={made.total}"
        raise refuse(f"{message} are covered", REWRITE)
    return made


def moment(element: Element, key: str) -> datetime | None:
    """Seconds or milliseconds since 1970: tools differ, and the two do not meet before the year 5138. 0 is none."""
    text = element.get(key, "").strip()
    if not text:
        return None
    number = count(element, key)
    seconds = number / 1000 if number >= _MILLISECONDS_FROM else number
    try:
        return datetime.fromtimestamp(seconds, UTC) if seconds else None
    except (ValueError, OverflowError, OSError):
        raise refuse(f"{key}={text[:40]!r} is no time", REWRITE) from None
