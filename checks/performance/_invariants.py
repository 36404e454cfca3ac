"""What no true record of a load test can say: asked before anything else is, by every check that reads one."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.check import Finding
from readiness.evidence.load_test import LoadTest

from ._consistency import consistency, odd_numbers
from ._in_flight import impossible
from ._strength import sent_too_much


def contradictions(run: LoadTest) -> Iterator[Finding]:
    """A malformed finding for each: the same rules, in the same words, as in performance/load-evidence.

    What is true but weak (too short, too few, too little load) is not among them.
    """
    if odd := odd_numbers(run):
        yield odd
        return
    rulings = (impossible(run), *consistency(run), sent_too_much(run))
    yield from (one for one in rulings if isinstance(one, Finding))
