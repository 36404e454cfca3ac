"""What a policy file may say, section by section; keys are written with dashes."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    WithJsonSchema,
    model_validator,
)

from readiness.check import Stricter, category_of, dashed
from readiness.evidence.model import Reason
from readiness.policy.rules import Enforce
from readiness.readers.commits import full_sha
from readiness.units import Duration, Share, end_of_day, parse_share, show_share

_SHA = r"([0-9a-fA-F]{40}|[0-9a-fA-F]{64})"
_DIGEST = r"sha256:[0-9a-f]{64}"
_ID = r"[A-Za-z0-9][A-Za-z0-9:/_-]*"
_CATEGORY = r"[a-z][a-z0-9]*(-[a-z0-9]+)*"
_OBJECT = r"[A-Za-z]+/[^:*?\x00-\x1f\x7f]+(:[^:*?\x00-\x1f\x7f]+)?"


def _form(pattern: str, problem: str) -> AfterValidator:
    """Refuses text that does not have a form."""

    def checked(value: str) -> str:
        if not re.fullmatch(pattern, value, re.ASCII):
            raise ValueError(problem)
        return value

    return AfterValidator(checked)


def _commit(value: str) -> str:
    if (sha := full_sha(value)) is None:
        raise ValueError("is no full commit: 40 or 64 hexadecimal digits, and not all zeros")
    return sha


def _schema(pattern: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": f"^{pattern}$"})


Sha = Annotated[str, AfterValidator(_commit), _schema(_SHA)]
Digest = Annotated[
    str, _form(_DIGEST, "is no digest: `sha256:` and 64 hexadecimal digits, in lower case"), _schema(_DIGEST)
]
Id = Annotated[str, _form(_ID, "is no id: letters, digits, and `:` `/` `_` `-` between them"), _schema(_ID)]
CategoryName = Annotated[
    str,
    _form(_CATEGORY, "is no category: lower-case words with dashes between, as in disaster-recovery"),
    _schema(_CATEGORY),
]
ObjectName = Annotated[
    str,
    _form(_OBJECT, "is no object: write Kind/[namespace/]name[:container], without patterns"),
    _schema(_OBJECT),
]


class Section(BaseModel):
    """Base of every part of a policy: closed and strict."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        alias_generator=dashed,
        validate_by_name=False,
        validate_by_alias=True,
        arbitrary_types_allowed=True,
    )


class ArtifactSection(Section):
    """One thing that is shipped."""

    name: Annotated[str, Field(min_length=1)]
    """Its name, such as an image without its tag."""
    digest: Digest | None = None
    """`sha256:` and 64 hexadecimal digits."""


class ReleaseSection(Section):
    """What is judged. Environment variables may stand here as `"${NAME}"`."""

    name: Annotated[str, Field(min_length=1)]
    """The name of the product or service."""
    version: Annotated[str | None, Field(min_length=1)] = None
    """Its version, in quotes."""
    commit: Sha | None = None
    """The full SHA; setting it binds evidence to this commit."""
    environment: Annotated[str | None, Field(min_length=1)] = None
    """Where it is to go."""
    artifacts: list[ArtifactSection] = []
    """What is shipped."""


class DecisionSection(Section):
    """The limits of the decision."""

    go: Annotated[Share, Stricter.HIGHER] = parse_share("90%")
    """GO takes at least this score."""
    conditional: Annotated[Share, Stricter.HIGHER] = parse_share("75%")
    """Below this score it is NO-GO."""
    floors: dict[str, Annotated[Share, Stricter.HIGHER]] = {}
    """The least score of a category."""
    max_waived: Annotated[Share, Stricter.LOWER] = parse_share("25%")
    """More waived weight than this is NO-GO."""
    max_days: Annotated[int, Field(ge=1, le=3650), Stricter.LOWER] = 90
    """The furthest that a waiver's `expires` may be ahead, in days."""

    @model_validator(mode="after")
    def _in_order(self) -> DecisionSection:
        if self.conditional > self.go:
            raise ValueError(f"asks more for CONDITIONAL ({show_share(self.conditional)}) than for GO")
        return self


class DefaultsSection(Section):
    """What holds for every evidence that does not say otherwise."""

    max_age: Annotated[Duration | None, Stricter.LOWER] = None
    """How old evidence may be."""

    def age(self, said: timedelta | None) -> timedelta | None:
        """The limit of an evidence that says this one of its own; `0s` is a limit too."""
        return self.max_age if said is None else said


def _names(value: object) -> tuple[str, ...] | dict[str, tuple[str, ...]]:
    if isinstance(value, dict) and value:
        return {key: _list_of_names(one) for key, one in value.items()}
    return _list_of_names(value)


