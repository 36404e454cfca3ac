"""Live endpoints, asked over HTTP and TLS while the gate runs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, ClassVar

import msgspec

from readiness.evidence.endpoint import Endpoint, HttpAnswer
from readiness.evidence.fields import find, parse_path
from readiness.evidence.model import Facts, Item, Provenance, Reason, Unproven
from readiness.evidence.tls import TlsObservation
from readiness.readers.base import Binding, Context, Kind, Spec
from readiness.readers.network.redaction import redact_url
from readiness.readers.network.spec import EndpointSpec
from readiness.readers.network.transport import Observation, Request, Transport

MAX_FACTS = 4 * 2**20
_MAX_VERSION = 200


class EndpointKind(Kind[EndpointSpec, Endpoint]):
    """What a live endpoint answers. It is bound to the release by `bind: version` only, for it tells no commit."""

    spec: ClassVar[type[Spec]] = EndpointSpec
    facts: ClassVar[type[Facts]] = Endpoint
    binds: ClassVar[Binding | None] = None
    networked: ClassVar[bool] = True

    def transport(self) -> Transport:
        """How it is asked."""
        from readiness.readers.network.guarded import GuardedTransport  # costly, and needed by few

        return GuardedTransport()

    def collect(self, spec: EndpointSpec, context: Context) -> Iterator[Item]:
        """One item; its facts when at least one try gave a whole answer."""
        origin = Provenance(redact_url(spec.url), "http")
        try:
            seen = self.transport().observe(_request(spec, context), context.shared)
            facts = _facts(spec, seen)
        except Unproven as error:
            yield Item(_observed(origin), None, error.reason, error.message, error.remedy)
        except Exception as error:  # a defect here must not end the gate; its text may hold a secret
            message = f"asking it failed: {type(error).__name__}"
            remedy = "please report this as a defect of readiness"
            yield Item(_observed(origin), None, Reason.MALFORMED, message, remedy)
        else:
            yield Item(_described(_observed(origin), facts, spec), facts)


def _request(spec: EndpointSpec, context: Context) -> Request:
    root, client = context.root, spec.client
    return Request(
        url=spec.url,
        method=spec.method,
        headers=spec.headers,
        tries=spec.tries,
        deadline_s=spec.deadline.total_seconds(),
        max_body=spec.max_body,
        ca=root / spec.ca if spec.ca is not None else None,
        client=(root / client.cert, root / client.key) if client is not None else None,
        trust=spec.ca or "system",
        sni=spec.sni or "",
        starttls=spec.starttls or "",
        server_id=spec.server_id or "",
        enumerates_ciphers=spec.enumerate_ciphers,
    )


def _facts(spec: EndpointSpec, seen: Observation) -> Endpoint:
    """The facts, when something was seen and they are of a size to keep; else Unproven."""
    if not seen.http and not _tells(seen.tls) and not (spec.may_refuse and _is_closed(seen)):
        if not seen.failures:
            message = "nothing was seen of it"
            raise Unproven(Reason.UNREACHABLE, message, "give it a longer `deadline`")
        first = seen.failures[0]
        tries = f" (none of {len(seen.failures)} tries succeeded)" if len(seen.failures) > 1 else ""
        raise Unproven(first.reason, first.message + tries, first.remedy)
    facts = Endpoint(
        url=redact_url(spec.url), method=spec.method, http=seen.http, failures=seen.failures, tls=seen.tls
    )
    size = len(msgspec.json.encode(facts))
    if size > MAX_FACTS:
        message = f"its answers are {size:,} bytes together, and at most {MAX_FACTS:,} are kept"
        raise Unproven(Reason.MALFORMED, message, "lower `tries`, or ask for less")
    return facts


def _is_closed(seen: Observation) -> bool:
    return bool(seen.failures) and all(one.cause == "refused" for one in seen.failures)


def _tells(tls: TlsObservation | None) -> bool:
    """Whether TLS showed anything that can be judged: certificates, a version, or that it is not spoken there."""
    if tls is None:
        return False
    return bool(tls.chain) or "accepted" in tls.versions.values() or tls.speaks_tls is False


def _observed(origin: Provenance) -> Provenance:
    return msgspec.structs.replace(origin, observed_at=datetime.now(UTC), observed_from="content")


def _described(origin: Provenance, facts: Endpoint, spec: EndpointSpec) -> Provenance:
    """With the digest of what was seen: where, each try, and what came back; not when, nor how fast."""
    seen: dict[str, Any] = {
        "url": facts.url,
        "method": facts.method,
        "http": [[one.attempt, one.status, one.body_sha256] for one in facts.http],
        "failures": [[one.attempt, one.reason.value] for one in facts.failures],
    }
    if (tls := facts.tls) is not None:
        seen["tls"] = [[one.sha256 for one in tls.chain], dict(tls.versions), tls.ciphers]
    return msgspec.structs.replace(
        origin,
        sha256=hashlib.sha256(msgspec.json.encode(seen, order="sorted")).hexdigest(),
        bytes=sum(one.body_bytes for one in facts.http),
        version=_version(facts, spec.version_field),
    )


def _version(facts: Endpoint, field: str) -> str | None:
    """The version that every answer tells; several, as in the midst of a rollout, are all named."""
    told = {_told(answer, field) for answer in facts.http}
    if None in told or facts.failures or not facts.http:
        return None
    return ", ".join(sorted(version for version in told if version))


def _told(answer: HttpAnswer, field: str) -> str | None:
    if not answer.is_json:
        return None
    (found,) = find(answer.json, parse_path(field))
    value = found.value if found.state == "value" else None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) and 0 < len(value) <= _MAX_VERSION else None
