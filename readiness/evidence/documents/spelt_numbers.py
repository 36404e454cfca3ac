"""Numbers below a hundred, as English spells them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = (
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")

SPELT: Mapping[str, Fraction] = {
    "half an": Fraction(1, 2),
    "half a": Fraction(1, 2),
    "a": Fraction(1),
    "an": Fraction(1),
    **{word: Fraction(number) for number, word in enumerate((*_ONES, *_TEENS), start=1)},
    **{word: Fraction(10 * number) for number, word in enumerate(_TENS, start=2)},
    **{
        f"{tens}{between}{ones}": Fraction(10 * ten + one)
        for ten, tens in enumerate(_TENS, start=2)
        for one, ones in enumerate(_ONES, start=1)
        for between in "- "
    },
}
"""`twelve`, `twenty-five`, `twenty five`, `half an`: in lower case, and what each counts."""
