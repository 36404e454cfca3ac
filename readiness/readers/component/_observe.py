"""A component of a policy, and how it is asked."""

from __future__ import annotations

import ssl
from collections.abc import Callable

from readiness.evidence.component import ComponentTry, Protocol
from readiness.readers.base import Context
from readiness.readers.component._amqp import Amqp
from readiness.readers.component._dialect import Ask, Dialect
from readiness.readers.component._grpc import Grpc
from readiness.readers.component._kafka import Kafka
from readiness.readers.component._mysql import MySql
from readiness.readers.component._observer import Observer
from readiness.readers.component._postgres import Postgres
from readiness.readers.component._redis import Redis
from readiness.readers.component._spec import ComponentSpec
from readiness.readers.component._tcp import Tcp
from readiness.readers.network.deadline import Deadline
from readiness.readers.network.redaction import HIDDEN, Scrubber
from readiness.readers.network.resolve import resolve
from readiness.readers.network.trust import context_for
from readiness.readers.network.wire import Line

_DIALECTS: dict[Protocol, type[Dialect]] = {
    "postgres": Postgres,
    "mysql": MySql,
    "redis": Redis,
    "amqp": Amqp,
    "kafka": Kafka,
    "grpc": Grpc,
    "tcp": Tcp,
}


def observe(spec: ComponentSpec, context: Context) -> tuple[ComponentTry, ...]:
    """Every try in turn, and those for which no time is left have failed too.

    Unproven when it cannot even be asked: its name does not resolve, or its files cannot be used.
    """
    dialect, (host, port) = _DIALECTS[spec.protocol](), spec.place
    ask = Ask(
        name=host,
        user=spec.user or "",
        password=spec.password or "",
        database=spec.database,
        query=spec.query or "",
        service=spec.service or "",
        context=_context(spec, context, dialect),
    )
    with Deadline(spec.deadline.total_seconds()) as deadline:
        addresses = context.shared.once(
            ("addresses", host, port),
            lambda: resolve(host, port, deadline.left),
            within_s=deadline.left,
        )
        line = Line(addresses, deadline, name=host)
        observer = Observer(dialect, ask, line, (host, port), context.shared, _hider(spec))
        return tuple(observer.attempt(number) for number in range(1, spec.tries + 1))


def _context(spec: ComponentSpec, context: Context, dialect: Dialect) -> ssl.SSLContext | None:
    if not spec.over_tls:
        return None
    root, client = context.root, spec.client
    made = context_for(
        root / spec.ca if spec.ca is not None else None,
        (root / client.cert, root / client.key) if client is not None else None,
    )
    made.set_alpn_protocols(
        list(dialect.alpn)
    )  # not those of HTTP: some servers refuse what they do not know
    return made


def _hider(spec: ComponentSpec) -> Callable[[str], str]:
    """Servers may repeat what they were told: no credential of the policy comes through, whole or within a text."""
    secrets = {name: value for name, value in (("user", spec.user), ("password", spec.password)) if value}
    scrubber = Scrubber("", secrets)
    return lambda text: HIDDEN if text in secrets.values() else scrubber.text(text)
