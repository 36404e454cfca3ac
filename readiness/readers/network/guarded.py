"""Requests, with what it lacks: a total deadline, a limit for bodies, and no regard for the environment."""

from __future__ import annotations

import hashlib
import ssl
import time
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

import requests

from readiness.evidence.endpoint import FailedTry, HttpAnswer, TlsFacts
from readiness.evidence.model import Reason, Unproven
from readiness.readers.network.bodies import parse_body
from readiness.readers.network.deadline import Deadline
from readiness.readers.network.redaction import Scrubber
from readiness.readers.network.resolve import resolve
from readiness.readers.network.session import GuardedSession, origin
from readiness.readers.network.transport import Observation, Request, Transport
from readiness.readers.network.trouble import explain
from readiness.readers.network.trust import context_for
from readiness.readers.network.wire import Line

MAX_REDIRECTS = 5
_BLOCK = 65_536
_FOLLOWED = frozenset({301, 302, 303, 307, 308})
_OWN_HEADERS = {"Accept": "application/json, */*;q=0.5", "User-Agent": "readiness"}
# No decoding is asked for, and none is done: a small body stays small.
_FIXED_HEADERS = {"Accept-Encoding": "identity", "Connection": "close"}


class GuardedTransport(Transport):
    """Asks over HTTP/1.1, each try on a connection of its own. Neither proxies nor .netrc are looked at."""

    def observe(self, request: Request) -> Observation:
        """Every try in turn; those for which no time is left have failed too."""
        secure = urlsplit(request.url).scheme == "https"
        context = context_for(request.ca, request.client) if secure else None
        with Deadline(request.deadline_s) as deadline:
            addresses = resolve(*_target(request.url), deadline.left)
            line = Line(addresses, deadline)
            caller = _Caller(request, line, context, Scrubber(request.url, request.headers))
            tried = [caller.attempt(number) for number in range(1, request.tries + 1)]
        http = tuple(one for one in tried if isinstance(one, HttpAnswer))
        failures = tuple(one for one in tried if isinstance(one, FailedTry))
        return Observation(http, failures, min(line.seen, key=_strength, default=None))


class _Raw(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes
    redirects: int


class _Caller:
    """One observation under way."""

    def __init__(
        self, request: Request, line: Line, context: ssl.SSLContext | None, scrubber: Scrubber
    ) -> None:
        self.request, self.line, self.context, self.scrubber = request, line, context, scrubber

    def attempt(self, number: int) -> HttpAnswer | FailedTry:
        """One try: an answer that is whole, or why there is none."""
        started = time.monotonic()
        try:
            self.line.deadline.check()
            raw = self._follow()
            # At the deadline the socket is shut down, which looks like the end of an answer.
            self.line.deadline.check()
        except Exception as error:
            told = self.line.deadline.failure() if self.line.deadline.over else explain(error)
            return FailedTry(
                attempt=number,
                elapsed_ms=_since(started),
                reason=told.reason,
                message=told.message,
                remedy=told.remedy,
            )
        finally:
            self.line.deadline.release()
        return self._answer(raw, number, _since(started))

    def _follow(self) -> _Raw:
        url = self.request.url
        with GuardedSession(self.line, self.context) as session:
            session.headers.update(_OWN_HEADERS | dict(self.request.headers) | _FIXED_HEADERS)
            for hops in range(MAX_REDIRECTS + 1):
                raw = self._once(session, url, hops)
                target = _same_origin(url, raw)
                if target is None:
                    break
                url = target
        return raw

    def _once(self, session: requests.Session, url: str, hops: int) -> _Raw:
        left = self.line.deadline.left
        with session.request(
            self.request.method, url, stream=True, allow_redirects=False, timeout=(left, left)
        ) as response:
            body = self._body(response.raw)
            self.line.deadline.check()
            return _Raw(response.status_code, dict(response.headers), body, hops)

    def _body(self, stream: Any) -> bytes:
        parts: list[bytes] = []
        size = 0
        while part := stream.read(_BLOCK, decode_content=False):
            size += len(part)
            if size > self.request.max_body:
                message = f"its body is larger than `max-body`, {self.request.max_body:,} bytes"
                raise Unproven(Reason.MALFORMED, message, "ask for less, or raise `max-body`")
            parts.append(part)
        return b"".join(parts)

    def _answer(self, raw: _Raw, number: int, elapsed_ms: float) -> HttpAnswer | FailedTry:
        headers = self.scrubber.headers(raw.headers)
        encoding = headers.get("content-encoding") or "identity"
        if raw.body and encoding.strip().lower() != "identity":
            return FailedTry(
                attempt=number,
                elapsed_ms=elapsed_ms,
                reason=Reason.MALFORMED,
                message=f"its body is encoded as {encoding[:40]}, which was not asked for",
                remedy="let it honour `Accept-Encoding: identity`",
            )
        document, problem = parse_body(raw.body, self.scrubber)
        return HttpAnswer(
            attempt=number,
            status=raw.status,
            elapsed_ms=elapsed_ms,
            headers=headers,
            body_bytes=len(raw.body),
            body_sha256=hashlib.sha256(raw.body).hexdigest(),
            content_type=headers.get("content-type", ""),
            json=document,
            is_json=not problem,
            problem=problem,
            redirects=raw.redirects,
        )


def _target(url: str) -> tuple[str, int]:
    try:
        prepared = requests.Request("GET", url).prepare().url
    except requests.RequestException as error:
        raise explain(error) from None
    _, host, port = origin(urlsplit(prepared or ""))
    return host, port


def _same_origin(url: str, raw: _Raw) -> str | None:
    """Where a redirect leads, when that is the place that the policy named; None for any other answer."""
    location = next((value for name, value in raw.headers.items() if name.lower() == "location"), "")
    if raw.status not in _FOLLOWED or not location:
        return None
    try:
        target = urljoin(url, location)
        there = urlsplit(target)
        same = "@" not in there.netloc and origin(there) == origin(urlsplit(url))
    except ValueError:
        return None
    return target if same else None


def _strength(facts: TlsFacts) -> tuple[str, str]:
    return facts.version, facts.not_after


def _since(started: float) -> float:
    return (time.monotonic() - started) * 1000
