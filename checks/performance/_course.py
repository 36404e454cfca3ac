"""The course of a run: whether it can be true, and pieces of it that are long enough to compare."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from readiness.evidence.course import Course, Window
from readiness.evidence.load_test import LoadTest

from ._ruling import Held, Ruling, contradiction

_ROUNDING_S = 0.001


def numbers_of_course(course: Course) -> Iterator[tuple[str, float | None]]:
    """Every number that it holds, with its name."""
    yield from (("an edge of the latencies of its course in ms", edge) for edge in course.edges_ms)
    for one in course.windows:
        counts = (
            ("requests", one.requests),
            ("errors", one.errors),
            ("sent", one.sent),
            ("users", one.users),
        )
        yield from ((f"a count of a window of its course ({what})", count) for what, count in counts)
        if one.counts:
            yield from (
                ("a count of latencies of its course", count) for count in (min(one.counts), max(one.counts))
            )
        yield from (("a time of its course in seconds", time) for time in (one.from_s, one.to_s))


def course_consistency(run: LoadTest, course: Course) -> Ruling:
    """Windows ascend, and hold no more than the run does."""
    times = [time for one in course.windows for time in (one.from_s, one.to_s)]
    if any(low > high + _ROUNDING_S for low, high in pairwise(times)):
        return contradiction("the windows of its course overlap, or are not ascending")
    if any(len(one.counts) not in (0, len(course.edges_ms) - 1) for one in course.windows):
        return contradiction("the latencies of its course do not fit their edges")
    good = run.requests - (run.errors or 0)
    held = (
        ("requests", sum(one.requests for one in course.windows), run.requests),
        ("requests that began", sum(one.sent or 0 for one in course.windows), run.requests),
        ("failures", sum(one.errors or 0 for one in course.windows), run.errors),
        ("latencies of successful requests", sum(sum(one.counts) for one in course.windows), good),
    )
    for what, count, most in held:
        if most is not None and count > most:
            return contradiction(f"the windows of its course hold {count:,} {what}, and the run {most:,}")
    return Held()


@dataclass(frozen=True)
class Piece:
    """Some windows in a row, as one."""

    windows: tuple[Window, ...]

    @property
    def from_s(self) -> float:
        """When it begins, in seconds after the start of the run."""
        return self.windows[0].from_s

    @property
    def to_s(self) -> float:
        """When it ends."""
        return self.windows[-1].to_s

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.to_s - self.from_s

    @property
    def requests(self) -> int:
        """How many ended in it."""
        return sum(one.requests for one in self.windows)

    @property
    def good(self) -> int:
        """How many ended in it and are not known to have failed."""
        return self.requests - sum(one.errors or 0 for one in self.windows)

    @property
    def sent(self) -> int:
        """How many began in it; where the file does not tell, how many ended."""
        return sum(one.requests if one.sent is None else one.sent for one in self.windows)

    @property
    def users(self) -> int | None:
        """The most that there were; None where no window tells."""
        return max((one.users for one in self.windows if one.users is not None), default=None)


def pieces(course: Course, least_s: float) -> list[Piece]:
    """The course in pieces of at least so many seconds; what is left over at its end is in none."""
    found: list[Piece] = []
    held: list[Window] = []
    for window in course.windows:
        held.append(window)
        if (seconds := window.to_s - held[0].from_s) > 0 and seconds >= least_s - _ROUNDING_S:
            found.append(Piece(tuple(held)))
            held = []
    return found


def credible(run: LoadTest) -> LoadTest:
    """The run without its course where that contradicts the run: nothing else can be asked of it then."""
    if run.course is None or isinstance(course_consistency(run, run.course), Held):
        return run
    return run.but(course=None)


def windows_of(some: Sequence[Piece]) -> tuple[Window, ...]:
    """The windows of some pieces."""
    return tuple(window for piece in some for window in piece.windows)
