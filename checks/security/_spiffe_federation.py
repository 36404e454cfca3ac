"""The rules for endpoints that serve bundles: SPIFFE_Federation.md, section 5."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.check import Finding
from readiness.evidence.model import Reason
from readiness.evidence.spiffe_bundle import Retrieval

from ._spiffe_clauses import Breach, findings, should, unproven

FEDERATION_RULES = 4
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_OPEN = "serve the bundle to everybody: it holds public keys only"


def retrieved(seen: Retrieval) -> Iterator[Finding]:
    """What is wrong with the way in which a bundle is served, or was not."""
    yield from findings(seen.url, _breaches(seen))
    if seen.is_verified is not True:
        message = "its server was not verified, so that anybody may have served the bundle"
        yield unproven(Reason.INSUFFICIENT, seen.url, message, "give `ca`, and `server-id` for https_spiffe")
    if seen.status in _REDIRECTS:
        message = f"it redirects to {seen.location or 'nowhere'}, which is not followed to another place"
        yield unproven(Reason.INSUFFICIENT, seen.url, message, "name that place in `url`, if it is meant")


def _breaches(seen: Retrieval) -> Iterator[Breach]:
    clause = "Federation 5.2.1.3"
    if seen.refused or seen.status in (400, 495, 496):
        how = seen.refused.replace("_", " ") or f"HTTP {seen.status}"
        message = f"it turns clients without a certificate away ({how})"
        yield Breach("no-client-certificate", clause, message, how, "served without", _OPEN)
    elif seen.status in (401, 403, 407):
        message = f"it asks who its clients are (HTTP {seen.status})"
        yield Breach("no-client-login", clause, message, f"HTTP {seen.status}", "HTTP 200", _OPEN)
    if seen.status in _REDIRECTS:
        target = seen.location.lower()
        if "://" in target and (not target.startswith("https://") or "@" in target.split("/")[2]):
            message = f"it redirects to {seen.location}, which is no bundle endpoint"
            yield Breach(
                "redirect", clause, message, seen.location, "https, and no user", "redirect to https only"
            )
        if seen.status in (301, 308):
            message = "its redirect is permanent, and should be temporary"
            yield should("redirect-temporary", clause, message, str(seen.status), "302 or 307")
    media = seen.content_type.partition(";")[0].strip().lower()
    if seen.status == 200 and media != "application/json":
        message = f"its content type is {media or 'not told'}, and should be application/json"
        yield should("content-type", clause, message, media or "none", "application/json")
