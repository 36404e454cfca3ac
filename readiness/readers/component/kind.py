"""Components, each asked in its own protocol while the gate runs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import ClassVar

import msgspec

from readiness.evidence.component import Component, ComponentTry
from readiness.evidence.model import Facts, Item, Provenance, Reason, Unproven
from readiness.readers.base import Binding, Context, Kind, Spec
from readiness.readers.component._spec import ComponentSpec
from readiness.readers.network.redaction import redact_url


class ComponentKind(Kind[ComponentSpec, Component]):
    """What a component answers. It is bound to nothing: its version is its own, and not that of the release."""

    spec: ClassVar[type[Spec]] = ComponentSpec
    facts: ClassVar[type[Facts]] = Component
    binds: ClassVar[Binding | None] = None
    networked: ClassVar[bool] = True

    def collect(self, spec: ComponentSpec, context: Context) -> Iterator[Item]:
        """One item; its facts when at least one try told whether the protocol is spoken."""
        from readiness.readers.component._observe import observe  # costly, and needed by few

        origin = Provenance(redact_url(spec.url), spec.protocol)
        try:
            facts = _facts(spec, observe(spec, context))
        except Unproven as error:
            yield Item(_observed(origin), None, error.reason, error.message, error.remedy)
        except Exception as error:  # a defect here must not end the gate; its text may hold a secret
            message = f"asking it failed: {type(error).__name__}"
            remedy = "please report this as a defect of readiness"
            yield Item(_observed(origin), None, Reason.MALFORMED, message, remedy)
        else:
            yield Item(_observed(origin).but(sha256=_digest(facts)), facts)


def _facts(spec: ComponentSpec, tries: tuple[ComponentTry, ...]) -> Component:
    """The facts, when a try showed something that can be judged; else Unproven with the reason of the first."""
    is_open = spec.protocol == "tcp" and any(one.failure is None for one in tries)
    if not is_open and all(one.speaks is None for one in tries):
        first = tries[0].failure
        if first is None:
            raise Unproven(Reason.UNREACHABLE, "nothing was seen of it", "give it a longer `deadline`")
        among = f" (none of {len(tries)} tries succeeded)" if len(tries) > 1 else ""
        raise Unproven(first.reason, first.message + among, first.remedy)
    return Component(
        url=redact_url(spec.url),
        protocol=spec.protocol,
        tls=spec.over_tls,
        asks=spec.query is not None,
        tries=tries,
    )


def _observed(origin: Provenance) -> Provenance:
    return origin.but(observed_at=datetime.now(UTC), observed_from="content")


def _digest(facts: Component) -> str:
    """Of what was seen: not when, nor how fast."""
    tries = [one.but(elapsed_ms=0.0) for one in facts.tries]
    return hashlib.sha256(msgspec.json.encode(facts.but(tries=tuple(tries)))).hexdigest()
