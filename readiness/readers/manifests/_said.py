"""What a tool complained of, short enough and clean enough for a report."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from readiness.places import Text, YamlError, load_kubernetes

MAX_SAID = 600
_CALLED_SO = r"(?:pass(?:word|wd|phrase)?|pwd|secret|token|credential|auth|(?:private|api|access)[-_.]?key)"
_KEY = re.compile(_CALLED_SO, re.I)
_PAIR = re.compile(
    rf"""([\w.-]{{0,40}}{_CALLED_SO}[\w.-]{{0,40}}["']?\s{{0,9}}(?:=|:(?!\d))\s{{0,9}})(?!\*\*\*)("[^"]*"|'[^']*'|[^\s,;"')}}]+)""",
    re.I,
)
_MAX_READ = 2_000_000
_USER = re.compile(r"://[^/@\s]{1,400}@")
_NOISE = re.compile(r"^(?:#? ?warning\b|walk\.go:|coalesce\.go:|Use --debug flag)", re.I)
_KUBECTL = re.compile(r'^[EFW]\d{4} [\d:.]+ +\d+ [\w.]+:\d+\] (?:"command failed" err=)?')
"""How kubectl begins what kustomize says: its log's head, then the text in quotes, or in angle brackets when long."""
_SHORTEST = 4


def said(complaints: bytes, secrets: frozenset[str], places: Mapping[str, str]) -> str:
    """The complaint on one line: from `Error:` on where a tool says so, without secrets, at most 600 characters.

    `places` are beginnings of paths and what stands for them.
    """
    text = complaints.decode("utf-8", "replace")
    for place, shown in places.items():
        text = text.replace(place, shown)
    text = hidden(text, secrets)
    lines = [_unquoted(" ".join(line.split())) for line in text.splitlines()]
    lines = [line for line in lines if line and not _NOISE.search(line)]
    start = next((at for at, line in enumerate(lines) if line.lower().startswith("error")), 0)
    whole = "; ".join(re.sub(r"^error:\s*", "", line, flags=re.I) for line in lines[start:])
    whole = "".join(letter if letter.isprintable() else "?" for letter in whole)
    return whole if len(whole) <= MAX_SAID else whole[: MAX_SAID - 4] + " ..."


def _unquoted(line: str) -> str:
    found = _KUBECTL.match(line)
    if found is None:
        return "" if line == ">" else line
    return line[found.end() :].lstrip('"<').removesuffix('"').replace('\\"', '"')


def hidden(text: str, secrets: frozenset[str]) -> str:
    """The text with `***` for these secrets, for what is called a secret in it, and for users in URLs."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, "***")
    return _PAIR.sub(r"\1***", _USER.sub("://***@", text))


def secrets_in(content: bytes) -> frozenset[str]:
    """The texts in YAML that stand below a key with the name of a secret; none where it is no YAML, or long."""
    if len(content) > _MAX_READ:
        return frozenset()
    try:
        documents = [one for one, _ in load_kubernetes(Text("values", content.decode("utf-8-sig")))]
    except (YamlError, UnicodeDecodeError):
        return frozenset()
    found = {text for document in documents for text in _secrets(document, is_secret=False)}
    return frozenset(text for text in found if len(text) >= _SHORTEST)


def _secrets(node: Any, *, is_secret: bool) -> Iterator[str]:
    if isinstance(node, Mapping):
        for key, value in node.items():
            called_so = bool(_KEY.search(key)) and key != "secretGenerator"
            yield from _secrets(value, is_secret=is_secret or called_so or key == "literals")
    elif isinstance(node, Sequence) and not isinstance(node, str):
        for value in node:
            yield from _secrets(value, is_secret=is_secret)
    elif isinstance(node, str) and is_secret:
        yield from (part for part in (node.partition("=")[2], node) if part)
