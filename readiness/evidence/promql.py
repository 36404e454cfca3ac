"""What an expression of Prometheus reads."""

from __future__ import annotations

from typing import Literal

from readiness.evidence.model import Value
from readiness.evidence.written import Place


class LabelMatch(Value, frozen=True):
    """One matcher, as in `code!="200"`. Regular expressions are anchored at both ends."""

    name: str
    op: Literal["=", "!=", "=~", "!~"]
    value: str


class Selection(Value, frozen=True):
    """One selector: a metric with matchers. `metric` is empty where the name is a pattern or a variable.

    `takes_away` says that it stands behind `unless`: what it finds is left out.
    """

    metric: str
    labels: tuple[LabelMatch, ...] = ()
    takes_away: bool = False


class Expression(Value, frozen=True, kw_only=True):
    """An expression and what it reads.

    `is_parsed` is False where there was no parser: then nothing is known but the text. `filters` says whether
    anything in it can leave samples out: a comparison, `absent`, `and`, `unless`. `never` says why it can never give a
    sample, and is empty where that cannot be told; `always` whether it gives one whatever the metrics are.
    """

    text: str
    place: Place
    is_parsed: bool
    selections: tuple[Selection, ...] = ()
    filters: bool = False
    never: str = ""
    always: bool = False

    @property
    def metrics(self) -> tuple[str, ...]:
        """The names that it reads, each once; those that are patterns are not among them."""
        return tuple(dict.fromkeys(one.metric for one in self.selections if one.metric))
