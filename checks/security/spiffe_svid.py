"""X509-SVIDs: of a live service, or in a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from readiness.check import Check, Finding, Measure, Outcome, Stricter
from readiness.evidence.certificate import Certificate
from readiness.evidence.endpoint import Endpoint
from readiness.evidence.model import Reason
from readiness.evidence.spiffe_svid import X509Svid
from readiness.units import Duration, Share, show_duration

from ._observed import tls_of
from ._spiffe_certificates import (
    LEAF_RULES,
    SIGNING_RULES,
    changes_at,
    id_of,
    leaf_breaches,
    outside_dates,
    running_out,
    signing_breaches,
)
from ._spiffe_clauses import findings, unproven
from ._spiffe_expected import ExpectedParams, other_than_expected
from ._spiffe_presented import Presented, of_endpoint, of_file, unreadable

_OWN_RULES = 4  # the expected identity, the path, the dates, what is left of the lifetime

Acceptable = Literal[
    "id-length",
    "leaf-basic-constraints",
    "leaf-purposes",
    "signing-id",
    "signing-trust-domain",
    "signing-usage",
]


class SpiffeSvidParams(ExpectedParams):
    """Whose SVID it must be, and how fresh."""

    min_remaining: Annotated[Share, Stricter.HIGHER] = Fraction(1, 5)
    """The least share of its lifetime that must be left. Agents renew at half of it, so that less means that nobody
    does."""
    max_lifetime: Annotated[Duration | None, Stricter.LOWER] = None
    """The longest that it may be valid for altogether, as in `24h`; not limited by default."""
    accept: list[Acceptable] = Field(default=[])
    """Rules that only SHOULD hold, by the names that findings give them, that need not hold here; as in `[signing-id]`
    where an authority of the company signs for SPIRE."""


class SpiffeSvid(Check[SpiffeSvidParams]):
    """The workload has a proper X509-SVID of its trust domain.

    Every rule of the X509-SVID standard is judged, each with a finding that names it: those of the SVID itself, and
    those of every signing certificate above it. What the standard says MUST be, fails; what SHOULD be, warns. It takes
    an endpoint that is asked with `server-id` and `ca`, or an `x509-svid` with `bundle` (or from the Workload API).

    ## Why it matters

    Libraries check some of the rules, and each library others. A certificate with two URI names, with a trust domain in
    upper case, or one that may sign others, is taken by one peer and refused by the next; or it lets a workload make
    identities of its own. And an SVID lives for an hour: one that is not renewed takes the service down within the
    day, with every dashboard green until then.

    ## How to fix it

    - Read the rule that the finding names, and correct the template that issues the certificate. SPIRE keeps to all of
      them; a hand-made CA, cert-manager or a service mesh with its own CA may need `digitalSignature` and both purposes
      (`serverAuth`, `clientAuth`), a critical key usage, and exactly one URI.
    - Little lifetime left: `spire-agent api fetch x509` shows what the agent has. If that is fresh, the workload does
      not load it again.
    - Not verified: give the endpoint `server-id` and `ca`, or the file `bundle`: the bundle of that trust domain alone.

    ## References

    - SPIFFE, X509-SVID: https://github.com/spiffe/spiffe/blob/main/standards/X509-SVID.md
    - SPIFFE, SPIFFE-ID: https://github.com/spiffe/spiffe/blob/main/standards/SPIFFE-ID.md
    - RFC 5280, section 6: path validation
    """

    def judge(
        self, now: datetime, svid: X509Svid | None = None, endpoint: Endpoint | None = None
    ) -> Iterator[Finding]:
        """Each of the two that is there."""
        if svid is not None:
            yield from self._judged(of_file(svid), now)
        if endpoint is not None:
            tls = tls_of(endpoint)
            if isinstance(tls, Finding):
                yield tls
            else:
                yield from self._judged(of_endpoint(tls), now)

    def _judged(self, seen: Presented, now: datetime) -> Iterator[Finding]:
        if not seen.chain or seen.is_cut:
            what = "its chain is too long to be judged" if seen.chain else "no certificate of it was seen"
            yield unproven(Reason.INSUFFICIENT, seen.where, what, "see that the service presents its SVID")
            return
        leaf, signing = seen.chain[0], seen.signing
        odd = [*unreadable(seen.where, (leaf, *signing))]
        yield from odd
        if odd:
            return
        bad = [*self._leaf(seen.where, leaf, now), *self._signing(seen, leaf, signing, now)]
        if seen.untrusted is not None and not seen.is_told(bad):
            bad.append(seen.untrusted)
        yield from bad
        held = LEAF_RULES + _OWN_RULES + len(signing) * SIGNING_RULES - len(bad)
        if held > 0:
            yield self._good(seen, leaf, signing, held)

    def _leaf(self, where: str, leaf: Certificate, now: datetime) -> Iterator[Finding]:
        params = self.params
        yield from findings(where, leaf_breaches(leaf), params.accept)
        found = id_of(leaf)
        if found is not None and (other := other_than_expected(found, params)) is not None:
            yield from findings(where, [other])
        if (wrong := outside_dates(where, leaf, now)) is not None:
            yield wrong
        elif (late := running_out(where, leaf, params.min_remaining, now)) is not None:
            yield late
        if params.max_lifetime is not None and leaf.lifetime is not None:
            yield from _too_long(where, leaf.lifetime, params.max_lifetime)

    def _signing(
        self, seen: Presented, leaf: Certificate, signing: Sequence[Certificate], now: datetime
    ) -> Iterator[Finding]:
        found = id_of(leaf)
        for one in signing:
            where = f"{seen.where}, signing certificate {one.subject or one.sha256[:12]}"
            breaches = signing_breaches(one, found.trust_domain if found else "")
            yield from findings(where, breaches, self.params.accept)
            if (wrong := outside_dates(where, one, now)) is not None:
                yield wrong

    def _good(self, seen: Presented, leaf: Certificate, signing: Sequence[Certificate], held: int) -> Finding:
        moments = [changes_at(leaf, self.params.min_remaining), *(one.not_after for one in signing)]
        shown = leaf.uris[0][:300] if leaf.uris else "no SPIFFE ID"
        return Finding(
            outcome=Outcome.PASS,
            message=f"{seen.where}: {shown}, with {len(signing)} signing certificates: {held} rules hold",
            observed=shown,
            expected=self.params.expected,
            count=held,
            until=min((moment for moment in moments if moment is not None), default=None),
        )


def _too_long(where: str, lifetime: timedelta, limit: timedelta) -> Iterator[Finding]:
    if lifetime > limit:
        hours, most = lifetime / timedelta(hours=1), limit / timedelta(hours=1)
        yield Finding(
            outcome=Outcome.FAIL,
            message=f"{where}: it is valid for {show_duration(lifetime)}, and at most {show_duration(limit)} is "
            "allowed [max-lifetime, this policy]",
            observed=show_duration(lifetime),
            expected=f"at most {show_duration(limit)}",
            measure=Measure(hours, most, "h"),
            next="issue it for a shorter time",
        )
