"""PostgreSQL and Redis themselves, with their logins and queries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from readiness.evidence.component import ComponentTry
from readiness.evidence.model import Reason
from tests.readers.component.asking import ask, only_try
from tests.readers.component.conftest import PASSWORD, USER, Running

LOGIN = {"user": USER, "password": PASSWORD}


def pg(server: Running, database: str = "postgres", **keys: Any) -> ComponentTry:
    pytest.importorskip("pg8000")
    return only_try(ask(server.folder, f"postgres://127.0.0.1:{server.port}/{database}", **keys))


def re(server: Running, **keys: Any) -> ComponentTry:
    pytest.importorskip("redis")
    return only_try(ask(server.folder, f"redis://127.0.0.1:{server.port}", **keys))


def test_postgres_tells_a_stranger_that_it_wants_a_login(postgres: Running) -> None:
    one = pg(postgres)
    assert (one.speaks, one.auth, one.login, one.version, one.failure) == (True, "required", None, "", None)


def test_postgres_lets_in_whom_it_trusts_and_that_is_told(postgres: Running) -> None:
    one = pg(postgres, user="truster")
    assert one.auth == "none"


@pytest.mark.parametrize("tls", [{}, {"tls": True, "ca": "test-authority.pem"}])
def test_postgres_answers_a_query(postgres: Running, tls: dict[str, Any]) -> None:
    one = pg(postgres, **LOGIN, query="SELECT 1", **tls)
    assert (one.auth, one.login, one.rows, one.result, one.failure) == ("required", "accepted", 1, 1, None)
    assert one.version[:1].isdigit()


@pytest.mark.parametrize(
    ("query", "rows", "result"),
    [
        ("SELECT true", 1, True),
        ("SELECT NULL", 1, None),
        ("SELECT 'text' UNION ALL SELECT 'b' ORDER BY 1 DESC", 2, "text"),
        ("SELECT 1 WHERE false", 0, None),
        ("SELECT 1.5::float8", 1, 1.5),
        ("SELECT 'NaN'::float8", 1, "nan"),
        ("SELECT 9007199254740993", 1, "9007199254740993"),
        ("SELECT repeat('x', 5000)", 1, "x" * 197 + "..."),
        ("SELECT current_user", 1, "***"),
        ("SELECT 'so ' || current_user || ' it is'", 1, "so *** it is"),
    ],
)
def test_the_first_value_of_a_query_is_kept_as_plain_data(
    postgres: Running, query: str, rows: int, result: object
) -> None:
    one = pg(postgres, **LOGIN, query=query)
    assert (one.rows, one.result, one.failure) == (rows, result, None)


@pytest.mark.parametrize(
    ("keys", "cause", "message"),
    [
        (
            {"password": f"{PASSWORD}?"},
            "login-refused",
            "it refuses the login: the user or the password is wrong",
        ),
        ({"user": "nobody"}, "login-refused", "it refuses the login: the user or the password is wrong"),
        ({"database": "nothing"}, "not-ready", "it takes no connection: there is no such database"),
        ({"query": "CREATE TABLE a (b int)"}, "query-failed", "it refuses the query: the query would change"),
        ({"query": "SELEKT"}, "query-failed", "it refuses the query: the query is no proper SQL"),
        ({"query": "SELECT 1 FROM nowhere"}, "query-failed", "it refuses the query: there is no such table"),
        ({"query": "SELECT repeat('x', 3000000)"}, "malformed", "it sends more than 1,048,576 bytes"),
        ({"query": "SELECT pg_sleep(30)", "deadline": "700ms"}, "timeout", "no whole answer within 0.7s"),
    ],
)
def test_what_postgres_refuses_is_told_with_its_sqlstate(
    postgres: Running, keys: dict[str, Any], cause: str, message: str
) -> None:
    one = pg(postgres, **{**LOGIN, "query": "SELECT 1", **keys})
    assert one.failure is not None
    assert one.failure.cause == cause
    assert one.failure.message.startswith(message)
    assert "SQLSTATE" in one.failure.message or cause in ("malformed", "timeout")
    assert PASSWORD not in repr(one)


def test_postgres_with_another_authority_gets_no_password(postgres: Running, tmp_path: Path) -> None:
    from tests.authority import Authority

    Authority(tmp_path, "stranger")
    url = f"postgres://127.0.0.1:{postgres.port}"
    item = ask(tmp_path, url, **LOGIN, query="SELECT 1", tls=True, ca="stranger.pem")
    assert (item.facts, item.reason) == (None, Reason.UNREACHABLE)
    assert item.message.startswith("its certificate is not trusted")


def test_redis_with_a_password_wants_it(redis: Running) -> None:
    one = re(redis)
    assert (one.speaks, one.auth, one.login, one.version) == (True, "required", None, "")


@pytest.mark.parametrize(
    ("query", "rows", "result"),
    [
        ("PING", 1, "PONG"),
        ("DBSIZE", 1, 0),
        ("GET nothing", 0, None),
        ("MGET a b", 2, None),
        ("ECHO 'a b'", 1, "a b"),
    ],
)
def test_redis_answers_a_query(redis: Running, query: str, rows: int, result: object) -> None:
    one = re(redis, password=PASSWORD, query=query)
    assert (one.auth, one.login, one.rows, one.result, one.failure) == (
        "required",
        "accepted",
        rows,
        result,
        None,
    )
    assert one.version[:1].isdigit()


def test_redis_logs_in_by_name_too_and_hides_what_it_repeats(redis: Running) -> None:
    one = re(redis, user="default", password=PASSWORD, query=f"ECHO '{PASSWORD}'")
    assert (one.login, one.result) == ("accepted", "***")


def test_redis_refuses_a_wrong_password(redis: Running) -> None:
    one = re(redis, password=f"{PASSWORD}?", query="PING")
    assert one.failure is not None
    assert (one.login, one.failure.cause) == ("refused", "login-refused")


def test_redis_refuses_a_query_that_is_wrong(redis: Running) -> None:
    one = re(redis, password=PASSWORD, query="GET")
    assert one.failure is not None
    assert one.failure.cause == "query-failed"


def test_a_query_of_redis_goes_to_its_database(open_redis: Running) -> None:
    one = only_try(ask(open_redis.folder, f"redis://127.0.0.1:{open_redis.port}/3", query="PING"))
    assert (one.auth, one.rows, one.failure) == ("none", 1, None)


def test_an_open_redis_is_told_to_be_open(open_redis: Running) -> None:
    one = re(open_redis)
    assert (one.auth, one.login, one.failure) == ("none", None, None)
    assert one.version[:1].isdigit()


def test_an_open_redis_refuses_any_password_and_is_open_all_the_same(open_redis: Running) -> None:
    one = re(open_redis, password=PASSWORD)
    assert (one.auth, one.login) == ("none", "refused")


def test_the_two_are_not_taken_for_each_other(postgres: Running, redis: Running) -> None:
    for url in (f"redis://127.0.0.1:{postgres.port}", f"postgres://127.0.0.1:{redis.port}"):
        assert ask(redis.folder, url, deadline="500ms").facts is None
