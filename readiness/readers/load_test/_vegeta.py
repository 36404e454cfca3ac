"""What the results of Vegeta share, and how it and other tools in Go name what went wrong."""

from __future__ import annotations

from collections import defaultdict

from readiness.evidence.load_test import LoadTest
from readiness.readers.load_test._requests import Requests
from readiness.readers.load_test._vet import contradiction

_TIMEOUT = ("timeout", "deadline exceeded")


def error_kind(text: str) -> str:
    """`timeout` or `connection`, by the text of an error of Go's net/http."""
    return "timeout" if any(part in text.lower() for part in _TIMEOUT) else "connection"


class Results:
    """Results of attacks, each with a number of its own from 0 on."""

    def __init__(self) -> None:
        self._requests = Requests()
        self._numbers: dict[str, list[int]] = defaultdict(lambda: [0, 0])

    def add(
        self, *, attack: str, seq: int, code: int, start_ns: int, latency_ns: int, error: str, name: str
    ) -> None:
        """One result. It failed if its status is not 200 to 399, or it has an error (lib/metrics.go, lib/attack.go)."""
        numbers = self._numbers[attack]
        numbers[0] += 1
        numbers[1] = max(numbers[1], seq + 1)
        failure = None
        if code == 0 or (error and 200 <= code < 400):
            failure = error_kind(error)
        elif not 200 <= code < 400:
            failure = "status"
        self._requests.add(name, start_ns, latency_ns, failure)

    def facts(self) -> LoadTest:
        """The run; it is incomplete when numbers are missing, and malformed when one stands twice."""
        for attack, (count, most) in self._numbers.items():
            if count > most:
                what = f"attack {attack!r} has" if attack else "there are"
                raise contradiction(f"{what} {count:,} results with {most:,} numbers: some stand twice")
        missing = any(count < most for count, most in self._numbers.values())
        return self._requests.facts("vegeta", complete=not missing)
