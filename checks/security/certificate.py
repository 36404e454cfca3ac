"""The certificate of an endpoint, and those that come with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Annotated

from pydantic import AfterValidator, Field

from readiness.check import Check, Finding, Outcome, Params, Stricter
from readiness.evidence.certificate import Certificate
from readiness.evidence.endpoint import Endpoint
from readiness.evidence.model import Reason
from readiness.evidence.tls import TlsObservation
from readiness.units import Duration, Share, show_age

from ._certificate_dates import Limits, changes_at, judge_dates, judge_lifetime, measure_of, span_of
from ._certificate_strength import describe_key, judge_key, judge_signature
from ._certificate_trust import judge_chain, judge_trust, trust_of
from ._observed import place, steps, tls_of, unproven

_REISSUE = "issue it anew"


def _positive(value: timedelta | None) -> timedelta | None:
    if value is not None and value <= timedelta(0):
        raise ValueError("is more than 0")
    return value


class CertificateParams(Params):
    """What a good certificate is."""

    min_days: Annotated[int, Field(ge=0, le=3650), Stricter.HIGHER] = 14
    """The least number of days until it expires, for a lifetime of more than 10 days."""
    warn_days: Annotated[int | None, Field(ge=1, le=3650), Stricter.HIGHER] = None
    """The number of days below which it is good, but only just; more than `min-days` to have a meaning."""
    min_remaining: Annotated[Share, Stricter.HIGHER] = Fraction(1, 5)
    """The least share of the lifetime that is left, in percent, for a lifetime of up to 10 days."""
    min_rsa: Annotated[int, Field(ge=1024), Stricter.HIGHER] = 2048
    """The least size of an RSA key, in bits."""
    min_ec: Annotated[int, Field(ge=160), Stricter.HIGHER] = 256
    """The least size of the curve of an EC key, in bits."""
    max_lifetime: Annotated[Duration | None, AfterValidator(_positive), Stricter.LOWER] = None
    """The longest lifetime of the server's own certificate, as in `200d`."""
    self_signed: Annotated[bool, Stricter.LOWER] = False
    """Whether the server's own certificate may be signed by itself, where `ca` names it."""


