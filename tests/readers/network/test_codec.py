"""The bytes of TLS: what is sent is well made, and whatever comes back is a finding and never an exception."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.evidence.tls import VERSIONS, Version
from readiness.readers.network.deadline import Deadline
from readiness.readers.network.resolve import Address
from readiness.readers.network.tls import messages, suites
from readiness.readers.network.tls import numbers as n
from readiness.readers.network.tls.certificates import certificate, chain, in_order
from readiness.readers.network.tls.hello import client_hello
from readiness.readers.network.tls.messages import Cursor, Garbled
from readiness.readers.network.tls.names import shown
from readiness.readers.network.tls.raw import Answer, ask
from readiness.readers.network.tls.trace import Trace
from readiness.readers.network.wire import Line
from tests import hostile_servers as hostile
from tests.authority import Authority
from tests.hostile_servers import serving
from tests.tls_lab import fakes
from tests.tls_lab.pki import Pki


def extensions(hello: bytes) -> dict[int, bytes]:
    """The extensions of a hello, by an independent reading of its bytes."""
    cursor = Cursor(hello[9:])
    cursor.take(34)
    cursor.vector(1)
    cursor.vector(2)
    cursor.vector(1)
    block = cursor.vector(2)
    assert cursor.left == 0
    found = {}
    while block.left:
        kind = block.number(2)
        content = block.vector(2)
        found[kind] = content.take(content.left)
    return found


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", ["", "a.test", "x" * 63 + ".test", "127.0.0.1", "::1"])
def test_a_hello_is_framed_and_never_of_a_length_that_servers_hang_on(version: Version, name: str) -> None:
    for count in range(0, 120, 3):
        hello = client_hello(version, suites.usual(version)[:count], name)
        assert int.from_bytes(hello[3:5], "big") == len(hello) - 5
        assert int.from_bytes(hello[6:9], "big") == len(hello) - 9
        assert not 256 <= len(hello) - 5 < 512
        assert (n.SERVER_NAME in extensions(hello)) is name.endswith("test")


def test_a_hello_offers_one_version_alone() -> None:
    newest = extensions(client_hello("1.3", (0x1301,)))
    assert newest[n.SUPPORTED_VERSIONS] == b"\x02\x03\x04"
    assert newest[n.KEY_SHARE] == b"\x00\x00"
    for version in ("1.0", "1.1", "1.2"):
        hello = client_hello(version, (0x2F,))
        assert n.SUPPORTED_VERSIONS not in extensions(hello)
        assert int.from_bytes(hello[9:11], "big") == n.CODES[version]


def test_the_numbers_of_suites_are_those_that_openssl_knows() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_ciphers("ALL:COMPLEMENTOFALL:@SECLEVEL=0")
    for one in context.get_ciphers():
        if one["name"].startswith("TLS_"):
            assert suites.suite_name(int(one["id"]) & 0xFFFF) == one["name"]
    assert all(len(suites.usual(version)) <= 128 for version in VERSIONS)
    assert {code for version in VERSIONS for code in suites.candidates(version)} == set(suites.SUITES)


def answer(
    raw: bytes | Sequence[bytes], version: Version = "1.2", until: int = n.SERVER_HELLO_DONE
) -> Answer:
    with serving(fakes.saying_tls(bytes(raw) if isinstance(raw, bytes) else b"".join(raw))) as server:
        return put(server.port, version, until)


def put(port: int, version: Version, until: int, seconds: float = 5.0) -> Answer:
    address = Address(2, ("127.0.0.1", port))
    with Deadline(seconds) as deadline:
        return ask(
            Line([address], deadline), client_hello(version, suites.usual(version)), seconds, until=until
        )


@pytest.mark.parametrize(
    ("raw", "outcome"),
    [
        (b"", ("eof", "")),
        (fakes.alert(70), ("alert", "protocol_version")),
        (fakes.alert(199), ("alert", "alert 199")),
        (fakes.alert(0), ("eof", "")),
        (fakes.record(b"\x02\x28\x00", 21), ("malformed", "an alert of another size")),
        (b"HTTP/1.1 400 Bad Request\r\n", ("not-tls", "HTTP/1.1 400 Bad Request")),
        (b"\x15", ("malformed", "the end within a record or a message")),
        (b"\x16\x03\x03\x00\x00", ("malformed", "a record of 0 bytes")),
        (b"\x16\x03\x03\xff\xff" + bytes(99), ("malformed", "a record of 65535 bytes")),
        (fakes.record(b"\x0b\x00\x00\x00"), ("malformed", "message 11 where a ServerHello belongs")),
        (fakes.record(b"\x02\xff\xff\xff"), ("malformed", "a message of 16777215 bytes")),
        (fakes.record(b"x", 23), ("malformed", "a record that belongs to a later part")),
    ],
)
def test_an_answer_that_is_no_hello_is_told_apart(raw: bytes, outcome: tuple[str, str]) -> None:
    seen = answer(raw)
    assert (seen.outcome.word, seen.outcome.detail.rstrip(".")) == outcome
    assert seen.trace.hello is None


def test_a_message_in_many_records_is_put_together() -> None:
    whole = fakes.server_hello(0x002F, version=0x0303)[5:]
    seen = answer([fakes.record(bytes((one,))) for one in whole], until=n.SERVER_HELLO)
    assert seen.outcome.word == "ok"
    assert seen.trace.hello is not None
    assert seen.trace.hello.suite == 0x002F


def test_a_retry_names_the_group() -> None:
    seen = answer(fakes.server_hello(group=0x11EC), "1.3")
    assert seen.trace.hello is not None
    assert (seen.trace.hello.is_retry, seen.trace.group) == (True, 0x11EC)


def test_an_endless_chain_is_cut_off() -> None:
    hello = fakes.server_hello(0x002F, version=0x0303)
    seen = answer([hello, *[fakes.record(b"\x16" + fakes.sized(bytes(16_000), 3))] * 20])
    assert (seen.outcome.word, seen.trace.asked) == ("malformed", None)
    assert "262,144 bytes" in seen.outcome.detail


def test_a_port_that_nobody_listens_on_is_refused() -> None:
    assert put(fakes.free_port(), "1.2", n.SERVER_HELLO).outcome.word == "refused"


def test_a_deadline_that_is_over_is_a_timeout() -> None:
    with serving(hostile.silent) as server:
        assert put(server.port, "1.2", n.SERVER_HELLO, 0.2).outcome.word == "timeout"


@settings(max_examples=40, deadline=None)
@given(
    st.binary(max_size=80), st.sampled_from([b"", b"\x16\x03\x03", fakes.server_hello(0x2F, version=0x0303)])
)
def test_any_bytes_are_an_answer(rest: bytes, start: bytes) -> None:
    assert answer(start + rest).outcome.word in ("ok", "alert", "eof", "reset", "not-tls", "malformed")


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 25), st.binary(max_size=200), st.sampled_from(sorted(n.VERSION_OF)))
def test_any_message_is_understood_or_garbled(kind: int, body: bytes, version: int) -> None:
    trace = Trace(hello=messages.ServerHello(version, 0x2F, None, is_retry=False))
    try:
        trace.received(kind, body)
    except Garbled:
        return


def test_a_name_is_written_as_rfc_4514_does(tmp_path: Path) -> None:
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "DE"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Acme, Inc."),
            x509.NameAttribute(NameOID.COMMON_NAME, "root"),
        ]
    )
    assert shown(name.public_bytes()) == name.rfc4514_string() == "CN=root,O=Acme\\, Inc.,C=DE"
    assert shown(b"\x30\x05no") == "#30056e6f"


@settings(max_examples=120, deadline=None)
@given(st.binary(max_size=120))
def test_any_bytes_are_a_name_or_shown_as_bytes(der: bytes) -> None:
    assert isinstance(shown(der), str)


def test_a_certificate_that_is_changed_in_any_byte_is_read_or_has_a_problem(tmp_path: Path) -> None:
    authority = Authority(tmp_path, "ca")
    pem, _ = authority.issue("shop", "shop.test", "127.0.0.1")
    der = ssl.PEM_cert_to_DER_cert(pem.read_text())
    for at in range(len(der)):
        for changed in (der[:at], der[:at] + bytes((der[at] ^ 0xFF,)) + der[at + 1 :]):
            seen = certificate(changed)
            assert seen.problem or seen.not_after is not None
            assert in_order([changed, der]) in (True, False, None)


def test_odd_certificates_are_described(tmp_path: Path) -> None:
    pki = Pki(tmp_path)
    (rsa, _), (edwards, _) = pki.issue("rsa", key="rsa2048"), pki.issue("edwards", key="ed25519")
    told = [
        certificate(
            ssl.PEM_cert_to_DER_cert(one.read_text().split("-----END")[0] + "-----END CERTIFICATE-----\n")
        )
        for one in (rsa, edwards)
    ]
    assert [(one.key_type, one.key_bits, one.signature) for one in told] == [
        ("RSA", 2048, "sha256"),
        ("Ed25519", None, "sha256"),
    ]
    assert told[0].extensions.key_usage == ("digitalSignature",)
    assert told[0].extensions.extended_key_usage == ("serverAuth", "clientAuth")
    assert (told[0].dns, told[0].ips, told[0].self_signed) == (("localhost",), ("127.0.0.1",), False)


def test_a_chain_is_cut_where_it_is_too_large() -> None:
    kept, is_cut = chain([b"no certificate"] * 40)
    assert (len(kept), is_cut) == (32, True)
    assert kept[0].problem == "it is no certificate (ValueError)"
    assert chain([bytes(300_000)]) == ((), True)
    assert in_order([b"no certificate"]) is None
