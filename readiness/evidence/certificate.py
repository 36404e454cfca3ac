"""An X.509 certificate, as far as checks ask about it."""

from __future__ import annotations

from datetime import datetime, timedelta

from readiness.evidence.model import Value


class Extensions(Value, frozen=True, kw_only=True):
    """What the extensions say; None where an extension is absent.

    `key_usage` and `extended_key_usage` hold names as RFC 5280 writes them (`digitalSignature`, `serverAuth`), and
    dotted numbers for those that have no name here. `is_ca` is cA of basicConstraints.
    """

    is_ca: bool | None = None
    path_length: int | None = None
    key_usage: tuple[str, ...] | None = None
    key_usage_critical: bool = False
    extended_key_usage: tuple[str, ...] | None = None
    names_critical: bool = False
    has_names: bool = False


class Certificate(Value, frozen=True, kw_only=True):
    """One certificate. Names are as RFC 4514 writes them; `problem` says why something could not be read.

    `dns`, `ips`, `uris` and `emails` are its subject alternative names, raw but for control characters; `others`
    counts those of other types. `key_type` is `RSA`, `EC`, `DSA`, `Ed25519`, `Ed448` or another name, and empty with a
    `problem` when it is unknown; `key_bits` the size of an RSA or DSA modulus, or of the curve of an EC key.
    `signature` is the name of the hash of its signature (`sha256`), empty where the algorithm has none (Ed25519).
    """

    sha256: str
    subject: str = ""
    issuer: str = ""
    serial: str = ""
    not_before: datetime | None = None
    not_after: datetime | None = None
    dns: tuple[str, ...] = ()
    ips: tuple[str, ...] = ()
    uris: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    others: int = 0
    key_type: str = ""
    key_bits: int | None = None
    curve: str = ""
    signature: str = ""
    self_signed: bool = False
    extensions: Extensions = Extensions()
    problem: str = ""

    @property
    def lifetime(self) -> timedelta | None:
        """From its first moment to its last."""
        if self.not_before is None or self.not_after is None:
            return None
        return self.not_after - self.not_before
