"""The modules, classes, functions and methods of one parsed file.

What counts is what mypy's `disallow_untyped_defs` and `disallow_incomplete_defs` ask for, and what interrogate counts:
https://mypy.readthedocs.io/en/stable/config_file.html#untyped-definitions-and-calls
https://interrogate.readthedocs.io/en/latest/
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace

from readiness.evidence.python_source import Reach, Sort
from readiness.readers.python._files import PythonFile

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_DUNDER = re.compile(r"__\w+__")
_LETTER = re.compile(r"[^\W\d_]")
_UNWRITTEN = re.compile(r"\W*(?:(?:TODO|FIXME|TBD|XXX)\b|_summary_|(?i:missing|no) docstring\b)")
_NEEDS_NO_RESULT = frozenset({"__init__", "__init_subclass__"})
_SETTERS = frozenset({"setter", "deleter"})
_ANY = frozenset({"Any"})
_MANY = 1_000


@dataclass(frozen=True, slots=True)
class Definition:
    """One definition. `lacks_hints` is empty when it is annotated; None as `documented`: nobody asks for it."""

    file: str
    line: int
    name: str
    sort: Sort
    reach: Reach
    lacks_hints: str = ""
    is_vague: bool = False
    documented: bool | None = None
    is_overload: bool = False
    parameters: int = 0
    """How many it takes, `self` aside; a `*args` or `**kwargs` makes them many."""

    @property
    def is_callable(self) -> bool:
        """Whether it is a function or a method."""
        return self.sort in ("function", "method")


@dataclass(frozen=True, slots=True)
class _Scope:
    name: str
    reach: Reach
    is_class: bool


def definitions(module: ast.Module, file: PythonFile) -> Iterator[Definition]:
    """All of them, the module first; the variants of an overload are one with their implementation."""
    if module.body:
        documented = None if file.is_stub else _has_docstring(module)
        yield Definition(file.shown, 1, file.shown, "module", "public", documented=documented)
    vague = _ANY | set(_aliases(module))
    found = [_definition(node, scope, file, vague) for node, scope in _walk(module)]
    yield from _merged(found)


def has_code(module: ast.Module) -> bool:
    """Whether it holds a statement that is more than a string, a number or `...`."""
    return any(not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant)) for one in module.body)


def _aliases(module: ast.Module) -> Iterator[str]:
    """The names under which `Any` is imported at the top of the module."""
    for node in module.body:
        if isinstance(node, ast.ImportFrom) and node.module in ("typing", "typing_extensions"):
            yield from (one.asname for one in node.names if one.name == "Any" and one.asname)


def _walk(module: ast.Module) -> Iterator[tuple[_Function | ast.ClassDef, _Scope]]:
    """Every class and function with what it stands in; statements only, for expressions define none that counts."""
    stack: list[tuple[Sequence[ast.AST], _Scope]] = [(module.body, _Scope("", "public", is_class=False))]
    while stack:
        nodes, scope = stack.pop()
        for node in nodes:
            if isinstance(node, _Function | ast.ClassDef):
                yield node, scope
                stack.append((node.body, _inside(node, scope)))
            else:
                stack.extend((block, scope) for block in _blocks(node))


def _blocks(node: ast.AST) -> Iterator[Sequence[ast.AST]]:
    """The statements within a statement: those of `if`, `try`, `with`, loops and `match`."""
    for name in ("body", "orelse", "finalbody", "handlers", "cases"):
        block = getattr(node, name, None)
        if isinstance(block, list):
            yield block


def _inside(node: _Function | ast.ClassDef, scope: _Scope) -> _Scope:
    name = f"{scope.name}{node.name}."
    if isinstance(node, _Function) or scope.reach == "nested":
        return _Scope(name, "nested", isinstance(node, ast.ClassDef))
    is_private = scope.reach == "private" or _is_private(node.name)
    return _Scope(name, "private" if is_private else "public", is_class=True)


def _definition(
    node: _Function | ast.ClassDef, scope: _Scope, file: PythonFile, vague: Set[str]
) -> Definition:
    reach = scope.reach
    if reach == "public" and _DUNDER.fullmatch(node.name):
        reach = "dunder"
    elif reach == "public" and _is_private(node.name):
        reach = "private"
    name = scope.name + node.name
    if isinstance(node, ast.ClassDef):
        documented = None if file.is_stub else _has_docstring(node)
        return Definition(file.shown, node.lineno, name, "class", reach, documented=documented)
    sort: Sort = "method" if scope.is_class else "function"
    decorators = [_last_name(one) for one in node.decorator_list]
    is_overload = "overload" in decorators
    asks_for_text = not (
        file.is_stub or is_overload or _SETTERS & set(decorators) or "override" in decorators
    )
    hints = _annotations(node, vague, is_method=scope.is_class and "staticmethod" not in decorators)
    lacks = "@no_type_check" if "no_type_check" in decorators else ", ".join(hints.missing)
    return Definition(
        file.shown,
        node.lineno,
        name,
        sort,
        reach,
        lacks_hints=lacks,
        is_vague=not lacks and hints.is_vague,
        documented=_has_docstring(node) if asks_for_text else None,
        is_overload=is_overload,
        parameters=hints.parameters,
    )


@dataclass(frozen=True, slots=True)
class _Hints:
    missing: list[str]
    is_vague: bool
    parameters: int


def _annotations(node: _Function, vague: Set[str], *, is_method: bool) -> _Hints:
    """What lacks an annotation: parameters by name, and `the result`. `self` and `cls` need none."""
    said = node.args
    positional = [*said.posonlyargs, *said.args]
    own = positional[1:] if is_method else positional
    parameters = [*own, *said.kwonlyargs, *(one for one in (said.vararg, said.kwarg) if one)]
    missing = [one.arg for one in parameters if one.annotation is None]
    given = [one.annotation for one in parameters if one.annotation is not None]
    if node.returns is not None:
        given.append(node.returns)
    elif not (is_method and node.name in _NEEDS_NO_RESULT and given):
        missing.append("the result")
    is_vague = bool(given) and all(_is_vague(one, vague) for one in given)
    return _Hints(missing, is_vague, _MANY if said.vararg or said.kwarg else len(parameters))


def _is_vague(node: ast.expr, vague: Set[str]) -> bool:
    """`Any`, under whatever name, and `Any | None`, which says no more."""
    if isinstance(node, ast.BinOp):
        sides = (node.left, node.right)
        is_none = [isinstance(one, ast.Constant) and one.value is None for one in sides]
        return any(is_none) and any(_is_vague(one, vague) for one in sides)
    if isinstance(node, ast.Subscript):
        return _last_name(node.value) == "Optional" and _is_vague(node.slice, vague)
    return _last_name(node) in vague


def _merged(found: Sequence[Definition]) -> Iterator[Definition]:
    """Overloads and what implements them become one, which is annotated when all of them are."""
    groups: dict[str, list[Definition]] = {}
    overloaded = {one.name for one in found if one.is_overload}
    for one in found:
        if one.name in overloaded and one.is_callable:
            groups.setdefault(one.name, []).append(one)
        else:
            yield one
    for group in groups.values():
        last = next((one for one in group if not one.is_overload), group[-1])
        lacks = next((one.lacks_hints for one in group if one.lacks_hints), "")
        most = max(one.parameters for one in group)
        yield replace(last, lacks_hints=lacks, is_vague=all(one.is_vague for one in group), parameters=most)


def _is_private(name: str) -> bool:
    return name.startswith("_") and not _DUNDER.fullmatch(name)


def _has_docstring(node: ast.Module | ast.ClassDef | _Function) -> bool:
    """Whether it begins with a docstring that holds at least one letter, and that is no mere `TODO`."""
    first = node.body[0] if node.body else None
    if not (isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)):
        return False
    text = first.value.value
    return isinstance(text, str) and bool(_LETTER.search(text)) and not _UNWRITTEN.match(text)


def _last_name(node: ast.expr) -> str:
    """`overload` of `typing.overload`, `setter` of `name.setter`; empty for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value.strip().rpartition(".")[2]
    if isinstance(node, ast.Call):
        node = node.func
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
