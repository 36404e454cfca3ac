"""The tree of an expression, walked without recursion."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def nodes_of(root: Any) -> Iterator[tuple[Any, bool]]:
    """Every node of the tree, and whether it stands behind `unless`; without recursion."""
    waiting = [(root, False)]
    while waiting:
        node, away = waiting.pop()
        yield node, away
        is_unless = type(node).__name__ == "BinaryExpr" and op_of(node) == "unless"
        waiting.extend((child, away or (is_unless and key == "rhs")) for key, child in children_of(node))


def children_of(node: Any) -> list[tuple[str, Any]]:
    """The parts of a node by their names; the arguments of a function are `arg0`, `arg1` and so on."""
    named = [(key, getattr(node, key, None)) for key in ("lhs", "rhs", "expr", "param", "vector_selector")]
    listed = [(f"arg{number}", one) for number, one in enumerate(getattr(node, "args", None) or ())]
    return [(key, one) for key, one in (*named, *listed) if one is not None]


def op_of(node: Any) -> str:
    """The operator of an operation, or the name of an aggregation."""
    return str(node.op).strip().lower()


def matching_of(node: Any) -> tuple[bool, list[str]] | None:
    """Whether labels are matched `on` those that are named, or `ignoring` them; None where all are matched."""
    found = node.modifier.matching if node.modifier is not None else None
    return None if found is None else (str(found.type).endswith("Include"), list(found.labels))


def is_filled(node: Any) -> bool:
    """Whether an operation fills in what one of its sides lacks."""
    fills = getattr(node.modifier, "fill_values", None)
    return any(getattr(fills, key, None) is not None for key in ("lhs", "rhs"))
