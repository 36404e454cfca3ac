"""Whether a value in a file of any program keeps its limits: a check of one's own, without code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import isfinite
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StrictBool, StrictFloat, StrictInt, StrictStr, model_validator

from readiness.check import Check, Finding, Measure, Outcome, Params, Stricter
from readiness.evidence.data import Data
from readiness.evidence.fields import Found, find, parse_path, same_scalar
from readiness.evidence.model import Reason

from ._value_units import in_unit

_MOST = 50
_LONGEST = 80
_PLAIN = (
    "let the program write a plain number, or one with its unit as in 180ms, or correct the path in `field`"
)


def _path(text: str) -> str:
    parse_path(text)
    return text


Number = StrictInt | StrictFloat
Scalar = StrictBool | StrictInt | StrictFloat | StrictStr
FieldName = Annotated[str, AfterValidator(_path)]


class ValueParams(Params):
    """Where the value stands, and what it must be."""

    field: FieldName
    """The path of the value, as `totals.errors` or `0.name`; `*` stands for every element, each of which must hold."""
    min: Annotated[Number | None, Stricter.HIGHER] = None
    """The least number that is good."""
    max: Annotated[Number | None, Stricter.LOWER] = None
    """The greatest number that is good."""
    equals: Scalar | Annotated[list[Scalar], Field(min_length=1)] | None = None
    """What the value must be, or a list of what it may be. Types count: the text "1" is not the number 1."""
    unit: Annotated[str, Field(min_length=1, max_length=20, pattern=r"^[^\s\d]+$")] | None = None
    """The unit of `min` and `max`, such as `ms`, `MiB`, `%` or `/s`. With it texts such as `180ms` are numbers too,
    turned into this unit; a plain number is taken for one in this unit."""
    min_count: Annotated[int, Field(ge=1), Stricter.HIGHER] = 1
    """The least number of places to which the path must lead."""

    @model_validator(mode="after")
    def _asks_something(self) -> ValueParams:
        if self.min is None and self.max is None and self.equals is None:
            raise ValueError("give `min`, `max` or `equals`")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("`min` is more than `max`")
        return self


class Value(Check[ValueParams]):
    """A value in a file of your own keeps its limits.

    The file is evidence of the kind `data`: JSON, YAML, TOML or CSV. A field that is not there is unproven, and so is
    one of another type: a limit for a number says nothing about a text, unless `unit` tells how to read it.

    ## Why it matters
    Every team has numbers that no tool of the shelf knows: a queue that must be empty, a migration that must be done, a
    share of customers on the new version. As a ticked box in a report they are opinions. As a field in a file that a
    program wrote, with a time, they are evidence.

    ## How to fix it
    Let the program that knows the number write it into a file, with the time (`observed-at` of the evidence names that
    field). Name the field as a path with dots, `components.*.status` for each of many, and give `min`, `max` or
    `equals`. Where the value is bad, look at the program that wrote it.

    ## References
    - docs/operations.md of readiness: data, values and statements
    - JSON: https://www.rfc-editor.org/rfc/rfc8259, TOML: https://toml.io/, CSV: https://www.rfc-editor.org/rfc/rfc4180
    """

    def judge(self, data: tuple[Data, ...]) -> Iterator[Finding]:
        """Each file apart, each place of the path apart."""
        for one in data:
            yield from self._file(one)

    def _file(self, data: Data) -> Iterator[Finding]:
        places = list(find(data.content, parse_path(self.params.field)))
        answers = [(place, self._place(data, place)) for place in places]
        bad = [finding for _, finding in answers if finding is not None]
        yield from _capped(bad)
        held = sum(place.state == "value" for place in places)
        if held < self.params.min_count and not (bad and held < len(places)):
            message = f"{data.path}: {_cut(self.params.field)} leads to {held} places"
            yield _unproven(Reason.INSUFFICIENT, message, f"at least {self.params.min_count}")
        if good := len(places) - len(bad):
            yield self._passed(data, [place for place, finding in answers if finding is None], good)

    def _place(self, data: Data, place: Found) -> Finding | None:
        name = f"{data.path}: {_cut(place.path)}"
        if place.state == "absent":
            return _unproven(Reason.MISSING, f"{name} is not there", self._expected)
        if place.state == "empty":
            return _unproven(
                Reason.MISSING, f"{name} stands for every element, and there is none", self._expected
            )
        return self._equal(name, place.value) or self._within(name, place.value)

    def _equal(self, name: str, value: Any) -> Finding | None:
        wanted = self.params.equals
        if wanted is None:
            return None
        allowed = wanted if isinstance(wanted, list) else [wanted]
        if any(same_scalar(value, one) for one in allowed):
            return None
        if not any(_sort(value) == _sort(one) for one in allowed):
            return _unproven(Reason.MALFORMED, f"{name} is {_shown(value)}, of another type", self._expected)
        return _failed(f"{name} is {_shown(value)}", _shown(value), self._expected)

    def _within(self, name: str, value: Any) -> Finding | None:
        if self.params.min is None and self.params.max is None:
            return None
        number = self._number(value)
        if number is None:
            hint = "; give `unit` to read a text" if isinstance(value, str) and not self.params.unit else ""
            unit = self.params.unit and f"number of {self.params.unit}"
            message = f"{name} is {_shown(value)}, which is no {unit or 'number'}{hint}"
            return _unproven(Reason.MALFORMED, message, self._expected).but(next=_PLAIN)
        low, high = self.params.min, self.params.max
        if (low is None or number >= _exact(low)) and (high is None or number <= _exact(high)):
            return None
        return _failed(f"{name} is {_shown(value)}", _shown(value), self._expected).but(
            measure=self._measure(number)
        )

    def _number(self, value: Any) -> Fraction | None:
        if isinstance(value, str) and self.params.unit:
            return in_unit(value, self.params.unit)
        return _exact(value) if isinstance(value, int | float) and not isinstance(value, bool) else None

    def _measure(self, number: Fraction) -> Measure | None:
        """Against the limit that is nearer, or broken."""
        low, high = self.params.min, self.params.max
        is_low = high is None or (low is not None and number - _exact(low) < _exact(high) - number)
        limit = low if is_low else high
        try:
            value, at = float(number), float(limit or 0)
        except OverflowError:
            return None
        better: Literal["higher", "lower"] = "higher" if is_low else "lower"
        return (
            Measure(value, at, self.params.unit or "", better) if isfinite(value) and isfinite(at) else None
        )

    def _passed(self, data: Data, places: Sequence[Found], good: int) -> Finding:
        observed = _shown(places[0].value) if good == 1 else f"{good} values"
        message = f"{data.path}: {_cut(self.params.field)} is as expected" + (
            f" in {good} places" if good > 1 else ""
        )
        numbers = [self._number(one.value) for one in places] if self.params.equals is None else []
        measures = [self._measure(one) for one in numbers if one is not None]
        worst = min(
            (one for one in measures if one), key=lambda one: abs(one.value - one.limit), default=None
        )
        return Finding(
            outcome=Outcome.PASS,
            message=message,
            observed=observed,
            expected=self._expected,
            count=good,
            measure=worst,
        )

    @property
    def _expected(self) -> str:
        unit = f" {self.params.unit}" if self.params.unit else ""
        parts = [f">= {self.params.min}{unit}"] if self.params.min is not None else []
        parts += [f"<= {self.params.max}{unit}"] if self.params.max is not None else []
        wanted = self.params.equals
        if wanted is not None:
            parts.append(" or ".join(map(_shown, wanted if isinstance(wanted, list) else [wanted])))
        return " and ".join(parts)


def _exact(number: float) -> Fraction:
    """A number as it is written: 99.9 is the same as in the text `99.9%`."""
    return Fraction(str(number))


def _capped(found: Sequence[Finding]) -> Iterator[Finding]:
    ranked = sorted(found, key=lambda one: -one.outcome.rank)
    yield from ranked[:_MOST]
    if rest := ranked[_MOST:]:
        yield rest[0].but(message=f"{len(rest)} more of this sort: {rest[0].message}")


def _sort(value: Any) -> str:
    """The type as JSON has it."""
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, int | float) else type(value).__name__


def _shown(value: Any) -> str:
    """A scalar as JSON writes it; of anything larger, only what it is."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case str():
            return f'"{_cut(value)}"'
        case int() | float():
            return str(value)
        case list():
            return f"a list of {len(value)}"
    return "a map"


def _cut(text: str) -> str:
    shown = "".join(letter if letter.isprintable() else " " for letter in text)
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 3]}..."


def _failed(message: str, observed: str, expected: str) -> Finding:
    next_ = "look at the program that wrote it, and at what it measures"
    return Finding(outcome=Outcome.FAIL, message=message, observed=observed, expected=expected, next=next_)


def _unproven(reason: Reason, message: str, expected: str) -> Finding:
    next_ = "correct the path in `field`, or let the program write it"
    return Finding(outcome=Outcome.UNPROVEN, reason=reason, message=message, expected=expected, next=next_)
