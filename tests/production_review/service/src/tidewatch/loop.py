"""The loop: read the gauges, remember, decide, move the gates."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .gauges import Reading, highest

CLOSE_AT_CM = 310.0


class Loop:
    """One turn after another; it remembers whether the gates are closed."""

    def __init__(self, gauges: Callable[[], Sequence[Reading]], close: Callable[[bool], None]) -> None:
        self._gauges, self._close = gauges, close
        self.closed = False

    def turn(self) -> bool:
        """Read, decide and act once; whether the gates are closed now. Silence closes them."""
        try:
            wanted = highest(self._gauges()).level_cm >= CLOSE_AT_CM
        except (OSError, ValueError):
            wanted = True
        if wanted != self.closed:
            self._close(wanted)
            self.closed = wanted
        return self.closed
