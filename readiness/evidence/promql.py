"""What an expression of Prometheus reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from readiness.evidence.model import Value
from readiness.evidence.written import Place

_LONGEST, _MOST_WAYS = 2_000, 1_000_000
_OUTER = re.compile(r"\^?\((?:\?:)?(.*)\)\$?", re.DOTALL)
_SKIPPED = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
_REPEATED_GROUP = re.compile(r"\)[*+{]")
_REPEAT = re.compile(r"[*+]|\{\d*,?\d*\}")
_OPTION = re.compile(r"(?<!\()\?")
# What Go's regular expressions mean otherwise than Python's, or one of them does not know.
_FOREIGN = re.compile(r"\(\?(?![:imsU-]|P<)|\\[1-9pPQEzZCGbBAa]|\[\[:|\(\?[a-zA-Z-]*U|[+*?}]\+")


class LabelMatch(Value, frozen=True):
    """One matcher, as in `code!="200"`. Regular expressions are anchored at both ends."""

    name: str
    op: Literal["=", "!=", "=~", "!~"]
    value: str

    def lets(self, value: str) -> bool | None:
        """Whether it lets a value through; None for a pattern that is not tried."""
        if self.op in ("=", "!="):
            return (self.value == value) == (self.op == "=")
        if not is_tame(self.value):
            return None
        return (re.fullmatch(self.value, value) is not None) == (self.op == "=~")


def is_tame(pattern: str) -> bool:
    """Whether a pattern means the same to Go and to Python, and is tried in a short time whatever the value is."""
    if len(pattern) > _LONGEST or _FOREIGN.search(pattern):
        return False
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError):
        return False
    return all(not _REPEATED_GROUP.search(one) and _ways(one) <= _MOST_WAYS for one in _alternatives(pattern))


def _ways(text: str) -> int:
    """About how many ways there are to try it, for a value of some fifty characters."""
    ways: int = 50 ** len(_REPEAT.findall(text)) * 2 ** len(_OPTION.findall(text))
    open_: list[int] = []
    for one in text:
        if one == "(":
            open_.append(1)
        elif one == "|" and open_:
            open_[-1] += 1
        elif one == ")" and open_:
            ways *= open_.pop()
    return ways


def _alternatives(pattern: str) -> Iterator[str]:
    """What stands between the outermost bars, without escapes and classes; one pair of outer brackets is taken off."""
    bare = _SKIPPED.sub("c", pattern.removeprefix("(?i)"))
    found = _OUTER.fullmatch(bare)
    if found and _depths(found[1]) >= 0:
        bare = found[1]
    depth, start = 0, 0
    for at, one in enumerate(bare):
        depth += (one == "(") - (one == ")")
        if one == "|" and not depth:
            yield bare[start:at]
            start = at + 1
    yield bare[start:]


def _depths(text: str) -> int:
    """The least depth of its brackets: below 0 when the outer ones are not a pair."""
    depth = least = 0
    for one in text:
        depth += (one == "(") - (one == ")")
        least = min(least, depth)
    return least


class Selection(Value, frozen=True):
    """One selector: a metric with matchers. `metric` is empty where the name is a pattern or a variable.

    `takes_away` says that it stands behind `unless`: what it finds is left out.
    """

    metric: str
    labels: tuple[LabelMatch, ...] = ()
    takes_away: bool = False


class Expression(Value, frozen=True, kw_only=True):
    """An expression and what it reads.

    `is_parsed` is False where there was no parser: then nothing is known but the text. `filters` says whether
    anything in it can leave samples out: a comparison, `absent`, `and`, `unless`. `never` says why it can never give a
    sample, and is empty where that cannot be told; `always` whether it gives one whatever the metrics are. `normal` is
    the text in the form in which expressions can be compared; empty where it was not parsed.
    """

    text: str
    place: Place
    is_parsed: bool
    selections: tuple[Selection, ...] = ()
    filters: bool = False
    never: str = ""
    always: bool = False
    normal: str = ""

    @property
    def metrics(self) -> tuple[str, ...]:
        """The names that it reads, each once; those that are patterns are not among them."""
        return tuple(dict.fromkeys(one.metric for one in self.selections if one.metric))
