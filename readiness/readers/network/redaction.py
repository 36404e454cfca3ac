"""Keeping credentials out of what is written down."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from readiness.readers.network.disguises import disguises

HIDDEN = "***"
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
    """Replaces what was sent as a credential wherever an answer repeats it, also encoded, or in other case.

    Secrets are the values of headers and of the query, and their parts, that have at least six characters; shorter
    ones are words that stand in any answer by chance.
    """

    def __init__(self, url: str, headers: Mapping[str, str]) -> None:
        found = {form for secret in _secrets(url, headers) for form in disguises(secret)}
        self._forms = sorted(found, key=len, reverse=True)

    def text(self, text: str) -> str:
        """The text without secrets."""
        return _hide(text, self._present([text]))

    def data(self, node: Any) -> Any:
        """Plain JSON data without secrets; keys that become equal are told apart by a number, none is lost."""
        found = self._present(_strings(node))
        return _Sweep(found).data(node) if found is not None else node

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

    def _present(self, texts: Iterable[str]) -> re.Pattern[str] | None:
        """A pattern of what stands in any of the texts; looked for one by one, which is fast in long ones."""
        whole = "\0".join(texts).lower()
        found = [form for form in self._forms if form in whole]
        return re.compile("|".join(map(re.escape, found)), re.IGNORECASE) if found else None


class _Sweep:
    """Goes through data and hides what a pattern finds."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self._pattern = pattern

    def data(self, node: Any) -> Any:
        if isinstance(node, str):
            return _hide(node, self._pattern)
        if isinstance(node, list):
            return [self.data(one) for one in node]
        if isinstance(node, dict):
            made: dict[str, Any] = {}
            for key, value in node.items():
                made[self._key(key, node, made)] = self.data(value)
            return made
        return node

    def _key(self, key: str, node: Mapping[str, Any], made: Mapping[str, Any]) -> str:
        wanted = name = _hide(key, self._pattern)
        number = 2
        while name != key and (name in made or name in node):
            name, number = f"{wanted}#{number}", number + 1
        return name


def _hide(text: str, pattern: re.Pattern[str] | None) -> str:
    return pattern.sub(HIDDEN, text) if pattern else text


def _strings(node: Any) -> Iterator[str]:
    """Every text in JSON data, keys included."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, list):
        for one in node:
            yield from _strings(one)
    elif isinstance(node, dict):
        yield from node
        for one in node.values():
            yield from _strings(one)


def _secrets(url: str, headers: Mapping[str, str]) -> Iterator[str]:
    query = urlsplit(url).query
    for _, value in parse_qsl(query, keep_blank_values=True):
        yield value
    yield from (part.partition("=")[2] or part for part in re.split("[&;]", query))
    for name, value in headers.items():
        if name.lower() not in _PUBLIC:
            yield value
