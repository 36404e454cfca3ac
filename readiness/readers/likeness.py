"""How much of a content speaks for a format, where nobody said what the file is."""

from __future__ import annotations

from enum import IntEnum


class Likeness(IntEnum):
    """What fits best goes first; what fits equally well is for people to tell apart."""

    NONE = 0
    """It is not of the format, or nothing in it shows that it is."""
    GENERAL = 1
    """It is, as it is of formats that say more: any text may be Markdown."""
    OWN = 2
    """It holds what only this format has."""
