"""Versions of TLS that an endpoint takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal, Self

from pydantic import model_validator

from readiness.check import Check, Finding, Outcome, Params, Stricter
from readiness.evidence.endpoint import Endpoint
from readiness.evidence.model import Reason
from readiness.evidence.tls import VERSIONS, TlsObservation

from ._observed import place, steps, tls_of, unproven, verdict_on

_REMEDY = {
    "accepted": "switch it off in the server, and in whatever ends TLS before it (ingress, load balancer, CDN)",
    "inconclusive": "see what stands between the gate and the server, and run the gate again",
}


class TlsVersionParams(Params):
    """Which versions may be spoken."""

    min: Annotated[Literal["1.2", "1.3"], Stricter.HIGHER] = "1.2"
    """The oldest version that may be accepted; every older one must be refused. In quotes, as in `"1.3"`."""
    forbidden: Annotated[frozenset[Literal["1.0", "1.1", "1.2"]], Stricter.HIGHER] = frozenset()
    """More versions that must be refused, beside those below `min`."""
    needs: Literal["1.2", "1.3"] | None = None
    """A version that must be accepted, so that modern clients get it; none by default."""

    @model_validator(mode="after")
    def _can_be_kept(self) -> Self:
        if self.needs is not None and (self.needs < self.min or self.needs in self.forbidden):
            raise ValueError("what `needs` names must not be forbidden by `min` or `forbidden`")
        return self


class TlsVersion(Check[TlsVersionParams]):
    """The endpoint takes modern versions of TLS only.

    ## Why it matters

    TLS 1.0 and 1.1 are broken in many small ways, and are forbidden by RFC 8996 and by PCI DSS. A server that still
    takes them can be talked into them. What a modern client happens to agree on does not tell: so each version is
    offered alone, byte by byte, whatever the TLS library of the gate would allow.

    A refusal counts only when the same server accepted something else in the same observation; a port that answers
    nothing has refused nothing. Where that is not so, it is unproven.

    ## How to fix it

    - nginx: `ssl_protocols TLSv1.2 TLSv1.3;` in every server block of that address
    - Apache: `SSLProtocol -all +TLSv1.2 +TLSv1.3`
    - HAProxy: `ssl-min-ver TLSv1.2`; Envoy: `tls_minimum_protocol_version: TLSv1_2`
    - Cloud load balancers: choose a policy of TLS 1.2 or later. What ends TLS before the service is what counts.

    ## References

    - RFC 8996, Deprecating TLS 1.0 and TLS 1.1
    - Mozilla, Server Side TLS: https://wiki.mozilla.org/Security/Server_Side_TLS
    """

    def judge(self, endpoint: Endpoint) -> Iterator[Finding]:
        """Every version that must be refused, and one at least that must be accepted."""
        tls = tls_of(endpoint)
        if isinstance(tls, Finding):
            yield tls
            return
        params = self.params
        forbidden = [one for one in VERSIONS if one < params.min or one in params.forbidden]
        wanted: Sequence[str] = (
            (params.needs,) if params.needs else [v for v in VERSIONS if v not in forbidden]
        )
        bad = [finding for one in forbidden if (finding := _forbidden(tls, one)) is not None]
        yield from bad
        if (lacking := _lacking(tls, wanted)) is not None:
            yield lacking
        elif not bad:
            yield _good(tls, forbidden)


def _forbidden(tls: TlsObservation, version: str) -> Finding | None:
    verdict = verdict_on(tls, version)
    if verdict == "refused":
        return None
    what = f"{place(tls)}: TLS {version}"
    if verdict == "accepted":
        return Finding(
            outcome=Outcome.FAIL,
            message=f"{what} is accepted",
            observed=_seen(tls),
            expected=f"TLS {version} refused",
            next=_REMEDY[verdict],
        )
    told = steps(tls, f"TLS {version}") or "it was not asked"
    return unproven(Reason.INSUFFICIENT, f"{what} is not shown to be refused ({told})", _REMEDY[verdict])


def _lacking(tls: TlsObservation, wanted: Sequence[str]) -> Finding | None:
    """None when one of the wanted versions is accepted."""
    verdicts = {verdict_on(tls, one) for one in wanted}
    if "accepted" in verdicts:
        return None
    names = " or ".join(f"TLS {one}" for one in wanted)
    if verdicts == {"refused"}:
        return Finding(
            outcome=Outcome.FAIL,
            message=f"{place(tls)}: {names} is refused",
            observed=_seen(tls),
            expected=f"{names} accepted",
            next="switch it on in the server, and in whatever ends TLS before it",
        )
    told = ", ".join(filter(None, (steps(tls, f"TLS {one}") for one in wanted))) or "it was not asked"
    return unproven(Reason.INSUFFICIENT, f"{place(tls)}: {names} is not shown to be accepted ({told})")


def _good(tls: TlsObservation, forbidden: Sequence[str]) -> Finding:
    refused = ", ".join(forbidden)
    return Finding(
        outcome=Outcome.PASS,
        message=f"{place(tls)}: {_seen(tls)}" + (f"; {refused} refused" if refused else ""),
        observed=_seen(tls),
        count=len(forbidden) + 1,
    )


def _seen(tls: TlsObservation) -> str:
    taken = [one for one in VERSIONS if verdict_on(tls, one) == "accepted"]
    return f"TLS {', '.join(taken)} accepted" if taken else "no version accepted"
