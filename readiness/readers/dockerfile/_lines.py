"""Lines of a Dockerfile -> logical lines: comments left out, continued lines joined, heredocs cut off.

The rules are those of BuildKit's parser and of the Dockerfile reference: parser directives, escape characters, comments
within continued lines, and here-documents of ADD, COPY and RUN.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from readiness.evidence.dockerfile import Heredoc
from readiness.evidence.written import Place
from readiness.readers.dockerfile._words import unquoted, words_of
from readiness.readers.nodes import malformed

MAX_LINES = 100_000
MAX_HEREDOCS = 100
_DIRECTIVE = re.compile(r"#[ \t]*([A-Za-z][\w-]*)[ \t]*=[ \t]*(.+?)[ \t]*", re.ASCII)
_HEREDOC = re.compile(r"\d*<<(-?)([^<]+)")
_WITH_HEREDOCS = re.compile(r"(?:ONBUILD\s+)?(?:ADD|COPY|RUN)\b", re.I)
_DIRECTIVES = frozenset(("syntax", "escape", "check"))


class Logical(NamedTuple):
    """An instruction with its arguments on one line, and the line where it begins."""

    text: str
    line: int
    heredocs: tuple[Heredoc, ...] = ()


class Lines:
    """The lines of a file. `escape` and `syntax` are those of its parser directives."""

    def __init__(self, text: str, file: str) -> None:
        self._lines = [line.removesuffix("\r") for line in text.removesuffix("\n").split("\n")]
        self._file, self._at = file, 0
        self.escape, self.syntax = "\\", ""
        if len(self._lines) > MAX_LINES:
            raise malformed(self._place(MAX_LINES), f"it has more than {MAX_LINES:,} lines")
        self._read_directives()
        mark = re.escape(self.escape)
        self._continued = re.compile(rf"(?:^|(?<!{mark})){mark}[ \t]*$")

    def logical(self) -> Iterator[Logical]:
        """Every instruction; Unproven (malformed) for a heredoc without an end."""
        while self._at < len(self._lines):
            line = self._next().lstrip()
            if not line or line.startswith("#"):
                continue
            first = self._at
            text = self._joined(line).strip()
            if text:
                yield Logical(text, first, tuple(self._heredocs(text, first)))

    def _joined(self, line: str) -> str:
        parts = []
        while found := self._continued.search(line):
            parts.append(line[: found.start()])
            while self._at < len(self._lines) and _is_passed(self._lines[self._at]):
                self._at += 1
            if self._at >= len(self._lines):
                return "".join(parts)
            line = self._next()
        return "".join([*parts, line])

    def _heredocs(self, text: str, first: int) -> Iterator[Heredoc]:
        if "<<" not in text or not _WITH_HEREDOCS.match(text):
            return
        marks = [found for word in words_of(text, self.escape) if (found := _HEREDOC.fullmatch(word))]
        if len(marks) > MAX_HEREDOCS:
            raise malformed(self._place(first), f"it has more than {MAX_HEREDOCS} heredocs")
        for found in marks:
            yield self._heredoc(unquoted(found[2], self.escape), bool(found[1]), first)

    def _heredoc(self, name: str, chomp: bool, first: int) -> Heredoc:
        start, content = self._at + 1, list[str]()
        while self._at < len(self._lines):
            line = self._next()
            line = line.lstrip("\t") if chomp else line
            if line == name:
                return Heredoc(name, "\n".join(content), start)
            content.append(line)
        raise malformed(self._place(first), f"the heredoc {name} has no end")

    def _read_directives(self) -> None:
        seen = set()
        while self._at < len(self._lines) and (found := _DIRECTIVE.fullmatch(self._lines[self._at].strip())):
            name, value = found[1].lower(), found[2]
            if name not in _DIRECTIVES:
                return
            if name in seen:
                raise malformed(self._place(self._at + 1), f"the directive {name} is here a second time")
            seen.add(name)
            self._at += 1
            self._take(name, value)

    def _take(self, name: str, value: str) -> None:
        if name == "escape":
            if value not in ("\\", "`"):
                raise malformed(
                    self._place(self._at), "the escape character is neither a backslash nor a backtick"
                )
            self.escape = value
        if name == "syntax":
            self.syntax = value

    def _next(self) -> str:
        self._at += 1
        return self._lines[self._at - 1]

    def _place(self, line: int) -> Place:
        return Place(self._file, line)


def _is_passed(line: str) -> bool:
    """Whether a line within a continued one does not count: a comment, or nothing."""
    bare = line.strip()
    return not bare or bare.startswith("#")
