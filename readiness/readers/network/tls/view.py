"""What several handshakes with one server show together: where they differ, the weakest counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache

from readiness.evidence.tls import Verification
from readiness.readers.network.tls.certificates import certificate
from readiness.readers.network.tls.handshake import Handshake

_NEVER = datetime.max.replace(tzinfo=UTC)
_RANK = {False: 0, True: 1, None: 2}


class View:
    """Some handshakes, the weakest first: not trusted before trusted, an old version before a new one."""

    def __init__(self, handshakes: Sequence[Handshake], trust: str, name: str) -> None:
        self._trust, self._name = trust, name
        self.handshakes = sorted(handshakes, key=self._strength)

    def _strength(self, one: Handshake) -> tuple[int, str, datetime]:
        verified = one.verification(self._trust, self._name)
        return _RANK[verified.ok if verified else None], one.version or "9", _ends(one.chain)

    @property
    def verification(self) -> Verification | None:
        """The worst that any of them says."""
        said = (one.verification(self._trust, self._name) for one in self.handshakes)
        return next((one for one in said if one is not None), None)

    @property
    def spoken(self) -> frozenset[str]:
        """The versions in which a server came as far as its certificates, or to the end."""
        return frozenset(one.version for one in self.handshakes if one.version and (one.chain or one.is_done))

    @property
    def groups(self) -> frozenset[str]:
        """The groups that were used in the newest version."""
        return frozenset(one.group for one in self.handshakes if one.version == "1.3" and one.group)

    @property
    def chain(self) -> tuple[bytes, ...]:
        """The certificates, in DER."""
        return next((one.chain for one in self.handshakes if one.chain), ())

    @property
    def leaves(self) -> tuple[bytes, ...]:
        """The server's own certificate in each of them, in DER."""
        return tuple(one.chain[0] for one in self.handshakes if one.chain)

    @property
    def asked(self) -> bool | None:
        """Whether any of them was asked for a client certificate."""
        said = {one.trace.asked for one in self.handshakes}
        return True if True in said else False if False in said else None

    @property
    def authorities(self) -> tuple[bytes, ...]:
        """Whose client certificates would be taken, in DER."""
        return next((one.trace.authorities for one in self.handshakes if one.trace.authorities), ())

    @property
    def best(self) -> Handshake | None:
        """The weakest of those that tell which suite they use."""
        done = [one for one in self.handshakes if one.is_done]
        return next((one for one in (*done, *self.handshakes) if one.version), None)


def _ends(chain: tuple[bytes, ...] | None) -> datetime:
    return _end_of(chain[0]) if chain else _NEVER


@lru_cache(maxsize=64)
def _end_of(der: bytes) -> datetime:
    return certificate(der).not_after or _NEVER
