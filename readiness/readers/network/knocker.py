"""Asking where HTTP is not spoken: a handshake, and whether the server lets this client in."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable

from readiness.evidence.endpoint import FailedTry
from readiness.evidence.tls import Attempt, ClientAuth
from readiness.readers.network.caller import Lane
from readiness.readers.network.tls.client_auth import (
    AGAIN,
    AS_STRANGER,
    WITHOUT,
    Tries,
    failed,
    silently,
)
from readiness.readers.network.tls.contexts import Contexts
from readiness.readers.network.transport import Request
from readiness.readers.network.trouble import explain, is_refusal
from readiness.readers.network.wire import Line


class Knocker:
    """One observation under way, of a service of which only TLS is asked."""

    def __init__(
        self, request: Request, line: Line, context: ssl.SSLContext, contexts: Contexts, lane: Lane
    ) -> None:
        self._request, self._line, self._context, self._contexts = request, line, context, contexts
        self._lane = lane
        self._attempts: list[Attempt] = []

    def attempt(self, number: int) -> FailedTry | None:
        """One try: why it failed, or None when the handshake was completed."""
        started = time.monotonic()
        error = self._knock(lambda: self._context)
        if error is None:
            return None
        over = self._line.deadline.over
        told = self._line.deadline.failure() if over else explain(error)
        return FailedTry(
            attempt=number,
            elapsed_ms=(time.monotonic() - started) * 1000,
            reason=told.reason,
            message=told.message,
            remedy=told.remedy,
            cause="refused" if is_refusal(error) and not self._line.connections else "other",
        )

    def client_auth(self, is_verified: bool) -> ClientAuth:
        """What comes of a handshake without a client certificate, with a wrong one, and with the right one."""
        first = self._attempts[0] if is_verified and self._attempts else None
        if self._request.client is None:
            return ClientAuth(requested=None, none=first)
        if self._line.deadline.over:
            return ClientAuth(requested=None, right=first)
        return Tries(
            lambda: self._as(WITHOUT, lambda: self._contexts.without_client(is_verified=is_verified)),
            lambda: self._as(AS_STRANGER, lambda: self._contexts.as_stranger(is_verified=is_verified)),
            lambda: self._as(AGAIN, lambda: self._context),
        ).after(first)

    def _as(self, step: str, make: Callable[[], ssl.SSLContext]) -> Attempt:
        self._line.step = step
        self._knock(make)
        return self._attempts[-1]

    def _knock(self, make: Callable[[], ssl.SSLContext]) -> Exception | None:
        before = len(self._line.handshakes)
        deadline = self._line.deadline
        caught: Exception | None = None
        made = Attempt(outcome="timeout")
        try:
            with self._lane():
                deadline.check()
                with self._line.secured(make()) as connection:
                    made = silently(connection, deadline.left)
        except Exception as error:
            seen = self._line.handshakes[before:]
            made, caught = failed(error, seen[-1].trace if seen else None), error
        finally:
            deadline.release()
        self._attempts.append(Attempt(outcome="timeout") if deadline.over else made)
        return caught
