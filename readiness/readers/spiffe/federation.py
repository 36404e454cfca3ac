"""A bundle from its endpoint: SPIFFE_Federation.md section 5, asked as any other endpoint is."""

from __future__ import annotations

from readiness.evidence.endpoint import Endpoint, HttpAnswer
from readiness.evidence.model import Item, Reason, Unproven
from readiness.evidence.spiffe_bundle import Retrieval, SpiffeBundle
from readiness.readers.base import Context
from readiness.readers.endpoint.kind import EndpointKind
from readiness.readers.network.spec import EndpointSpec
from readiness.readers.spiffe.bundle_facts import bundles_of, is_bundle

_OK = 200
_TOLD = frozenset({301, 302, 303, 307, 308, 401, 403, 407})
"""Other answers that show something of the endpoint: where it leads, or that it wants to know its clients."""
_TOLD_TO_CLIENTS = frozenset({400, 495, 496})
"""The same, of servers that ask for a certificate and turn clients away over HTTP, as nginx does."""


def fetch(spec: EndpointSpec, context: Context) -> Item:
    """The bundle that the endpoint serves, or what it said instead; never raises."""
    (item,) = EndpointKind().collect(spec, context)
    if not isinstance(item.facts, Endpoint):
        return item
    try:
        facts, answer = _facts(item.facts)
    except Unproven as error:
        return Item(item.provenance, None, error.reason, error.message, error.remedy)
    origin = item.provenance.but(format="federation", version=None)
    if answer is not None:
        origin = origin.but(sha256=answer.body_sha256, bytes=answer.body_bytes)
    return Item(origin, facts)


def _facts(seen: Endpoint) -> tuple[SpiffeBundle, HttpAnswer | None]:
    answer = seen.http[0] if seen.http else None
    retrieval = _retrieval(seen, answer)
    facts = SpiffeBundle(source=seen.url, retrieval=retrieval)
    if answer is None and not retrieval.refused:
        first = seen.failures[0] if seen.failures else None
        message = first.message if first else "it gave no answer"
        raise Unproven(first.reason if first else Reason.UNREACHABLE, message, first.remedy if first else "")
    told = _TOLD | _TOLD_TO_CLIENTS if retrieval.asks_client else _TOLD
    if answer is None or answer.status in told:
        return facts, answer
    if answer.status != _OK:
        message = f"it answers {answer.status}, where a bundle is meant"
        raise Unproven(Reason.UNREACHABLE, message, "correct `url`, or mend the endpoint")
    if not answer.is_json:
        raise Unproven(Reason.MALFORMED, f"its answer is no bundle: {answer.problem}", "correct `url`")
    if not is_bundle(answer.json):
        raise Unproven(
            Reason.MALFORMED, "its answer is JSON, but no bundle: it has no `keys`", "correct `url`"
        )
    is_map, bundles = bundles_of(answer.json)
    return facts.but(is_map=is_map, bundles=bundles), answer


def _retrieval(seen: Endpoint, answer: HttpAnswer | None) -> Retrieval:
    tls = seen.tls
    verified = tls.verification if tls is not None else None
    auth = tls.client_auth if tls is not None else None
    is_turned_away = auth is not None and auth.requested is True and auth.none is not None and answer is None
    return Retrieval(
        url=seen.url,
        status=answer.status if answer is not None else 0,
        content_type=answer.content_type if answer is not None else "",
        location=answer.headers.get("location", "") if answer is not None else "",
        is_verified=verified.ok if verified is not None else None,
        verified_as=verified.name if verified is not None else "",
        asks_client=auth.requested if auth is not None else None,
        refused=auth.none.detail if is_turned_away and auth and auth.none else "",
    )
