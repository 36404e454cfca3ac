"""Logins and queries against servers that are not what they should be, and who gets to see a password."""

from __future__ import annotations

import base64
import json
import socket
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import h2.config
import h2.connection
import h2.events
import msgspec
import pytest

from readiness.evidence.component import Component
from readiness.evidence.model import Reason
from tests import hostile_servers as hostile
from tests.authority import Authority
from tests.hostile_servers import Behaviour, Server, serving
from tests.readers.component import fakes as f
from tests.readers.component.asking import ask, only_try

SECRET = "canary-Pa55/word+x"
LOGIN = {"user": "gatekeeper", "password": SECRET}


def heard(server: Server) -> bytes:
    return b"".join(server.requests)


@pytest.mark.parametrize(
    ("scheme", "stranger", "friend"),
    [
        ("postgres", f.talking(f.PG_SCRAM), f.talking(f.PG_CLEARTEXT)),
        (
            "mysql",
            f.talking(f.my_error(1045), first=f.my_greeting()),
            f.talking(f.MY_CLEAR, first=f.my_greeting()),
        ),
    ],
)
def test_a_server_that_asks_for_the_password_in_the_clear_does_not_get_it(
    tmp_path: Path, scheme: str, stranger: Behaviour, friend: Behaviour
) -> None:
    with serving(hostile.in_turn(stranger, friend)) as server:
        one = only_try(ask(tmp_path, server.url("", scheme), **LOGIN))
    assert one.failure is not None
    assert one.failure.message == "it asks for the password in the clear, which is sent over TLS only"
    assert SECRET.encode() not in heard(server)


@pytest.mark.parametrize("scheme", ["rediss", "amqps"])
def test_a_server_that_is_not_trusted_hears_nothing(tmp_path: Path, scheme: str) -> None:
    authority = Authority(tmp_path)
    Authority(tmp_path, "another")
    context = authority.server(*authority.issue("server", "127.0.0.1"))
    with serving(f.talking(b"+OK\r\n"), context) as server:
        item = ask(tmp_path, server.url("", scheme), **LOGIN, ca="another.pem")
    assert (item.facts, item.reason) == (None, Reason.UNREACHABLE)
    assert item.message.startswith("its certificate is not trusted")
    assert heard(server) == b""


