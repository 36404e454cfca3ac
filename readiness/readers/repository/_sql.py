"""Statements of SQL that destroy data, or change what an older version of the code needs.

No dialect is parsed: comments and texts in quotes are taken out, and what is left is cut at `;`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from readiness.evidence.repository import Destruction

_TOKEN = re.compile(
    r"(?P<line>--[^\n]*|\#(?![>-])[^\n]*)|(?P<block>/\*(?![!+]).*?(?:\*/|\Z))|(?P<text>[EeNn]?'(?:[^']|'')*(?:'|\Z))"
    r"|(?P<end>;)|(?P<other>\"[^\"]*\"|`[^`]*`|[^-#/'\";`EeNn]+|.)",
    re.DOTALL,
)
_NAME = r"((?:[\w$]+|\"[^\"]+\"|`[^`]+`|\[[^\]]+\])(?:\.(?:[\w$]+|\"[^\"]+\"|`[^`]+`|\[[^\]]+\]))*)"
_IF = r"(?:IF\s+(?:NOT\s+)?EXISTS\s+)?"
_NO_COLUMN = (
    r"COLUMN|CONSTRAINT|INDEX|KEY|PRIMARY|FOREIGN|CHECK|DEFAULT|NOT|EXPRESSION|IDENTITY|PARTITION|TRIGGER|RULE|POLICY"
    r"|OWNED|TABLE|SCHEMA|DATABASE|VIEW|MATERIALIZED|TYPE|DOMAIN|SEQUENCE|FUNCTION|PROCEDURE|EXTENSION|ROLE|USER|TEMPORARY"
)
_Rules = tuple[tuple[str, re.Pattern[str]], ...]


def _rules(*pairs: tuple[str, str]) -> _Rules:
    return tuple((what, re.compile(pattern, re.IGNORECASE)) for what, pattern in pairs)


_ALTER = re.compile(rf"\bALTER\s+(?:FOREIGN\s+)?TABLE\s+{_IF}(?:ONLY\s+)?{_NAME}", re.IGNORECASE)
_RULES = _rules(
    ("drops a table", rf"\bDROP\s+(?:TEMPORARY\s+)?(?:FOREIGN\s+)?TABLE\s+{_IF}{_NAME}"),
    ("drops a schema", rf"\bDROP\s+(?:SCHEMA|DATABASE)\s+{_IF}{_NAME}"),
    ("drops a view", rf"\bDROP\s+(?:MATERIALIZED\s+)?VIEW\s+{_IF}{_NAME}"),
    ("drops a type", rf"\bDROP\s+(?:TYPE|DOMAIN|SEQUENCE)\s+{_IF}{_NAME}"),
    ("truncates a table", rf"\bTRUNCATE\s+(?:TABLE\s+)?(?:ONLY\s+)?(?!ON\b|TABLE\b|ONLY\b){_NAME}"),
    ("renames a table", rf"\bRENAME\s+TABLE\s+{_NAME}"),
    ("renames a table", r"\bsp_rename\b"),
)
# Within ALTER TABLE, whose name comes first; COLUMN may be left out.
_ACTIONS = _rules(
    ("drops a column", rf"\bDROP\s+(?:COLUMN\s+)?{_IF}(?!(?:{_NO_COLUMN}|IF)\b){_NAME}"),
    ("drops a partition", rf"\b(?:DROP|TRUNCATE)\s+PARTITION\s+{_IF}{_NAME}"),
    ("changes a type", rf"\bALTER\s+(?:COLUMN\s+)?(?!TABLE\b){_NAME}\s+(?:SET\s+DATA\s+)?TYPE\b"),
    ("changes a type", rf"\b(?:MODIFY|CHANGE)\s+(?:COLUMN\s+)?{_NAME}"),
    ("changes a type", rf"\bALTER\s+COLUMN\s+{_NAME}\s+(?!(?:SET|DROP|TYPE|ADD|RESTART|RESET)\b)\w"),
    ("refuses nulls from now on", rf"\bALTER\s+(?:COLUMN\s+)?{_NAME}\s+SET\s+NOT\s+NULL\b"),
    (
        "renames a column",
        rf"\bRENAME\s+(?:COLUMN\s+)?(?!(?:TO|AS|CONSTRAINT|INDEX|KEY|TABLE)\b){_NAME}\s+TO\b",
    ),
    ("renames a table", r"\bRENAME\s+(?:TO|AS)\b"),
)
_DELETE = re.compile(rf"\bDELETE\s+FROM\s+(?:ONLY\s+)?{_NAME}", re.IGNORECASE)
_UPDATE = re.compile(rf"\bUPDATE\s+(?:ONLY\s+)?{_NAME}\s+(?:AS\s+\w+\s+|\w+\s+)?SET\b", re.IGNORECASE)
_WHERE = re.compile(r"\bWHERE\b", re.IGNORECASE)
_ALWAYS = re.compile(r"WHERE\s+(?:\(\s*)?(?:1\s*=\s*1|TRUE|1)\s*\)?\s*(?:$|\bEND\b)", re.IGNORECASE)
_DYNAMIC = re.compile(r"\b(?:EXECUTE|EXEC|PREPARE|sp_executesql)\b", re.IGNORECASE)


class _Statement(NamedTuple):
    line: int
    code: str
    texts: str


def destructions(sql: str, first_line: int = 1) -> Iterator[Destruction]:
    r"""What the statements destroy, in their order, with their lines; `first_line` is that of the text.

    Whether `\'` ends a text depends on the server: where it occurs, both readings are searched.
    """
    readings = [sql, sql.replace("\\'", "  ")] if "\\'" in sql else [sql]
    found = [
        one for text in readings for statement in _statements(text, first_line) for one in _of(statement)
    ]
    yield from dict.fromkeys(sorted(found, key=lambda one: one.line))


def _of(statement: _Statement) -> Iterator[Destruction]:
    code = statement.code
    if _DYNAMIC.search(code):
        code += "; " + statement.texts
    for what, rule in _RULES:
        for found in rule.finditer(code):
            yield Destruction(statement.line, what, _bare(found.groups()))
    if table := _ALTER.search(code):
        for what, rule in _ACTIONS:
            for found in rule.finditer(code, table.end()):
                yield Destruction(statement.line, what, _bare((table[1], *found.groups())))
    for what, rule in (("deletes all rows", _DELETE), ("overwrites all rows", _UPDATE)):
        for found in rule.finditer(code):
            where = _WHERE.search(code, found.end())
            if not where or _ALWAYS.match(code, where.start()):
                yield Destruction(statement.line, what, (bare(found[1]),))


def _bare(names: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(bare(name) for name in names if name))


def bare(name: str) -> str:
    """The last part of a name, without quotes: `note` of `"shop"."note"`."""
    return name.split(".")[-1].strip('"`[]').casefold()[:100]


def _statements(sql: str, line: int) -> Iterator[_Statement]:
    """The statements, with the line of their first word; texts in quotes apart."""
    start, code, texts = 0, "", [""]
    for found in _TOKEN.finditer(sql):
        kind, said = found.lastgroup, found[0]
        if kind == "end":
            yield _Statement(start, code, " ".join(texts))
            start, code, texts = 0, "", []
        elif kind == "text":
            texts.append(said.lstrip("EeNn").strip("'"))
            said = "''" if said.endswith("'") and len(said) > 1 else said  # one without an end may be code
        if kind in ("text", "other") and not start and said.strip():
            start = line + said[: len(said) - len(said.lstrip())].count("\n")
        code += {"text": f" {said} ", "other": said, "end": ""}.get(str(kind), " ")
        line += found[0].count("\n")
    if code.strip():
        yield _Statement(start, code, " ".join(texts))
