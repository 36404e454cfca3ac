"""What one observation of TLS saw. Whatever is not known is `inconclusive` or None, and a step says why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from readiness.evidence.certificate import Certificate
from readiness.evidence.model import Value

Tri = Literal["accepted", "refused", "inconclusive"]
Version = Literal["1.0", "1.1", "1.2", "1.3"]
VERSIONS: tuple[Version, ...] = ("1.0", "1.1", "1.2", "1.3")


class Step(Value, frozen=True, kw_only=True):
    """One connection that was made to find something out: what for, how it ended, and how long it took.

    `outcome` is `ok`, or how it failed: `alert` (its name in `detail`), `eof`, `reset`, `timeout`, `refused` (the
    connection itself), `not-tls` (its first bytes in `detail`), `malformed`, or `local` (this side could not ask).
    """

    name: str
    outcome: Literal["ok", "alert", "eof", "reset", "timeout", "refused", "not-tls", "malformed", "local"]
    detail: str = ""
    elapsed_ms: float = 0.0


class Verification(Value, frozen=True, kw_only=True):
    """Whether the peer was verified, as OpenSSL says it: `code` is 0 when it was, else its X509_V_ERR number.

    `code` is None when OpenSSL trusts the chain, and the SPIFFE ID in the certificate is not the one asked for.

    `trust` is what it was held against: `system`, or the file of authorities as the policy names it. `name` is the
    host name, or the SPIFFE ID or trust domain, that was asked for.
    """

    ok: bool | None
    code: int | None = None
    message: str = ""
    trust: str = "system"
    name: str = ""


class Attempt(Value, frozen=True, kw_only=True):
    """One try to be let in with some client certificate, or with none.

    `outcome` is `served` (an answer over HTTP of status 200 to 399, or tickets where HTTP is not spoken), `http`
    (another status), `alert`, `eof`, `reset`, `timeout`, `malformed` or `local`; `detail` is the name of the alert.
    """

    outcome: Literal["served", "http", "alert", "eof", "reset", "timeout", "malformed", "local"]
    detail: str = ""
    status: int | None = None


class ClientAuth(Value, frozen=True, kw_only=True):
    """Whether a client certificate is asked for, and what came of each attempt; None where it was not made."""

    requested: bool | None
    authorities: tuple[str, ...] = ()
    none: Attempt | None = None
    wrong_ca: Attempt | None = None
    right: Attempt | None = None


class TlsObservation(Value, frozen=True, kw_only=True):
    """One endpoint over TLS: `address` is the one that was pinned, `connections` how many it took.

    `speaks_tls` is False when something else answers on the port. `versions` and `groups` (key exchange, by the names
    of IANA) say what a server took of what it was offered alone; `version`, `cipher` and `group` are those of the full
    handshake, the version as in `1.3`. `ciphers` are names of IANA by version, None where they were not enumerated; a
    version that was accepted and is missing there was not asked to its end. `chain` is what the server sent, leaf
    first, at most 32; `chain_in_order` says that each certificate is signed by the next. `other_leaves`
    are certificates of its own that it showed on other connections, or in another version of TLS.
    """

    host: str
    port: int
    sni: str = ""
    address: str = ""
    starttls: str = ""
    speaks_tls: bool | None = None
    connections: int = 0
    elapsed_ms: float = 0.0
    version: str = ""
    cipher: str = ""
    group: str = ""
    alpn: str = ""
    versions: Mapping[str, Tri] = {}
    groups: Mapping[str, Tri] = {}
    ciphers: Mapping[str, tuple[str, ...]] | None = None
    chain: tuple[Certificate, ...] = ()
    chain_truncated: bool = False
    other_leaves: tuple[Certificate, ...] = ()
    chain_in_order: bool | None = None
    verification: Verification | None = None
    client_auth: ClientAuth | None = None
    steps: tuple[Step, ...] = ()

    @property
    def leaf(self) -> Certificate | None:
        """The server's own certificate."""
        return self.chain[0] if self.chain else None

    def summary(self) -> Mapping[str, Any]:
        """What the scorecard shows."""
        leaf = self.leaf
        return {
            "address": self.address,
            "speaks_tls": self.speaks_tls,
            "version": self.version,
            "cipher": self.cipher,
            "group": self.group,
            "versions": dict(self.versions),
            "groups": dict(self.groups),
            "ciphers": None if self.ciphers is None else {k: list(v) for k, v in self.ciphers.items()},
            "leaf": None
            if leaf is None
            else {
                "subject": leaf.subject,
                "issuer": leaf.issuer,
                "not_before": leaf.not_before and leaf.not_before.isoformat(),
                "not_after": leaf.not_after and leaf.not_after.isoformat(),
                "dns": list(leaf.dns[:20]),
                "uris": list(leaf.uris[:20]),
                "key": f"{leaf.key_type} {leaf.key_bits or leaf.curve}".strip(),
            },
            "chain": len(self.chain),
            "verified": self.verification and self.verification.ok,
            "client_certificate": self.client_auth and self.client_auth.requested,
            "connections": self.connections,
            "elapsed_ms": round(self.elapsed_ms, 3),
        }
