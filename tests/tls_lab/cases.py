"""The cases of the lab, one row each: how to start a server, what to ask of it, and the truth about it.

`expect` maps paths below the item of evidence to values, as in `facts.tls.versions.1_3`; a value that is a function
is asked. To add a case, add a row to one of the tables; servers are in `fakes.py`, certificates in `pki.py`.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any

from readiness.evidence.model import Reason
from tests import hostile_servers as hostile
from tests.hostile_servers import Behaviour, answering, serving
from tests.tls_lab import fakes
from tests.tls_lab.pki import CLIENT, DAY, SERVER, Pki

Start = Callable[[Pki], AbstractContextManager[int]]
URL = "https://localhost:{port}/health"
TLS = "tls://localhost:{port}"
CLIENT_FILES = {"cert": "client.pem", "key": "client.key"}
Y, N, Q = "accepted", "refused", "inconclusive"


@dataclass(frozen=True)
class Case:
    """One server, and what must be found out about it."""

    name: str
    start: Start
    expect: Mapping[str, Any]
    url: str = URL
    keys: Mapping[str, Any] = field(default_factory=dict)
    needs: str = ""
    """A program without which the server cannot be started."""


def fake(behaviour: Behaviour) -> Start:
    """A server that does what it likes with bytes."""

    @contextmanager
    def start(_: Pki) -> Iterator[int]:
        with serving(behaviour) as server:
            yield server.port

    return start


def python(
    behaviour: Behaviour = answering(),  # noqa: B008 - it is a pure function of bytes
    leaf: Mapping[str, Any] | None = None,
    **context: Any,
) -> Start:
    """A server of Python's ssl, with a certificate that is good but for what `leaf` says."""

    @contextmanager
    def start(pki: Pki) -> Iterator[int]:
        files = pki.issue("leaf", **(leaf or {}))
        with serving(behaviour, pki.context(files, **context)) as server:
            yield server.port

    return start


def s_server(*options: str) -> Start:
    """`openssl s_server` with a good certificate; options may name files of the folder as `{folder}/root.pem`."""

    @contextmanager
    def start(pki: Pki) -> Iterator[int]:
        files = pki.issue("leaf")
        port = fakes.free_port()
        with fakes.s_server(port, *files, *(one.format(folder=pki.folder) for one in options)):
            yield port

    return start


def nginx(directives: str) -> Start:
    """A real nginx with a good certificate; directives may name files of the folder as `{folder}/root.pem`."""

    @contextmanager
    def start(pki: Pki) -> Iterator[int]:
        port = fakes.free_port()
        with fakes.nginx(port, *pki.issue("leaf"), directives.format(folder=pki.folder)):
            yield port

    return start


def after(preamble: Callable[[Any], bool]) -> Start:
    """A service that goes over to TLS."""

    @contextmanager
    def start(pki: Pki) -> Iterator[int]:
        with serving(fakes.after(preamble, pki.context(pki.issue("leaf")))) as server:
            yield server.port

    return start


def versions(old: str, older: str, two: str, three: str) -> dict[str, Any]:
    """The four versions, from 1.0 on."""
    return {
        f"facts.tls.versions.{name}": said
        for name, said in zip(_VERSIONS, (old, older, two, three), strict=True)
    }


_VERSIONS = ("1_0", "1_1", "1_2", "1_3")
_GOOD = {"facts.http.0.status": 200, "facts.tls.verification.ok": True, "facts.tls.speaks_tls": True}

