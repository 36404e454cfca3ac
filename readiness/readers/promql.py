"""Expressions of Prometheus, parsed by `promql-parser`.

The parser is recursive, and ends the process when an expression is nested some thousands of levels deep. So what
could nest is counted first, strings included: https://prometheus.io/docs/prometheus/latest/querying/basics/
"""

from __future__ import annotations

import re
from typing import Any

from readiness.evidence.model import Reason, Unproven
from readiness.evidence.promql import Expression, LabelMatch, Selection
from readiness.evidence.written import Place
from readiness.readers.promql_sense import sense_of
from readiness.readers.promql_tree import nodes_of

INSTALL = "install readiness[promql]"
MAX_LENGTH = 10_000
MAX_NESTING = 500
_NESTING = re.compile(r"[-+*/%^><=!(\[{]|\b(?:and|or|unless|atan2)\b", re.IGNORECASE)
_OPS = {"Equal": "=", "NotEqual": "!=", "Re": "=~", "NotRe": "!~"}


def expression(text: str, place: Place, what: str) -> Expression:
    """The expression and what it reads; without the parser, the text alone.

    Unproven (malformed) with its line when it is none. `what` names it, as in `the alert CheckoutDown`.
    """
    if not text.strip():
        raise _refused(place, what, "it is empty")
    many = len(_NESTING.findall(text))
    if len(text) > MAX_LENGTH or many > MAX_NESTING:
        reason = f"it has {len(text):,} characters and {many:,} operators and brackets: that is not parsed"
        raise _refused(place, what, reason)
    try:
        import promql_parser
    except ImportError:
        return Expression(text=text, place=place, is_parsed=False)
    try:
        parsed = promql_parser.parse(text)
    except ValueError as error:
        raise _refused(place, what, _said(error)) from None
    if any(getattr(getattr(node, "matchers", None), "or_matchers", None) for node, _ in nodes_of(parsed)):
        raise _refused(place, what, "matchers are joined by `or`, which Prometheus does not know")
    return _read(parsed, text, place)


def _refused(place: Place, what: str, reason: str) -> Unproven:
    message = f"line {place.line}: the expression of {what} is no PromQL: {reason}"
    return Unproven(
        Reason.MALFORMED, message, "correct it, and try it in Prometheus or with `promtool check`"
    )


def _said(error: ValueError) -> str:
    return " ".join(str(error).split())[:200]


def _read(parsed: Any, text: str, place: Place) -> Expression:
    nodes = list(nodes_of(parsed))
    selections = tuple(
        _selection(node, takes_away=away) for node, away in nodes if type(node).__name__ == "VectorSelector"
    )
    sense = sense_of(parsed)
    return Expression(
        text=text,
        place=place,
        is_parsed=True,
        selections=selections,
        filters=sense.filters,
        never=sense.empty,
        always=sense.sure,
        normal=" ".join(parsed.prettify().split()),
    )


def _selection(node: Any, *, takes_away: bool) -> Selection:
    labels, metric = [], node.name or ""
    for one in node.matchers.matchers:
        op = _OPS[str(one.op).rpartition(".")[2]]
        if one.name == "__name__":
            metric = one.value if op == "=" else metric
        labels.append(LabelMatch(one.name, op, one.value))  # type: ignore[arg-type]
    told = tuple(one for one in labels if (one.name, one.op) != ("__name__", "="))
    return Selection(metric, told, takes_away)
