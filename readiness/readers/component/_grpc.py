"""gRPC: the health service (grpc.health.v1; gRPC over HTTP/2; RFC 9113)."""

from __future__ import annotations

import re
import struct
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from readiness.readers.component._dialect import Ask, Dialect, Seen, library
from readiness.readers.component._talk import Talk
from readiness.readers.component._trouble import Trouble, wrong

_NAME = "gRPC"
_PATH = "/grpc.health.v1.Health/Check"
_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\x04\0\0\0\0\0"
_SETTINGS, _MAX_FRAME, _MAX_BODY = 4, 16_384, 1_024
_HEALTH = {0: "UNKNOWN", 1: "SERVING", 2: "NOT_SERVING", 3: "SERVICE_UNKNOWN"}
_REMEDY = "look into the service's log"
# Status codes of gRPC: gRPC documentation, Status codes and their use in gRPC.
_NOT_FOUND, _DENIED, _UNIMPLEMENTED, _UNAUTHENTICATED = "5", "7", "12", "16"


@dataclass(slots=True)
class _Answer:
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    is_over: bool = False


class Grpc(Dialect):
    """A service of gRPC that tells its health. Without the library, only HTTP/2 is recognised."""

    alpn: ClassVar[tuple[str, ...]] = ("h2",)
    library: ClassVar[str] = "h2.connection"
    extra: ClassVar[str] = "grpc"

    def demand(self, ask: Ask) -> None:
        """Import the library where it is, so that the time it takes is not the component's; `greet` can do without."""
        with suppress(Trouble):
            super().demand(replace(ask, query="health"))

    def greet(self, talk: Talk, ask: Ask, /) -> Seen:
        """Check of the health service, for the whole server or for `service`."""
        if ask.context is not None and talk.chosen != "h2":
            raise wrong(_NAME, "it does not agree upon HTTP/2 over TLS")
        try:
            h2 = library(self.library, self.extra)
        except Trouble as missing:
            talk.send(_PREFACE)
            _opening(talk)
            message = f"it speaks HTTP/2, and its health was not asked: {missing.message}"
            raise Trouble("insufficient", message, missing.remedy) from None
        return _judged(_called(h2, talk, ask), ask.service)


def _opening(talk: Talk) -> bytes:
    """The head of the first frame, which is SETTINGS in HTTP/2: RFC 9113 section 3.4."""
    head = talk.exactly(9)
    size, kind, flags, stream = int.from_bytes(head[:3], "big"), head[3], head[4], head[5:]
    if kind != _SETTINGS or flags or any(stream) or size > _MAX_FRAME or size % 6:
        raise wrong(_NAME, "it does not begin as HTTP/2 does")
    return head


def _called(h2: Any, talk: Talk, ask: Ask) -> _Answer:
    exceptions = library("h2.exceptions", "grpc")
    connection = h2.H2Connection()
    connection.initiate_connection()
    headers = [
        (":method", "POST"),
        (":scheme", "https" if ask.context else "http"),
        (":path", _PATH),
        (":authority", ask.name),
        ("content-type", "application/grpc"),
        ("te", "trailers"),
    ]
    service = ask.service.encode()
    message = b"\x0a" + _varint(len(service)) + service if service else b""
    connection.send_headers(1, headers)
    connection.send_data(1, b"\0" + struct.pack("!I", len(message)) + message, end_stream=True)
    talk.send(connection.data_to_send())
    answer, data = _Answer(), _opening(talk)
    while not answer.is_over:
        try:
            for event in connection.receive_data(data):
                _heard(event, answer)
        except exceptions.ProtocolError:
            raise wrong(_NAME, "its answer is no proper HTTP/2") from None
        if waiting := connection.data_to_send():
            talk.send(waiting)
        if not answer.is_over and not (data := talk.some()):
            raise EOFError
    return answer


def _heard(event: Any, answer: _Answer) -> None:
    match type(event).__name__:
        case "ResponseReceived" | "TrailersReceived":
            answer.headers.update((_text(name), _text(value)) for name, value in event.headers)
        case "DataReceived":
            answer.body += event.data
            if len(answer.body) > _MAX_BODY:
                raise wrong(_NAME, "its answer is longer than one of the health service")
        case "StreamEnded":
            answer.is_over = True
        case "StreamReset" | "ConnectionTerminated":
            raise Trouble("closed", "it ended the call before its answer was complete", _REMEDY)


def _judged(answer: _Answer, service: str) -> Seen:
    headers = answer.headers
    if not re.match(r"application/grpc(\+|;|$)", headers.get("content-type", "")):
        raise wrong(_NAME, "it speaks HTTP/2, and answers with something else")
    status = headers.get("grpc-status", "")
    if status in (_DENIED, _UNAUTHENTICATED):
        return Seen(auth="required")
    if status == _UNIMPLEMENTED:
        message = "it speaks gRPC, and has no health service"
        raise Trouble("insufficient", message, "register grpc.health.v1.Health, or ask it with `tcp://`")
    if status == _NOT_FOUND:
        message = f"its health service does not know {service or 'the server itself'}"
        raise Trouble("query-failed", message, "correct `service`")
    if status != "0":
        code = status if re.fullmatch(r"[0-9]{1,2}", status) else "none"
        raise Trouble("not-ready", f"it does not tell its health: status {code} of gRPC", _REMEDY)
    health = _HEALTH.get(_status(answer.body), "UNKNOWN")
    if health != "SERVING":
        raise Trouble("not-ready", f"its health is {health}", _REMEDY)
    return Seen(auth="none", rows=1, result=health)


def _status(body: bytes) -> int:
    """Field 1 of HealthCheckResponse; 0 when it is left out."""
    if len(body) < 5 or body[0] or struct.unpack("!I", body[1:5])[0] != len(body) - 5:
        raise wrong(_NAME, "its message is not whole")
    message = body[5:]
    if not message:
        return 0
    if len(message) != 2 or message[0] != 0x08 or message[1] > 0x7F:
        raise wrong(_NAME, "its message is not one of the health service")
    return message[1]


def _varint(number: int) -> bytes:
    made = b""
    while number > 0x7F:
        made += bytes([number & 0x7F | 0x80])
        number >>= 7
    return made + bytes([number])


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
