"""How throughput grows with load: the Universal Scalability Law, fitted by least squares.

N. Gunther, Guerrilla Capacity Planning, 2007: X(N) = rate N / (1 + contention (N - 1) + coherency N (N - 1)). `rate`
is what one user alone gets done, `contention` the share that waits in a queue (as in Amdahl's law), `coherency` what
each pair of users costs each other. With a coherency, throughput has a peak, beyond which more load gets less done.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, sqrt
from typing import NamedTuple

_STEPS = 200
_DAMPED = 1e-3
_MOST_DAMPED = 1e12
_CLOSE = 1e-14
_FREE = ((0, 1, 2), (0, 1), (0, 2), (0,))

Point = tuple[float, float]
_Three = tuple[float, float, float]


class Law(NamedTuple):
    """A fitted law. `r_squared` is the share of the variance of throughput that it explains; 0 where there is none."""

    rate: float
    contention: float
    coherency: float
    r_squared: float

    def at(self, n: float) -> float:
        """The throughput at a load."""
        return self.rate * n / _cost((self.rate, self.contention, self.coherency), n)

    @property
    def peak(self) -> float | None:
        """The load of the greatest throughput; None where nothing bends the curve down, or it falls from the start."""
        if self.coherency <= 0 or self.contention >= 1:
            return None
        return sqrt((1 - self.contention) / self.coherency)


def fit(points: Sequence[Point]) -> Law | None:
    """The law nearest to pairs of load and throughput, by the sum of squares of the throughput.

    Levenberg and Marquardt's method from the solution of the linear form N / X, weighted so that it has about the
    same errors. Contention and coherency are not negative: where the best would be, the best with that one at 0 is
    taken. None for fewer than three different loads, or for a number that is not above 0.
    """
    if len({n for n, _ in points}) < 3 or not all(0 < n < inf and 0 < x < inf for n, x in points):
        return None
    unit = max(x for _, x in points)
    scaled = [(n, x / unit) for n, x in points]
    found = [law for free in _FREE if (law := _nearest(scaled, free)) is not None]
    best = min(found, key=lambda law: _error(scaled, law), default=None)
    if best is None:
        return None
    mean = sum(x for _, x in scaled) / len(scaled)
    spread = sum((x - mean) ** 2 for _, x in scaled)
    explained = 1 - _error(scaled, best) / spread if spread > 0 else 0.0
    return Law(best[0] * unit, best[1], best[2], explained)


def _nearest(points: Sequence[Point], free: Sequence[int]) -> _Three | None:
    """With those coefficients that are not free at 0; None where the best would need a negative one."""
    law, damping = _start(points, free), _DAMPED
    error = _error(points, law)
    for _ in range(_STEPS):
        step = _step(points, law, free, damping)
        nearer = None if step is None else _moved(law, free, step)
        if nearer is None or (reached := _error(points, nearer)) >= error:
            damping *= 10
            if damping > _MOST_DAMPED:
                break
            continue
        is_done = error - reached <= _CLOSE * error
        law, error, damping = nearer, reached, damping / 10
        if is_done:
            break
    return law if min(law) >= 0 and law[0] > 0 and error < inf else None


def _start(points: Sequence[Point], free: Sequence[int]) -> _Three:
    """From N / X = (1 + contention (N - 1) + coherency N (N - 1)) / rate, which is linear in its three parts."""
    rows = [[_terms(n)[place] for place in free] for n, _ in points]
    weights = [(x * x / n) ** 2 for n, x in points]
    found = _least_squares(rows, [n / x for n, x in points], weights, 0.0)
    plain = (max(x / n for n, x in points), 0.0, 0.0)
    if found is None or found[0] <= 0:
        return plain
    law = [0.0, 0.0, 0.0]
    for place, value in zip(free, found, strict=True):
        law[place] = value / found[0]
    made = (1 / found[0], law[1], law[2])
    return made if _error(points, made) < inf else plain


def _terms(n: float) -> _Three:
    return 1.0, n - 1, n * (n - 1)


def _cost(law: _Three, n: float) -> float:
    return 1 + law[1] * (n - 1) + law[2] * n * (n - 1)


def _error(points: Sequence[Point], law: _Three) -> float:
    """The sum of squares; infinite where the law has no meaning at one of the loads."""
    if any(_cost(law, n) <= 0 for n, _ in points):
        return inf
    return sum((x - law[0] * n / _cost(law, n)) ** 2 for n, x in points)


def _step(points: Sequence[Point], law: _Three, free: Sequence[int], damping: float) -> list[float] | None:
    rows, rests = [], []
    for n, x in points:
        cost, terms = _cost(law, n), _terms(n)
        slopes = (n / cost, *(-law[0] * n * term / cost**2 for term in terms[1:]))
        rows.append([slopes[place] for place in free])
        rests.append(x - law[0] * n / cost)
    return _least_squares(rows, rests, [1.0] * len(rests), damping)


def _moved(law: _Three, free: Sequence[int], step: Sequence[float]) -> _Three:
    moved = list(law)
    for place, by in zip(free, step, strict=True):
        moved[place] += by
    return moved[0], moved[1], moved[2]


def _least_squares(
    rows: Sequence[Sequence[float]], values: Sequence[float], weights: Sequence[float], damping: float
) -> list[float] | None:
    """By the normal equations, their diagonal raised by the damping; None where they have no single solution."""
    size = len(rows[0])
    columns = list(zip(*rows, strict=True))

    def product(one: Sequence[float], other: Sequence[float]) -> float:
        return sum(w * a * b for w, a, b in zip(weights, one, other, strict=True))

    scale = [sqrt(product(column, column)) for column in columns]
    if not all(0 < one < inf for one in scale):
        return None
    matrix = [
        [
            product(columns[i], columns[j]) / scale[i] / scale[j] + (damping if i == j else 0)
            for j in range(size)
        ]
        + [product(columns[i], values) / scale[i]]
        for i in range(size)
    ]
    solved = _solved(matrix)
    return None if solved is None else [one / by for one, by in zip(solved, scale, strict=True)]


def _solved(matrix: list[list[float]]) -> list[float] | None:
    """Gauss and Jordan's elimination; the last column is the right side."""
    size = len(matrix)
    for place in range(size):
        pivot = max(range(place, size), key=lambda row: abs(matrix[row][place]))
        if abs(matrix[pivot][place]) < _CLOSE:
            return None
        matrix[place], matrix[pivot] = matrix[pivot], matrix[place]
        matrix[place] = [one / matrix[place][place] for one in matrix[place]]
        for row in range(size):
            if row != place:
                by = matrix[row][place]
                matrix[row] = [a - by * b for a, b in zip(matrix[row], matrix[place], strict=True)]
    return [row[-1] for row in matrix]
