"""Plain TCP: somebody accepts the connection, and nothing tells who."""

from __future__ import annotations

from readiness.readers.component._dialect import Ask, Dialect, Seen
from readiness.readers.component._talk import Talk

_LINGER_S = 0.2


class Tcp(Dialect):
    """A port that is open."""

    def greet(self, talk: Talk, _ask: Ask, /) -> Seen:
        """Nothing is said, and it waits a moment: a proxy with nobody behind it accepts too, and hangs up at once."""
        heard = talk.heard
        talk.sock.settimeout(min(_LINGER_S, talk.deadline.left))
        try:
            if not talk.some(1):
                raise EOFError
        except TimeoutError:
            talk.deadline.check()
        talk.heard = heard
        return Seen(speaks=None)
