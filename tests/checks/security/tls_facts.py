"""Endpoints as a prober would see them."""

from __future__ import annotations

from typing import Any

from readiness.evidence.endpoint import Endpoint, HttpAnswer
from readiness.evidence.tls import Step, TlsObservation

URL = "https://shop.test/health"
MODERN = {"1.0": "refused", "1.1": "refused", "1.2": "accepted", "1.3": "accepted"}


def observed(**about: Any) -> Endpoint:
    """A modern endpoint, but for what is given."""
    usual: dict[str, Any] = {
        "host": "shop.test",
        "port": 443,
        "speaks_tls": True,
        "version": "TLSv1.3",
        "cipher": "TLS_AES_256_GCM_SHA384",
        "versions": MODERN,
        "groups": {"x25519": "accepted", "X25519MLKEM768": "refused"},
    }
    tls = TlsObservation(**(usual | about))
    return Endpoint(url=URL, http=(HttpAnswer(status=200, elapsed_ms=12.0),), tls=tls)


def step(name: str, outcome: Any, detail: str = "") -> Step:
    """A step of an observation."""
    return Step(name=name, outcome=outcome, detail=detail)
