"""What the tree of an expression can tell: its nodes, and whether a sample can come of it."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from math import inf, isnan
from typing import Any

from readiness.evidence.promql import Selection

_COMPARISONS = {
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}
_COMPARING = _COMPARISONS.keys()
_CUTTING = frozenset({"and", "unless"})
_ABSENT = frozenset({"absent", "absent_over_time"})


def nodes_of(root: Any) -> Iterator[tuple[Any, bool]]:
    """Every node of the tree, and whether it stands behind `unless`; without recursion."""
    waiting = [(root, False)]
    while waiting:
        node, away = waiting.pop()
        yield node, away
        is_unless = type(node).__name__ == "BinaryExpr" and _op(node) == "unless"
        for key in ("lhs", "rhs", "expr", "param", "vector_selector"):
            child = getattr(node, key, None)
            if child is not None:
                waiting.append((child, away or (is_unless and key == "rhs")))
        waiting.extend((one, away) for one in getattr(node, "args", None) or ())


def filters(node: Any) -> bool:
    """Whether it can leave samples out."""
    name = type(node).__name__
    if name == "BinaryExpr":
        return _op(node) in _CUTTING or (_op(node) in _COMPARING and not _returns_bool(node))
    return _is_absent(node)


def never(nodes: list[tuple[Any, bool]], selections: tuple[Selection, ...]) -> str:
    """Why no sample can come; not told where another side, or absence, may give one."""
    if any(_is_or(node) or _is_absent(node) for node, _ in nodes):
        return ""
    reasons = [_contradiction(one) for one in selections if not one.takes_away]
    reasons += [_contradicted(node) for node, away in nodes if not away]
    return next(filter(None, reasons), "")


def always(root: Any) -> bool:
    """Whether one side of an `or` at the top reads no metric, and so gives a sample whatever happens."""
    if not _is_or(root):
        return False
    bare = _bare(root)
    return any(not _reads(side) for side in (bare.lhs, bare.rhs))


def _is_absent(node: Any) -> bool:
    return type(node).__name__ == "Call" and node.func.name in _ABSENT


def _bare(node: Any) -> Any:
    """What stands in brackets."""
    while type(node).__name__ == "ParenExpr":
        node = node.expr
    return node


def _is_or(node: Any) -> bool:
    bare = _bare(node)
    return type(bare).__name__ == "BinaryExpr" and _op(bare) == "or"


def _reads(node: Any) -> bool:
    return any(type(one).__name__ == "VectorSelector" for one, _ in nodes_of(node))


def _constant(node: Any) -> float | None:
    """The number that `2`, `(2)` and `vector(2)` are; None for anything else."""
    bare = _bare(node)
    if type(bare).__name__ == "Call" and bare.func.name == "vector":
        bare = _bare(bare.args[0])
    value = getattr(bare, "val", None)
    return value if isinstance(value, float) else None


def _op(node: Any) -> str:
    return str(node.op).strip().lower()


def _returns_bool(node: Any) -> bool:
    return bool(node.modifier is not None and getattr(node.modifier, "return_bool", False))


def _contradiction(one: Selection) -> str:
    said: dict[str, str] = {}
    for label in one.labels:
        if label.op == "=" and said.setdefault(label.name, label.value) != label.value:
            return f'{label.name} cannot be "{said[label.name]}" and "{label.value}" at once'
    return ""


def _contradicted(node: Any) -> str:
    if type(node).__name__ != "BinaryExpr" or _op(node) not in _COMPARING or _returns_bool(node):
        return ""
    first, second = _constant(node.lhs), _constant(node.rhs)
    if first is not None and second is not None and not _COMPARISONS[_op(node)](first, second):
        return f"{first:g} is not {_op(node)} {second:g}"
    for side, beyond in ((node.rhs, {">": inf, "<": -inf}), (node.lhs, {"<": inf, ">": -inf})):
        value = getattr(side, "val", None)
        if isinstance(value, float) and (
            (isnan(value) and _op(node) != "!=") or value == beyond.get(_op(node))
        ):
            return f"nothing can be {_op(node)} {value:g}"
    return ""
