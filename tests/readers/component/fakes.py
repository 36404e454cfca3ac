"""Servers that say a few words of a protocol, byte by byte as its documentation has them."""

from __future__ import annotations

import socket
import ssl
import struct
from collections.abc import Sequence

from tests.hostile_servers import Behaviour, Server

BIG = struct.pack("!i", 2**31 - 1)


def talking(*answers: bytes, first: bytes = b"") -> Behaviour:
    """After `first`, an answer to each thing that is said; then silence until the other side is gone."""

    def behave(client: socket.socket, server: Server) -> None:
        client.sendall(first)
        for answer in answers:
            if not _heard(client, server):
                return
            client.sendall(answer)
        while _heard(client, server):
            pass

    return behave


def hanging_up(*answers: bytes, first: bytes = b"") -> Behaviour:
    """The same, with the end of the connection instead of silence."""

    def behave(client: socket.socket, server: Server) -> None:
        client.sendall(first)
        for answer in answers:
            if not _heard(client, server):
                return
            client.sendall(answer)

    return behave


def resetting(client: socket.socket, server: Server) -> None:
    """A reset where the answer would be."""
    _heard(client, server)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def half_closing(client: socket.socket, server: Server) -> None:
    """The end of its own side at once, while it goes on to listen."""
    client.shutdown(socket.SHUT_WR)
    while _heard(client, server):
        pass


def upgrading(go: bytes, context: ssl.SSLContext, inside: Behaviour) -> Behaviour:
    """TLS after a word in the clear, as PostgreSQL does it."""

    def behave(client: socket.socket, server: Server) -> None:
        _heard(client, server)
        client.sendall(go)
        with context.wrap_socket(client, server_side=True) as secured:
            inside(secured, server)

    return behave


def _heard(client: socket.socket, server: Server) -> bytes:
    part = client.recv(65_536)
    if part:
        server.requests.append(part)
    return part


def pg(kind: bytes, body: bytes) -> bytes:
    """A message of PostgreSQL."""
    return kind + struct.pack("!i", len(body) + 4) + body


def pg_error(state: str, text: str = "no") -> bytes:
    return pg(b"E", f"SFATAL\0VFATAL\0C{state}\0M{text}\0\0".encode())


PG_SCRAM = pg(b"R", struct.pack("!i", 10) + b"SCRAM-SHA-256\0\0")
PG_CLEARTEXT = pg(b"R", struct.pack("!i", 3))
PG_OPEN = (
    pg(b"R", struct.pack("!i", 0))
    + pg(b"S", b"server_version\x0016.2\0")
    + pg(b"K", bytes(8))
    + pg(b"Z", b"I")
)


def my(sequence: int, body: bytes) -> bytes:
    """A packet of MySQL."""
    return len(body).to_bytes(3, "little") + bytes([sequence]) + body


def my_greeting(
    version: str = "8.0.36", plugin: bytes = b"mysql_native_password", flags: int = 0x8A208
) -> bytes:
    low, high = flags & 0xFFFF, flags >> 16
    body = b"\x0a" + version.encode() + b"\0" + bytes(4) + b"12345678" + b"\0"
    body += struct.pack("<HBHHB", low, 45, 2, high, 21) + bytes(10) + b"901234567890\0" + plugin + b"\0"
    return my(0, body)


def my_error(number: int, sequence: int = 2) -> bytes:
    return my(sequence, b"\xff" + struct.pack("<H", number) + b"#28000Access denied")


MY_OK = my(2, b"\0\0\0\2\0\0\0")
MY_SWITCH = my(2, b"\xfecaching_sha2_password\x0012345678901234567890\0")
MY_CLEAR = my(2, b"\xfemysql_clear_password\0")

INFO = b"# Server\r\nredis_version:7.2.4\r\nredis_mode:standalone\r\n"
REDIS_INFO = b"$%d\r\n%s\r\n" % (len(INFO), INFO)
REDIS_NOAUTH = b"-NOAUTH Authentication required.\r\n"


def frame(class_: int, method: int, arguments: bytes, kind: int = 1) -> bytes:
    """A frame of AMQP."""
    body = struct.pack("!HH", class_, method) + arguments
    return struct.pack("!BHI", kind, 0, len(body)) + body + b"\xce"


def long(text: bytes) -> bytes:
    return struct.pack("!I", len(text)) + text


def amqp_start(mechanisms: bytes = b"PLAIN AMQPLAIN", version: bytes = b"3.12.1") -> bytes:
    inner = b"\x12publisher_confirmst\x01"
    table = (
        b"\x0ccapabilitiesF"
        + long(inner)
        + b"\x07productS"
        + long(b"RabbitMQ")
        + b"\x07versionS"
        + long(version)
    )
    return frame(10, 10, b"\x00\x09" + long(table) + long(mechanisms) + long(b"en_US"))


AMQP_TUNE = frame(10, 30, struct.pack("!HIH", 2047, 131072, 60))


def amqp_close(code: int) -> bytes:
    return frame(10, 50, struct.pack("!H", code) + b"\x0eACCESS_REFUSED" + bytes(4))


def kafka(number: int, body: bytes) -> bytes:
    """An answer of Kafka."""
    return struct.pack("!ii", len(body) + 4, number) + body


def kafka_apis(
    rows: Sequence[tuple[int, int, int]] = ((3, 0, 12), (17, 0, 1), (18, 0, 4)), error: int = 0
) -> bytes:
    return kafka(
        1, struct.pack("!hi", error, len(rows)) + b"".join(struct.pack("!hhh", *row) for row in rows)
    )


def kafka_sasl(error: int) -> bytes:
    return kafka(2, struct.pack("!hi", error, 1) + struct.pack("!h", 5) + b"PLAIN")
