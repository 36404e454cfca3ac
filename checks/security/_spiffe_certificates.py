"""The rules of X509-SVID.md for one certificate."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from fractions import Fraction

from readiness.check import Finding, Measure, Outcome
from readiness.evidence.certificate import Certificate
from readiness.evidence.spiffe import NotASpiffeIdError, SpiffeId, parse_spiffe_id
from readiness.units import show_age, show_share

from ._spiffe_clauses import Breach, should
from ._spiffe_expected import id_breaches

LEAF_RULES = 11
"""How many rules `leaf_breaches` looks at; SPIFFE-ID as one."""
SIGNING_RULES = 7
"""The same of `signing_breaches`."""
_ISSUE = "issue it with a SPIFFE implementation, or mend the template of its certificates"
_LONGEST_URI = 4_096  # what facts keep of a name


def id_of(certificate: Certificate) -> SpiffeId | None:
    """The one SPIFFE ID of a certificate; None when it has none that is valid."""
    if len(certificate.uris) != 1 or len(certificate.uris[0]) >= _LONGEST_URI:
        return None
    try:
        return parse_spiffe_id(certificate.uris[0])
    except NotASpiffeIdError:
        return None


def leaf_breaches(leaf: Certificate) -> Iterator[Breach]:
    """What makes a certificate no SVID of a workload."""
    yield from _leaf_name(leaf)
    said = leaf.extensions
    if said.is_ca:
        yield Breach("leaf-ca", "X509-SVID 4.1", "it is a signing certificate (cA)", "cA true", "cA false")
    elif said.is_ca is None:
        message = "it has no basic constraints, which say that it is no signing certificate"
        yield should("leaf-basic-constraints", "X509-SVID 4.1", message, "absent", "cA false")
    yield from _usage(leaf)
    usage = said.key_usage
    if usage is not None:
        if "digitalSignature" not in usage:
            yield _usage_breach("leaf-digital-signature", "its key usage has no digitalSignature", usage)
        for name, rule in (("keyCertSign", "leaf-key-cert-sign"), ("cRLSign", "leaf-crl-sign")):
            if name in usage:
                yield _usage_breach(rule, f"its key usage has {name}", usage)
    yield from _purposes(leaf)


def _leaf_name(leaf: Certificate) -> Iterator[Breach]:
    if len(leaf.uris) != 1:
        count = f"{len(leaf.uris)} URI names"
        message = f"it has {count}, where exactly one is its SPIFFE ID"
        yield Breach("uri-name", "X509-SVID 2", message, count, "1", _ISSUE)
    else:
        yield from id_breaches(leaf.uris[0])
        found = id_of(leaf)
        if found is not None and not found.path:
            message = f"its SPIFFE ID has no path: {found}"
            yield Breach("leaf-path", "X509-SVID 3.1", message, str(found), f"{found}/...", _ISSUE)
    if not leaf.subject and leaf.extensions.has_names and not leaf.extensions.names_critical:
        message = "its subject is empty, and its alternative names are not critical"
        yield Breach("leaf-names-critical", "X509-SVID 3.1", message, "not critical", "critical", _ISSUE)


def signing_breaches(certificate: Certificate, domain: str) -> Iterator[Breach]:
    """What makes a certificate no signing certificate for SVIDs of a trust domain."""
    if len(certificate.uris) > 1:
        message = f"it has {len(certificate.uris)} URI names, where at most one is its SPIFFE ID"
        yield Breach("uri-name", "X509-SVID 2", message, str(len(certificate.uris)), "at most 1")
    elif not certificate.uris:
        yield should("signing-id", "X509-SVID 3.2", "it has no SPIFFE ID of its own", "none", "one")
    else:
        yield from _signing_name(certificate, domain)
    if certificate.extensions.is_ca is not True:
        message = "it is no signing certificate (cA is not set)"
        yield Breach("signing-ca", "X509-SVID 4.1", message, "cA false or absent", "cA true")
    yield from _usage(certificate)
    usage = certificate.extensions.key_usage
    if usage is not None and "keyCertSign" not in usage:
        yield _usage_breach("signing-key-cert-sign", "its key usage has no keyCertSign", usage)
    if usage is not None and (odd := {"digitalSignature", "keyEncipherment", "keyAgreement"} & set(usage)):
        message = f"its key usage has {', '.join(sorted(odd))}, which is for leaves"
        yield should(
            "signing-usage", "X509-SVID appendix A", message, ", ".join(usage), "keyCertSign, cRLSign"
        )


def _signing_name(certificate: Certificate, domain: str) -> Iterator[Breach]:
    yield from id_breaches(certificate.uris[0])
    found = id_of(certificate)
    if found is not None and found.path:
        message = f"its SPIFFE ID has a path: {found}"
        yield Breach("signing-path", "X509-SVID 3.2", message, str(found), f"spiffe://{found.trust_domain}")
    if found is not None and domain and found.trust_domain != domain:
        message = f"it is of the trust domain {found.trust_domain}, and signs for {domain}"
        yield should("signing-trust-domain", "X509-SVID 3.2", message, found.trust_domain, domain)


def _usage(certificate: Certificate) -> Iterator[Breach]:
    said = certificate.extensions
    if said.key_usage is None:
        yield Breach("key-usage", "X509-SVID 4.3", "it has no key usage", "absent", "present", _ISSUE)
    elif not said.key_usage_critical:
        message = "its key usage is not critical"
        yield Breach("key-usage-critical", "X509-SVID 4.3", message, "not critical", "critical", _ISSUE)


def _usage_breach(rule: str, message: str, usage: tuple[str, ...]) -> Breach:
    return Breach(rule, "X509-SVID 4.3", message, ", ".join(usage) or "none", "", _ISSUE)


def _purposes(leaf: Certificate) -> Iterator[Breach]:
    purposes = leaf.extensions.extended_key_usage
    both = "serverAuth, clientAuth"
    if purposes is None:
        yield should("leaf-purposes", "X509-SVID 4.4", "it has no extended key usage", "absent", both)
    elif lacking := {"serverAuth", "clientAuth"} - set(purposes):
        message = f"its extended key usage has no {' and no '.join(sorted(lacking))}"
        yield Breach("leaf-purpose-pair", "X509-SVID 4.4", message, ", ".join(purposes), both, _ISSUE)


def outside_dates(where: str, certificate: Certificate, now: datetime) -> Finding | None:
    """A finding when a certificate is not valid at this moment; X509-SVID 5.1 asks for RFC 5280, section 6.1.3."""
    begins, ends = certificate.not_before, certificate.not_after
    if begins is None or ends is None or begins <= now < ends:
        return None
    if now < begins:
        said, until = f"is not valid before {begins:%Y-%m-%d %H:%M} UTC", begins
        rule = "not-yet-valid"
    else:
        said, until = f"expired on {ends:%Y-%m-%d %H:%M} UTC, {show_age(now - ends)} ago", None
        rule = "expired"
    return Finding(
        outcome=Outcome.FAIL,
        message=f"{where}: it {said} [{rule}, X509-SVID 5.1]",
        observed=f"{begins.isoformat()} to {ends.isoformat()}",
        expected=now.isoformat(),
        until=until,
        next="let the workload fetch its SVID anew, and look at the clocks",
    )


def changes_at(certificate: Certificate, least: Fraction) -> datetime | None:
    """The moment at which less than this share of its lifetime is left."""
    if certificate.not_after is None or certificate.lifetime is None:
        return None
    return certificate.not_after - _part(certificate.lifetime, least)


def running_out(where: str, leaf: Certificate, least: Fraction, now: datetime) -> Finding | None:
    """A finding when too little of the lifetime is left; None also where the dates themselves are wrong."""
    lifetime, moment = leaf.lifetime, changes_at(leaf, least)
    if lifetime is None or moment is None or leaf.not_after is None or not lifetime:
        return None
    if now <= moment or now >= leaf.not_after:
        return None
    left = leaf.not_after - now
    share = Fraction(left // timedelta(microseconds=1), lifetime // timedelta(microseconds=1))
    return Finding(
        outcome=Outcome.FAIL,
        message=f"{where}: {show_share(share, 1)} of its lifetime is left ({show_age(left)}), and at least "
        f"{show_share(least)} is demanded [min-remaining, this policy]",
        observed=show_share(share, 1),
        expected=f"at least {show_share(least)}",
        measure=Measure(float(share * 100), float(least * 100), "%", "higher"),
        until=leaf.not_after,
        next="see whether it is still renewed, and whether what was renewed is loaded and published",
    )


def _part(lifetime: timedelta, share: Fraction) -> timedelta:
    return timedelta(microseconds=int((lifetime // timedelta(microseconds=1)) * share))
