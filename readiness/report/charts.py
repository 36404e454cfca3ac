"""The score as inline SVG, with a text equivalent; no script. The colour is the one of the text around it."""

from __future__ import annotations

from math import pi

_RADIUS = 52
_ROUND = 2 * pi * _RADIUS
_LENGTH = 100


def ring(score: float | None, shown: str, label: str) -> str:
    """A ring that is full at 100. `score` is None when no weight counts; `shown` stands in its middle."""
    share = min(100.0, max(0.0, score or 0.0)) / 100
    arc = (
        f'<circle cx="60" cy="60" r="{_RADIUS}" class="arc"'
        f' stroke-dasharray="{_ROUND * share:.1f} {_ROUND:.1f}" transform="rotate(-90 60 60)"/>'
        if share
        else ""
    )
    return (
        f'<svg class="ring" viewBox="0 0 120 120" width="120" height="120" role="img" aria-label="{label}">'
        f'<circle cx="60" cy="60" r="{_RADIUS}" class="track"/>{arc}'
        f'<text x="60" y="61" text-anchor="middle" dominant-baseline="central">{shown}</text></svg>'
    )


def bar(score: float | None, floor: float | None) -> str:
    """A bar that is full at 100, with a mark at the floor. The numbers stand beside it, so it is hidden to readers."""
    width = min(100.0, max(0.0, score or 0.0)) / 100 * _LENGTH
    mark = ""
    if floor is not None:
        at = min(99.0, max(1.0, floor)) / 100 * _LENGTH
        mark = f'<path d="M{at:.1f} 0V10" class="floor"/>'
    return (
        f'<svg class="bar" viewBox="0 0 {_LENGTH} 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect y="2" width="{_LENGTH}" height="6" class="track"/>'
        f'<rect y="2" width="{width:.1f}" height="6" class="fill"/>{mark}</svg>'
    )
