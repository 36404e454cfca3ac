"""What the evidences of one run share, so that each thing is observed once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from readiness.evidence.model import Reason, Unproven

T = TypeVar("T")
_LANES = 2
_LATE = "it was still being asked for another evidence when the time was over"
_REMEDY = "give it a longer `deadline`"


class Shared:
    """A memory of one run, for all its threads. What is kept in it is never changed again."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._values: dict[Hashable, Any] = {}
        self._makers: dict[Hashable, threading.Lock] = {}
        self._lanes: dict[Hashable, threading.BoundedSemaphore] = {}

    def once(
        self,
        key: Hashable,
        make: Callable[[], T],
        *,
        within_s: float,
        keeps: Callable[[T], bool] = lambda _: True,
    ) -> T:
        """The value for a key, made by the first who asks, while others wait; Unproven when they wait too long.

        What raises, and what `keeps` refuses, is not kept: the next one tries again.
        """
        with self._guard:
            maker = self._makers.setdefault(key, threading.Lock())
        if not maker.acquire(timeout=max(0.0, within_s)):
            raise Unproven(Reason.UNREACHABLE, _LATE, _REMEDY)
        try:
            if key in self._values:
                value: T = self._values[key]
                return value
            made = make()
            if keeps(made):
                self._values[key] = made
            return made
        finally:
            maker.release()

    @contextmanager
    def lane(self, place: Hashable, left: Callable[[], float]) -> Iterator[None]:
        """One of two lanes to a place; Unproven when none becomes free in the seconds that are `left`."""
        with self._guard:
            lanes = self._lanes.setdefault(place, threading.BoundedSemaphore(_LANES))
        started = time.monotonic()
        if not lanes.acquire(timeout=max(0.0, left())):
            message = (
                f"no connection was free within {time.monotonic() - started:.1f}s, for others asked it too"
            )
            raise Unproven(Reason.UNREACHABLE, message, _REMEDY)
        try:
            yield
        finally:
            lanes.release()
