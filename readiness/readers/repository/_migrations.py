"""Migrations among the files of a commit: by their places and names, and what is in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from readiness.evidence.model import Unproven
from readiness.evidence.repository import Destruction, Migration, MigrationState
from readiness.readers.patterns import PathPattern
from readiness.readers.repository._migration_code import of_alembic, of_django, of_rails, problem_of
from readiness.readers.repository._sql import destructions
from readiness.readers.repository._tree import Tree

MAX_MIGRATIONS = 500
MAX_DESTRUCTIONS = 20
_Read = Callable[[bytes, str], Iterable[Destruction]]
_FOLDER = r"(?:.*/)?(?:migrations?|(?:db|database|schema)[-_]migrations?|migrate|versions|changelogs?|flyway|liquibase)"
_SECTIONS = re.compile(
    r"(?im)^[ \t]*--[ \t]*(?:\+(?:goose|migrate)[ \t]+(?P<goose>up|down)|migrate:(?P<dbmate>up|down)"
    r"|(?P<rollback>rollback)\b).*$"
)
_WAY_DOWN = re.compile(r"(?i)(?:^|/)(?:[^/]*[._-])?down\.sql|(?:^|/)U\d[\w.]*__[^/]*\.sql|[._-]rollback\.sql")
_VERSIONED = re.compile(r"(?i)(?:^|/)[VBR](?:\d[\w.]*)?__[^/]*\.sql")
_NUMBER = re.compile(r"(?:^|[^0-9A-Za-z])[VBR]?(\d{3,14})(?=[^0-9]|$)")
_REVISION = re.compile(rb"^(?:revision)(?:\s*:[^=\n]*)?\s*=\s*[\"']([\w-]{4,64})[\"']", re.M)


class _Form(NamedTuple):
    tool: str
    fits: Callable[[str, bytes], bool]
    read: _Read | None


def _named(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)


_PYTHON = _named(rf"{_FOLDER}/(?:.*/)?[^/]+\.py|.*/migrations/[^/]+\.py")
_RUBY = _named(r"(?:.*/)?db/(?:[^/]+/)?(?:post_)?migrate/[^/]+\.rb")
_SQL = _named(rf"{_FOLDER}/(?:.*/)?[^/]+\.sql")
_LIQUIBASE = _named(r".*\.(?:xml|ya?ml|json)")
_CODE = _named(rf"{_FOLDER}/(?:.*/)?[^/]+\.(?:js|cjs|mjs|ts|kts?|java|php|exs?|cs|go|rs|groovy|scala)")


def _of_sql(content: bytes, path: str) -> Iterator[Destruction]:  # noqa: ARG001 - as the others
    text = content.decode(errors="replace")
    up = []
    at, is_up = 0, True
    for found in _SECTIONS.finditer(text):
        part = text[at : found.start()]
        up.append(part if is_up else "\n" * part.count("\n"))
        said = found["goose"] or found["dbmate"]
        is_up = is_up if found["rollback"] else said.lower() == "up"
        at = found.start()
    part = text[at:]
    up.append(part if is_up else "\n" * part.count("\n"))
    return destructions("".join(up))


_LIQUIBASE_CHANGES = re.compile(
    r"(?<![\w/])(dropColumn|dropTable|dropAllForeignKeyConstraints|dropView|dropSequence|renameColumn|renameTable"
    r"|modifyDataType|mergeColumns|delete|addNotNullConstraint|sqlFile|customChange|executeCommand)(?=[\s\"':/>])"
    r"|<sql\b[^>]*>(.*?)</sql>|[\"']?\bsql[\"']?\s*:\s*([^\n]+)",
    re.DOTALL,
)
_LIQUIBASE_WHAT: Mapping[str, str] = {
    "dropColumn": "drops a column",
    "dropTable": "drops a table",
    "dropView": "drops a view",
    "dropSequence": "drops a type",
    "renameColumn": "renames a column",
    "renameTable": "renames a table",
    "modifyDataType": "changes a type",
    "mergeColumns": "drops a column",
    "delete": "deletes all rows",
    "addNotNullConstraint": "refuses nulls from now on",
}
_LIQUIBASE_NAME = re.compile(
    r"(?:tableName|columnName|oldColumnName|oldTableName)[\"']?\s*[=:]\s*[\"']?([\w.]+)"
)
_ROLLBACK = re.compile(r"<rollback\b.*?</rollback>", re.DOTALL)


def _of_liquibase(content: bytes, path: str) -> Iterator[Destruction]:  # noqa: ARG001 - as the others
    text = content.decode(errors="replace")
    text = re.sub(r"<!--.*?-->", _blank, text, flags=re.DOTALL)
    text = _ROLLBACK.sub(_blank, text)
    for found in _LIQUIBASE_CHANGES.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        if found[1] is None:
            yield from destructions(found[2] or found[3] or "", line)
            continue
        near = text[found.end() : found.end() + 300]
        names = tuple(dict.fromkeys(name.casefold() for name in _LIQUIBASE_NAME.findall(near)))
        yield Destruction(
            line, _LIQUIBASE_WHAT.get(found[1], "runs code that cannot be read here"), names[:4]
        )


def _blank(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")


_FORMS = (
    _Form(
        "alembic",
        lambda path, content: path.endswith(".py") and b"down_revision" in content and b"revision" in content,
        of_alembic,
    ),
    _Form(
        "django", lambda path, content: path.endswith(".py") and b"migrations.Migration" in content, of_django
    ),
    _Form("rails", lambda path, _: bool(_RUBY.fullmatch(path)), lambda content, _: of_rails(content)),
    _Form("flyway", lambda path, _: bool(_VERSIONED.search(path)), _of_sql),
    _Form(
        "liquibase",
        lambda _, content: b"databaseChangeLog" in content or b"liquibase formatted sql" in content[:400],
        lambda content, path: (_of_sql if path.endswith(".sql") else _of_liquibase)(content, path),
    ),
    _Form("prisma", lambda path, _: path.endswith("/migration.sql"), _of_sql),
    _Form("golang-migrate", lambda path, _: path.endswith(".up.sql"), _of_sql),
    _Form("sql", lambda path, _: path.endswith(".sql"), _of_sql),
    _Form("code", lambda path, _: bool(_CODE.fullmatch(path)), None),
)


def migrations(
    changed: Mapping[str, MigrationState], tree: Tree, own: Iterable[PathPattern]
) -> Iterator[Migration]:
    """Those among the changed files, in the order of their paths; the ways down are left out.

    `own` are patterns for places where else a project keeps them.
    """
    patterns = tuple(own)
    wanted = [path for path in sorted(changed) if _may_be(path, patterns) and not _WAY_DOWN.search(path)]
    for path in wanted:
        if changed[path] == "deleted":
            tool = next((form.tool for form in _FORMS if form.fits(path, b"")), "sql")
            yield Migration(path=path, tool=tool, state="deleted", keys=_keys(path, b""))
    present = [tree.blobs[path] for path in wanted if path in tree.blobs and not tree.blobs[path].is_link]
    for blob, content in tree.contents(present):
        own_place = any(one.matches(blob.path) for one in patterns)
        if one := _migration(blob.path, content, changed[blob.path], is_own=own_place):
            yield one


def _may_be(path: str, own: Iterable[PathPattern]) -> bool:
    """By its place alone, so that few files are read; what is in it decides."""
    return (
        any(pattern.fullmatch(path) for pattern in (_PYTHON, _RUBY, _SQL, _CODE))
        or bool(_VERSIONED.search(path))
        or (bool(_LIQUIBASE.fullmatch(path)) and bool(re.search(r"(?i)change|migrat|liquibase|db/", path)))
        or any(one.matches(path) for one in own)
    )


def _migration(path: str, content: bytes | None, state: MigrationState, *, is_own: bool) -> Migration | None:
    if content is None:
        problem = "it is too large to be read"
        return Migration(path=path, tool="sql", state=state, keys=_keys(path, b""), problem=problem)
    form = next((form for form in _FORMS if form.fits(path, content)), None)
    if form is None:
        if not is_own:
            return None  # a module of a package that is called `versions`, and the like
        form = _Form("code", lambda *_: True, None)
    made = Migration(path=path, tool=form.tool, state=state, keys=_keys(path, content))
    if form.read is None:
        return made.but(problem=f"what is written in {path.rpartition('.')[2]} is not understood here")
    try:
        found = tuple(form.read(content, path))
    except Unproven as error:
        return made.but(problem=problem_of(error))
    return made.but(destroys=found[:MAX_DESTRUCTIONS])


def _keys(path: str, content: bytes) -> tuple[str, ...]:
    """The words by which people call a migration: its file, its number, its revision.

    Where all files are called the same, as in Prisma, the folder names it.
    """
    folder, _, name = path.rpartition("/")
    stem = name.partition(".")[0]
    if stem.casefold() in ("migration", "up"):
        stem = folder.rpartition("/")[2]
    numbers = [found[1] for found in _NUMBER.finditer(stem)][:1]
    plain = re.fullmatch(r"V(\d[\w.]*?)__(.+)", stem, re.IGNORECASE)
    revision = [found.decode() for found in _REVISION.findall(content)[:1]]
    words = [path, name, stem, *numbers, *revision]
    if plain:
        words += [f"V{plain[1]}"]
    return tuple(dict.fromkeys(word.casefold() for word in words if word))
