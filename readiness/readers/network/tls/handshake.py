"""One full handshake, done by OpenSSL, and what it showed."""

from __future__ import annotations

import ssl
import time
from dataclasses import dataclass, field

from readiness.evidence.tls import Step, Verification
from readiness.readers.network.tls import hooks
from readiness.readers.network.tls.numbers import VERSION_OF, group_name
from readiness.readers.network.tls.outcomes import outcome
from readiness.readers.network.tls.suites import suite_name
from readiness.readers.network.tls.trace import Trace

_VERSIONS = {"TLSv1": "1.0", "TLSv1.1": "1.1", "TLSv1.2": "1.2", "TLSv1.3": "1.3"}


class WrongIdentity(ssl.SSLCertVerificationError):
    """The chain is trusted, and the peer is another one than was asked for."""

    def __init__(self, message: str) -> None:
        super().__init__(1, message)
        self.verify_message, self.verify_code = message, 0


@dataclass(slots=True, eq=False)
class Handshake:
    """One handshake under way, or over. `verifies` says that the peer's certificate had to be trusted."""

    name: str
    verifies: bool
    trace: Trace = field(default_factory=Trace)
    chain: tuple[bytes, ...] | None = None
    version: str = ""
    cipher: str = ""
    protocol: str = ""
    error: BaseException | None = None
    is_done: bool = False
    _started: float = field(default_factory=time.monotonic)
    elapsed_ms: float = 0.0

    def succeeded(self, connection: hooks.TracedSocket) -> None:
        """It is done: take what the connection tells."""
        self.is_done = True
        self.protocol = connection.selected_alpn_protocol() or ""
        self.version = _VERSIONS.get(connection.version() or "", "")
        self.cipher = _cipher(connection)
        self._took(connection)

    def failed(self, error: BaseException, connection: hooks.TracedSocket | None) -> None:
        """It is not done, or what it showed is not good enough."""
        self.error = error
        self._took(connection)

    def _took(self, connection: hooks.TracedSocket | None) -> None:
        self.elapsed_ms = (time.monotonic() - self._started) * 1000
        seen = hooks.peer_chain(connection) if connection is not None and self.is_done else None
        self.chain = seen or self.trace.chain or self.chain
        if (hello := self.trace.hello) is not None:
            self.version = VERSION_OF.get(hello.version, self.version)
            self.cipher = suite_name(hello.suite)

    @property
    def group(self) -> str:
        """The group of the key exchange by its name; empty when it is not known, or was none."""
        return group_name(self.trace.group) if self.trace.group is not None else ""

    @property
    def step(self) -> Step:
        """How it went."""
        word, detail = outcome(self.error, self.trace)
        return Step(name=self.name, outcome=word, detail=detail[:200], elapsed_ms=self.elapsed_ms)

    def verification(self, trust: str, name: str) -> Verification | None:
        """Whether the peer was verified; None when this handshake does not tell.

        A server that turns this client away after it has shown and used its key was verified before.
        """
        if not self.verifies:
            return None
        if isinstance(self.error, WrongIdentity):
            return Verification(ok=False, message=self.error.verify_message, trust=trust, name=name)
        if isinstance(self.error, ssl.SSLCertVerificationError):
            return Verification(
                ok=False,
                code=self.error.verify_code,
                message=self.error.verify_message,
                trust=trust,
                name=name,
            )
        if self.is_done or self.trace.is_convinced:
            return Verification(ok=True, code=0, message="ok", trust=trust, name=name)
        return None


def _cipher(connection: ssl.SSLSocket) -> str:
    """The suite by the name of IANA, when no trace tells it: OpenSSL has names of its own."""
    chosen = connection.cipher()
    if chosen is None:
        return ""
    for one in connection.context.get_ciphers():
        if one["name"] == chosen[0]:
            return suite_name(int(one["id"]) & 0xFFFF)
    return chosen[0]
