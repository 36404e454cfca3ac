"""The authorities of a bundle over time: X509-SVID.md section 6.2, and SPIFFE_Federation.md section 4.1."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from fractions import Fraction

from readiness.check import Finding
from readiness.evidence.certificate import Certificate
from readiness.evidence.spiffe_bundle import TrustBundle

from ._spiffe_bundle_form import PUBLISH
from ._spiffe_certificates import changes_at, outside_dates, running_out
from ._spiffe_clauses import Breach, findings, should
from ._spiffe_keys import authorities


def usable(where: str, found: Sequence[Certificate], least: Fraction, now: datetime) -> Iterator[Finding]:
    """One authority at least that is valid, and will be for a while; those that have expired beside it."""
    dated = [one for one in found if one.not_before is not None and one.not_after is not None]
    if not dated:
        yield from findings(where, [lacks("X509-SVID", "certificates")])
        return
    wrong = [finding for one in dated if (finding := outside_dates(_place(where, one), one, now)) is not None]
    valid = [one for one in dated if outside_dates(where, one, now) is None]
    if not valid:
        yield from wrong
        return
    for one in dated:
        if one.not_after is not None and one.not_after <= now:
            message = f"the authority {one.subject or one.sha256[:12]} has expired, and should be removed"
            yield from findings(where, [should("expired-authority", "Federation 4.1", message)])
    late = [running_out(_place(where, one), one, least, now) for one in valid]
    if all(finding is not None for finding in late):
        yield from (finding for finding in late if finding is not None)


def _place(where: str, one: Certificate) -> str:
    return f"{where}, authority {one.subject or one.sha256[:12]}"


def lacks(document: str, what: str) -> Breach:
    """A bundle has no key for SVIDs of a kind."""
    use = document.lower()
    message = f"it has no key of use {use} that can be used: no {what} of this trust domain can be verified"
    return Breach(f"{use}-keys", f"{document} 6.2", message, "0", "at least 1", PUBLISH)


def lasts_until(one: TrustBundle, least: Fraction, now: datetime) -> Iterator[datetime]:
    """The moment at which its last authority has too little left; none where that has come."""
    ends = [moment for cert in authorities(one.keys or ()) if (moment := changes_at(cert, least)) is not None]
    if ends and max(ends) > now:
        yield max(ends)
