"""Whether an expression can give a sample at all, told from its tree.

Parts are judged from the leaves to the root, without recursion: what stands behind a contradiction gives nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any

from readiness.readers.promql_arithmetic import reckoned
from readiness.readers.promql_labels import Labels
from readiness.readers.promql_selection import selected
from readiness.readers.promql_span import COMPARING, FLIPPED, Span, compared, number
from readiness.readers.promql_tree import children_of, is_filled, matching_of, op_of
from readiness.readers.promql_values import aggregated, called

_SETS = frozenset({"and", "or", "unless"})


def sense_of(root: Any) -> Span:
    """What is known of what an expression gives."""
    steps: list[_Step] = [_Step(root, {})]
    for step in steps:  # grows while it is walked: children come after their parents
        for key, child in children_of(step.node):
            step.kids[key] = len(steps)
            steps.append(_Step(child, {}))
    spans: list[Span] = [Span()] * len(steps)
    for at in range(len(steps) - 1, -1, -1):
        step = steps[at]
        spans[at] = _judged(step.node, {key: spans[kid] for key, kid in step.kids.items()})
    return spans[0]


@dataclass
class _Step:
    node: Any
    kids: dict[str, int]


def _judged(node: Any, kids: Mapping[str, Span]) -> Span:
    judge = _JUDGES.get(type(node).__name__)
    return judge(node, kids) if judge is not None else Span()


def _binary(node: Any, kids: Mapping[str, Span]) -> Span:
    op, first, second = op_of(node), kids["lhs"], kids["rhs"]
    if op == "or":
        return _either(first, second)
    if first.empty or (second.empty and op != "unless"):
        return Span(empty=first.empty or second.empty, filters=True)
    clash = _clash(node, first, second)
    if op in _SETS:
        return _both(node, first, second, clash) if op == "and" else _unless(node, first, second)
    if clash:
        return Span(empty=clash, filters=True)
    if op in COMPARING:
        return _comparison(node, op, first, second)
    is_same = _is_same(node, first, second) and not (first.filters or second.filters)
    made = (second if first.is_scalar else first).of(*reckoned(op, first, second, is_same=is_same))
    is_plain = first.is_scalar or second.is_scalar
    return replace(
        made,
        labels=made.labels if is_plain else Labels(),
        filters=first.filters or second.filters,
        may_be_huge=op in ("/", "^", "%") or first.may_be_huge or second.may_be_huge,
        sure=first.sure and second.sure and is_plain and isfinite(made.low) and isfinite(made.high),
    )


def _either(first: Span, second: Span) -> Span:
    if first.empty or second.empty:
        return first if second.empty else second
    return Span(
        min(first.low, second.low),
        max(first.high, second.high),
        sure=first.sure or second.sure,
        filters=first.filters and second.filters,
        may_be_huge=first.may_be_huge or second.may_be_huge,
    )


def _both(node: Any, first: Span, second: Span, clash: str) -> Span:
    if (first.absent and first.absent == second.base) or (second.absent and second.absent == first.base):
        clash = "it asks for what must be absent"
    elif _is_same(node, first, second) and (first.low > second.high or first.high < second.low):
        clash = "its sides ask for different values of the same"
    cuts = first.filters or second.filters or not first.base or first.base != second.base
    return replace(first, empty=clash, filters=cuts, sure=False)


def _unless(node: Any, first: Span, second: Span) -> Span:
    if second.empty:
        return first
    is_all = bool(first.base) and first.base == second.base and not second.filters
    is_bare = first.labels.is_bare and second.labels.is_bare
    if is_all or (second.sure and (is_bare or matching_of(node) == (True, []))):
        return Span(empty="what stands behind `unless` takes all of it away", filters=True)
    return replace(first, filters=True, sure=False)


def _comparison(node: Any, op: str, first: Span, second: Span) -> Span:
    are_scalars = first.is_scalar and second.is_scalar
    if node.modifier is not None and node.modifier.return_bool:
        kept = (second if first.is_scalar else first).of(0.0, 1.0)
        return replace(kept, filters=first.filters or second.filters, is_scalar=are_scalars)
    if first.is_scalar:
        first, second, op = second, first, FLIPPED[op]
    if op in ("<", ">") and _is_same(node, first, second) and not (first.filters or second.filters):
        return Span(empty=f"nothing is {op} itself", filters=True)
    made = compared(first, op, second)
    return made if second.is_scalar or matching_of(node) is None else replace(made, labels=Labels())


def _is_same(node: Any, first: Span, second: Span) -> bool:
    """Whether each sample meets itself."""
    return bool(first.base) and first.base == second.base and matching_of(node) is None


def _clash(node: Any, first: Span, second: Span) -> str:
    """Why no sample of one side has the labels of one of the other."""
    if first.is_scalar or second.is_scalar or is_filled(node):
        return ""
    found = matching_of(node)
    label = first.labels.clash(second.labels, lambda name: found is None or (name in found[1]) == found[0])
    return f"its two sides never have the same {label}" if label else ""


def _aggregate(node: Any, kids: Mapping[str, Span]) -> Span:
    one, modifier = kids["expr"], node.modifier
    names = frozenset(modifier.labels) if modifier is not None else frozenset()
    is_without = modifier is not None and str(modifier.type).endswith("Without")
    labels = one.labels.without(names) if is_without else one.labels.kept(names)
    return aggregated(op_of(node), one, kids.get("param"), labels)


def _call(node: Any, kids: Mapping[str, Span]) -> Span:
    return called(node.func.name, [kids[f"arg{at}"] for at in range(len(node.args))])


_JUDGES: Mapping[str, Callable[[Any, Mapping[str, Span]], Span]] = {
    "NumberLiteral": lambda node, _: number(node.val),
    "ParenExpr": lambda _, kids: kids["expr"],
    "UnaryExpr": lambda _, kids: kids["expr"].of(-kids["expr"].high, -kids["expr"].low),
    "SubqueryExpr": lambda _, kids: kids["expr"],
    "MatrixSelector": lambda _, kids: replace(kids["vector_selector"], base=""),
    "VectorSelector": lambda node, _: selected(node),
    "BinaryExpr": _binary,
    "AggregateExpr": _aggregate,
    "Call": _call,
}
