"""How strong a proof a policy asks for."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import PlainValidator, WithJsonSchema

from readiness.check.params import Stricter
from readiness.units import parse_share, show_share

POINT: Literal["point"] = "point"
USUAL = Fraction(95, 100)


def parse_confidence(value: object) -> Fraction | Literal["point"]:
    """`95%`, or the word `point`; ValueError for anything else."""
    if value == POINT:
        return POINT
    try:
        share = parse_share(value)
    except ValueError:
        raise ValueError("is neither a share, as in 95%, nor the word point") from None
    if not Fraction(1, 2) < share < 1:
        raise ValueError("is no confidence: more than 50% and less than 100% is meant, as in 95%")
    return share


Confidence = Annotated[
    Fraction | Literal["point"],
    PlainValidator(parse_confidence),
    WithJsonSchema(
        {"anyOf": [{"type": "string", "pattern": r"^\d+(\.\d+)?%$"}, {"const": "point"}], "examples": ["95%"]}
    ),
    Stricter.HIGHER,
]
"""Between a share and the word neither is the stricter: a share can pass where the word warns at best."""


def with_confidence(confidence: Fraction) -> str:
    """`with 95% confidence`."""
    return f"with {show_share(confidence)} confidence"
