"""Kafka (Kafka protocol guide: ApiVersions and SaslHandshake)."""

from __future__ import annotations

import struct
from typing import Literal

from readiness.readers.component._dialect import Ask, Dialect, Seen
from readiness.readers.component._talk import Talk
from readiness.readers.component._trouble import wrong

_NAME = "Kafka"
_CLIENT = b"readiness"
_API_VERSIONS, _SASL_HANDSHAKE = 18, 17
_MAX_ANSWER, _MAX_APIS = 65_536, 1_000
_UNSUPPORTED_MECHANISM, _ILLEGAL_STATE, _UNSUPPORTED_VERSION = 33, 34, 35
_NO_MECHANISM = b"READINESS"


class Kafka(Dialect):
    """Kafka, and what speaks as it does. It tells no version of its own."""

    def greet(self, talk: Talk, _ask: Ask, /) -> Seen:
        """ApiVersions; then a SaslHandshake for a mechanism that does not exist.

        A listener without SASL answers that it is out of place; one with SASL, that it does not know it.
        """
        apis = _apis(_answer(talk, 1, _API_VERSIONS, 0, b""))
        if _SASL_HANDSHAKE not in apis:
            return Seen()
        low, high = apis[_SASL_HANDSHAKE]
        version = min(high, 1)
        if version < low:
            return Seen()
        body = struct.pack("!h", len(_NO_MECHANISM)) + _NO_MECHANISM
        return Seen(auth=_auth(_answer(talk, 2, _SASL_HANDSHAKE, version, body)))


def _answer(talk: Talk, number: int, api: int, version: int, body: bytes) -> bytes:
    request = struct.pack("!hhih", api, version, number, len(_CLIENT)) + _CLIENT + body
    talk.send(struct.pack("!i", len(request)) + request)
    (size,) = struct.unpack("!i", talk.exactly(4))
    if not 6 <= size <= _MAX_ANSWER:
        raise wrong(_NAME, "the length of its answer cannot be")
    answer = talk.exactly(size)
    if struct.unpack("!i", answer[:4]) != (number,):
        raise wrong(_NAME, "its answer is not to this request")
    return answer[4:]


def _apis(body: bytes) -> dict[int, tuple[int, int]]:
    """The requests that it takes, by number, each with its lowest and highest version."""
    if len(body) < 6:
        raise wrong(_NAME, "its list of requests is too short")
    error, count = struct.unpack("!hi", body[:6])
    rows = body[6:]
    if error not in (0, _UNSUPPORTED_VERSION) or not 0 < count <= _MAX_APIS or len(rows) != 6 * count:
        raise wrong(_NAME, "its list of requests is none")
    found = {key: (low, high) for key, low, high in struct.iter_unpack("!hhh", rows)}
    if len(found) != count or _API_VERSIONS not in found:
        raise wrong(_NAME, "its list of requests contradicts itself")
    return found


def _auth(body: bytes) -> Literal["none", "required"]:
    (error,) = struct.unpack("!h", body[:2])
    if error == _ILLEGAL_STATE:
        return "none"
    if error == _UNSUPPORTED_MECHANISM:
        return "required"
    raise wrong(_NAME, "its answer to SaslHandshake is none")
