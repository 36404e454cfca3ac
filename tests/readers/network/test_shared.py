"""What evidences of one run share: made once, waited for, and not kept where it is not whole."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from readiness.evidence.model import Reason, Unproven
from readiness.readers.shared import Shared


def test_what_is_asked_for_at_once_is_made_once() -> None:
    shared, made, begin = Shared(), list[int](), threading.Barrier(8)

    def make() -> int:
        made.append(1)
        threading.Event().wait(0.05)
        return len(made)

    def ask() -> None:
        begin.wait(5)
        seen.append(shared.once("key", make, within_s=5))

    seen: list[int] = []
    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (made, seen) == ([1], [1] * 8)


def test_who_waits_too_long_is_told() -> None:
    shared, inside, over = Shared(), threading.Event(), threading.Event()

    def make() -> bool:
        inside.set()
        return over.wait(5)

    thread = threading.Thread(target=lambda: shared.once("key", make, within_s=1))
    thread.start()
    assert inside.wait(5)
    with pytest.raises(Unproven) as caught:
        shared.once("key", make, within_s=0.01)
    over.set()
    thread.join()
    assert caught.value.reason is Reason.UNREACHABLE
    assert "another evidence" in caught.value.message


def test_what_fails_or_is_not_whole_is_made_again() -> None:
    shared = Shared()
    with pytest.raises(ZeroDivisionError):
        shared.once("key", lambda: 1 // 0, within_s=1)
    assert shared.once("key", lambda: 2, within_s=1, keeps=lambda _: False) == 2
    assert shared.once("key", lambda: 3, within_s=1) == 3
    assert shared.once("key", lambda: 4, within_s=1) == 3


def test_there_are_two_lanes_to_a_place(tmp_path: Path) -> None:
    shared = Shared()
    with shared.lane("here", lambda: 1.0), shared.lane("here", lambda: 1.0):
        with shared.lane("there", lambda: 1.0):
            pass
        with pytest.raises(Unproven, match="no connection was free"), shared.lane("here", lambda: 0.01):
            pass
    with shared.lane("here", lambda: 0.01):
        pass
