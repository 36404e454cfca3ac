"""Messages with file, line, column, the line itself, a caret, and a suggestion."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from readiness.places import Place, Problem

_WIDTH = 120


def suggest(word: str, known: Iterable[str]) -> str:
    """`did you mean 'p95'?` for the known word that is nearest, or nothing."""
    near = get_close_matches(word, sorted(known), 1, 0.6)
    return f"did you mean '{near[0]}'?" if near else ""


def render(problem: Problem) -> str:
    """One problem as a compiler would show it; several lines, without a final newline.

    The shape: `file:line:col: error: message`, the line, a caret below the place, and `= help: ...`.
    """
    place, message = problem.place, _visible(problem.message)
    number = str(place.line)
    margin = " " * len(number)
    line, caret = _window(place)
    shown = [
        f"{_visible(place.text.name)}:{place.line}:{place.column}: error: {message}",
        f"{margin} |",
        f"{number} | {line}",
        f"{margin} | {caret}",
    ]
    if problem.help:
        shown.append(f"{margin} = help: {_visible(problem.help)}")
    return "\n".join(shown)


def render_all(problems: Iterable[Problem]) -> list[str]:
    """Every problem once, in the order of files as they come and of places within them."""
    unique = dict.fromkeys(problems)
    files = {name: i for i, name in enumerate(dict.fromkeys(p.place.text.name for p in unique))}
    ordered = sorted(unique, key=lambda p: (files[p.place.text.name], p.place.line, p.place.column))
    return [render(problem) for problem in ordered]


def _window(place: Place) -> tuple[str, str]:
    """The line and its caret, cut around the place when the line is long; control characters made visible."""
    lines = place.text.lines
    line = lines[min(place.line, len(lines)) - 1]
    start = max(0, place.column - 1 - _WIDTH // 2) if len(line) > _WIDTH else 0
    shown = line[start : start + _WIDTH]
    column = min(place.column - 1 - start, len(shown))
    width = max(1, min(place.width, len(shown) - column))
    return _visible(shown), " " * column + "^" * width


def _visible(text: str) -> str:
    """A text of the same length on one line, in which nothing acts."""
    return "".join(c if c.isprintable() else " " for c in text)
