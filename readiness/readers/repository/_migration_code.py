"""Migrations in Python and Ruby: what their calls destroy on the way up."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from readiness.evidence.model import Unproven
from readiness.evidence.repository import Destruction
from readiness.readers.python._parse import parse
from readiness.readers.repository._sql import bare, destructions

_ALEMBIC: Mapping[str, str] = {
    "drop_column": "drops a column",
    "drop_table": "drops a table",
    "rename_table": "renames a table",
    "drop_table_comment": "",
}
_DJANGO: Mapping[str, str] = {
    "RemoveField": "drops a column",
    "DeleteModel": "drops a table",
    "RenameField": "renames a column",
    "RenameModel": "renames a table",
    "AlterField": "changes a type",
    "AlterModelTable": "renames a table",
}
_RAILS: Mapping[str, str] = {
    "remove_column": "drops a column",
    "remove_columns": "drops a column",
    "remove_reference": "drops a column",
    "remove_belongs_to": "drops a column",
    "remove_timestamps": "drops a column",
    "drop_table": "drops a table",
    "drop_join_table": "drops a table",
    "rename_column": "renames a column",
    "rename_table": "renames a table",
    "change_column": "changes a type",
    "change_column_null": "refuses nulls from now on",
    "delete_all": "deletes all rows",
    "destroy_all": "deletes all rows",
    "update_all": "overwrites all rows",
}
_RUBY_CALL = re.compile(
    rf"(?:^|[\s.;(])({'|'.join(_RAILS)}|(?:t|table)\.(?:remove|rename|change))\b[\s(]*([^\n]*)"
)
_RUBY_SQL = re.compile(r"\b(?:execute|exec_query|exec_update)\b")
_RUBY_TEXT = re.compile(
    r"\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'"
    r"|<<[-~]?['\"]?(\w+)['\"]?[^\n]*\n(.*?)^\s*\3\s*$",
    re.S | re.M,
)
_RUBY_NAME = re.compile(r"[:\"']([A-Za-z_]\w*)")
_RUBY_DOWN = re.compile(r"^(\s*)def\s+(?:self\.)?down\b.*?^\1end\b", re.M | re.S)
_RUBY_COMMENT = re.compile(r"(?m)^\s*#[^\n]*|(?<=\s)#(?!\{)[^\n]*")
OPAQUE = "runs code that cannot be read here"


def of_alembic(content: bytes, path: str) -> Iterator[Destruction]:
    """All but `downgrade()`; Unproven when it is no Python."""
    module = parse(content, path)
    body = [one for one in module.body if not (isinstance(one, ast.FunctionDef) and one.name == "downgrade")]
    for call in _calls(body):
        yield from _of_alembic(call)


def of_django(content: bytes, path: str) -> Iterator[Destruction]:
    """The operations of a migration; Unproven when it is no Python."""
    for call in _calls(parse(content, path).body):
        name = _name(call)
        if name in _DJANGO:
            yield Destruction(call.lineno, _DJANGO[name], _texts(call))
        elif name == "RunSQL":
            yield from _sql_of(call, call.args[:1] or [k.value for k in call.keywords if k.arg == "sql"])
        elif name == "RunPython" and not _has_way_back(call):
            yield Destruction(call.lineno, "changes data without a way back")


def of_rails(content: bytes) -> Iterator[Destruction]:
    """The calls of a migration but for those of `down`; texts that are executed are read as SQL."""
    text = _RUBY_COMMENT.sub("", content.decode(errors="replace"))
    text = _RUBY_DOWN.sub(lambda found: "\n" * found[0].count("\n"), text)
    for found in _RUBY_CALL.finditer(text):
        line = text.count("\n", 0, found.start(1)) + 1
        what = _RAILS.get(found[1]) or {"remove": "drops a column", "rename": "renames a column"}.get(
            found[1].partition(".")[2], "changes a type"
        )
        yield Destruction(line, what, tuple(name.casefold() for name in _RUBY_NAME.findall(found[2])[:6]))
    for call in _RUBY_SQL.finditer(text):
        line = text.count("\n", 0, call.start()) + 1
        told = _RUBY_TEXT.search(text, call.end())
        if told is None or text[call.end() : told.start()].strip(" \t\n(") or "#{" in told[0]:
            yield Destruction(line, OPAQUE)
        else:
            yield from destructions(told[1] or told[2] or told[4] or "", line)


def _of_alembic(call: ast.Call) -> Iterator[Destruction]:
    name = _name(call)
    if what := _ALEMBIC.get(name, ""):
        yield Destruction(call.lineno, what, _texts(call))
    elif name == "alter_column":
        given = {one.arg for one in call.keywords}
        for key, what in (("type_", "changes a type"), ("new_column_name", "renames a column")):
            if key in given:
                yield Destruction(call.lineno, what, _texts(call))
        if any(k.arg == "nullable" and _is(k.value, False) for k in call.keywords):
            yield Destruction(call.lineno, "refuses nulls from now on", _texts(call))
    elif name in ("execute", "exec_driver_sql", "executemany"):
        yield from _sql_of(call, call.args[:1])


def _sql_of(call: ast.Call, given: list[ast.expr]) -> Iterator[Destruction]:
    """What SQL it runs: every text of its argument; without one, nobody can tell."""
    texts = [
        one
        for argument in given
        for one in ast.walk(argument)
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
    ]
    if not texts or any(isinstance(one, ast.FormattedValue) for a in given for one in ast.walk(a)):
        yield Destruction(call.lineno, OPAQUE)
    for one in texts:
        yield from destructions(str(one.value), one.lineno)


def _calls(body: list[ast.stmt]) -> Iterator[ast.Call]:
    found = [one for statement in body for one in ast.walk(statement) if isinstance(one, ast.Call)]
    return iter(sorted(found, key=lambda one: (one.lineno, one.col_offset)))


def _name(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _texts(call: ast.Call) -> tuple[str, ...]:
    given = [*call.args, *(one.value for one in call.keywords if one.arg in _NAMING)]
    return tuple(
        bare(one.value) for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str)
    )


_NAMING = frozenset({"model_name", "name", "old_name", "new_name", "table_name", "column_name"})


def _has_way_back(call: ast.Call) -> bool:
    return len(call.args) > 1 or any(one.arg == "reverse_code" for one in call.keywords)


def _is(node: ast.expr, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


def problem_of(error: Unproven) -> str:
    """Why a migration in code is not understood."""
    return error.message[:200]
