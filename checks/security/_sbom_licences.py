"""SPDX licence expressions against lists of what is allowed and denied.

Grammar: https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/ (WITH binds tightest, then AND, then OR).
`packaging` knows the identifiers and brings their case into order; it does not tell the parts apart.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import IntEnum
from fnmatch import fnmatchcase
from typing import NamedTuple

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

_TOKEN = re.compile(r"\(|\)|[^\s()]+")
_MAX_TOKENS = 500


class Standing(IntEnum):
    """From best to worst."""

    ALLOWED = 0
    UNKNOWN = 1
    DENIED = 2


class Lists(NamedTuple):
    """Patterns of licences; an empty `allow` allows whatever is known and not denied."""

    allow: Sequence[str]
    deny: Sequence[str]
    named: Mapping[str, str] = {}


def standing(licence: str, lists: Lists) -> Standing:
    """Of several licences that apply the worst counts, of alternatives the best; no SPDX expression is a name."""
    try:
        text = canonicalize_license_expression(licence)
    except (InvalidLicenseExpression, RecursionError):
        return _of_name(licence, lists)
    tokens = _TOKEN.findall(text)
    if len(tokens) > _MAX_TOKENS:
        return Standing.UNKNOWN
    return _either(tokens, lists)


def _either(tokens: list[str], lists: Lists) -> Standing:
    found = _both(tokens, lists)
    while tokens and tokens[0] == "OR":
        tokens.pop(0)
        found = min(found, _both(tokens, lists))
    return found


def _both(tokens: list[str], lists: Lists) -> Standing:
    found = _single(tokens, lists)
    while tokens and tokens[0] == "AND":
        tokens.pop(0)
        found = max(found, _single(tokens, lists))
    return found


def _single(tokens: list[str], lists: Lists) -> Standing:
    first = tokens.pop(0)
    if first == "(":
        found = _either(tokens, lists)
        tokens.pop(0)
        return found
    if tokens and tokens[0] == "WITH":
        tokens.pop(0)
        return _with(first, tokens.pop(0), lists)
    return _of_identifier(first, lists)


def _with(licence: str, exception: str, lists: Lists) -> Standing:
    """An exception gives rights and takes none; `GPL-2.0-only WITH Classpath-exception-2.0` may be listed by itself."""
    whole = f"{licence} WITH {exception}"
    if _matches(whole, [one for one in lists.deny if "with" in one.casefold().split()]):
        return Standing.DENIED
    if _matches(whole, [one for one in lists.allow if "with" in one.casefold().split()]):
        return Standing.ALLOWED
    return _of_identifier(licence, lists)


def _of_identifier(token: str, lists: Lists) -> Standing:
    names = [token, token.removesuffix("+")]
    if token.startswith("LicenseRef-"):
        return _of_name(lists.named.get(token, token), lists, token)
    return _listed(names, lists, unlisted=Standing.DENIED if lists.allow else Standing.ALLOWED)


def _of_name(name: str, lists: Lists, *others: str) -> Standing:
    """A licence that SPDX does not know is unknown, unless one of the lists names it."""
    return _listed([name, *others], lists, unlisted=Standing.UNKNOWN)


def _listed(names: Sequence[str], lists: Lists, *, unlisted: Standing) -> Standing:
    if any(_matches(name, lists.deny) for name in names):
        return Standing.DENIED
    if any(_matches(name, lists.allow) for name in names):
        return Standing.ALLOWED
    return unlisted


def _matches(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(name.casefold(), pattern.casefold()) for pattern in patterns)
