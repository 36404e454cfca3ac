"""Requests, with what it lacks: a total deadline, a limit for bodies, and no regard for the environment."""

from __future__ import annotations

from contextlib import AbstractContextManager
from urllib.parse import urlsplit

import requests

from readiness.evidence.endpoint import FailedTry, HttpAnswer
from readiness.readers.network.caller import Caller
from readiness.readers.network.deadline import Deadline
from readiness.readers.network.knocker import Knocker
from readiness.readers.network.resolve import resolve
from readiness.readers.network.session import origin
from readiness.readers.network.tls.contexts import Contexts
from readiness.readers.network.tls.plan import Prober
from readiness.readers.network.transport import Observation, Request, Transport
from readiness.readers.network.trouble import explain
from readiness.readers.network.wire import Line
from readiness.readers.shared import Shared


class GuardedTransport(Transport):
    """Asks over HTTP/1.1, each try on a connection of its own. Neither proxies nor .netrc are looked at."""

    def observe(self, request: Request, shared: Shared) -> Observation:
        """Every try in turn, and those for which no time is left have failed too; then what TLS shows."""
        with Deadline(request.deadline_s) as deadline:
            return _Observer(request, shared, deadline).observe()


class _Observer:
    """One observation under way."""

    def __init__(self, request: Request, shared: Shared, deadline: Deadline) -> None:
        self._request, self._shared, self._deadline = request, shared, deadline
        self._scheme, self._place = _target(request.url)
        self._contexts = Contexts(request, shared, lambda: deadline.left)

    def observe(self) -> Observation:
        request, deadline = self._request, self._deadline
        context = None if self._scheme == "http" else self._contexts.strict()
        addresses = self._shared.once(
            ("addresses", *self._place),
            lambda: resolve(*self._place, deadline.left),
            within_s=deadline.left,
        )
        line = Line(
            addresses,
            deadline,
            name=request.sni or self._place[0],
            starttls=request.starttls,
            identity=request.server_id,
        )
        caller: Caller | Knocker
        if self._scheme == "tls" and context is not None:
            caller = Knocker(request, line, context, self._contexts, self._lane)
        else:
            caller = Caller(request, line, context, self._contexts, self._lane)
        tried = [caller.attempt(number) for number in range(1, request.tries + 1)]
        tls = None
        if context is not None and line.connections:
            prober = Prober(request, self._place, line, self._shared, self._contexts)
            tls = prober.observe(caller.client_auth)
        http = tuple(one for one in tried if isinstance(one, HttpAnswer))
        failures = tuple(one for one in tried if isinstance(one, FailedTry))
        return Observation(http, failures, tls)

    def _lane(self) -> AbstractContextManager[None]:
        return self._shared.lane(self._place, lambda: self._deadline.left)


def _target(url: str) -> tuple[str, tuple[str, int]]:
    """The scheme, and where to go; names of hosts in the form of the DNS."""
    scheme = urlsplit(url).scheme
    try:
        prepared = requests.Request("GET", _as_http(url)).prepare().url
    except requests.RequestException as error:
        raise explain(error) from None
    _, host, port = origin(urlsplit(prepared or ""))
    return scheme, (host, port)


def _as_http(url: str) -> str:
    return "https" + url.removeprefix("tls") if url.startswith("tls:") else url
