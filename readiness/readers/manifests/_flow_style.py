"""Lists and maps on one line, as far as nothing in them is open: `[a, b]`, `{name: http, port: 80}`."""

from __future__ import annotations

import re
from collections.abc import Callable
from sys import intern
from typing import Any

QUOTED = r"""'[ -&(-~]*+'|"[ !#-\[\]-~]*+\""""
_WORD = r"-*+[A-Za-z0-9_/][\w./-]*+"
# A mark; a key; a word or what stands in quotes, which ends there; and what is none of these.
_TOKEN = re.compile(
    rf" *+(?:([\[\]{{}},])|([A-Za-z0-9_][\w./-]{{0,250}}+):(?= )|({_WORD}|{QUOTED})(?= *+[,\]}}])|(.))",
    re.ASCII,
)
_MOST = 20


class OddError(Exception):
    """Something is not of the forms that are read here."""


def read_flow(written: str, meant: Callable[[str], Any], key: Callable[[], object]) -> Any:
    """The value; `meant` tells what a word means, and `key` hears of each key, in their order. OddError."""
    if written.count("[") + written.count("{") > _MOST:
        raise OddError
    reader = _Reader(_TOKEN.findall(written), meant, key)
    found = reader.value()
    if reader.tokens:
        raise OddError
    return found


class _Reader:
    def __init__(
        self,
        tokens: list[tuple[str, str, str, str]],
        meant: Callable[[str], Any],
        key: Callable[[], object],
    ) -> None:
        self.tokens = tokens[::-1]
        self._meant, self._key = meant, key

    def value(self) -> Any:
        mark, _, word, _ = self._next()
        if word:
            return self._meant(word)
        if mark == "[":
            return self._list()
        if mark == "{":
            return self._map()
        raise OddError

    def _next(self) -> tuple[str, str, str, str]:
        if not self.tokens:
            raise OddError
        return self.tokens.pop()

    def _list(self) -> list[Any]:
        made: list[Any] = []
        if self._ends("]"):
            return made
        while True:
            made.append(self.value())
            if self._closes("]"):
                return made

    def _map(self) -> dict[str, Any]:
        made: dict[str, Any] = {}
        if self._ends("}"):
            return made
        while True:
            name = intern(self._next()[1])
            if not name or name in made:
                raise OddError
            self._key()
            made[name] = self.value()
            if self._closes("}"):
                return made

    def _ends(self, mark: str) -> bool:
        is_end = bool(self.tokens) and self.tokens[-1][0] == mark
        if is_end:
            self.tokens.pop()
        return is_end

    def _closes(self, mark: str) -> bool:
        found = self._next()[0]
        if found not in (mark, ","):
            raise OddError
        return found == mark
