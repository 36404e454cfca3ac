"""Each protocol on the wire: what is good, what wants a login, what is another protocol, what never ends."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.evidence.component import Component
from readiness.evidence.model import Reason
from tests import hostile_servers as hostile
from tests.hostile_servers import Behaviour, answering, saying, serving
from tests.readers.component import fakes as f
from tests.readers.component.asking import ask, only_try

SPEAKERS: dict[str, tuple[str, Behaviour, str, str | None]] = {
    "postgres, open": ("postgres", f.talking(f.PG_OPEN), "16.2", "none"),
    "postgres, SCRAM": ("postgres", f.talking(f.PG_SCRAM), "", "required"),
    "postgres, no entry in pg_hba.conf": ("postgres", f.talking(f.pg_error("28000")), "", "required"),
    "postgres, trust, unknown user": ("postgres", f.talking(f.PG_OPEN[:9] + f.pg_error("28000")), "", "none"),
    "mysql, wants a password": (
        "mysql",
        f.talking(f.my_error(1045), first=f.my_greeting()),
        "8.0.36",
        "required",
    ),
    "mysql, anonymous": ("mysql", f.talking(f.MY_OK, first=f.my_greeting()), "8.0.36", "none"),
    "mysql, another plugin": (
        "mysql",
        f.talking(f.MY_SWITCH, f.my_error(1045, 4), first=f.my_greeting()),
        "8.0.36",
        "required",
    ),
    "redis, open": ("redis", f.talking(b"+PONG\r\n", f.REDIS_INFO), "7.2.4", "none"),
    "redis, INFO denied": ("redis", f.talking(b"+PONG\r\n", b"-NOPERM no\r\n"), "", "none"),
    "redis, NOAUTH": ("redis", f.talking(f.REDIS_NOAUTH), "", "required"),
    "redis, protected": (
        "redis",
        f.talking(b"-DENIED Redis is running in protected mode\r\n"),
        "",
        "required",
    ),
    "amqp": ("amqp", f.talking(f.amqp_start()), "3.12.1", "required"),
    "amqp, anonymous": ("amqp", f.talking(f.amqp_start(b"ANONYMOUS PLAIN"), f.AMQP_TUNE), "3.12.1", "none"),
    "amqp, anonymous in name": (
        "amqp",
        f.talking(f.amqp_start(b"ANONYMOUS PLAIN"), f.amqp_close(403)),
        "3.12.1",
        "required",
    ),
    "kafka": ("kafka", f.talking(f.kafka_apis(), f.kafka_sasl(34)), "", "none"),
    "kafka, SASL": ("kafka", f.talking(f.kafka_apis(), f.kafka_sasl(33)), "", "required"),
    "kafka without SaslHandshake": ("kafka", f.talking(f.kafka_apis([(18, 0, 4)])), "", None),
}
SCHEMES = ["postgres", "mysql", "redis", "amqp", "kafka", "grpc"]


@pytest.mark.parametrize("name", SPEAKERS)
def test_a_component_tells_that_it_speaks_and_whether_it_wants_a_login(tmp_path: Path, name: str) -> None:
    scheme, behaviour, version, auth = SPEAKERS[name]
    with serving(behaviour) as server:
        one = only_try(ask(tmp_path, server.url("", scheme)))
    assert (one.reachable, one.speaks, one.version, one.auth) == (True, True, version, auth)
    assert (one.failure, one.login, one.rows) == (None, None, None)
    assert 0 < one.elapsed_ms < 5_000


@pytest.mark.parametrize(
    ("scheme", "behaviour", "message"),
    [
        (
            "postgres",
            f.talking(f.pg_error("57P03")),
            "it takes no connection: it does not take connections now: it",
        ),
        ("postgres", f.talking(f.pg_error("53300")), "it takes no connection: it has no connection left"),
        ("postgres", f.talking(f.pg_error("XX000")), "it takes no connection: SQLSTATE XX000"),
        ("mysql", f.talking(first=f.my_error(1040, 0)), "it takes no connection: it has no connection left"),
        (
            "mysql",
            f.talking(f.my_error(1053), first=f.my_greeting()),
            "it takes no connection: it is shutting",
        ),
        (
            "redis",
            f.talking(b"-LOADING Redis is loading\r\n"),
            "it does not serve: it is still loading its data",
        ),
        (
            "redis",
            f.talking(b"-ERR max number of clients reached\r\n"),
            "it does not serve: it has no connection",
        ),
        (
            "amqp",
            f.talking(f.amqp_start(b"ANONYMOUS"), f.amqp_close(320)),
            "it takes no connection: reply code 320",
        ),
    ],
)
def test_a_component_that_does_not_serve_says_so_itself(
    tmp_path: Path, scheme: str, behaviour: Behaviour, message: str
) -> None:
    with serving(behaviour) as server:
        one = only_try(ask(tmp_path, server.url("", scheme)))
    assert one.failure is not None
    assert (one.speaks, one.failure.cause) == (True, "not-ready")
    assert one.failure.message.startswith(message)
    assert one.failure.remedy


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nServer: nginx\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.6 and a comment that is long enough to be read\r\n",
        b"220 mail.test ESMTP ready, and more words of a greeting\r\n",
        b"\x15\x03\x03\x00\x02\x02\x28" + bytes(40),
        b"ERROR\r\nERROR\r\nERROR\r\nERROR\r\nERROR\r\nERROR\r\nERROR\r\n",
        b"\xff" * 64,
        bytes(64),
    ],
    ids=["http", "ssh", "smtp", "tls", "memcached", "ones", "zeros"],
)
def test_another_protocol_is_seen_to_be_another(tmp_path: Path, scheme: str, raw: bytes) -> None:
    behaviour = f.talking(first=raw) if scheme == "mysql" else f.talking(raw)
    with serving(behaviour) as server:
        one = only_try(ask(tmp_path, server.url("", scheme)))
    assert one.failure is not None
    assert (one.speaks, one.failure.cause, one.failure.reason) == (False, "wrong-protocol", Reason.MALFORMED)
    assert one.failure.message.startswith("it does not speak ")


@pytest.mark.parametrize(
    ("scheme", "behaviour"),
    [
        ("postgres", f.talking(b"R" + f.BIG)),
        ("postgres", f.talking(f.pg(b"N", b"x" * 60_000) * 250)),
        ("postgres", f.talking(f.pg(b"R", struct.pack("!i", 99)))),
        ("postgres", f.talking(f.pg(b"E", b"Cno\0\0"))),
        ("postgres", f.talking(f.pg(b"Z", b"I"))),
        ("mysql", f.talking(first=b"\xff\xff\xff\x00\x0a")),
        ("mysql", f.talking(f.my(2, b"\x07what"), first=f.my_greeting())),
        ("mysql", f.talking(f.MY_SWITCH, *[f.MY_SWITCH] * 9, first=f.my_greeting())),
        ("redis", f.talking(b"+" + b"x" * 100_000)),
        ("redis", f.talking(b"+PONG\r\n", b"$999999999\r\n")),
        ("redis", f.talking(b"+PONG\r\n", b"$-1\r\n")),
        ("redis", f.talking(b"+PONG\r\n", b"+PONG\r\n")),
        ("redis", f.talking(b"+OK\r\n")),
        ("redis", f.talking(b"-ERR unknown command\r\n")),
        ("amqp", f.talking(b"AMQP\x00\x01\x00\x00")),
        ("amqp", f.talking(struct.pack("!BHI", 1, 0, 2**31))),
        ("amqp", f.talking(f.frame(10, 10, b"\x00\x09" + struct.pack("!I", 2**31)))),
        ("amqp", f.talking(f.frame(20, 10, b"\x00\x09"))),
        ("amqp", f.talking(f.frame(10, 11, b""))),
        ("kafka", f.talking(f.BIG)),
        ("kafka", f.talking(f.kafka(7, bytes(12)))),
        ("kafka", f.talking(f.kafka(1, struct.pack("!hi", 0, 3) + bytes(6)))),
        ("kafka", f.talking(f.kafka_apis([(18, 0, 4), (18, 0, 4)]))),
        ("kafka", f.talking(f.kafka_apis([(3, 0, 4)]))),
        ("kafka", f.talking(f.kafka_apis(), f.kafka_sasl(0))),
    ],
)
def test_what_contradicts_the_protocol_is_not_believed(
    tmp_path: Path, scheme: str, behaviour: Behaviour
) -> None:
    with serving(behaviour) as server:
        item = ask(tmp_path, server.url("", scheme))
    if item.facts is None:
        assert item.reason is Reason.MALFORMED
    else:
        one = only_try(item)
        assert one.failure is not None
        assert one.speaks is False


@pytest.mark.parametrize("scheme", [*SCHEMES, "rediss"])
@pytest.mark.parametrize(
    ("behaviour", "message"),
    [
        (hostile.silent, "no whole answer within 0.15s; it was waiting for"),
        (f.resetting, "it reset the connection before its answer was complete"),
        (f.half_closing, "it closed the connection before its answer was complete"),
        (hostile.hangs_up, "it closed the connection before its answer was complete"),
    ],
)
def test_silence_reset_and_half_close_are_unreachable(
    tmp_path: Path, scheme: str, behaviour: Behaviour, message: str
) -> None:
    if behaviour is hostile.hangs_up and scheme in ("postgres", "redis", "kafka", "amqp", "grpc", "rediss"):
        behaviour = f.hanging_up(b"")
    if scheme == "mysql" and behaviour in (f.resetting, hostile.hangs_up):
        behaviour = f.hanging_up(first=b"J")
        message = "it closed the connection before its answer was complete"
    with serving(behaviour) as server:
        item = ask(tmp_path, server.url("", scheme), deadline="150ms")
    assert (item.facts, item.reason) == (None, Reason.UNREACHABLE)
    assert item.message.startswith(message) or scheme == "rediss"
    assert item.remedy


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("start", [b"", b"R", b"+", b"J", b"N\0\0\0"])
def test_what_drips_is_cut_off_at_the_deadline(tmp_path: Path, scheme: str, start: bytes) -> None:
    def drip(client: Any, server: hostile.Server) -> None:
        client.sendall(start)
        server.drip(client, b"\0")

    with serving(drip) as server:
        item = ask(tmp_path, server.url("", scheme), deadline="150ms")
    assert item.facts is None or only_try(item).failure is not None


GOOD = {
    "postgres": f.PG_OPEN,
    "redis": b"+PONG\r\n",
    "amqp": f.amqp_start(),
    "kafka": f.kafka_apis([(18, 0, 4)]),
    "mysql": f.my_greeting(),
}


@pytest.mark.parametrize("scheme", GOOD)
def test_a_good_answer_that_is_cut_at_any_byte_shows_nothing(tmp_path: Path, scheme: str) -> None:
    raw = GOOD[scheme]
    first = scheme == "mysql"
    cuts = [f.hanging_up(first=raw[:n]) if first else f.hanging_up(raw[:n]) for n in range(len(raw))]
    with serving(hostile.in_turn(*cuts)) as server:
        for size in range(len(raw)):
            item = ask(tmp_path, server.url("", scheme))
            assert item.facts is None, raw[:size]
            assert item.reason is Reason.UNREACHABLE


@settings(max_examples=40, deadline=None)
@given(
    st.binary(max_size=120),
    st.sampled_from([b"", b"R\0\0\0\x08", b"+", b"-", b"E\0\0\0\x20", b"\x4a\0\0\0\x0a", b"\1\0\0\0\0\0"]),
    st.sampled_from(SCHEMES),
)
def test_any_bytes_give_a_reason_or_a_failure_and_nothing_else(
    rest: bytes, start: bytes, scheme: str
) -> None:
    behaviour = f.hanging_up(first=start + rest) if scheme == "mysql" else f.hanging_up(start + rest)
    with serving(behaviour) as server:
        item = ask(Path(), server.url("", scheme))
    assert "defect" not in item.remedy
    if item.facts is not None:
        assert only_try(item).failure is not None
    assert msgspec.json.decode(msgspec.json.encode(item))


def test_a_port_that_is_open_is_open_and_no_more(tmp_path: Path) -> None:
    with serving(hostile.silent) as server:
        one = only_try(ask(tmp_path, server.url("", "tcp")))
    assert (one.reachable, one.speaks, one.auth, one.failure) == (True, None, None, None)


@pytest.mark.parametrize("behaviour", [f.hanging_up(), f.half_closing])
def test_a_proxy_that_accepts_and_hangs_up_at_once_is_not_reachable(
    tmp_path: Path, behaviour: Behaviour
) -> None:
    with serving(behaviour) as server:
        item = ask(tmp_path, server.url("", "tcp"))
    assert (item.facts, item.reason) == (None, Reason.UNREACHABLE)


def test_a_port_that_nobody_listens_on_and_a_name_that_does_not_resolve_are_unreachable(
    tmp_path: Path,
) -> None:
    with serving(hostile.silent) as server:
        url = server.url("", "redis")
    item = ask(tmp_path, url)
    assert (item.reason, item.message) == (Reason.UNREACHABLE, "the connection was refused")
    item = ask(tmp_path, "redis://nobody.invalid:6379")
    assert item.message.startswith("the name nobody.invalid does not resolve")


def test_every_try_is_kept_and_one_that_failed_stands_beside_one_that_did_not(tmp_path: Path) -> None:
    good, loading = f.talking(b"+PONG\r\n", f.REDIS_INFO), f.talking(b"-LOADING x\r\n")
    with serving(hostile.in_turn(good, loading, hostile.silent)) as server:
        item = ask(tmp_path, server.url("", "redis"), tries=3, deadline="400ms")
    assert isinstance(item.facts, Component)
    seen = [one.failure.cause if one.failure else None for one in item.facts.tries]
    assert seen == [None, "not-ready", "timeout"]
    assert item.facts.summary()["tries"]


def test_an_answer_over_http_to_a_good_request_is_still_no_database(tmp_path: Path) -> None:
    with serving(answering()) as server:
        item = ask(tmp_path, server.url("", "postgres"), deadline="150ms")
    assert item.facts is None
    with serving(saying(b"")) as server:
        assert ask(tmp_path, server.url("", "kafka"), deadline="150ms").facts is None
