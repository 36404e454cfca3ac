"""A live Prometheus, asked while the gate runs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import ClassVar

import msgspec

from readiness.evidence.model import Facts, Item, Provenance, Reason, Unproven
from readiness.evidence.prometheus import Prometheus
from readiness.readers.base import Binding, Context, Kind, Spec
from readiness.readers.configured import bounded
from readiness.readers.network.redaction import redact_url
from readiness.readers.prometheus._spec import PrometheusSpec


class PrometheusKind(Kind[PrometheusSpec, Prometheus]):
    """What Prometheus knows. It is bound to nothing: it watches whatever runs."""

    spec: ClassVar[type[Spec]] = PrometheusSpec
    facts: ClassVar[type[Facts]] = Prometheus
    binds: ClassVar[Binding | None] = None
    networked: ClassVar[bool] = True

    def collect(self, spec: PrometheusSpec, context: Context) -> Iterator[Item]:
        """One item; its facts when at least one of the things that were asked for came."""
        from readiness.readers.prometheus._observe import observe  # costly, and needed by few

        origin = Provenance(redact_url(spec.url), "prometheus-api")
        try:
            facts = bounded(observe(spec, context), "answers")
        except Unproven as error:
            yield Item(_observed(origin), None, error.reason, error.message, error.remedy)
        except Exception as error:  # a defect here must not end the gate; its text may hold a secret
            message = f"asking it failed: {type(error).__name__}"
            remedy = "please report this as a defect of readiness"
            yield Item(_observed(origin), None, Reason.MALFORMED, message, remedy)
        else:
            content = msgspec.json.encode(facts, order="sorted")
            digest = hashlib.sha256(content).hexdigest()
            yield Item(_observed(origin).but(sha256=digest, bytes=len(content)), facts)


def _observed(origin: Provenance) -> Provenance:
    return origin.but(observed_at=datetime.now(UTC), observed_from="content")
