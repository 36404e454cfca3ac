"""What a policy may set on a check."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


def dashed(name: str) -> str:
    """A Python name as policies write it: `max_age` is `max-age`, `from_` is `from`."""
    return name.rstrip("_").replace("_", "-")


class Stricter(StrEnum):
    """Which way a limit gets stricter: put it into the `Annotated[...]` of a parameter.

    A child policy may move a limit to its strict side; any other change of what a parent set is an override.
    A parameter without it has no strict side.
    """

    LOWER = "lower"
    HIGHER = "higher"


class Params(BaseModel):
    """Base of the parameters of a check: closed, strict, documented; keys are written with dashes."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        allow_inf_nan=False,
        alias_generator=dashed,
        validate_by_name=True,
        validate_by_alias=True,
        arbitrary_types_allowed=True,
    )
