"""The first message of a client, in bytes: RFC 8446 section 4.1.2, RFC 5246 section 7.4.1.2."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Sequence

from readiness.evidence.tls import Version
from readiness.readers.network.tls import numbers as n

# ECDSA, EdDSA, RSA-PSS, RSA and DSA with every hash, SHA-1 last; then ML-DSA: RFC 8446 section 4.2.3.
_SIGNATURES = (
    *(0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080A, 0x080B),
    *(0x0401, 0x0501, 0x0601, 0x0402, 0x0203, 0x0201, 0x0202, 0x0904, 0x0905, 0x0906),
)
_CLASSIC = tuple(code for code in n.GROUPS if code < 0x1000)
# Some load balancers hang on a hello of 256 to 511 bytes: RFC 7685.
_TOO_LONG, _LONG_ENOUGH = 256, 512


def client_hello(
    version: Version, suites: Sequence[int], name: str = "", groups: Sequence[int] | None = None
) -> bytes:
    """One record that offers this version alone; `name` is left out when it is an address.

    For 1.3 it brings no share of a key, so that the server answers with a HelloRetryRequest that names its group.
    """
    is_newest = version == "1.3"
    offered = groups if groups is not None else tuple(n.GROUPS) if is_newest else _CLASSIC
    session = os.urandom(32) if is_newest else b""
    head = b"".join(
        (
            min(n.CODES[version], 0x0303).to_bytes(2, "big"),
            os.urandom(32),
            _sized(session, 1),
            _sized(_numbers(suites), 2),
            b"\x01\x00",
        )
    )
    extensions = b"".join(_extensions(version, name, offered))
    size = 4 + len(head) + 2 + len(extensions)
    if _TOO_LONG <= size < _LONG_ENOUGH:
        extensions += _extension(n.PADDING, bytes(max(0, _LONG_ENOUGH - size - 4)))
    message = bytes((n.CLIENT_HELLO,)) + _sized(head + _sized(extensions, 2), 3)
    record = min(n.CODES[version], 0x0301)
    return bytes((n.HANDSHAKE,)) + record.to_bytes(2, "big") + _sized(message, 2)


def is_name(host: str) -> bool:
    """Whether a host goes into the extension server_name, which knows no addresses: RFC 6066 section 3."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return 0 < len(host) <= 255 and host.isascii()
    return False


def _extensions(version: Version, name: str, groups: Sequence[int]) -> list[bytes]:
    made = []
    if is_name(name):
        made.append(_extension(n.SERVER_NAME, _sized(b"\x00" + _sized(name.encode("ascii"), 2), 2)))
    made += [
        _extension(n.SUPPORTED_GROUPS, _sized(_numbers(groups), 2)),
        _extension(n.POINT_FORMATS, b"\x01\x00"),
        _extension(n.EXTENDED_MASTER_SECRET, b""),
        _extension(n.RENEGOTIATION_INFO, b"\x00"),
    ]
    if version in ("1.2", "1.3"):
        made.append(_extension(n.SIGNATURE_ALGORITHMS, _sized(_numbers(_SIGNATURES), 2)))
    if version == "1.3":
        made += [
            _extension(n.SUPPORTED_VERSIONS, _sized(n.CODES["1.3"].to_bytes(2, "big"), 1)),
            _extension(n.KEY_SHARE, _sized(b"", 2)),
            _extension(n.KEY_EXCHANGE_MODES, b"\x01\x01"),
        ]
    return made


def _extension(kind: int, content: bytes) -> bytes:
    return kind.to_bytes(2, "big") + _sized(content, 2)


def _sized(content: bytes, width: int) -> bytes:
    return len(content).to_bytes(width, "big") + content


def _numbers(codes: Sequence[int]) -> bytes:
    return b"".join(code.to_bytes(2, "big") for code in codes)
