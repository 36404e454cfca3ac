"""Globs over the paths and names that reports give."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

MAX_STARS = 8


def refuse_odd_glob(pattern: str) -> str:
    """The pattern; ValueError when it is empty, or has more stars than anyone needs."""
    if not pattern.strip():
        raise ValueError("an empty path matches nothing")
    if pattern.count("*") > 2 * MAX_STARS:
        raise ValueError(f"a glob has at most {2 * MAX_STARS} stars")
    return pattern


def paths_like(pattern: str, paths: Iterable[str]) -> Sequence[str]:
    """The paths that match: `**` stands for any folders, `*` and `?` for what is within one.

    Relative paths must match as they are. Absolute ones match from one folder on, the same for all: the deepest that
    holds all absolute paths of the report, or lies above, from which any of them matches.
    """
    expression = _path_expression(_plain(pattern))
    every = {path: _plain(path) for path in paths}
    relative = [
        path for path, plain in every.items() if not _is_absolute(plain) and expression.fullmatch(plain)
    ]
    absolute = {path: plain for path, plain in every.items() if _is_absolute(plain)}
    for root in _roots(list(absolute.values())):
        found = [path for path, plain in absolute.items() if expression.fullmatch(plain[len(root) :])]
        if found:
            return [*relative, *found]
    return relative


def is_name_like(pattern: str, name: str) -> bool:
    """Whether all of a name matches: `*` stands for any text, `?` for one character."""
    return _name_expression(pattern).fullmatch(name) is not None


def _plain(path: str) -> str:
    return path.replace("\\", "/").removeprefix("./")


def _is_absolute(path: str) -> bool:
    return path.startswith("/") or path[1:3] == ":/"


def _roots(paths: Sequence[str]) -> Iterator[str]:
    """The deepest folder of all, with its slash, those above it, and nothing at all."""
    if not paths:
        return
    first, last = min(paths).split("/")[:-1], max(paths).split("/")[:-1]
    common = 0
    while common < min(len(first), len(last)) and first[common] == last[common]:
        common += 1
    for length in range(common, 0, -1):
        yield "/".join(first[:length]) + "/"
    yield ""


@cache
def _path_expression(pattern: str) -> re.Pattern[str]:
    made = []
    steps = re.sub(r"(?:\*\*/)+", "**/", pattern).split("/")
    for number, step in enumerate(steps):
        is_last = number == len(steps) - 1
        if step == "**":
            made.append(r".+" if is_last else r"(?:[^/]+/)*")
        else:
            made.append(_step(step, "[^/]") + ("" if is_last else "/"))
    return re.compile("".join(made), re.DOTALL)


@cache
def _name_expression(pattern: str) -> re.Pattern[str]:
    return re.compile(_step(pattern, "."), re.DOTALL)


def _step(text: str, one: str) -> str:
    parts = re.split(r"(\*+|\?)", text)
    return "".join(
        f"{one}*" if part[:1] == "*" else one if part == "?" else re.escape(part) for part in parts
    )