class Certificates(Check[CertificateParams]):
    """The certificate is trusted, is for this host, and holds for long enough.

    Judged are: the verdict of OpenSSL with the authorities of the policy, the dates, key and signature of every
    certificate that is sent, and their order; of others that the server shows in another version of TLS, or on another
    connection, as one of several servers behind one address does, the dates, key and signature. A certificate that
    lives 10 days or less is measured by the share of its life that is left. Of a root that is sent along only the key
    is judged. Revocation is not looked at.

    ## Why it matters

    An expired certificate is an outage with a date on it, and so is a renewal that runs and never reaches the server.
    A chain that lacks its intermediate works in the browser that has seen it before and fails in every other client.
    And a client that was told to skip verification, because of one bad certificate, skips it for everybody.

    ## How to fix it

    - Expiring: renew by ACME (certbot, cert-manager, lego), at two thirds of the lifetime, and reload the server.
    - Not trusted: send the intermediates (`fullchain.pem`, not `cert.pem`); for a private authority name its file in
      `ca`.
    - Another host: issue it with the name of `url` as a subject alternative name; a common name does not count.
    - Out of order: the server's own certificate first, each followed by the one that signed it, no root.
    - Weak: a new key of RSA 2048 or more, or of EC P-256, signed over SHA-256.

    ## References

    - RFC 5280, sections 4.1.2.5 and 6: validity, and the validation of paths; RFC 9525: names of services
    - RFC 8446, section 4.4.2: the order of certificates
    - CA/Browser Forum, Baseline Requirements, sections 6.1.5, 6.3.2 and 7.1.3
    """

    def judge(self, endpoint: Endpoint, now: datetime) -> Iterator[Finding]:
        """Trust first, then the certificates as they were sent, then each of them."""
        tls = tls_of(endpoint)
        if isinstance(tls, Finding):
            yield tls
            return
        bad = [*judge_trust(tls), *self._sent(tls, now)]
        yield from bad
        if not any(finding.outcome is not Outcome.WARN for finding in bad):
            yield self._good(tls, now)

    def _sent(self, tls: TlsObservation, now: datetime) -> Iterator[Finding]:
        if not tls.chain:
            told = steps(tls) or "no handshake showed them"
            yield unproven(Reason.INSUFFICIENT, f"{place(tls)}: its certificates were not seen ({told})")
            return
        yield from judge_chain(tls, may_be_self_signed=self.params.self_signed)
        for i, one in enumerate(tls.chain):
            yield from self._certificate(tls, i, one, now)
        what = f"{place(tls)}: its certificate"
        yield from judge_lifetime(what, tls.chain[0], self.params.max_lifetime)
        for other in tls.other_leaves:
            yield from self._other(tls, other, now)

    def _other(self, tls: TlsObservation, one: Certificate, now: datetime) -> Iterator[Finding]:
        """One that it showed beside its chain, and that nobody verified: what it says itself is judged."""
        name = f"{one.subject[:80] or 'without a name'}, serial number {one.serial[:40]}"
        what = f"{place(tls)}: another certificate that it shows ({name})"
        if one.problem:
            yield unproven(Reason.MALFORMED, f"{what} could not be read whole: {one.problem}", _REISSUE)
        yield from judge_key(what, one, self.params.min_rsa, self.params.min_ec)
        yield from judge_signature(what, one, None, is_verified=True)
        yield from judge_dates(what, one, self._limits(), now)

    def _certificate(self, tls: TlsObservation, i: int, one: Certificate, now: datetime) -> Iterator[Finding]:
        what = (
            f"{place(tls)}: its certificate" if i == 0 else f"{place(tls)}: certificate {i + 1} of its chain"
        )
        if i:
            what += f" ({one.subject[:80] or 'without a name'})"
        if one.problem:
            yield unproven(Reason.MALFORMED, f"{what} could not be read whole: {one.problem}", _REISSUE)
        yield from judge_key(what, one, self.params.min_rsa, self.params.min_ec)
        if _is_root(i, one):  # it is trusted for being known, not for its dates or its own signature
            return
        above = one if one.self_signed else next(iter(tls.chain[i + 1 : i + 2]), None)
        is_verified = tls.verification is not None and tls.verification.ok is True and not one.problem
        yield from judge_signature(what, one, above, is_verified=is_verified)
        yield from judge_dates(what, one, self._limits(), now)

    def _limits(self) -> Limits:
        params = self.params
        warn = None if params.warn_days is None else timedelta(days=params.warn_days)
        return Limits(timedelta(days=params.min_days), warn, params.min_remaining)

    def _good(self, tls: TlsObservation, now: datetime) -> Finding:
        leaf, said, limits = tls.chain[0], tls.verification, self._limits()
        if said is None or leaf.not_before is None or leaf.not_after is None:
            raise ValueError("what is not known was taken for good")
        span = span_of(leaf.not_before, leaf.not_after, limits, now)
        held = [one for i, one in enumerate(tls.chain) if not _is_root(i, one)]
        ends = [moment for one in held if (moment := changes_at(one, limits, now)) is not None]
        return Finding(
            outcome=Outcome.PASS,
            message=f"{place(tls)}: trusted for {said.name} by {trust_of(said)}, {show_age(span.left)} of "
            f"{show_age(leaf.not_after - leaf.not_before)} left, {describe_key(leaf)}, "
            f"signed over {leaf.signature or 'no hash'}, {len(tls.chain)} sent in order",
            observed=f"{show_age(span.left)} left, until {leaf.not_after:%Y-%m-%d}",
            expected=f"at least {span.expected}",
            count=len(tls.chain),
            measure=measure_of(span),
            until=min((moment for moment in ends if moment >= now), default=None),
        )


def _is_root(i: int, one: Certificate) -> bool:
    return i > 0 and one.self_signed