VERSIONS = (
    Case("1.2 and 1.3", python(), _GOOD | versions(N, N, Y, Y) | {"facts.tls.version": "1.3"}),
    Case("1.3 only", python(versions=("TLSv1_3", "TLSv1_3")), _GOOD | versions(N, N, N, Y)),
    Case(
        "1.2 only",
        python(versions=("TLSv1_2", "TLSv1_2")),
        _GOOD | versions(N, N, Y, N) | {"facts.tls.groups.X25519MLKEM768": N},
    ),
    Case("1.0 open", python(versions=("TLSv1", "TLSv1_3")), _GOOD | versions(Y, Y, Y, Y)),
    Case("1.1 open", python(versions=("TLSv1_1", "TLSv1_2")), _GOOD | versions(N, Y, Y, N)),
    Case(
        "1.0 only",
        python(versions=("TLSv1", "TLSv1")),
        versions(Y, N, N, N)
        | {
            "facts.http": (),
            "facts.tls.version": "1.0",
            "facts.tls.verification.ok": True,
            "facts.tls.chain": len,
        },
    ),
    Case(
        "hybrid key exchange",
        fake(fakes.hybrid),
        {"facts.tls.groups.X25519MLKEM768": Y, "facts.tls.connections": 6} | versions(N, N, N, Y),
    ),
    Case(
        "answers 1.0 to everything",
        fake(fakes.saying_tls(fakes.server_hello(0x002F, version=0x0301))),
        versions(Y, N, N, N),
    ),
    Case(
        "answers with a version that is none",
        fake(fakes.saying_tls(fakes.server_hello(0x002F, version=0x0209))),
        {"facts": None, "reason": Reason.UNREACHABLE},
    ),
)


def _chain(code: int, ok: bool = False, **more: Any) -> dict[str, Any]:
    said = {"facts.tls.verification.code": code, "facts.tls.verification.ok": ok, "facts.http": ()}
    return said | versions(N, N, Y, Y) | {f"facts.tls.{name}": value for name, value in more.items()}


def _root_included(pki: Pki) -> Any:
    return _serve(pki, pki.issue("leaf", chain=("middle", "root")))


def _disordered(pki: Pki) -> Any:
    return _serve(pki, pki.issue("leaf", chain=("root", "middle")))


def _long_chain(pki: Pki) -> Any:
    return _serve(pki, pki.issue("leaf", chain=("middle", *["stranger"] * 91)))


def _heavy_chain(pki: Pki) -> Any:
    return _serve(pki, pki.issue("leaf", chain=("middle", *["stranger"] * 400)))


def _over_sha1(pki: Pki) -> Any:
    context = pki.context(pki.sign_over_sha1(pki.issue("leaf")), ciphers="ALL:@SECLEVEL=0")
    return _serving(answering(), context)


@contextmanager
def _serving(behaviour: Behaviour, context: ssl.SSLContext) -> Iterator[int]:
    with serving(behaviour, context) as server:
        yield server.port


@contextmanager
def _serve(pki: Pki, files: Any) -> Iterator[int]:
    with serving(answering(), pki.context(files)) as server:
        yield server.port


@contextmanager
def _by_name(pki: Pki) -> Iterator[int]:
    """The right certificate for the right name only."""
    other = pki.context(pki.issue("other", names=("other.test",)))
    right = pki.context(pki.issue("leaf"))

    def choose(sock: Any, asked: str | None, _: ssl.SSLContext) -> None:
        if asked == "localhost":
            sock.context = right

    other.sni_callback = choose
    with serving(answering(), other) as server:
        yield server.port


@contextmanager
def _named_only(pki: Pki) -> Iterator[int]:
    """No name, no service: an alert for those who do not ask for one."""
    context = pki.context(pki.issue("leaf"))

    def choose(sock: Any, asked: str | None, _: ssl.SSLContext) -> int | None:
        return None if asked == "localhost" else int(ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME)

    context.sni_callback = choose
    with serving(answering(), context) as server:
        yield server.port


