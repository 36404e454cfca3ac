"""Endpoints that do not answer properly: each is unproven, within the deadline, and costs little memory."""

from __future__ import annotations

import os
import resource
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.evidence.endpoint import Endpoint
from readiness.evidence.model import Item, Reason
from readiness.testing import read_evidence
from tests import hostile_servers as hostile
from tests.hostile_servers import Behaviour, answering, in_turn, saying, serving
from tests.support import ROOT

LATE = Reason.UNREACHABLE, "no whole answer within 0.4s; it was waiting for its answer"
NO_HTTP = Reason.MALFORMED, "its answer is not proper HTTP"
CUT = Reason.MALFORMED, "its body ended before it was complete"
CUT_HEADERS = Reason.MALFORMED, "it closed the connection within its headers"


def ask(root: Path, url: str, **keys: Any) -> Item:
    (item,) = read_evidence("endpoint", root, url=url, **{"deadline": "400ms", **keys}).items
    return item


def refused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@pytest.mark.parametrize(
    "behaviour",
    [hostile.silent, hostile.drips_status_line, hostile.drips_headers, hostile.drips_body],
)
def test_what_drips_or_is_silent_is_cut_off_at_the_deadline(tmp_path: Path, behaviour: Behaviour) -> None:
    with serving(behaviour) as server:
        item = ask(tmp_path, server.url())
    assert (item.facts, item.reason, item.message) == (None, *LATE)
    assert "deadline" in item.remedy


