"""The kind `repository`: migrations since the last release, and what they destroy."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.evidence.repository import Migration
from readiness.readers.repository._migration_code import of_rails
from readiness.readers.repository._sql import destructions
from tests.readers.repository.made import Repo

DESTRUCTIVE_SQL = {
    "DROP TABLE orders;": [("drops a table", ("orders",))],
    'drop table if exists shop."orders" cascade': [("drops a table", ("orders",))],
    "ALTER TABLE orders DROP COLUMN note;": [("drops a column", ("orders", "note"))],
    "ALTER TABLE orders DROP note, ADD x int": [("drops a column", ("orders", "note"))],
    "ALTER TABLE IF EXISTS ONLY shop.orders\n  DROP COLUMN IF EXISTS note": [
        ("drops a column", ("orders", "note"))
    ],
    "ALTER TABLE orders ALTER COLUMN total TYPE int": [("changes a type", ("orders", "total"))],
    "ALTER TABLE orders ALTER total SET DATA TYPE int": [("changes a type", ("orders", "total"))],
    "ALTER TABLE orders MODIFY COLUMN total INT NOT NULL": [("changes a type", ("orders", "total"))],
    "ALTER TABLE orders ALTER COLUMN total int": [("changes a type", ("orders", "total"))],
    "ALTER TABLE orders ALTER COLUMN note SET NOT NULL": [("refuses nulls from now on", ("orders", "note"))],
    "ALTER TABLE orders RENAME COLUMN note TO remark": [("renames a column", ("orders", "note"))],
    "ALTER TABLE orders RENAME note TO remark": [("renames a column", ("orders", "note"))],
    "ALTER TABLE orders RENAME TO purchases": [("renames a table", ("orders",))],
    "RENAME TABLE orders TO purchases": [("renames a table", ("orders",))],
    "TRUNCATE orders": [("truncates a table", ("orders",))],
    "TRUNCATE TABLE ONLY orders": [("truncates a table", ("orders",))],
    "DELETE FROM orders": [("deletes all rows", ("orders",))],
    "DELETE FROM orders WHERE 1=1": [("deletes all rows", ("orders",))],
    "UPDATE orders SET note = ''": [("overwrites all rows", ("orders",))],
    "DROP SCHEMA shop CASCADE": [("drops a schema", ("shop",))],
    "DROP TYPE mood": [("drops a type", ("mood",))],
    "DO $$ BEGIN DROP TABLE orders; END $$": [("drops a table", ("orders",))],
    "DO $$ BEGIN EXECUTE 'DROP TABLE orders'; END $$": [("drops a table", ("orders",))],
    "/*!40101 DROP TABLE orders */": [("drops a table", ("orders",))],
    "INSERT INTO a VALUES ('it\\'s'); DROP TABLE orders; -- '": [("drops a table", ("orders",))],
    "INSERT INTO a VALUES ('C:\\'); DROP TABLE orders;": [("drops a table", ("orders",))],
    "INSERT INTO a VALUES ('open; DROP TABLE orders": [("drops a table", ("orders",))],
    "create table a (b int);\n\ndrop/* x */table orders": [("drops a table", ("orders",))],
}
HARMLESS_SQL = [
    "CREATE TABLE orders (id int, dropped bool)",
    "ALTER TABLE orders ADD COLUMN note text",
    "ALTER TABLE orders DROP CONSTRAINT positive",
    "ALTER TABLE orders ALTER COLUMN note DROP NOT NULL",
    "ALTER TABLE orders ALTER COLUMN note SET DEFAULT ''",
    "ALTER TABLE orders RENAME CONSTRAINT a TO b",
    "CREATE INDEX i ON orders (note)",
    "DROP INDEX i",
    "-- DROP TABLE orders",
    "/* DROP TABLE orders; */ SELECT 1",
    "INSERT INTO notes VALUES ('DROP TABLE orders')",
    "INSERT INTO notes VALUES ('it''s; DROP TABLE orders')",
    "DELETE FROM orders WHERE id = 7",
    "UPDATE orders SET note = '' WHERE note IS NULL",
    "GRANT TRUNCATE ON orders TO app",
    "CREATE TABLE a (b int REFERENCES c ON DELETE CASCADE)",
]


@pytest.mark.parametrize("sql", sorted(DESTRUCTIVE_SQL))
def test_sql_that_destroys_is_found(sql: str) -> None:
    assert [(one.what, one.names) for one in destructions(sql)] == DESTRUCTIVE_SQL[sql]


@pytest.mark.parametrize("sql", HARMLESS_SQL)
def test_sql_that_destroys_nothing_is_not_found(sql: str) -> None:
    assert list(destructions(sql)) == []


def test_the_line_is_that_of_the_statement() -> None:
    (found,) = destructions("-- one\nSELECT 1;\n\n\nDROP\n TABLE a;")
    assert found.line == 5


@given(st.text(alphabet="DROPTABLE DROP TABLE;'\"\\-/*#`$ aE\n", max_size=80))
@settings(max_examples=80, deadline=None)
def test_a_statement_behind_any_finished_text_is_found(before: str) -> None:
    list(destructions(before))  # whatever it is, it ends
    plain = before.replace("'", "").replace('"', "").replace("`", "").replace("-", "").replace("*", "")
    plain = plain.replace("#", "").replace("\\", "")
    assert "drops a table" in {one.what for one in destructions(f"{plain};\nDROP TABLE orders;")}


ALEMBIC = '''
"""drop note"""
from alembic import op
import sqlalchemy as sa

revision = "4f2a9c1d8e7b"
down_revision = "1a2b3c4d5e6f"


def upgrade() -> None:
    {up}


def downgrade() -> None:
    op.drop_column("orders", "extra")
    op.execute("DROP TABLE undo")
'''
DJANGO = """
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0041_add")]
    operations = [{up}]
