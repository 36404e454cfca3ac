"""JWT-SVIDs: tokens that workloads present."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field

from readiness.check import Check, Finding, Measure, Outcome, Stricter
from readiness.evidence.model import Reason
from readiness.evidence.spiffe import NotASpiffeIdError, parse_spiffe_id
from readiness.evidence.spiffe_jwt import SpiffeJwt
from readiness.units import Duration, show_age, show_duration

from ._spiffe_clauses import Breach, findings, should, unproven
from ._spiffe_expected import ExpectedParams, id_breaches, other_than_expected
from ._spiffe_token import FETCH, early, header_breaches, odd_moments, unsigned

_SKEW = timedelta(minutes=5)
_RULES = 12


class SpiffeJwtParams(ExpectedParams):
    """Who it must be of, for whom, and how long it may live."""

    audience: Annotated[str, Field(min_length=1)]
    """The audience that the service identifies with; it must stand in `aud`."""
    max_lifetime: Annotated[Duration, Stricter.LOWER] = timedelta(hours=1)
    """The longest time from `iat` to `exp`. The standard sets no limit; whoever finds a token can use it until then."""


class SpiffeJwtSvid(Check[SpiffeJwtParams]):
    """The workload's token is a proper JWT-SVID for this audience.

    Every rule of the JWT-SVID standard is judged, each with a finding that names it. The signature counts when it was
    verified against a `bundle` of the evidence; without one it is not shown. The token itself is never kept or shown.

    ## Why it matters

    A token is believed by whoever receives it, and works for whoever finds it. One that is good for several audiences
    lets each of them impersonate the workload at the others; one that lives for a day is a password; one whose `alg` or
    headers are not those of the standard invites what JWT libraries are known for.

    ## How to fix it

    - `spire-agent api fetch jwt -audience NAME` gives a token that keeps to the rules: write it into a file right
      before the gate runs, and name the trust domain's bundle with `bundle`.
    - One audience for each token. Set `default_jwt_svid_ttl` of the SPIRE server to minutes.
    - A token from another issuer: let its header hold `alg`, `kid` and `typ` only, and its `sub` the SPIFFE ID.

    ## References

    - SPIFFE, JWT-SVID: https://github.com/spiffe/spiffe/blob/main/standards/JWT-SVID.md
    - RFC 7519, JSON Web Token; RFC 8725, JSON Web Token Best Current Practices
    """

    def judge(self, token: SpiffeJwt, now: datetime) -> Iterator[Finding]:
        """What does not hold, one by one, and how many rules do."""
        if token.form != "compact":
            message = "it is serialized as JSON, and must be compact"
            breach = Breach("compact", "JWT-SVID 5.1", message, "JSON serialization", "compact", FETCH)
            yield from findings(token.source, [breach])
            return
        bad = [
            *findings(token.source, self._breaches(token)),
            *self._times(token, now),
            *unsigned(token),
        ]
        yield from bad
        held = _RULES - len(bad)
        if held > 0:
            shown = (token.subject or "nobody")[:300]
            yield Finding(
                outcome=Outcome.PASS,
                message=f"{token.source}: {shown}, for {self.params.audience}: {held} rules hold",
                observed=shown,
                expected=self.params.expected,
                count=held,
                until=token.expires_at,
            )

    def _breaches(self, token: SpiffeJwt) -> Iterator[Breach]:
        yield from header_breaches(token)
        yield from self._subject(token)
        yield from self._audience(token)

    def _subject(self, token: SpiffeJwt) -> Iterator[Breach]:
        if token.subject is None:
            message = (
                "its `sub` is no text"
                if "sub" in token.odd
                else "it has no `sub`, the SPIFFE ID of a workload"
            )
            yield Breach("subject", "JWT-SVID 3.1", message, "none", self.params.expected, FETCH)
            return
        yield from id_breaches(token.subject)
        try:
            found = parse_spiffe_id(token.subject)
        except NotASpiffeIdError:
            return
        if not found.path:
            message = f"its `sub` is a trust domain, and no workload: {found}"
            yield Breach("subject", "JWT-SVID 3.1", message, str(found), f"{found}/...", FETCH)
        if (other := other_than_expected(found, self.params)) is not None:
            yield other

    def _audience(self, token: SpiffeJwt) -> Iterator[Breach]:
        wanted = self.params.audience
        if not token.audience:
            what = (
                "its `aud` is neither a text nor a list of texts" if "aud" in token.odd else "it has no `aud`"
            )
            yield Breach("audience", "JWT-SVID 3.2", what, "none", wanted, FETCH)
            return
        shown = ", ".join(one[:100] for one in token.audience[:5])
        if wanted not in token.audience:
            yield Breach(
                "audience", "JWT-SVID 3.2", f"it is for {shown}, and not for {wanted}", shown, wanted, FETCH
            )
        if len(token.audience) > 1:
            message = (
                f"it is for {len(token.audience)} audiences, each of which can use it at the others: {shown}"
            )
            yield should("one-audience", "JWT-SVID 3.2", message, shown, "one audience", FETCH)

    def _times(self, token: SpiffeJwt, now: datetime) -> Iterator[Finding]:
        where, ends, begun = token.source, token.expires_at, token.issued_at
        if ends is None:
            message = (
                "its `exp` is no moment" if "exp" in token.odd else "it has no `exp`, and would never expire"
            )
            yield from findings(
                where, [Breach("expiry", "JWT-SVID 3.3", message, "none", "a moment ahead", FETCH)]
            )
            return
        if ends <= now:
            message = f"it expired on {ends:%Y-%m-%d %H:%M:%S} UTC, {show_age(now - ends)} ago"
            yield from findings(where, [Breach("expired", "JWT-SVID 4", message, str(ends), str(now), FETCH)])
        if token.not_before is not None and token.not_before > now:
            yield early(where, "nbf", "is not to be accepted before", token.not_before, now)
        if begun is not None and begun > now + _SKEW:
            yield early(where, "iat", "was issued in the future, on", begun, now)
        elif begun is not None and begun >= ends:
            message = "it was issued after it expires (`iat` is not before `exp`)"
            yield from findings(
                where, [Breach("issued", "RFC 7519 4.1.6", message, str(begun), str(ends), FETCH)]
            )
        yield from odd_moments(token)
        yield from self._lifetime(token, ends, now)

    def _lifetime(self, token: SpiffeJwt, ends: datetime, now: datetime) -> Iterator[Finding]:
        limit = self.params.max_lifetime
        lifetime = ends - (token.issued_at if token.issued_at is not None else now)
        if lifetime > limit:
            minutes, most = lifetime / timedelta(minutes=1), limit / timedelta(minutes=1)
            yield Finding(
                outcome=Outcome.FAIL,
                message=f"{token.source}: it lives for {show_age(lifetime)}, and at most {show_duration(limit)} is "
                "allowed [max-lifetime, this policy]",
                observed=show_age(lifetime),
                expected=f"at most {show_duration(limit)}",
                measure=Measure(minutes, most, "min"),
                next="issue it for a shorter time: default_jwt_svid_ttl of the SPIRE server",
            )
        elif token.issued_at is None:
            message = "how long it lives is not shown: it has no `iat` [max-lifetime, this policy]"
            yield unproven(Reason.INSUFFICIENT, token.source, message, "let its issuer set `iat`")