_HOUR = DAY / 24
CERTIFICATES = (
    Case("expired", python(leaf={"begins": -60 * DAY, "ends": -3 * DAY}), _chain(10)),
    Case("not yet valid", python(leaf={"begins": 2 * DAY, "ends": 30 * DAY}), _chain(9)),
    Case("another host", python(leaf={"names": ("other.test",)}), _chain(62)),
    Case("another address", python(leaf={"names": ("127.0.0.2",)}), _chain(64), "https://127.0.0.1:{port}/"),
    Case("a common name only", python(leaf={"names": (), "subject": "localhost"}), _chain(62)),
    Case("incomplete", python(leaf={"chain": ()}), _chain(20, chain_in_order=True)),
    Case(
        "self-signed", python(leaf={"issuer": "", "chain": ()}), _chain(18, chain=lambda x: x[0].self_signed)
    ),
    Case("an unknown root", python(leaf={"issuer": "stranger", "chain": ("stranger",)}), _chain(19)),
    Case("a weak key", python(leaf={"key": "rsa1024"}, ciphers="ALL:@SECLEVEL=0"), _chain(66)),
    Case("for clients only", python(leaf={"purposes": (CLIENT,)}), _chain(26)),
    Case(
        "the root included",
        _root_included,
        _GOOD | {"facts.tls.chain_in_order": True, "facts.tls.chain": lambda x: len(x) == 3},
    ),
    Case("out of order", _disordered, _GOOD | {"facts.tls.chain_in_order": False}),
    Case(
        "92 certificates",
        _long_chain,
        _GOOD | {"facts.tls.chain_truncated": True, "facts.tls.chain": lambda x: len(x) == 32},
    ),
    Case("by name, the right one", _by_name, _GOOD | {"facts.tls.sni": "localhost"}),
    Case("by name, another", _by_name, _GOOD | {"facts.tls.sni": "other.test"}, keys={"sni": "other.test"}),
    Case("by address, without a name", _by_name, _chain(64, sni=""), "https://127.0.0.1:{port}/"),
    Case(
        "Ed25519",
        python(leaf={"key": "ed25519"}),
        _GOOD | {"facts.tls.chain": lambda x: x[0].key_type == "Ed25519"},
    ),
    Case(
        "a NUL in its name",
        python(leaf={"subject": "localhost\0.evil.test", "names": ("other.test",)}),
        _chain(62, chain=lambda x: x[0].subject == "CN=localhost\\00.evil.test"),
    ),
    Case("an emoji in its name", python(leaf={"subject": "\N{ROCKET}"}), _GOOD),
    Case("its authority expired", python(leaf={"issuer": "late", "chain": ("late",)}), _chain(10)),
    Case(
        "a weak authority",
        python(leaf={"issuer": "rsa1024", "chain": ("rsa1024",)}, ciphers="ALL:@SECLEVEL=0"),
        _chain(67),
    ),
    Case(
        "signed over SHA-1",
        _over_sha1,
        _chain(68, chain=lambda x: x[0].signature == "sha1"),
        needs="openssl",
    ),
    Case("no name at all", python(leaf={"names": (), "subject": ""}), _chain(62)),
    Case(
        "a wildcard",
        python(leaf={"names": ("*.shop.test",)}),
        _GOOD | {"facts.tls.verification.name": "a.shop.test"},
        keys={"sni": "a.shop.test"},
    ),
    Case(
        "a wildcard for another level",
        python(leaf={"names": ("*.shop.test",)}),
        _chain(62),
        keys={"sni": "a.b.shop.test"},
    ),
    Case("three days left", python(leaf={"ends": 3 * DAY, "begins": -60 * DAY}), _GOOD),
    Case("half of an hour left", python(leaf={"begins": -_HOUR / 2, "ends": _HOUR / 2}), _GOOD),
    Case("a tenth of an hour left", python(leaf={"begins": -0.9 * _HOUR, "ends": 0.1 * _HOUR}), _GOOD),
    Case("RSA 2048", python(leaf={"key": "rsa2048"}), _GOOD | {"facts.tls.chain.0.key_bits": 2048}),
    Case("for its name only", _named_only, _GOOD),
    Case(
        "for its name only, asked by address",
        _named_only,
        {"facts": None, "reason": Reason.UNREACHABLE},
        "https://127.0.0.1:{port}/",
    ),
    Case(
        "200 KB of certificates",
        _heavy_chain,
        {"facts.tls.chain_truncated": True, "facts.http": ()} | versions(N, N, Y, Y),
    ),
    Case(
        "64 KB of names",
        python(leaf={"names": ("localhost", *(f"{i}.{'x' * 40}.test" for i in range(1_200)))}),
        _GOOD | {"facts.tls.chain": lambda x: len(x[0].dns) == 1_201},
    ),
)


