"""The docstrings below the fields of a model, read when somebody asks for them.

Pydantic can take them into every model as it is made, which reads and parses source code in each run of the gate.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator, Mapping
from itertools import pairwise

from pydantic import BaseModel


def attribute_docs(model: type[BaseModel]) -> Mapping[str, str]:
    """Field name -> its docstring, those of base classes included; empty where there is no source."""
    found: dict[str, str] = {}
    for base in reversed(model.__mro__):
        if issubclass(base, BaseModel) and base is not BaseModel:
            found.update(_own(base))
    return {name: text for name, text in found.items() if name in model.model_fields}


def _own(model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(model)))
    except (OSError, TypeError, SyntaxError):
        return
    (definition,) = tree.body
    body = definition.body if isinstance(definition, ast.ClassDef) else []
    for field, after in pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and (text := _text(after)):
            yield field.target.id, inspect.cleandoc(text)


def _text(node: ast.stmt) -> str | None:
    if (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    ):
        return node.value.value
    return None
