"""SPIFFE bundles: the keys that a trust domain publishes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from readiness.check import Check, Finding, Outcome, Params, Stricter
from readiness.evidence.model import Reason
from readiness.evidence.spiffe_bundle import BundleKey, SpiffeBundle, TrustBundle
from readiness.units import Share

from ._spiffe_authorities import lacks, lasts_until, usable
from ._spiffe_bundle_form import BUNDLE, BUNDLE_RULES, PUBLISH, form_breaches
from ._spiffe_certificates import SIGNING_RULES, id_of
from ._spiffe_clauses import Breach, findings, unproven
from ._spiffe_expected import TrustDomain
from ._spiffe_federation import FEDERATION_RULES, retrieved
from ._spiffe_keys import KEY_RULES, authorities, is_judged, is_short, key_breaches, twice

Acceptable = Literal[
    "content-type",
    "id-length",
    "kid-once",
    "refresh-hint",
    "sequence",
    "signing-id",
    "signing-trust-domain",
    "signing-usage",
    "x509-self-signed",
]


class SpiffeBundleParams(Params):
    """Whose bundle it must be, and what it must be good for."""

    trust_domain: TrustDomain | None = None
    """The trust domain that it must be of, as in `prod.acme`. A map must hold it, and its authorities must not all be
    of another one; the others in a map are judged too."""
    needs: Annotated[list[Literal["x509-svid", "jwt-svid"]], Field(min_length=1)] = Field(
        default=["x509-svid"]
    )
    """The kinds of SVID that it must hold at least one key for that can be used now."""
    min_remaining: Annotated[Share, Stricter.HIGHER] = Fraction(1, 10)
    """The least share of its lifetime that the certificate of one authority at least must have left."""
    accept: list[Acceptable] = Field(default=[])
    """Rules that only SHOULD hold, by the names that findings give them, that need not hold here."""


class SpiffeBundleForm(Check[SpiffeBundleParams]):
    """The trust domain publishes a proper bundle with keys that can be used.

    It takes bundles and maps of them, from a file or from a bundle endpoint. What the standards say MUST be, fails;
    what SHOULD be, warns. Keys of other uses and types are ignored, as every consumer must. A bundle without keys is
    proper, and says that everything was revoked: it fails.

    ## Why it matters

    Peers in other trust domains verify every identity of this one against what the bundle says. An element with a
    `kid` too many or a certificate too few is ignored by one consumer and refused by the next, and then a part of the
    traffic fails after the next rotation. A bundle of the wrong trust domain lets that one impersonate this one.

    ## How to fix it

    - Let a SPIFFE implementation publish it: `spire-server bundle show -format spiffe`, or the federation endpoint of
      the SPIRE server (`federation { bundle_endpoint { ... } }`).
    - Authorities that run out: look why the server does not rotate them. New ones are published before they sign.
    - An endpoint asks nobody who he is, answers 200 with `application/json`, and redirects to https only.

    ## References

    - SPIFFE, Trust Domain and Bundle:
      https://github.com/spiffe/spiffe/blob/main/standards/SPIFFE_Trust_Domain_and_Bundle.md
    - SPIFFE, Federation: https://github.com/spiffe/spiffe/blob/main/standards/SPIFFE_Federation.md
    - RFC 7517, JSON Web Key
    """

    def judge(self, bundle: SpiffeBundle, now: datetime) -> Iterator[Finding]:
        """How it was served, then every bundle."""
        bad, rules, moments = [], 0, list[datetime]()
        if bundle.retrieval is not None:
            bad += self._unless_accepted(retrieved(bundle.retrieval))
            rules += FEDERATION_RULES
        if not bundle.bundles and not bad:
            yield unproven(Reason.INSUFFICIENT, bundle.source, "it holds no bundle at all", PUBLISH)
        bad += self._named(bundle)
        for one in bundle.bundles:
            where = f"{bundle.source}, {one.name[:300]}" if one.name is not None else bundle.source
            bad += self._bundle(where, one, now)
            rules += BUNDLE_RULES + sum(map(_rules, one.keys or ()))
            moments += lasts_until(one, self.params.min_remaining, now)
        yield from bad
        if bundle.bundles and rules > len(bad):
            yield _good(bundle, rules - len(bad), moments)

    def _unless_accepted(self, made: Iterator[Finding]) -> list[Finding]:
        marks = tuple(f"[{rule}," for rule in self.params.accept)
        return [
            one
            for one in made
            if one.outcome is not Outcome.WARN or not any(mark in one.message for mark in marks)
        ]

    def _named(self, bundle: SpiffeBundle) -> Iterator[Finding]:
        wanted = self.params.trust_domain
        names = [one.name for one in bundle.bundles]
        if wanted is not None and bundle.is_map and wanted not in names:
            told = ", ".join(str(name)[:60] for name in names[:5]) or "none"
            message = f"it holds no bundle of {wanted}, but of: {told}"
            breach = Breach("expected-trust-domain", "this policy", message, told, wanted, PUBLISH)
            yield from findings(bundle.source, [breach])

    def _bundle(self, where: str, one: TrustBundle, now: datetime) -> Iterator[Finding]:
        yield from findings(where, form_breaches(one), self.params.accept)
        if one.keys is None:
            return
        if not one.keys:
            message = "its list of keys is empty: everything of this trust domain is revoked"
            yield from findings(
                where, [Breach("keys", f"{BUNDLE} 4.1.3", message, "0", "at least 1", PUBLISH)]
            )
            return
        domain = one.name or self.params.trust_domain or ""
        for key in one.keys:
            yield from findings(where, key_breaches(key, domain), self.params.accept)
        yield from findings(where, twice(one.keys), self.params.accept)
        yield from self._usable(where, one, now)
        yield from self._own(where, one, domain)

    def _usable(self, where: str, one: TrustBundle, now: datetime) -> Iterator[Finding]:
        keys = one.keys or ()
        certificates = list(authorities(keys))
        if "x509-svid" in self.params.needs:
            yield from usable(where, certificates, self.params.min_remaining, now)
        tokens = [
            key
            for key in keys
            if key.use == "jwt-svid" and is_judged(key) and key.kid and not (key.problem or is_short(key))
        ]
        if "jwt-svid" in self.params.needs and not tokens:
            yield from findings(where, [lacks("JWT-SVID", "tokens")])

    def _own(self, where: str, one: TrustBundle, domain: str) -> Iterator[Finding]:
        """A bundle whose authorities are all of another trust domain is that one's."""
        named = {
            found.trust_domain for key in authorities(one.keys or ()) if (found := id_of(key)) is not None
        }
        if domain and named and domain not in named:
            told = ", ".join(sorted(named)[:5])[:300]
            message = f"its authorities are of {told}, and none is of {domain}"
            yield from findings(
                where, [Breach("expected-trust-domain", "this policy", message, told, domain)]
            )


def _rules(key: BundleKey) -> int:
    return KEY_RULES + SIGNING_RULES if key.use == "x509-svid" else KEY_RULES


def _good(bundle: SpiffeBundle, held: int, moments: Sequence[datetime]) -> Finding:
    keys = sum(len(one.keys or ()) for one in bundle.bundles)
    ignored = sum(not is_judged(key) for one in bundle.bundles for key in one.keys or ())
    passed_over = f", {ignored} of them ignored" if ignored else ""
    return Finding(
        outcome=Outcome.PASS,
        message=f"{bundle.source}: {len(bundle.bundles)} bundles with {keys} keys{passed_over}: {held} rules hold",
        observed=f"{keys} keys",
        count=held,
        until=min(moments, default=None),
    )