def _auth(asked: bool | None, none: str | None, wrong: str | None, right: str | None) -> dict[str, Any]:
    said: dict[str, Any] = {"facts.tls.client_auth.requested": asked}
    for name, words in (("none", none), ("wrong_ca", wrong), ("right", right)):
        path = f"facts.tls.client_auth.{name}"
        said |= {path: None} if words is None else {f"{path}.outcome": _one_of(words)}
    return said


def _one_of(words: str) -> Callable[[Any], bool]:
    return lambda said: said in words.split()


_TURNED_AWAY = "alert eof reset"


def _asks_in_http(client: Any, server: hostile.Server) -> None:
    """As nginx does: the handshake succeeds, and HTTP refuses."""
    status = "200 OK" if client.getpeercert() else "400 Bad Request"
    answering(status=status)(client, server)


@contextmanager
def _with_an_old_client(pki: Pki) -> Iterator[int]:
    pki.issue("old", begins=-9 * DAY, ends=-DAY)
    with serving(answering(), pki.context(pki.issue("leaf"), clients=ssl.CERT_REQUIRED)) as server:
        yield server.port


@contextmanager
def _without_tickets(pki: Pki) -> Iterator[int]:
    context = pki.context(pki.issue("leaf"), clients=ssl.CERT_OPTIONAL)
    context.num_tickets = 0
    with serving(fakes.mute, context) as server:
        yield server.port


_WITH = {"client": CLIENT_FILES}
_NGINX_ON = "ssl_client_certificate {{folder}}/root.pem; ssl_verify_depth 2; ssl_verify_client {};"
_ANY = "if ($ssl_client_verify = NONE) {{ return 403; }}"
_OLD = ("TLSv1_2", "TLSv1_2")
CLIENTS = (
    Case(
        "required, 1.3",
        python(clients=ssl.CERT_REQUIRED),
        _GOOD | _auth(True, _TURNED_AWAY, _TURNED_AWAY, "served"),
        keys=_WITH,
    ),
    Case(
        "required, 1.2",
        python(clients=ssl.CERT_REQUIRED, versions=_OLD),
        _GOOD | _auth(True, _TURNED_AWAY, _TURNED_AWAY, "served"),
        keys=_WITH,
    ),
    Case(
        "required, and none given, 1.2",
        python(clients=ssl.CERT_REQUIRED, versions=_OLD),
        _auth(True, "alert", None, None) | {"facts.http": (), "facts.tls.verification.ok": True},
    ),
    Case(
        "required, and none given, 1.3",
        python(clients=ssl.CERT_REQUIRED),
        _auth(True, _TURNED_AWAY, None, None) | {"facts.http": (), "facts.tls.verification.ok": True},
    ),
    Case(
        "optional",
        python(clients=ssl.CERT_OPTIONAL),
        _GOOD | _auth(True, "served", _TURNED_AWAY, "served"),
        keys=_WITH,
    ),
    Case(
        "refused in HTTP",
        python(_asks_in_http, clients=ssl.CERT_OPTIONAL),
        _GOOD | _auth(True, "http", _TURNED_AWAY, "served") | {"facts.tls.client_auth.none.status": 400},
        keys=_WITH,
    ),
    Case("not asked for", python(), _GOOD | _auth(False, "served", "served", "served"), keys=_WITH),
    Case(
        "of any authority",
        s_server("-Verify", "1", "-CAfile", "{folder}/root.pem"),
        _GOOD | _auth(True, _TURNED_AWAY, "served", "served"),
        keys=_WITH,
        needs="openssl",
    ),
    Case(
        "required by s_server, 1.2",
        s_server("-tls1_2", "-Verify", "1", "-verify_return_error", "-CAfile", "{folder}/root.pem"),
        _GOOD | versions(N, N, Y, N) | _auth(True, _TURNED_AWAY, _TURNED_AWAY, "served"),
        keys=_WITH,
        needs="openssl",
    ),
    *(
        Case(f"nginx, {name}", nginx(said), _GOOD | expect, keys=_WITH, needs="nginx")
        for name, said, expect in (
            ("required, 1.3", _NGINX_ON.format("on"), _auth(True, "http", "http", "served")),
            (
                "required, 1.2",
                _NGINX_ON.format("on") + "ssl_protocols TLSv1.2;",
                _auth(True, "http", "http", "served") | versions(N, N, Y, N),
            ),
            ("optional", _NGINX_ON.format("optional"), _auth(True, "served", "http", "served")),
            (
                "any authority",
                _NGINX_ON.format("optional_no_ca") + _ANY,
                _auth(True, "http", "served", "served") | {"facts.tls.client_auth.none.status": 403},
            ),
            ("not asked for", "", _auth(False, "served", "served", "served")),
            (
                "TLS 1.0 open",
                "ssl_protocols TLSv1 TLSv1.2; ssl_ciphers ALL:@SECLEVEL=0;",
                versions(Y, N, Y, N),
            ),
        )
    ),
    Case(
        "required by s_server",
        s_server("-Verify", "1", "-verify_return_error", "-CAfile", "{folder}/root.pem"),
        _GOOD
        | _auth(True, _TURNED_AWAY, _TURNED_AWAY, "served")
        | {"facts.tls.client_auth.authorities": ("CN=root",)},
        keys=_WITH,
        needs="openssl",
    ),
    Case(
        "not shown to a stranger",
        python(leaf={"issuer": "stranger", "chain": ()}, clients=ssl.CERT_REQUIRED),
        _auth(True, _TURNED_AWAY, _TURNED_AWAY, None) | {"facts.http": ()},
        keys=_WITH,
    ),
    Case(
        "without HTTP, required",
        python(fakes.mute, clients=ssl.CERT_REQUIRED),
        _auth(True, _TURNED_AWAY, _TURNED_AWAY, "served"),
        TLS,
        _WITH,
    ),
    Case(
        "the right one expired",
        _with_an_old_client,
        _auth(True, _TURNED_AWAY, _TURNED_AWAY, _TURNED_AWAY) | {"facts.http": ()},
        keys={"client": {"cert": "old.pem", "key": "old.key"}},
    ),
    Case(
        "a password instead",
        python(answering(status="401 Unauthorized")),
        _auth(False, "http", "http", "http"),
        keys=_WITH,
    ),
    Case(
        "broken for everybody",
        python(answering(status="503 Busy"), clients=ssl.CERT_REQUIRED),
        _auth(True, _TURNED_AWAY, _TURNED_AWAY, "http"),
        keys=_WITH,
    ),
    Case(
        "without HTTP, nor tickets",
        _without_tickets,
        _auth(True, "timeout", _TURNED_AWAY, "timeout"),
        TLS,
        _WITH,
    ),
    Case(
        "without HTTP, optional",
        python(fakes.mute, clients=ssl.CERT_OPTIONAL),
        _auth(True, "served", _TURNED_AWAY, "served"),
        TLS,
        _WITH,
    ),
)