"""
RAILS = """
class DropNote < ActiveRecord::Migration[7.1]
  def {name}
    {up}
  end

  def down
    drop_table :undo
  end
end
"""
CASES = {
    "alembic drop": (
        "alembic1/versions/4f2a_note.py",
        ALEMBIC.format(up='op.drop_column("orders", "note")'),
        "drops a column",
    ),
    "alembic batch": (
        "alembic2/versions/1.py",
        ALEMBIC.format(up='with op.batch_alter_table("orders") as b:\n        b.drop_column("note")'),
        "drops a column",
    ),
    "alembic type": (
        "alembic3/versions/1.py",
        ALEMBIC.format(up='op.alter_column("orders", "total", type_=sa.Integer())'),
        "changes a type",
    ),
    "alembic null": (
        "alembic4/versions/1.py",
        ALEMBIC.format(up='op.alter_column("orders", "total", nullable=False)'),
        "refuses nulls from now on",
    ),
    "alembic sql": (
        "alembic5/versions/1.py",
        ALEMBIC.format(up='op.execute(sa.text("DELETE FROM orders"))'),
        "deletes all rows",
    ),
    "alembic opaque": (
        "alembic6/versions/1.py",
        ALEMBIC.format(up="op.execute(SQL)"),
        "runs code that cannot be read here",
    ),
    "alembic f-string": (
        "alembic7/versions/1.py",
        ALEMBIC.format(up='op.execute(f"DROP {sort} orders")'),
        "runs code that cannot be read here",
    ),
    "alembic helper": (
        "alembic8/versions/1.py",
        ALEMBIC.format(up="helper()") + '\n\ndef helper():\n    op.drop_table("orders")\n',
        "drops a table",
    ),
    "django field": (
        "shop11/migrations/0042_note.py",
        DJANGO.format(up='migrations.RemoveField(model_name="order", name="note")'),
        "drops a column",
    ),
    "django model": (
        "shop12/migrations/0042_note.py",
        DJANGO.format(up='migrations.DeleteModel(name="Order")'),
        "drops a table",
    ),
    "django sql": (
        "shop13/migrations/0042_note.py",
        DJANGO.format(up='migrations.RunSQL(sql="TRUNCATE orders", reverse_sql="")'),
        "truncates a table",
    ),
    "django code": (
        "shop14/migrations/0042_note.py",
        DJANGO.format(up="migrations.RunPython(forwards)"),
        "changes data without a way back",
    ),
    "rails": (
        "db/migrate/17_note.rb",
        RAILS.format(name="up", up="remove_column :orders, :note, :string"),
        "drops a column",
    ),
    "rails block": (
        "db/migrate/18_note.rb",
        RAILS.format(name="change", up="change_table :orders do |t|\n      t.remove :note\n    end"),
        "drops a column",
    ),
    "rails sql": (
        "db/migrate/19_note.rb",
        RAILS.format(name="up", up="execute <<~SQL\n      DELETE FROM orders;\n    SQL"),
        "deletes all rows",
    ),
    "rails opaque": (
        "db/migrate/20_note.rb",
        RAILS.format(name="up", up="execute sql"),
        "runs code that cannot be read here",
    ),
    "flyway": ("sql/V2_1__note.sql", "ALTER TABLE orders DROP COLUMN note;", "drops a column"),
    "liquibase sql": (
        "db/changelog/1.sql",
        "--liquibase formatted sql\n--changeset ines:1\nDROP TABLE orders;\n--rollback CREATE TABLE orders;\n",
        "drops a table",
    ),
    "liquibase xml": (
        "db/changelog/1.xml",
        '<databaseChangeLog><dropColumn tableName="orders" columnName="note"/></databaseChangeLog>',
        "drops a column",
    ),
    "liquibase yaml": (
        "db/changelog/1.yaml",
        "databaseChangeLog:\n- changeSet:\n    changes:\n    - dropTable:\n        tableName: orders\n",
        "drops a table",
    ),
    "prisma": ("prisma/migrations/20260501_note/migration.sql", "DROP TABLE orders;", "drops a table"),
    "golang-migrate": ("migrations/000042_note.up.sql", "DROP TABLE orders;", "drops a table"),
    "goose": (
        "migrations/1.sql",
        "-- +goose Up\nDROP TABLE orders;\n-- +goose Down\nSELECT 1;\n",
        "drops a table",
    ),
    "dbmate": (
        "dbmate/migrations/1.sql",
        "-- migrate:up\nDROP TABLE orders;\n-- migrate:down\n",
        "drops a table",
    ),
}


def since(tmp_path: Path, files: dict[str, str], **keys: object) -> tuple[Migration, ...]:
    repo = Repo(tmp_path)
    repo.commit({"first.txt": "1"}, "v1.0.0")
    repo.commit(files)
    return repo.facts(**keys).since.migrations


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Migration]:
    files = {path: text for path, text, _ in CASES.values()}
    assert len(files) == len(CASES)
    return {one.path: one for one in since(tmp_path_factory.mktemp("cases"), files)}


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_migration_of_each_tool_is_read(cases: dict[str, Migration], name: str) -> None:
    path, _, what = CASES[name]
    assert what in {one.what for one in cases[path].destroys}


HARMLESS = {
    "alembic": (
        "alembic9/versions/1.py",
        ALEMBIC.format(up='op.add_column("orders", sa.Column("note", sa.Text()))'),
    ),
    "django": (
        "shop15/migrations/0042_note.py",
        DJANGO.format(up='migrations.AddField(model_name="order", name="note", field=models.TextField())'),
    ),
    "django both ways": (
        "shop16/migrations/0042_note.py",
        DJANGO.format(up="migrations.RunPython(forwards, backwards)"),
    ),
    "rails": (
        "db/migrate/21_note.rb",
        RAILS.format(name="up", up="add_column :orders, :note, :string # drop_table :x"),
    ),
    "goose": ("migrations/1.sql", "-- +goose Up\nSELECT 1;\n-- +goose Down\nDROP TABLE orders;\n"),
    "liquibase": (
        "db/changelog/1.xml",
        "<databaseChangeLog><addColumn/><rollback><dropColumn tableName='a'/></rollback></databaseChangeLog>",
    ),
}


@pytest.fixture(scope="module")
def harmless(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Migration]:
    return {one.path: one for one in since(tmp_path_factory.mktemp("harmless"), dict(HARMLESS.values()))}


@pytest.mark.parametrize("name", sorted(HARMLESS))
def test_a_migration_that_destroys_on_the_way_down_only_is_harmless(
    harmless: dict[str, Migration], name: str
) -> None:
    found = harmless[HARMLESS[name][0]]
    assert (found.destroys, found.problem) == ((), "")


def test_ways_down_and_other_files_are_no_migrations(tmp_path: Path) -> None:
    files = {
        "migrations/000042_note.down.sql": "DROP TABLE orders;",
        "sql/U2__note.sql": "DROP TABLE orders;",
        "shop/versions/__init__.py": "from . import a",
        "docs/drop.sql": "DROP TABLE orders;",
        "shop/migrations/__init__.py": "",
    }
    assert since(tmp_path, files) == ()


def test_what_is_not_understood_is_told(tmp_path: Path) -> None:
    files = {
        "migrations/1-note.js": "exports.up = (knex) => knex.schema.dropTable('orders');",
        "alembic10/versions/2.py": "revision = '1'\ndown_revision = '0'\ndef upgrade(:\n",
    }
    found = since(tmp_path, files)
    assert [bool(one.problem) for one in found] == [True, True]


def test_places_of_ones_own_can_be_named(tmp_path: Path) -> None:
    (found,) = since(
        tmp_path, {"storage/patches/7.sql": "DROP TABLE orders;"}, migrations=["storage/patches/*"]
    )
    assert found.destroys[0].what == "drops a table"


def test_a_migration_that_was_deleted_or_changed_is_told(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"migrations/001_a.up.sql": "SELECT 1;", "migrations/002_b.up.sql": "SELECT 1;"}, "v1.0.0")
    repo.git("rm", "-q", "migrations/001_a.up.sql")
    repo.commit({"migrations/002_b.up.sql": "DROP TABLE orders;"})
    found = repo.facts().since.migrations
    assert [(one.path[-12:], one.state, len(one.destroys)) for one in found] == [
        ("001_a.up.sql", "deleted", 0),
        ("002_b.up.sql", "modified", 1),
    ]
    assert found[0].keys == ("migrations/001_a.up.sql", "001_a.up.sql", "001_a", "001")


def test_text_of_ruby_is_bounded_in_time() -> None:
    assert list(of_rails(b"execute(" * 2_000)) != []
    list(of_rails(b"def down\n" * 3_000))
    list(destructions("ALTER TABLE a " * 20_000 + "'" * 9_999))
