"""The key exchange of TLS, against computers that do not exist yet."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.check import Check, Finding, Outcome, Params
from readiness.evidence.endpoint import Endpoint
from readiness.evidence.model import Reason
from readiness.evidence.tls import TlsObservation

from ._observed import place, steps, tls_of, unproven

HYBRID = ("X25519MLKEM768", "SecP256r1MLKEM768", "SecP384r1MLKEM1024")


class TlsKeyExchange(Check[Params]):
    """The endpoint takes a key exchange that holds against quantum computers.

    Use it as `enforce: advisory` until your clients speak it too: a classical key exchange is no defect today.

    ## Why it matters

    Traffic that is recorded today can be read on the day that a large quantum computer exists, whatever its
    certificate was. Hybrid groups such as X25519MLKEM768 combine a classical exchange with ML-KEM: the secret holds as
    long as one of the two does. Browsers, Go, OpenSSL 3.5 and the large content networks speak them already.

    ## How to fix it

    - OpenSSL 3.5 or later: the group is on by default; in nginx `ssl_ecdh_curve X25519MLKEM768:X25519:prime256v1;`
    - Go 1.24 or later: on by default, unless `CurvePreferences` are set without it.
    - It needs TLS 1.3. Where a load balancer ends TLS, it is the one to be changed.

    ## References

    - NIST FIPS 203, Module-Lattice-Based Key-Encapsulation Mechanism Standard
    - IETF draft-ietf-tls-ecdhe-mlkem, Post-quantum hybrid ECDHE-MLKEM Key Agreement for TLSv1.3
    """

    def judge(self, endpoint: Endpoint) -> Iterator[Finding]:
        """One finding: the hybrid group that was accepted, or what was seen instead."""
        tls = tls_of(endpoint)
        yield tls if isinstance(tls, Finding) else _judged(tls)


def _judged(tls: TlsObservation) -> Finding:
    taken = [name for name, verdict in tls.groups.items() if verdict == "accepted"]
    hybrid = [name for name in HYBRID if name in taken or name == tls.group]
    if hybrid:
        return Finding(
            outcome=Outcome.PASS,
            message=f"{place(tls)}: the key exchange {hybrid[0]} is accepted",
            observed=", ".join(hybrid),
        )
    if tls.groups.get(HYBRID[0]) != "refused":
        told = steps(tls, HYBRID[0]) or "it was not asked"
        return unproven(
            Reason.INSUFFICIENT, f"{place(tls)}: {HYBRID[0]} is neither accepted nor refused ({told})"
        )
    seen = ", ".join(taken) or tls.group or "none"
    return Finding(
        outcome=Outcome.FAIL,
        message=f"{place(tls)}: {HYBRID[0]} is refused; its key exchange is {seen}",
        observed=seen,
        expected=" or ".join(HYBRID),
        next="switch a hybrid group on in whatever ends TLS: OpenSSL 3.5 and Go 1.24 have it by default",
    )