_SILENT = {"facts": None, "reason": Reason.UNREACHABLE}
_QUICK = {"deadline": "600ms"}
OTHERS = (
    Case(
        "plain HTTP",
        fake(fakes.saying_tls(b"HTTP/1.1 400 Bad Request\r\n\r\n")),
        {"facts.tls.speaks_tls": False, "facts.http": ()} | versions(Q, Q, Q, Q),
        keys=_QUICK,
    ),
    Case("a banner", fake(fakes.says(b"SSH-2.0-x\r\n")), {"facts.tls.speaks_tls": False}),
    Case("silence", fake(hostile.silent), _SILENT, keys=_QUICK),
    Case("drips records", fake(fakes.drips(fakes.server_hello(group=29))), _SILENT, keys=_QUICK),
    Case("resets", fake(fakes.resets), _SILENT),
    Case("half closed", fake(fakes.half_closes), _SILENT),
    Case("hangs up", fake(lambda *_: None), _SILENT),
    Case("alerts only", fake(fakes.saying_tls(fakes.alert(40))), _SILENT),
    Case("truncated record", fake(fakes.saying_tls(fakes.server_hello(group=29)[:30])), _SILENT),
    Case("an endless record", fake(fakes.saying_tls(b"\x16\x03\x03\xff\xff" + bytes(70_000))), _SILENT),
    Case("garbled hello", fake(fakes.saying_tls(fakes.record(b"\x02\x00\x00\x10" + bytes(16)))), _SILENT),
)

