"""One observation of a component: every try on connections of its own, within one deadline."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from readiness.evidence.component import Cause, ComponentTry
from readiness.evidence.model import Unproven
from readiness.readers.component._dialect import Ask, Dialect, Seen
from readiness.readers.component._talk import Talk
from readiness.readers.component._trouble import Trouble, failure_of
from readiness.readers.network.wire import Line
from readiness.readers.shared import Shared

_Way = Callable[[Talk, Ask], Seen]
_SPEAKS: dict[Cause, bool] = {
    "wrong-protocol": False,
    "not-ready": True,
    "login-refused": True,
    "query-failed": True,
}


class Observer:
    """An observation under way; `hide` takes what is secret out of a text."""

    def __init__(
        self,
        dialect: Dialect,
        ask: Ask,
        line: Line,
        place: tuple[str, int],
        shared: Shared,
        hide: Callable[[str], str],
    ) -> None:
        self._dialect, self._ask, self._line = dialect, ask, line
        self._place, self._shared, self._hide = place, shared, hide
        self._deadline = line.deadline

    def attempt(self, number: int) -> ComponentTry:
        """One try: first as a stranger, then, where the policy wants more, as a friend."""
        seen = _Course()
        try:
            self._dialect.demand(self._ask)
            seen.add(self._over(self._dialect.greet, seen))
            if self._ask.enters:
                seen.add(self._over(self._entered, seen))
            self._deadline.check()
        except Exception as error:
            # At the deadline the socket is shut down, which looks like the end of an answer.
            seen.failed(self._late() if self._deadline.over else error)
        return seen.told(number, self._hide)

    def _late(self) -> Trouble:
        told = self._deadline.failure()
        return Trouble("timeout", told.message, told.remedy)

    def _over(self, way: _Way, seen: _Course) -> Seen:
        with self._opened(seen) as talk:
            made = way(talk, self._ask)
            seen.elapsed_ms = (talk.heard - seen.started) * 1000
            return made

    @contextmanager
    def _opened(self, seen: _Course) -> Iterator[Talk]:
        with self._shared.lane(self._place, lambda: self._deadline.left):
            seen.started = time.monotonic()
            with Talk(self._line.dial(), self._deadline, self._secret) as talk:
                seen.reachable = True
                try:
                    self._dialect.begin(talk, self._ask)
                    yield talk
                finally:
                    seen.elapsed_ms = (talk.heard - seen.started) * 1000

    @property
    def _secret(self) -> bytes:
        """What must not go out in the clear."""
        return b"" if self._dialect.logs_in_openly else self._ask.password.encode()

    def _entered(self, talk: Talk, ask: Ask) -> Seen:
        try:
            return self._dialect.enter(talk, ask)
        except (Unproven, OSError, EOFError):
            raise
        except Exception:  # whatever a library does with bytes that it does not understand
            message = "its answers to the login or the query cannot be understood"
            remedy = "look whether another client gets along with it"
            raise Trouble("malformed", message, remedy) from None


class _Course:
    """What one try has shown so far."""

    def __init__(self) -> None:
        self.started = time.monotonic()
        self.elapsed_ms = 0.0
        self.reachable = False
        self._seen = Seen(speaks=None)
        self._error: Exception | None = None

    def add(self, more: Seen) -> None:
        """What the next connection showed."""
        had = self._seen
        self._seen = Seen(
            version=more.version or had.version,
            auth=more.auth or had.auth,
            login=more.login or had.login,
            rows=more.rows if more.rows is not None else had.rows,
            result=more.result if more.rows is not None else had.result,
            speaks=more.speaks if had.speaks is None else had.speaks,
        )

    def failed(self, error: Exception) -> None:
        """It ended early."""
        self._error = error
        self.elapsed_ms = self.elapsed_ms or (time.monotonic() - self.started) * 1000

    def told(self, number: int, hide: Callable[[str], str]) -> ComponentTry:
        """As facts."""
        seen, failure = self._seen, failure_of(self._error) if self._error else None
        speaks, login = seen.speaks, seen.login
        if failure is not None:
            speaks = _SPEAKS.get(failure.cause, speaks)
            login = "refused" if failure.cause == "login-refused" else login
        return ComponentTry(
            attempt=number,
            elapsed_ms=self.elapsed_ms,
            reachable=self.reachable,
            speaks=speaks,
            version=hide(seen.version),
            auth=seen.auth,
            login=login,
            rows=seen.rows,
            result=hide(seen.result) if isinstance(seen.result, str) else seen.result,
            failure=failure,
        )