@pytest.mark.parametrize(
    ("behaviour", "reason", "message"),
    [
        (hostile.hangs_up, Reason.UNREACHABLE, "it closed the connection without an answer"),
        (hostile.resets, Reason.UNREACHABLE, "it reset the connection before its answer was complete"),
        (hostile.floods_body, Reason.MALFORMED, "its body is larger than `max-body`, 1,048,576 bytes"),
        (hostile.floods_headers, Reason.MALFORMED, "its headers are longer than 65,536 bytes"),
        (hostile.gzip_bomb, Reason.MALFORMED, "its body is encoded as gzip, which was not asked for"),
        (saying(b"SSH-2.0-OpenSSH_9.6\r\n"), *NO_HTTP),
        (saying(b"HTTP/1.1 abc OK\r\n\r\n"), *NO_HTTP),
        (saying(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 101 + b"\r\n"), *NO_HTTP),
        (saying(b"HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\nhello"), *NO_HTTP),
        (saying(b"HTTP/1.1 200 OK"), *CUT_HEADERS),
        (saying(b"HTTP/1.1 200 OK\r\n"), *CUT_HEADERS),
        (saying(b"HTTP/1.1 200 OK\r\nContent-Type: application/js"), *CUT_HEADERS),
        (saying(b'HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n{"status": "UP"}'), *CUT),
        (saying(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"), *CUT),
        (saying(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}"), *CUT),
    ],
)
def test_what_is_no_whole_answer_is_unproven(
    tmp_path: Path, behaviour: Behaviour, reason: Reason, message: str
) -> None:
    with serving(behaviour) as server:
        item = ask(tmp_path, server.url(), deadline="5s")
    assert (item.facts, item.reason, item.message) == (None, reason, message)
    assert item.remedy


@pytest.mark.parametrize(
    "raw",
    [
        b'HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n{"status": "UP"}',
        b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{"status": "UP"}\r\n0',
    ],
)
def test_a_good_answer_that_is_cut_at_any_byte_is_unproven(tmp_path: Path, raw: bytes) -> None:
    cuts = [saying(raw[:size]) for size in range(len(raw))]
    with serving(in_turn(*cuts)) as server:
        for size in range(len(raw)):
            item = ask(tmp_path, server.url(), deadline="5s")
            assert item.facts is None, raw[:size]
            assert item.reason in (Reason.MALFORMED, Reason.UNREACHABLE)


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=200), st.sampled_from([b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\n\r\n"]))
def test_any_bytes_give_unproven_or_facts_and_nothing_else(rest: bytes, start: bytes) -> None:
    with serving(saying(start + rest)) as server:
        item = ask(Path(), server.url(), deadline="5s")
    assert (item.facts is None) == (item.reason in (Reason.MALFORMED, Reason.UNREACHABLE))
    assert "defect" not in item.remedy
    assert msgspec.json.decode(msgspec.json.encode(item.provenance))


def test_a_chunked_answer_is_read_whole(tmp_path: Path) -> None:
    raw = b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{"a\r\n4\r\n": 1\r\n1\r\n}\r\n0\r\n\r\n'
    with serving(saying(raw)) as server:
        item = ask(tmp_path, server.url())
    assert isinstance(item.facts, Endpoint)
    assert item.facts.http[0].json == {"a": 1}


INTERIM = [
    b"HTTP/1.1 100 Continue\r\n\r\n",
    b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\nContent-Length: 9\r\n\r\n",
    b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n",
    b"HTTP/1.1 103 Early Hints\r\n\r\n" * 10,
]


@pytest.mark.parametrize("interim", INTERIM)
@pytest.mark.parametrize("status", [200, 503])
def test_interim_answers_before_the_final_one_are_passed_over(
    tmp_path: Path, interim: bytes, status: int
) -> None:
    raw = interim + b"HTTP/1.1 %d X\r\nContent-Length: 2\r\n\r\n{}" % status
    with serving(saying(raw)) as server:
        item = ask(tmp_path, server.url())
    assert isinstance(item.facts, Endpoint)
    assert (item.facts.http[0].status, item.facts.http[0].json) == (status, {})


@pytest.mark.parametrize(
    "behaviour",
    [hostile.continues, saying(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 11 + b"HTTP/1.1 200 OK\r\n\r\n")],
)
def test_interim_answers_without_an_end_are_no_answer(tmp_path: Path, behaviour: Behaviour) -> None:
    with serving(behaviour) as server:
        item = ask(tmp_path, server.url(), deadline="4s")
    assert item.message == "it sent more than 10 interim answers, and no final one"
    assert (item.facts, item.reason) == (None, Reason.MALFORMED)


def test_an_interim_answer_and_then_nothing_is_no_answer(tmp_path: Path) -> None:
    for raw in (b"HTTP/1.1 103 Early Hints\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n"):
        with serving(saying(raw)) as server:
            assert ask(tmp_path, server.url()).facts is None


def test_a_body_of_exactly_the_limit_is_read_and_one_byte_more_is_not(tmp_path: Path) -> None:
    for size, reads in ((100, True), (101, False)):
        with serving(answering(b"1" * size)) as server:
            item = ask(tmp_path, server.url(), max_body="100B")
        assert (item.facts is not None) is reads


def test_answers_that_are_too_large_together_are_malformed(tmp_path: Path) -> None:
    with serving(answering(b'"' + b"x" * 1_000_000 + b'"')) as server:
        item = ask(tmp_path, server.url(), tries=5, deadline="10s")
    assert item.reason is Reason.MALFORMED
    assert "its answers are 5," in item.message


def test_floods_cost_little_memory(tmp_path: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for behaviour in (hostile.floods_body, hostile.floods_headers):
        with serving(behaviour) as server:
            assert ask(tmp_path, server.url(), deadline="5s").facts is None
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # KiB


def test_a_refused_connection_says_what_to_do(tmp_path: Path) -> None:
    item = ask(tmp_path, f"http://127.0.0.1:{refused_port()}/")
    assert (item.reason, item.message) == (Reason.UNREACHABLE, "the connection was refused")
    assert item.remedy == "start the service, or correct `url`"


def test_the_time_of_all_tries_is_one(tmp_path: Path) -> None:
    with serving(in_turn(answering(), hostile.silent)) as server:
        item = ask(tmp_path, server.url(), tries=4)
    assert isinstance(item.facts, Endpoint)
    assert [one.attempt for one in item.facts.http] == [1]
    assert [(one.attempt, one.reason, one.message) for one in item.facts.failures] == [
        (2, *LATE),
        (3, *LATE),
        (4, *LATE),
    ]


def test_a_name_that_does_not_resolve_is_unreachable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*args: Any, **kwargs: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    item = ask(tmp_path, "http://checkout.test/")
    assert item.reason is Reason.UNREACHABLE
    assert item.message == "the name checkout.test does not resolve: Name or service not known"


def test_a_resolver_that_hangs_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(10))
    item = ask(tmp_path, "http://checkout.test/")
    over.set()
    assert (item.reason, item.message) == (
        Reason.UNREACHABLE,
        "the name checkout.test was not resolved in time",
    )


def test_the_name_is_resolved_once_and_the_next_address_is_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    dead = refused_port()
    with serving(answering()) as server:

        def two(host: str, port: int, **kwargs: Any) -> Any:
            asked.append(host)
            family = socket.AF_INET, socket.SOCK_STREAM, 6, ""
            return [(*family, ("127.0.0.1", dead)), (*family, ("127.0.0.1", server.port))]

        monkeypatch.setattr(socket, "getaddrinfo", two)
        item = ask(tmp_path, "http://checkout.test:8080/x", tries=3)
    assert isinstance(item.facts, Endpoint)
    assert len(item.facts.http) == 3
    assert asked == ["checkout.test"]
    assert b"Host: checkout.test:8080\r\n" in server.requests[0]


def test_an_address_that_swallows_packets_leaves_time_for_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = socket.socket()
    full.bind(("127.0.0.1", 0))
    full.listen(0)
    fillers = [socket.socket() for _ in range(4)]
    for filler in fillers:
        filler.setblocking(False)
        filler.connect_ex(full.getsockname())
    with serving(answering()) as server:
        family = socket.AF_INET, socket.SOCK_STREAM, 6, ""
        places = [(*family, full.getsockname()), (*family, ("127.0.0.1", server.port))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: places)
        item = ask(tmp_path, "http://checkout.test/")
        places.pop()
        alone = ask(tmp_path, "http://checkout.test/")
    for one in (full, *fillers):
        one.close()
    assert isinstance(item.facts, Endpoint)
    assert (alone.reason, alone.message) == (
        Reason.UNREACHABLE,
        "no whole answer within 0.4s; it was waiting for the connection",
    )


def test_an_unexpected_error_is_unproven_and_its_text_is_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from readiness.readers.network import guarded

    def broken(*args: Any) -> Any:
        raise RuntimeError("sesame")

    monkeypatch.setattr(guarded, "resolve", broken)
    item = ask(tmp_path, "http://checkout.test/")
    assert (item.reason, item.message) == (Reason.MALFORMED, "asking it failed: RuntimeError")


_LINGERS = """
import socket, sys, threading, time
from pathlib import Path
from readiness.testing import read_evidence
real = socket.getaddrinfo
socket.getaddrinfo = lambda *_, **__: time.sleep(60)
stuck = read_evidence("endpoint", Path("."), url="http://checkout.test/", deadline="50ms").items[0]
socket.getaddrinfo = real
late = read_evidence("endpoint", Path("."), url=sys.argv[1], deadline="100ms").items[0]
print(stuck.reason, late.reason, sum(not one.daemon for one in threading.enumerate()))
"""


def test_no_thread_keeps_the_process_alive_and_no_socket_is_left_open(tmp_path: Path) -> None:
    with serving(hostile.drips_headers) as server:
        done = subprocess.run(
            [sys.executable, "-W", "error::ResourceWarning", "-X", "dev", "-c", _LINGERS, server.url()],
            capture_output=True,
            text=True,
            timeout=30,
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            check=False,
        )
    assert (done.stdout, done.stderr) == ("unreachable unreachable 1\n", "")


def test_the_deadline_holds_for_every_way_of_being_late(tmp_path: Path) -> None:
    started = time.monotonic()
    for behaviour in (hostile.drips_headers, hostile.drips_body, hostile.continues):
        with serving(behaviour) as server:
            ask(tmp_path, server.url(), tries=20)
    # Without a total deadline each of these never ends; the bound is generous for slow machines.
    assert time.monotonic() - started < 15
