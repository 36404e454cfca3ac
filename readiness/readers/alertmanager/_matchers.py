"""Matchers of Alertmanager, in each form that it takes.

https://prometheus.io/docs/alerting/latest/configuration/#matcher
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from readiness.evidence.promql import LabelMatch, is_tame
from readiness.readers.nodes import Node, malformed

_Op = Literal["=", "!=", "=~", "!~"]
_MATCHER = re.compile(
    r"""\s*(?P<name>"(?:[^"\\]|\\.)*"|[^\s,="'~!{}]+)\s*(?P<op>=~|!~|!=|=)\s*"""
    r"""(?P<value>"(?:[^"\\]|\\.)*"|[^,"{}]*?)\s*(?:,|$)"""
)
_ESCAPES = {"n": "\n", '"': '"', "\\": "\\"}


def matchers_of(node: Node) -> tuple[LabelMatch, ...]:
    """`match`, `match_re` and `matchers` of one route, in the order in which they stand."""
    return tuple(_of(node, "match", "match_re", "matchers"))


def named_matchers(node: Node, side: str) -> tuple[LabelMatch, ...]:
    """The matchers of one side of an inhibition: `source` or `target`."""
    return tuple(_of(node, f"{side}_match", f"{side}_match_re", f"{side}_matchers"))


def _of(node: Node, plain: str, pattern: str, listed: str) -> Iterator[LabelMatch]:
    forms: tuple[tuple[str, _Op], ...] = ((plain, "="), (pattern, "=~"))
    for key, op in forms:
        found = node.get(key)
        if found is not None and found.is_list and op == "=":  # as AlertmanagerConfig writes inhibitions
            for one in found.items():
                yield from _object(one)
        elif found is not None:
            for name, one in found.pairs():
                yield checked(LabelMatch(name, op, one.text()), one)
    found = node.get(listed)
    if found is not None:
        for one in found.items() if found.is_list else (found,):
            yield from _object(one) if one.is_map else _parsed(one)


def _parsed(node: Node) -> Iterator[LabelMatch]:
    text = node.text().strip()
    inner = text[1:-1].strip() if text.startswith("{") and text.endswith("}") else text
    at = 0
    while at < len(inner) or not inner:
        found = _MATCHER.match(inner, at)
        if found is None:
            raise malformed(node.place, f"{text[:80]!r} is no matcher", 'write it as in severity="critical"')
        yield checked(LabelMatch(_bare(found["name"]), found["op"], _bare(found["value"])), node)  # type: ignore[arg-type]
        at = found.end()


def _object(node: Node) -> Iterator[LabelMatch]:
    """A matcher of AlertmanagerConfig: `{name, value, matchType}`."""
    said = {key: one.text() for key, one in node.pairs()}
    op = said.get("match_type") or said.get("matchType") or ("=~" if said.get("regex") == "true" else "=")
    if op not in ("=", "!=", "=~", "!~") or not said.get("name"):
        raise malformed(node.place, "a matcher has a `name`, a `value`, and one of = != =~ !~")
    yield checked(LabelMatch(said["name"], op, said.get("value", "")), node)  # type: ignore[arg-type]


def checked(one: LabelMatch, node: Node) -> LabelMatch:
    """The same; Unproven (malformed) for a pattern that cannot be told here."""
    if one.op in ("=", "!="):
        return one
    try:
        re.compile(one.value)
    except (re.error, RecursionError, OverflowError):
        raise malformed(node.place, f"{one.value[:60]!r} is no regular expression") from None
    if not is_tame(one.value):
        raise malformed(
            node.place,
            f"the pattern {one.value[:60]!r} is not one that readiness can try",
            "write it as alternatives with few `.*`, and without repeated groups",
        )
    return one


def _bare(text: str) -> str:
    if not text.startswith('"'):
        return text
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[0]), text[1:-1])
