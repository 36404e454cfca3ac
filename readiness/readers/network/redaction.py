"""Keeping credentials out of what is written down."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

HIDDEN = "***"
_LEAST = 6
_PUBLIC = frozenset({"accept", "accept-language", "cache-control", "content-type", "host", "user-agent"})
_SENSITIVE = re.compile(
    r"^(?!access-control-).*"
    r"(cookie|auth|token|secret|passw|credential|session|signature|api-?key|csrf|xsrf)",
    re.IGNORECASE,
)


def redact_url(url: str) -> str:
    """The URL without user, password, fragment and the values of its query; never raises."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return HIDDEN
    if "\\" in parts.netloc:  # browsers end the host there, and what would be left is not where it leads
        return HIDDEN
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, _redact_query(parts.query), ""))


def _redact_query(query: str) -> str:
    pairs = (part.partition("=") for part in re.split("[&;]", query) if part)
    return "&".join(f"{name}={HIDDEN}" if equals else HIDDEN for name, equals, _ in pairs)


class Scrubber:
    """Replaces what was sent as a credential wherever an answer repeats it.

    Secrets are the values of headers and of the query that have at least six characters; shorter ones are words
    that stand in any answer by chance.
    """

    def __init__(self, url: str, headers: Mapping[str, str]) -> None:
        found = {one for one in _secrets(url, headers) if len(one) >= _LEAST}
        longest_first = sorted(found | {quote(one, safe="") for one in found}, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if found else None

    def text(self, text: str) -> str:
        """The text without secrets."""
        return self._pattern.sub(HIDDEN, text) if self._pattern else text

    def data(self, node: Any) -> Any:
        """Plain JSON data without secrets; keys that become equal are told apart by a number, none is lost."""
        if isinstance(node, str):
            return self.text(node)
        if isinstance(node, list):
            return [self.data(one) for one in node]
        if isinstance(node, dict):
            made: dict[str, Any] = {}
            for key, value in node.items():
                made[self._key(key, node, made)] = self.data(value)
            return made
        return node

    def _key(self, key: str, node: Mapping[str, Any], made: Mapping[str, Any]) -> str:
        wanted = name = self.text(key)
        number = 2
        while name != key and (name in made or name in node):
            name, number = f"{wanted}#{number}", number + 1
        return name

    def headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Headers by lower-case name; those that carry credentials keep their name only."""
        made: dict[str, str] = {}
        for name, value in headers.items():
            lower = self.text(name.lower())
            if _SENSITIVE.search(lower):
                made[lower] = HIDDEN
            else:
                shown = redact_url(value) if lower in ("location", "content-location") else value
                made[lower] = self.text(shown)
        return made


def _secrets(url: str, headers: Mapping[str, str]) -> Iterator[str]:
    query = urlsplit(url).query
    for _, value in parse_qsl(query, keep_blank_values=True):
        yield value
    yield from (part.partition("=")[2] or part for part in re.split("[&;]", query))
    for name, value in headers.items():
        if name.lower() not in _PUBLIC:
            yield value
            yield from value.split()
