"""Percentiles as ranks, in whole numbers: floats are off by one rank at some sizes (99.9% of 340,000)."""

from __future__ import annotations

from fractions import Fraction
from math import ceil


def above(n: int, percentile: Fraction) -> int:
    """How many of `n` sorted values may lie above the percentile (nearest rank): 340 of 340,000 for 99.9%.

    `percentile` is a fraction of one.
    """
    return n - max(1, ceil(n * percentile)) if n else 0


def over_at_most(n: int, percentile: Fraction) -> int:
    """How many of `n` values can exceed a limit that the tool's own percentile keeps.

    Tools differ in how they interpolate between neighbours (Hyndman and Fan list nine ways), which is worth one
    rank at most.
    """
    return min(n, n - ceil(n * percentile) + 1)


def over_at_least(n: int, percentile: Fraction) -> int:
    """How many of `n` values must exceed a limit that the tool's own percentile breaks; with the same slack."""
    return max(1, n - ceil(n * percentile)) if n else 0
