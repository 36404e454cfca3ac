"""The kind `x509-svid` from the Workload API: a small agent that speaks it, and agents that do not."""

from __future__ import annotations

import importlib
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pydantic import ValidationError

from readiness.check import Outcome
from readiness.evidence.model import Item, Reason
from readiness.evidence.spiffe_svid import X509Svid
from readiness.readers.spiffe.endpoint_socket import parse_socket
from readiness.testing import judge_check, read_evidence
from tests.spiffe_pki import DOMAIN, ID, NOW, Cert, authority, key


def installed() -> bool:
    try:
        importlib.import_module("spiffe")
    except ImportError:
        return False
    return True


needs_extra = pytest.mark.skipif(not installed(), reason="the extra [spiffe] is not installed")
Answer = Callable[[Any, Any], Iterator[Any]]


@contextmanager
def agent(where: str, answer: Answer) -> Iterator[None]:
    """A Workload API on a socket, which gives that answer to whoever shows the header of the standard."""
    grpc = importlib.import_module("grpc")
    messages = importlib.import_module("spiffe._proto.workload_pb2")

    def guarded(request: Any, context: Any) -> Iterator[Any]:
        if ("workload.spiffe.io", "true") not in context.invocation_metadata():
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "security header missing")
        yield from answer(request, context)

    method = grpc.unary_stream_rpc_method_handler(
        guarded,
        request_deserializer=messages.X509SVIDRequest.FromString,
        response_serializer=messages.X509SVIDResponse.SerializeToString,
    )
    server = grpc.server(ThreadPoolExecutor(2))
    handler = grpc.method_handlers_generic_handler("SpiffeWorkloadAPI", {"FetchX509SVID": method})
    server.add_generic_rpc_handlers((handler,))
    server.add_insecure_port(where)
    server.start()
    try:
        yield
    finally:
        server.stop(None).wait(5)


def gives(*chain: Cert, root: Cert | None = None) -> Answer:
    messages = importlib.import_module("spiffe._proto.workload_pb2")
    private = key("leaf").private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    svid = messages.X509SVID(
        spiffe_id=chain[0].uris[0] if chain else "",
        x509_svid=b"".join(one.der for one in chain),
        x509_svid_key=private,
        bundle=(root or authority()).der,
    )

    def answer(_request: Any, _context: Any) -> Iterator[Any]:
        yield messages.X509SVIDResponse(svids=[svid] if chain else [])

    return answer


def aborts(code: str) -> Answer:
    grpc = importlib.import_module("grpc")

    def answer(_request: Any, context: Any) -> Iterator[Any]:
        context.abort(getattr(grpc.StatusCode, code), "no")
        yield

    return answer


def ask(root: Path, uri: str, **keys: Any) -> Item:
    items = read_evidence("x509-svid", root, now=NOW, socket=uri, **({"deadline": "3s"} | keys)).items
    (item,) = items
    return item


@needs_extra
def test_an_agent_gives_an_svid_that_its_own_bundle_proves(tmp_path: Path) -> None:
    uri = f"unix://{tmp_path}/agent.sock"
    with agent(uri, gives(Cert())):
        item = ask(tmp_path, uri)
    assert isinstance(item.facts, X509Svid), item.message
    assert (item.provenance.source, item.provenance.format) == (uri, "workload-api")
    assert item.facts.summary()["ids"] == [ID]
    made = judge_check("security/spiffe-svid", {"trust-domain": DOMAIN}, now=NOW, svid=item.facts)
    assert made.outcome is Outcome.PASS, made.findings
    private = key("leaf").private_numbers().private_value.to_bytes(32)
    assert private not in msgspec.msgpack.encode(item)


@needs_extra
def test_a_bundle_of_the_policy_comes_before_that_of_the_agent(tmp_path: Path) -> None:
    uri = f"unix://{tmp_path}/agent.sock"
    (tmp_path / "other.pem").write_bytes(authority("other").pem)
    with agent(uri, gives(Cert())):
        item = ask(tmp_path, uri, bundle="other.pem")
    assert isinstance(item.facts, X509Svid), item.message
    assert item.facts.proof is not None
    assert (item.facts.proof.ok, item.facts.proof.bundle) == (False, "other.pem")


