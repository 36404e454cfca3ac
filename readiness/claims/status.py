"""Status symbols and words: done, open, bad, with care; also where an encoding was mistaken for another."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache


class Status(StrEnum):
    """How a line says that something stands."""

    GOOD = "good"
    CARE = "care"
    OPEN = "open"
    BAD = "bad"


_SYMBOLS: Mapping[Status, str] = {
    Status.GOOD: "✅✔✓☑🟢👍🎉🆗💚",
    Status.BAD: "❌✗✘✖🔴⛔🚫🛑👎",
    Status.OPEN: "⏳⌛🔄🚧☐⬜🔜⏸⏭🕐🟦🔲",
    Status.CARE: "⚠🟡🟠",
}
SYMBOL: Mapping[str, Status] = {symbol: status for status, symbols in _SYMBOLS.items() for symbol in symbols}
_FIND = re.compile("[" + "".join(SYMBOL) + "]")
_OTHERS = "→\u2013—≤≥≈µ“”\u2018\u2019…•\u00d7"
_WORDS: Mapping[Status, str] = {
    Status.GOOD: "pass, passed, passing, ok, okay, green, yes, ready, complete, completed, done, healthy, go, "
    "validated, met, success, successful, verified, approved, operational, satisfied, achieved, accessible, "
    "enforced, all green",
    Status.BAD: "fail, failed, failing, no, no-go, red, missed, broken, not met, unhealthy, down, rejected, "
    "error, not ready, critical",
    Status.OPEN: "pending, todo, to do, tbd, wip, in progress, not started, not run, not tested, planned, "
    "queued, waiting, blocked, incomplete, ongoing, not done, not executed, scheduled, open, untested, not yet",
    Status.CARE: "warn, warning, partial, partially, degraded, conditional, amber, yellow",
}
WORD: Mapping[str, Status] = {word: status for status, words in _WORDS.items() for word in words.split(", ")}
_SHOUTED = re.compile(
    r"(?<![\w-])(?:PASS|PASSED|FAIL|FAILED|PENDING|TODO|TBD|COMPLETE|COMPLETED|DONE|NOT RUN|NOT STARTED|"
    r"IN PROGRESS)(?![\w-])"
)
_WITHIN = re.compile(rf"[A-Za-z,]\s{_FIND.pattern}\ufe0f?\s[a-z]")
_TALLY = re.compile(r"\s*[:=]?\s*\d|.{0,20}=")


def marks(text: str) -> tuple[Status, ...]:
    """The status symbols of a text in order; none for a legend, a tally (`✅ 12  ❌ 0`) or a symbol amid prose."""
    found = list(_FIND.finditer(text))
    kinds = {SYMBOL[one[0]] for one in found}
    if len(kinds) > 2 or all(_WITHIN.search(text, max(0, one.start() - 2), one.end() + 3) for one in found):
        return ()
    if len(kinds) > 1 and all(_TALLY.match(text, one.end()) for one in found):
        return ()
    if len(found) > 1 and re.search(r"→|->|\bnow\b", text[found[0].end() : found[-1].start()]):
        found = found[-1:]
    return tuple(SYMBOL[one[0]] for one in found)


def word_status(text: str) -> Status | None:
    """What a text says that is nothing but a status, as a cell of a table may be."""
    bare = re.sub(r"[^\w\s-]|_", " ", without_symbols(text)).strip().lower()
    return WORD.get(" ".join(bare.split()))


def shouted(text: str) -> Status | None:
    """The first status in capitals, as in `Result: PASS`."""
    found = _SHOUTED.search(text)
    return WORD[found[0].lower()] if found else None


def without_symbols(text: str) -> str:
    """The text without status symbols and what modifies them."""
    return " ".join(_FIND.sub(" ", text).replace("\ufe0f", " ").split())


def repaired(text: str) -> str:
    """The text with the status symbols that a wrong encoding has spoilt, as in `âœ…`, put right."""
    if text.isascii():
        return text
    for spoilt, symbol in _spoilt().items():
        if spoilt in text:
            text = text.replace(spoilt, symbol)
    return text


@cache
def _spoilt() -> Mapping[str, str]:
    """UTF-8 that was read as a Western, Turkish or Macintosh encoding, longest first."""
    pairs: dict[str, str] = {}
    for symbol in [*SYMBOL, *_OTHERS]:
        for encoding in ("cp1252", "cp1254", "mac_roman", "latin-1"):
            for errors in ("strict", "ignore"):
                spoilt = _misread(symbol.encode(), encoding, errors)
                if len(spoilt) > 1:
                    pairs.setdefault(spoilt, symbol)
    return dict(sorted(pairs.items(), key=lambda pair: -len(pair[0])))


def _misread(content: bytes, encoding: str, errors: str) -> str:
    try:
        return content.decode(encoding, errors)
    except UnicodeDecodeError:
        # Windows maps the bytes that its own tables leave out to control characters.
        return "".join(_one(byte, encoding) for byte in content)


def _one(byte: int, encoding: str) -> str:
    try:
        return bytes([byte]).decode(encoding)
    except UnicodeDecodeError:
        return chr(byte)
