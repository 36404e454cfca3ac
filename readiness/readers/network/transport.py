"""The seam between a kind of evidence and the network."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from readiness.evidence.endpoint import FailedTry, HttpAnswer
from readiness.evidence.tls import TlsObservation
from readiness.readers.shared import Shared


@dataclass(frozen=True, slots=True)
class Request:
    """What to ask, and how much of an answer to bear. It holds secrets, and its repr does not.

    `deadline_s` is in seconds, for all tries together; `max_body` in bytes, for each. `ca` and `client`
    (certificate, key) are PEM files; without `ca` the system decides whom to trust. `trust` names `ca` as the policy
    does. `sni` is the name to ask for where it is not the host's; `starttls` a protocol that begins in clear;
    `server_id` the SPIFFE ID or trust domain by which the peer is known instead of by its name.
    """

    url: str = field(repr=False)
    method: str
    headers: Mapping[str, str] = field(repr=False)
    tries: int
    deadline_s: float
    max_body: int
    ca: Path | None = None
    client: tuple[Path, Path] | None = None
    trust: str = "system"
    sni: str = ""
    starttls: str = ""
    server_id: str = ""
    enumerates_ciphers: bool = False


@dataclass(frozen=True, slots=True)
class Observation:
    """What was seen: every try over HTTP is either in `http` or in `failures`."""

    http: tuple[HttpAnswer, ...]
    failures: tuple[FailedTry, ...]
    tls: TlsObservation | None


class Transport(ABC):
    """A way to ask an endpoint."""

    @abstractmethod
    def observe(self, request: Request, shared: Shared) -> Observation:
        """Ask, within the deadline; Unproven when it cannot even be asked (its name or its files are wrong).

        What TLS shows is asked once, and kept in `shared` for all who ask the same.
        """