@needs_extra
@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("PERMISSION_DENIED", "no identity for this process"),
        ("UNAVAILABLE", "the agent is not available"),
        ("UNIMPLEMENTED", "it does not speak the Workload API"),
        ("INVALID_ARGUMENT", "refused the request"),
        ("INTERNAL", "the agent answered INTERNAL"),
        ("DEADLINE_EXCEEDED", "did not answer within 3s"),
    ],
)
def test_an_agent_that_refuses_is_unreachable_and_says_why(tmp_path: Path, code: str, said: str) -> None:
    uri = f"unix://{tmp_path}/agent.sock"
    with agent(uri, aborts(code)):
        item = ask(tmp_path, uri)
    assert (item.facts, item.reason) == (None, Reason.UNREACHABLE)
    assert said in item.message
    assert item.remedy


@needs_extra
def test_an_agent_that_gives_nothing_or_nonsense_is_malformed(tmp_path: Path) -> None:
    uri = f"unix://{tmp_path}/agent.sock"
    for answer in (gives(), gives(Cert(is_ca=True))):
        with agent(uri, answer):
            item = ask(tmp_path, uri)
        assert (item.facts, item.reason) == (None, Reason.MALFORMED), item.message


@contextmanager
def mute(path: Path, says: bytes = b"") -> Iterator[None]:
    """A socket that takes connections, and says nothing, or the wrong thing."""
    kept: list[socket.socket] = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(path))
        listener.listen()

        def run() -> None:
            with suppress(OSError):
                while True:
                    kept.append(listener.accept()[0])
                    if says:
                        kept[-1].sendall(says)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        try:
            yield
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(5)
            for one in kept:
                one.close()


@needs_extra
@pytest.mark.parametrize("says", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n"])
def test_a_socket_that_speaks_something_else_is_unreachable_within_the_deadline(
    tmp_path: Path, says: bytes
) -> None:
    with mute(tmp_path / "s", says):
        item = ask(tmp_path, f"unix://{tmp_path}/s", deadline="600ms")
    assert (item.facts, item.reason) == (None, Reason.UNREACHABLE), item.message


@needs_extra
def test_a_socket_that_is_missing_closed_or_a_file_says_so(tmp_path: Path) -> None:
    missing = ask(tmp_path, f"unix://{tmp_path}/none.sock")
    assert (missing.reason, missing.message) == (
        Reason.MISSING,
        f"there is no socket unix://{tmp_path}/none.sock",
    )
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as closed:
        closed.bind(str(tmp_path / "closed.sock"))
    refused = ask(tmp_path, f"unix://{tmp_path}/closed.sock")
    assert (refused.reason, "connection refused" in refused.message) == (Reason.UNREACHABLE, True)
    (tmp_path / "file").write_text("")
    file = ask(tmp_path, f"unix://{tmp_path}/file")
    assert (file.reason, "is no socket" in file.message) == (Reason.MALFORMED, True)


def test_without_the_extra_it_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(importlib.import_module("sys").modules, "spiffe", None)
    item = ask(tmp_path, "unix:///run/spire/agent.sock")
    assert (item.facts, item.reason) == (None, Reason.MISSING)
    assert item.message == "the Workload API needs the library `spiffe`, which is not installed"
    assert "pip install 'readiness[spiffe]'" in item.remedy


@pytest.mark.parametrize(
    ("text", "uri"),
    [
        ("unix:///run/spire/agent.sock", "unix:///run/spire/agent.sock"),
        ("unix:/run/spire/agent.sock", "unix:///run/spire/agent.sock"),
        ("tcp://127.0.0.1:8081", "tcp://127.0.0.1:8081"),
        ("tcp://[::1]:8081", "tcp://[::1]:8081"),
    ],
)
def test_a_uri_of_the_standard_names_a_socket(text: str, uri: str) -> None:
    assert parse_socket(text).uri == uri


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/run/spire/agent.sock",
        "unix://",
        "unix:///",
        "unix:agent.sock",
        "unix:////run/agent.sock",
        "unix://run/agent.sock",
        "unix://me@/run/agent.sock",
        "unix:///run/agent.sock?x=1",
        "unix:///run/agent.sock?",
        "unix:///run/agent.sock#x",
        "unix:///run/agent%20.sock",
        "unix:///run/agent .sock",
        "http://127.0.0.1:8081",
        "tcp://localhost:8081",
        "tcp://127.0.0.1",
        "tcp://127.0.0.1:0",
        "tcp://127.0.0.1:99999",
        "tcp://127.0.0.1:8081/",
        "tcp://127.0.0.1:8081/foo",
        "tcp://me@127.0.0.1:8081",
        "tcp://:8081",
        "tcp://[::1",
        "tcp:127.0.0.1:8081",
    ],
)
def test_any_other_uri_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError, match=r"unix|tcp|URI"):
        parse_socket(text)
    with pytest.raises(ValidationError):
        read_evidence("x509-svid", tmp_path, socket=text)
