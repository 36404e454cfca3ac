"""What of an endpoint there is to judge: its TLS, or why there is none."""

from __future__ import annotations

from readiness.check import Finding, Outcome
from readiness.evidence.endpoint import Endpoint
from readiness.evidence.model import Reason
from readiness.evidence.tls import TlsObservation, Tri

_AGAIN = "see that the gate reaches it, and run it again"


def tls_of(endpoint: Endpoint) -> TlsObservation | Finding:
    """What TLS showed; a finding where it is not spoken (fail) or not known to be (unproven)."""
    tls = endpoint.tls
    if tls is None and endpoint.url.startswith("http://"):
        return Finding(
            outcome=Outcome.FAIL,
            message=f"{endpoint.url} is asked in the clear, without TLS",
            observed="http://",
            expected="https://",
            next="serve it over TLS, and write https:// in the policy",
        )
    if tls is not None and tls.speaks_tls is False:
        # The last ones are raw, and hold the first bytes of the answer; OpenSSL has but a word for it.
        said = next((step.detail for step in reversed(tls.steps) if step.outcome == "not-tls"), "")
        return Finding(
            outcome=Outcome.FAIL,
            message=f"{place(tls)} does not speak TLS" + (f": it answers {said}" if said else ""),
            observed="no TLS",
            expected="TLS",
            next="serve TLS on this port, or correct the port (and `starttls`) in the policy",
        )
    if tls is None or tls.speaks_tls is None:
        return _unseen(endpoint)
    return tls


def _unseen(endpoint: Endpoint) -> Finding:
    what = f"{endpoint.url}: TLS was not observed"
    if endpoint.failures:
        failure = endpoint.failures[0]
        return unproven(failure.reason, f"{what}: {failure.message}", failure.remedy or _AGAIN)
    return unproven(Reason.UNREACHABLE, f"{what}: {steps(endpoint.tls) or 'nothing was observed'}")


def place(tls: TlsObservation) -> str:
    """`host:port`, as messages name it."""
    return f"{tls.host}:{tls.port}"


def is_spoken(tls: TlsObservation, version: str) -> bool:
    """Whether a full handshake ended with that version, whatever the raw offers showed."""
    return tls.version.removeprefix("TLSv") == version or (version == "1.0" and tls.version == "TLSv1")


def verdict_on(tls: TlsObservation, version: str) -> Tri:
    """Whether a version is accepted; a refusal counts only beside something that was accepted."""
    if is_spoken(tls, version):
        return "accepted"
    verdict = tls.versions.get(version, "inconclusive")
    if verdict == "refused" and not (tls.version or "accepted" in tls.versions.values()):
        return "inconclusive"
    return verdict


def unproven(reason: Reason, message: str, next_: str = _AGAIN) -> Finding:
    """A finding that shows nothing either way."""
    return Finding(outcome=Outcome.UNPROVEN, reason=reason, message=message, next=next_)


def steps(tls: TlsObservation | None, name: str = "") -> str:
    """How the steps of that name ended, or all that did not end well, as a clause."""
    if tls is None:
        return ""
    chosen = [step for step in tls.steps if (step.name == name if name else step.outcome != "ok")]
    return ", ".join(
        dict.fromkeys(
            f"{step.name}: {step.outcome}" + (f" ({step.detail})" if step.detail else "") for step in chosen
        )
    )