def _list_of_names(value: object) -> tuple[str, ...]:
    names = [value] if isinstance(value, str) else value
    if isinstance(names, list) and names and all(isinstance(name, str) and name for name in names):
        return tuple(names)
    raise ValueError(
        "is no name of an evidence; write `from: load`, `from: [a, b]`, or `from: {parameter: load}`"
    )


def _allowed(value: object) -> tuple[str, ...]:
    values = [value] if isinstance(value, str) else value
    if isinstance(values, list) and values and all(isinstance(one, str) and one for one in values):
        return tuple(values)
    raise ValueError("is no list of allowed values; write it as in [production, staging]")


def _day(value: object) -> datetime:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        return _end_of(date.fromisoformat(value))
    if isinstance(value, str) and re.search(r"([zZ]|[+-]\d{2}:\d{2})$", value):
        return datetime.fromisoformat(value)
    raise ValueError("is no date; write a day as in 2026-12-31, or a moment with its offset")


def _end_of(day: date) -> datetime:
    try:
        return end_of_day(day)
    except OverflowError:
        raise ValueError("is a day that does not end") from None


def _from_day(value: object) -> date:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        return date.fromisoformat(value)
    raise ValueError("is no date; write a day as in 2027-03-01")


_STRINGS: dict[str, Any] = {
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]
}
Names = Annotated[
    Any,
    PlainValidator(_names),
    WithJsonSchema({"anyOf": [*_STRINGS["anyOf"], {"type": "object", "additionalProperties": _STRINGS}]}),
]
Allowed = Annotated[tuple[str, ...], PlainValidator(_allowed), WithJsonSchema(_STRINGS)]
Day = Annotated[date, PlainValidator(_from_day), WithJsonSchema({"type": "string", "format": "date"})]
Expiry = Annotated[
    datetime, PlainValidator(_day), WithJsonSchema({"type": "string", "examples": ["2026-12-31"]})
]
ReleaseField = Literal["name", "version", "commit", "environment"]


class CheckSection(Section):
    """One use of a check; what is to be proven is in `with:`."""

    use: Annotated[str, Field(min_length=1)]
    """The id of the check; `readiness checks` lists them."""
    id: Id | None = None
    """A name of its own, needed when one check is used twice."""
    category: CategoryName | None = None
    """The heading that it counts under, where it is not the one in the check's id."""
    from_: Names | None = None
    """The evidence: its name, or names by parameter of the check."""
    enforce: Enforce = Enforce.SCORED
    """`required` blocks unless it is proven good; `scored` counts; `advisory` is only shown."""
    enforce_from: Day | None = None
    """Advisory until this day."""
    weight: Annotated[int | None, Field(ge=1, le=1000)] = None
    """Its part of the score, from 1 (the default) to 1000."""
    when: dict[ReleaseField, Allowed] | None = None
    """For which releases it is asked: fields of `release` and their allowed values."""
    with_: dict[str, Any] | None = None
    """The parameters; `readiness explain ID` tells them."""

    @property
    def heading(self) -> str:
        """The category that it counts in, on the scorecard and for floors."""
        return self.category or category_of(self.use)


class WaiverSection(Section):
    """A known shortcoming that somebody answers for until a day."""

    check: Annotated[str, Field(min_length=1)]
    """The id of the check."""
    object: ObjectName | None = None
    """`Kind/[namespace/]name[:container]`; without it the whole check."""
    for_: Reason | None = None
    """The reason of an `unproven` that is waived; without it a `fail` is."""
    reason: Annotated[str, Field(min_length=1)]
    """Why, with a ticket."""
    owner: Annotated[str, Field(min_length=1)]
    """Who answers for it."""
    expires: Expiry
    """A day, which counts to its end in UTC, or a moment with its offset."""


class PolicySections(Section):
    """A policy file."""

    readiness: Literal[1]
    """The version of this format."""
    name: Annotated[str, Field(min_length=1)]
    """What reports call the policy."""
    extends: Any = None
    """The parents: files beside this one, `builtin:NAME`, or `package:PACKAGE/NAME`."""
    release: dict[str, Any]
    """What is judged."""
    decision: dict[str, Any] | None = None
    """The limits of the decision."""
    evidence_defaults: dict[str, Any] | None = None
    """What holds for every evidence."""
    evidence: dict[str, dict[str, Any]] = {}
    """What is read, by name."""
    checks: Annotated[list[dict[str, Any]], Field(min_length=1)]
    """What is asked."""
    waivers: list[dict[str, Any]] = []
    """Known shortcomings."""
    may_change: list[str] | None = None
    """Paths that a child may change freely, as in `checks.performance/latency.with.p95`, `evidence.*.path`."""