_POSTGRES = _GOOD | versions(N, N, Y, Y)
del _POSTGRES["facts.http.0.status"]
STARTTLS = (
    *(
        Case(f"STARTTLS of {name}", after(preamble), _POSTGRES, TLS, {"starttls": name})
        for name, preamble in (
            ("postgres", fakes.postgres),
            ("smtp", fakes.smtp),
            ("imap", fakes.imap),
            ("ldap", fakes.ldap),
        )
    ),
    Case(
        "PostgreSQL without TLS",
        fake(fakes.says(b"N")),
        {
            "facts.tls.speaks_tls": False,
            "facts.tls.steps": lambda x: "does not go over to TLS" in x[0].detail,
        },
        TLS,
        {"starttls": "postgres"},
    ),
    Case(
        "mail without STARTTLS",
        fake(fakes.says(b"220 x\r\n250 SIZE 1\r\n")),
        {"facts.tls.speaks_tls": False},
        TLS,
        {"starttls": "smtp"},
    ),
    Case(
        "an endless greeting",
        fake(fakes.says(b"2" * 9_000)),
        {"facts.tls.speaks_tls": False},
        TLS,
        {"starttls": "smtp"},
    ),
    Case(
        "too early",
        fake(fakes.says(b"* OK\r\nr1 OK\r\nr2 OK\r\n")),
        {"facts.tls.speaks_tls": False},
        TLS,
        {"starttls": "imap"},
    ),
)

_ID = "spiffe://prod.acme/checkout"


def spiffe(**leaf: Any) -> Start:
    """A server with an SVID."""
    return python(leaf={"names": (_ID,), "issuer": "spire", "chain": ("spire",)} | leaf)


def _identity(ok: bool, **more: Any) -> dict[str, Any]:
    return {"facts.tls.verification.ok": ok, "facts.http": len if ok else ()} | more


_BUNDLES = tuple(
    Case(f"SPIFFE, {name}", spiffe(), expect, keys={"server_id": wanted, "ca": file})
    for name, file, wanted, expect in (
        ("a bundle in JSON", "bundle.json", _ID, _identity(True)),
        ("a map of bundles", "domains.json", _ID, _identity(True)),
        (
            "a map without this domain",
            "domains.json",
            "spiffe://other.acme",
            {"facts": None, "reason": Reason.MALFORMED},
        ),
        ("a bundle that trusts nobody", "revoked.json", _ID, {"facts": None, "reason": Reason.MALFORMED}),
    )
)
SPIFFE = _BUNDLES + tuple(
    Case(f"SPIFFE, {name}", start, expect, keys={"server_id": wanted})
    for name, start, wanted, expect in (
        ("the ID", spiffe(), _ID, _identity(True)),
        ("the trust domain", spiffe(), "spiffe://prod.acme", _identity(True)),
        ("another ID", spiffe(), "spiffe://prod.acme/other", _identity(False)),
        ("another trust domain", spiffe(), "spiffe://other.acme", _identity(False)),
        ("a longer trust domain", spiffe(), "spiffe://prod.acm", _identity(False)),
        ("no path", spiffe(names=("spiffe://prod.acme",)), "spiffe://prod.acme", _identity(False)),
        ("two IDs", spiffe(names=(_ID, _ID + "2")), _ID, _identity(False)),
        ("no ID", spiffe(names=("localhost",)), _ID, _identity(False)),
        ("another scheme", spiffe(names=("https://prod.acme/checkout",)), _ID, _identity(False)),
        (
            "another authority",
            spiffe(issuer="stranger", chain=()),
            _ID,
            _identity(False, **{"facts.tls.verification.code": 20}),
        ),
        ("an authority", spiffe(is_ca=True), _ID, _identity(True)),
        (
            "one that signs others",
            spiffe(usage=("digital_signature", "key_cert_sign")),
            _ID,
            _identity(True),
        ),
        ("no key usage", spiffe(usage=()), _ID, _identity(True)),
        ("no signatures", spiffe(usage=("key_agreement",)), _ID, _identity(True)),
        ("for servers only", spiffe(purposes=(SERVER,)), _ID, _identity(True)),
        ("in upper case", spiffe(names=("spiffe://Prod.acme/checkout",)), _ID, _identity(False)),
        ("with a query", spiffe(names=(_ID + "?a=b",)), "spiffe://prod.acme", _identity(False)),
        (
            "with a port",
            spiffe(names=("spiffe://prod.acme:1/checkout",)),
            "spiffe://prod.acme",
            _identity(False),
        ),
        (
            "with an empty part",
            spiffe(names=("spiffe://prod.acme//x",)),
            "spiffe://prod.acme",
            _identity(False),
        ),
        ("expired", spiffe(ends=-DAY / 24), _ID, _identity(False, **{"facts.tls.verification.code": 10})),
    )
)