def test_a_name_that_is_not_in_the_certificate_is_not_trusted(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    context = authority.server(*authority.issue("server", "shop.test"))
    with serving(f.talking(b"+PONG\r\n", f.REDIS_INFO), context) as server:
        item = ask(tmp_path, server.url("", "rediss"), ca="test-authority.pem")
    assert "certificate is not trusted" in item.message


def test_redis_over_tls_is_asked_over_tls(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    context = authority.server(*authority.issue("server", "127.0.0.1"))
    with serving(f.talking(b"+PONG\r\n", f.REDIS_INFO), context) as server:
        item = ask(tmp_path, server.url("", "redis"), tls=True, ca="test-authority.pem")
    assert isinstance(item.facts, Component)
    assert (item.facts.tls, only_try(item).version) == (True, "7.2.4")


def test_a_client_certificate_is_presented(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    context = authority.server(*authority.issue("server", "127.0.0.1"), clients=authority.pem)
    authority.issue("gate")
    keys: dict[str, Any] = {"ca": "test-authority.pem", "tls": True}
    with serving(f.talking(b"+PONG\r\n", f.REDIS_INFO), context) as server:
        shown = {"cert": "gate.pem", "key": "gate.key"}
        assert only_try(ask(tmp_path, server.url("", "redis"), client=shown, **keys)).speaks
        assert ask(tmp_path, server.url("", "redis"), **keys).facts is None


def test_postgres_without_tls_is_not_asked_where_tls_is_demanded(tmp_path: Path) -> None:
    with serving(f.talking(b"N", f.PG_OPEN)) as server:
        item = ask(tmp_path, server.url("", "postgres"), tls=True, **LOGIN)
    assert (item.facts, item.message) == (None, "it does not offer TLS")
    assert b"gatekeeper" not in heard(server)


def test_postgres_goes_over_to_tls(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    context = authority.server(*authority.issue("server", "127.0.0.1"))
    with serving(f.upgrading(b"S", context, f.talking(f.PG_SCRAM))) as server:
        one = only_try(ask(tmp_path, server.url("", "postgres"), tls=True, ca="test-authority.pem"))
    assert (one.speaks, one.auth) == (True, "required")


def test_mysql_without_tls_is_not_asked_where_tls_is_demanded(tmp_path: Path) -> None:
    with serving(f.talking(f.my_error(1045), first=f.my_greeting())) as server:
        item = ask(tmp_path, server.url("", "mysql"), tls=True, **LOGIN)
    assert (item.facts, item.message) == (None, "it does not offer TLS")
    assert heard(server) == b""


@pytest.mark.parametrize(
    ("scheme", "behaviour", "login", "cause"),
    [
        ("amqp", f.talking(f.amqp_start(), f.AMQP_TUNE), "accepted", None),
        ("amqp", f.talking(f.amqp_start(), f.amqp_close(403)), "refused", "login-refused"),
        ("amqp", f.talking(f.amqp_start(), f.amqp_close(530)), None, "not-ready"),
        ("amqp", f.hanging_up(f.amqp_start(), b""), None, "closed"),
        ("amqp", f.talking(f.amqp_start(b"EXTERNAL")), None, "insufficient"),
        ("redis", f.talking(b"-WRONGPASS no\r\n"), None, None),
    ],
)
def test_a_login_is_accepted_refused_or_left_open(
    tmp_path: Path, scheme: str, behaviour: Behaviour, login: str | None, cause: str | None
) -> None:
    if scheme == "redis":
        behaviour, login, cause = f.talking(f.REDIS_NOAUTH), None, None
        behaviour = hostile.in_turn(behaviour, f.talking(b"-WRONGPASS no\r\n"))
        login, cause = "refused", "login-refused"
    with serving(behaviour) as server:
        one = only_try(ask(tmp_path, server.url("", scheme), **LOGIN))
    assert (one.speaks, one.login, one.failure.cause if one.failure else None) == (True, login, cause)


@pytest.mark.parametrize(
    "rest", [b"", b"garbage" * 9, b"\0" * 99, b"R\0\0\0\x08\0\0\0\x63" * 3, f.PG_OPEN[:9]]
)
@pytest.mark.parametrize("scheme", ["postgres", "mysql", "redis"])
def test_a_server_that_turns_odd_at_the_login_accepts_nothing(
    tmp_path: Path, scheme: str, rest: bytes
) -> None:
    stranger = {
        "postgres": f.talking(f.PG_SCRAM),
        "mysql": f.talking(f.my_error(1045), first=f.my_greeting()),
        "redis": f.talking(f.REDIS_NOAUTH),
    }[scheme]
    friend = f.hanging_up(rest, first=f.my_greeting() if scheme == "mysql" else b"")
    query = "PING" if scheme == "redis" else "SELECT 1"
    with serving(hostile.in_turn(stranger, friend)) as server:
        one = only_try(ask(tmp_path, server.url("", scheme), **LOGIN, query=query, deadline="2s"))
    assert one.failure is not None
    assert (one.login, one.rows) == (None, None)
    assert "defect" not in one.failure.remedy
    assert SECRET not in repr(one)


@pytest.mark.parametrize(
    ("scheme", "module", "extra"),
    [("postgres", "pg8000", "postgres"), ("mysql", "pymysql", "mysql"), ("redis", "redis", "redis")],
)
def test_a_query_without_its_library_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str, module: str, extra: str
) -> None:
    for name in [one for one in sys.modules if one.partition(".")[0] == module]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    query = "PING" if scheme == "redis" else "SELECT 1"
    item = ask(tmp_path, f"{scheme}://127.0.0.1:9", **LOGIN, query=query)
    assert (item.facts, item.reason) == (None, Reason.INSUFFICIENT)
    assert item.message == f"this needs the client library {module}, which is not installed"
    assert item.remedy == f"pip install 'readiness[{extra}]'"


def grpc(*trailers: tuple[str, str], body: bytes = b"", type_: str = "application/grpc") -> Behaviour:
    """A service of gRPC that gives the same answer to any call."""

    def behave(client: socket.socket, server: Server) -> None:
        connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        connection.initiate_connection()
        client.sendall(connection.data_to_send())
        while part := client.recv(65_536):
            for event in connection.receive_data(part):
                if isinstance(event, h2.events.RequestReceived):
                    server.requests.append(repr(event.headers).encode())
                if isinstance(event, h2.events.StreamEnded):
                    connection.send_headers(1, [(":status", "200"), ("content-type", type_)])
                    connection.send_data(1, body)
                    connection.send_headers(1, list(trailers), end_stream=True)
            client.sendall(connection.data_to_send())

    return behave


OK = ("grpc-status", "0")


def test_a_service_of_grpc_tells_its_health(tmp_path: Path) -> None:
    with serving(grpc(OK, body=b"\0\0\0\0\2\x08\1")) as server:
        one = only_try(ask(tmp_path, server.url("", "grpc"), service="shop.Cart"))
    assert (one.speaks, one.rows, one.result, one.auth) == (True, 1, "SERVING", "none")
    assert b"/grpc.health.v1.Health/Check" in heard(server)


@pytest.mark.parametrize(
    ("behaviour", "speaks", "message"),
    [
        (grpc(OK, body=b"\0\0\0\0\2\x08\2"), True, "its health is NOT_SERVING"),
        (grpc(OK, body=b"\0\0\0\0\0"), True, "its health is UNKNOWN"),
        (grpc(OK, body=b"\0\0\0\0\2\x08\x63"), True, "its health is UNKNOWN"),
        (grpc(("grpc-status", "14")), True, "it does not tell its health: status 14 of gRPC"),
        (
            grpc(("x", "y"), body=b"\0\0\0\0\2\x08\1"),
            True,
            "it does not tell its health: status none of gRPC",
        ),
        (grpc(("grpc-status", "5")), True, "its health service does not know the server itself"),
        (grpc(("grpc-status", "12")), None, "it speaks gRPC, and has no health service"),
        (grpc(OK), False, "it does not speak gRPC: its message is not whole"),
        (grpc(OK, body=b"\1\0\0\0\2\x08\1"), False, "it does not speak gRPC: its message is not whole"),
        (grpc(OK, body=b"\0\0\0\0\2\x10\1"), False, "it does not speak gRPC: its message is not one of"),
        (grpc(OK, body=b"x" * 9_999), False, "it does not speak gRPC: its answer is longer"),
        (
            grpc(OK, body=b"\0\0\0\0\2\x08\1", type_="text/html"),
            False,
            "it does not speak gRPC: it speaks HTTP/2",
        ),
    ],
)
def test_a_service_of_grpc_that_does_not_serve_is_told_apart(
    tmp_path: Path, behaviour: Behaviour, speaks: bool | None, message: str
) -> None:
    with serving(behaviour) as server:
        item = ask(tmp_path, server.url("", "grpc"))
    if speaks is None:
        assert (item.facts, item.message) == (None, message)
    else:
        one = only_try(item)
        assert one.failure is not None
        assert one.speaks is speaks
        assert one.failure.message.startswith(message)


def test_a_service_of_grpc_that_wants_a_token_is_reachable(tmp_path: Path) -> None:
    with serving(grpc(("grpc-status", "16"))) as server:
        one = only_try(ask(tmp_path, server.url("", "grpc")))
    assert (one.speaks, one.auth, one.rows, one.failure) == (True, "required", None, None)


def test_without_its_library_http_2_alone_shows_no_health(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [one for one in sys.modules if one.partition(".")[0] == "h2"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "h2", None)
    with serving(f.talking(b"\0\0\0\x04\0\0\0\0\0")) as server:
        item = ask(tmp_path, server.url("", "grpc"))
    assert (item.facts, item.reason) == (None, Reason.INSUFFICIENT)
    assert item.message.startswith("it speaks HTTP/2, and its health was not asked")
    assert item.remedy == "pip install 'readiness[grpc]'"


FORMS = [SECRET, quote(SECRET, safe=""), base64.b64encode(SECRET.encode()).decode(), "gatekeeper"]


@pytest.mark.parametrize(
    ("scheme", "behaviour"),
    [
        ("postgres", f.talking(f.PG_OPEN.replace(b"16.2", SECRET.encode()))),
        ("postgres", f.talking(f.pg_error("XX000", f"gatekeeper {SECRET}"))),
        ("mysql", f.talking(f.MY_OK, first=f.my_greeting(f"8 {SECRET}"))),
        ("redis", f.talking(f"-ERR {SECRET}\r\n".encode())),
        ("amqp", f.talking(f.amqp_start(version=f"3 {SECRET}".encode()), f.AMQP_TUNE)),
    ],
)
def test_what_a_server_repeats_of_the_credentials_is_not_kept(
    tmp_path: Path, scheme: str, behaviour: Behaviour
) -> None:
    with serving(behaviour) as server:
        item = ask(tmp_path, server.url("", scheme), **LOGIN, deadline="2s")
    kept = msgspec.json.encode(item).decode() + repr(item)
    assert [one for one in FORMS if one in kept] == []
    assert json.loads(msgspec.json.encode(item))
