"""Whether what the service stands on answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StrictBool, StrictFloat, StrictInt, StrictStr

from readiness.check import Check, Finding, Measure, Outcome, Params, Stricter, unproven
from readiness.evidence.component import Component, ComponentTry
from readiness.evidence.model import Reason
from readiness.units import Duration, show_duration

from ._component_tries import failed, judge_auth, judge_result, observed, place_of, said, unspoken

_MILLISECOND = timedelta(milliseconds=1)

Scalar = StrictBool | StrictInt | StrictFloat | StrictStr | None


def _positive(value: timedelta | None) -> timedelta | None:
    if value is not None and value <= timedelta(0):
        raise ValueError("is more than 0")
    return value


class ComponentsParams(Params):
    """What a component must show, on every try."""

    max_latency: Annotated[Duration | None, AfterValidator(_positive), Stricter.LOWER] = None
    """The longest that its answer may take, as in `100ms`, counted from before the connection, with TLS, login and
    query; every try counts."""
    auth: Literal["any", "required", "accepted"] = "any"
    """`required`: somebody without credentials is turned away; an open Redis fails. `accepted`: that, and the
    credentials of the evidence are let in. With `any`, only credentials that are refused fail."""
    query_result: list[Scalar] = Field(default=[])
    """The values that the query of the evidence may give, as in `[1]`: the first value of its first row. Types count:
    the text "1" is not 1."""


class Components(Check[ComponentsParams]):
    """Every component answers in its own protocol.

    ## Why it matters
    A release that cannot reach its database, its broker or its cache fails with the first request, however well it was
    tested. An open port proves little: a proxy accepts connections for a database that is down, and a port may be
    somebody else's. So each component is asked in its own protocol, and a database that is still starting, or that
    refuses the login of the release, is found before users find it. One that lets everybody in is an incident too.

    ## How to fix it
    The finding says how far it came: to the connection, the protocol, the login or the query. Try the same from where
    the gate runs, with the component's own client (`psql`, `redis-cli`, `mysql`). When nothing answers, look at
    firewalls and at the address; when the protocol is wrong, at the port and at `tls`; when the login is refused, at
    the secret that the pipeline hands over. Give Redis a password or an ACL, and let PostgreSQL trust no address.

    ## References
    - PostgreSQL documentation: Frontend/Backend Protocol; Client Authentication
    - Redis documentation: Redis security
    - RabbitMQ documentation: Access Control
    - Apache Kafka protocol guide
    - gRPC Health Checking Protocol
    """

    def judge(self, component: Component) -> Iterator[Finding]:
        """Each try apart; the worst counts."""
        good: list[ComponentTry] = []
        if not component.tries:
            yield unproven(Reason.MISSING, f"{component.url}: it was not asked", "run the gate again")
        for one in component.tries:
            place = place_of(component, one)
            findings = list(self._try(component, one, place))
            yield from findings
            if not findings:
                good.append(one)
        if good:
            yield self._summary(component, good)

    def _try(self, component: Component, one: ComponentTry, place: str) -> Iterator[Finding]:
        if one.failure is not None:
            yield failed(one.failure, place)
        elif (bare := unspoken(component, one, place)) is not None:
            yield bare
        if one.speaks is False:
            return
        yield from self._latency(one, place)
        if self.params.auth != "any":
            yield from judge_auth(component, one, place, wants_login=self.params.auth == "accepted")
        if self.params.query_result:
            yield from judge_result(component, one, place, self.params.query_result)

    def _latency(self, one: ComponentTry, place: str) -> Iterator[Finding]:
        limit = self.params.max_latency
        if limit is None or one.failure is not None or one.elapsed_ms <= limit / _MILLISECOND:
            return
        yield Finding(
            outcome=Outcome.FAIL,
            message=f"{place}: it took {one.elapsed_ms:.0f} ms, and {show_duration(limit)} is the most",
            observed=f"{one.elapsed_ms:.0f} ms",
            expected=f"at most {show_duration(limit)}",
            measure=Measure(one.elapsed_ms, limit / _MILLISECOND, "ms"),
            next="see what it waits for; the time includes connection, TLS, login and query",
        )

    def _summary(self, component: Component, good: list[ComponentTry]) -> Finding:
        slowest = max(one.elapsed_ms for one in good)
        limit = None if self.params.max_latency is None else self.params.max_latency / _MILLISECOND
        tries = "" if len(good) == 1 else f" in {len(good)} tries"
        return Finding(
            outcome=Outcome.PASS,
            message=f"{component.url}: {said(component, good[-1])}{tries}, the slowest in {slowest:.0f} ms",
            observed=observed(component, good[-1]),
            count=len(good),
            measure=None if limit is None else Measure(slowest, limit, "ms"),
        )
