"""A share, as findings of this category show it."""

from __future__ import annotations


def percent(share: float) -> str:
    """A share in percent with three digits, as in `0.0998%`."""
    return f"{share * 100:.3g}%"
