"""What passed over one connection, message by message, as far as it tells something."""

from __future__ import annotations

from dataclasses import dataclass

from readiness.readers.network.tls import messages
from readiness.readers.network.tls import numbers as n
from readiness.readers.network.tls.messages import Garbled, ServerHello

_MAX_NAMES = 200


@dataclass(slots=True)
class Trace:
    """The messages of a server, and how far this side came. Certificates and names are in DER.

    `asked` is whether a client certificate was asked for: None until that is known. `is_convinced` says that this side
    went on after it had seen the certificate and a signature of its key. `is_cut` says that the connection ended
    without the end that TLS has of its own.
    """

    hello: ServerHello | None = None
    chain: tuple[bytes, ...] | None = None
    asked: bool | None = None
    authorities: tuple[bytes, ...] = ()
    group: int | None = None
    protocol: str = ""
    tickets: int = 0
    alert: int | None = None
    has_signature: bool = False
    is_convinced: bool = False
    is_cut: bool = False

    @property
    def is_newest(self) -> bool:
        """Whether it speaks TLS 1.3."""
        return self.hello is not None and self.hello.version == n.CODES["1.3"]

    def sent(self, kind: int) -> None:
        """This side sent a message of the handshake."""
        self.is_convinced |= self.has_signature and kind in (n.CLIENT_KEY_EXCHANGE, n.FINISHED)

    def received_alert(self, body: bytes) -> None:
        """The server sent an alert; one that only says goodbye counts as none."""
        if len(body) != 2:
            raise Garbled("an alert of another size")
        if body[1] != 0 and self.alert is None:
            self.alert = body[1]

    def received(self, kind: int, body: bytes) -> None:
        """The server sent a message of the handshake; Garbled when it is no such message."""
        if kind == n.SERVER_HELLO:
            self.hello = messages.server_hello(body)
            self.group = self.hello.group or self.group
        elif kind == n.NEW_SESSION_TICKET:
            self.tickets += 1
        elif self.hello is not None:
            self._later(kind, body, self.hello.version)

    def _later(self, kind: int, body: bytes, version: int) -> None:
        if kind == n.ENCRYPTED_EXTENSIONS:
            self.protocol = messages.protocol(body)
        elif kind == n.CERTIFICATE:
            self.chain = tuple(messages.certificates(body, version))
            self.asked = bool(self.asked) if self.is_newest else self.asked
        elif kind == n.CERTIFICATE_REQUEST:
            self.asked = True
            self.authorities = tuple(messages.authorities(body, version))[:_MAX_NAMES]
        elif kind == n.SERVER_KEY_EXCHANGE:
            self.group, self.has_signature = messages.exchange_group(body) or self.group, True
        elif kind == n.SERVER_HELLO_DONE:
            self.asked = bool(self.asked)
        elif kind == n.FINISHED:
            self.has_signature |= self.is_newest and self.chain is not None
