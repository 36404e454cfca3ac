"""Asking over HTTP: each try on a connection of its own, with a limit for bodies."""

from __future__ import annotations

import hashlib
import ssl
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit, urlunsplit

import requests

from readiness.evidence.endpoint import FailedTry, HttpAnswer
from readiness.evidence.model import Reason, Unproven
from readiness.evidence.tls import Attempt, ClientAuth
from readiness.readers.network.bodies import is_page, parse_body
from readiness.readers.network.redaction import Scrubber
from readiness.readers.network.session import GuardedSession, origin
from readiness.readers.network.tls.client_auth import AGAIN, AS_STRANGER, WITHOUT, Tries, over_http
from readiness.readers.network.tls.contexts import Contexts, MakeContext
from readiness.readers.network.transport import Request
from readiness.readers.network.trouble import explain, is_refusal
from readiness.readers.network.wire import Line

MAX_REDIRECTS = 5
_BLOCK = 65_536
_FOLLOWED = frozenset({301, 302, 303, 307, 308})
_OWN_HEADERS = {"Accept": "application/json, */*;q=0.5", "User-Agent": "readiness"}
# No decoding is asked for, and none is done: a small body stays small.
_FIXED_HEADERS = {"Accept-Encoding": "identity", "Connection": "close"}

Lane = Callable[[], AbstractContextManager[None]]


class _Raw(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes
    redirects: int


class Caller:
    """One observation under way."""

    def __init__(
        self,
        request: Request,
        line: Line,
        context: ssl.SSLContext | None,
        contexts: Contexts,
        lane: Lane,
        scrubber: Scrubber | None = None,
    ) -> None:
        """`scrubber` hides what answers repeat of what was sent; without it, values of the query too."""
        self.request, self.line, self.context, self.contexts = request, line, context, contexts
        self._lane, self._scrubber = lane, scrubber or Scrubber(request.url, request.headers)
        self._attempts: list[Attempt] = []

    def attempt(self, number: int) -> HttpAnswer | FailedTry:
        """One try: an answer that is whole, or why there is none."""
        started = time.monotonic()
        try:
            with self._lane():
                self.line.deadline.check()
                raw = self._follow()
                # At the deadline the socket is shut down, which looks like the end of an answer.
                self.line.deadline.check()
        except Exception as error:
            self._note(None, error)
            told = self.line.deadline.failure() if self.line.deadline.over else explain(error)
            return FailedTry(
                attempt=number,
                elapsed_ms=_since(started),
                reason=told.reason,
                message=told.message,
                remedy=told.remedy,
                cause="refused" if is_refusal(error) and not self.line.connections else "other",
            )
        finally:
            self.line.deadline.release()
        self._note(raw.status, None)
        return self._answer(raw, number, _since(started))

    def client_auth(self, is_verified: bool) -> ClientAuth:
        """What comes of asking without a client certificate, with a wrong one, and with the right one.

        All three ask the same, or their answers could not be compared. Where the server is not verified, they ask
        without headers and query, and the right certificate is not shown to it.
        """
        first = self._attempts[0] if is_verified and self._attempts else None
        if self.request.client is None:
            return ClientAuth(requested=None, none=first)
        if self.line.deadline.over:
            return ClientAuth(requested=None, right=first)
        return Tries(
            lambda: self._bare(WITHOUT, self.contexts.without_client, is_verified),
            lambda: self._bare(AS_STRANGER, self.contexts.as_stranger, is_verified),
            lambda: self._bare(AGAIN, self.contexts.as_right, is_verified),
        ).after(first)

    def _bare(self, step: str, make: MakeContext, is_verified: bool) -> Attempt:
        url = self.request.url if is_verified else _without_query(self.request.url)
        headers = self.request.headers if is_verified else {}
        before, self.line.step, self.line.listens = len(self.line.handshakes), step, True
        if self.line.deadline.over:
            return Attempt(outcome="timeout")
        try:
            with self._lane(), self._session(make(is_verified=is_verified), headers) as session:
                status, error = self._status(session, url), None
        except Exception as caught:
            status, error = None, caught
        finally:
            self.line.deadline.release()
        return self._judged(status, error, before)

    def _judged(self, status: int | None, error: Exception | None, before: int) -> Attempt:
        if self.line.deadline.over:
            return Attempt(outcome="timeout")
        made = self.line.handshakes[before:]
        return over_http(status, error, made[-1].trace if made else None)

    def _note(self, status: int | None, error: Exception | None) -> None:
        self._attempts.append(self._judged(status, error, 0))

    def _status(self, session: requests.Session, url: str) -> int:
        left = self.line.deadline.left
        with session.request(
            self.request.method, url, stream=True, allow_redirects=False, timeout=(left, left)
        ) as response:
            return response.status_code

    def _session(self, context: ssl.SSLContext | None, headers: Mapping[str, str]) -> GuardedSession:
        session = GuardedSession(self.line, context)
        session.headers.update(_OWN_HEADERS | dict(headers) | _FIXED_HEADERS)
        return session

    def _follow(self) -> _Raw:
        url = self.request.url
        with self._session(self.context, self.request.headers) as session:
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
            self._check_end(response.raw)
            made = _Raw(response.status_code, dict(response.headers), body, hops)
        session.close()  # the next hop has a connection of its own: a server that hangs up need not announce it
        return made

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

    def _check_end(self, stream: Any) -> None:
        """Unproven where a body without a length ended in another way than TLS ends: RFC 9112 section 8."""
        is_told = stream.chunked or stream.length_remaining is not None
        if not is_told and self.line.handshakes and self.line.handshakes[-1].trace.is_cut:
            message = "its body has no length, and the connection ended without the end of TLS: it may be cut"
            raise Unproven(
                Reason.MALFORMED, message, "let it send Content-Length, or close_notify at the end"
            )

    def _answer(self, raw: _Raw, number: int, elapsed_ms: float) -> HttpAnswer | FailedTry:
        headers = self._scrubber.headers(raw.headers)
        encoding = headers.get("content-encoding") or "identity"
        if raw.body and encoding.strip().lower() != "identity":
            return FailedTry(
                attempt=number,
                elapsed_ms=elapsed_ms,
                reason=Reason.MALFORMED,
                message=f"its body is encoded as {encoding[:40]}, which was not asked for",
                remedy="let it honour `Accept-Encoding: identity`",
            )
        document, problem = parse_body(raw.body, self._scrubber)
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
            is_page=bool(problem) and is_page(raw.body),
            redirects=raw.redirects,
        )


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


def _without_query(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))


def _since(started: float) -> float:
    return (time.monotonic() - started) * 1000