_FORWARD = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"
_ENUMERATED = {"enumerate_ciphers": True}
_AEAD = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305"


def _takes(**by_version: set[str]) -> Mapping[str, Any]:
    wanted = {name.removeprefix("v").replace("_", "."): suites for name, suites in by_version.items()}
    return {"facts.tls.ciphers": lambda seen: {name: set(found) for name, found in seen.items()} == wanted}


_NEWEST = {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"}
_STATIC = {
    "RC4": (0x0005, "TLS_RSA_WITH_RC4_128_SHA"),
    "3DES": (0x000A, "TLS_RSA_WITH_3DES_EDE_CBC_SHA"),
    "DES": (0x0009, "TLS_RSA_WITH_DES_CBC_SHA"),
    "EXPORT": (0x0003, "TLS_RSA_EXPORT_WITH_RC4_40_MD5"),
    "MD5": (0x0004, "TLS_RSA_WITH_RC4_128_MD5"),
}
CIPHERS = (
    Case("suites of 1.3", python(versions=("TLSv1_3", "TLSv1_3")), _takes(v1_3=_NEWEST), keys=_ENUMERATED),
    Case(
        "suites with authenticated encryption",
        python(ciphers=_AEAD),
        _takes(
            v1_3=_NEWEST,
            v1_2={
                "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
                "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
                "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            },
        ),
        keys=_ENUMERATED,
    ),
    Case(
        "a suite without a certificate",
        python(versions=_OLD, ciphers=f"{_AEAD}:AECDH-AES128-SHA:@SECLEVEL=0"),
        {"facts.tls.ciphers": lambda x: "TLS_ECDH_anon_WITH_AES_128_CBC_SHA" in x["1.2"]},
        keys=_ENUMERATED,
    ),
    Case(
        "suites without forward secrecy",
        python(leaf={"key": "rsa2048"}, versions=_OLD, ciphers="AES128-GCM-SHA256:AES256-SHA"),
        _takes(v1_2={"TLS_RSA_WITH_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_256_CBC_SHA"}),
        keys=_ENUMERATED,
    ),
    *(
        Case(
            f"a suite of {family}",
            fake(fakes.picks(0xC02B, code)),
            _takes(v1_2={_FORWARD, name}),
            keys=_ENUMERATED,
        )
        for family, (code, name) in _STATIC.items()
    ),
    Case(
        "suites of 1.2",
        python(versions=_OLD, ciphers="ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-CCM8"),
        {
            "facts.tls.ciphers": lambda x: (
                x
                == {"1.2": ("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8")}
            )
        },
        keys={"enumerate_ciphers": True},
    ),
    Case(
        "a suite without encryption",
        python(
            versions=("TLSv1_2", "TLSv1_3"), ciphers="ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-NULL-SHA:@SECLEVEL=0"
        ),
        {
            "facts.tls.ciphers": lambda x: (
                x["1.2"] == ("TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", "TLS_ECDHE_ECDSA_WITH_NULL_SHA")
                and len(x["1.3"]) == 3
            )
        },
        keys={"enumerate_ciphers": True},
    ),
)

CASES = (*VERSIONS, *CERTIFICATES, *CLIENTS, *OTHERS, *STARTTLS, *SPIFFE, *CIPHERS)
