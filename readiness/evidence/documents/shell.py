"""The commands of a shell script that run when it is pasted: in order, without quotes, comments and dead branches."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

# One pass over the text: every alternative ends where it began to look, or further on.
_TOKEN = re.compile(
    r"(?P<joined>\\\r?\n)|(?P<blank>[ \t\r]+)|(?P<function>(?<![^\s;&|(){}])[\w.:-]+[ \t]*\([ \t]*\)\s*\{?)"
    r"|(?P<quoted>'[^']*'|\"(?:[^\"\\]|\\.)*\")|(?P<escaped>\\.)|(?P<comment>(?<![^\s;&|()])\#[^\n]*)"
    r"|(?P<here><<-?[ \t]*(?P<mark>['\"]?)(?P<end>\w+)(?P=mark))|(?P<inner>\$\()"
    r"|(?P<between>&&|\|\||[;\n|()]|(?<!>)&(?!>))|(?P<plain>[^\s'\"\\;|&()#<$]+|[#<$&])",
    re.DOTALL,
)
_ENDS_INNER = re.compile(r"[()'\"]")
_PROMPT = re.compile(r"[ \t]*(?:PS(?: [^>\n]*)?>|[$%])[ \t]")
_MORE = re.compile(r"[ \t]*>[ \t]")
_OPENING = frozenset({"if", "while", "until", "elif"})
_CLOSING = frozenset({"fi", "done", "esac", "}"})
_STEPPING = frozenset({"then", "do", "else", "!", "{"})
_ALWAYS = (["true"], [":"])


class Command(NamedTuple):
    """One command, as words, and its line, counted from 0."""

    line: int
    words: tuple[str, ...]


class _Piece(NamedTuple):
    """A command with what stands before it: `;`, `&&`, `||`, a pipe, or `name()` of a function."""

    before: str
    line: int
    words: list[str]


def script_of(text: str, *, only_after_prompts: bool = False) -> Iterator[Command]:
    """The commands that run. Where some lines have a prompt, the others are what was printed.

    What follows a quotation that is never closed is left out, for no shell would run it; so are the bodies of `if
    false`, of functions that nobody calls, all behind `||` or `false &&`, and all after an `exit`.
    """
    lines = text.split("\n")
    if any(_PROMPT.match(line) for line in lines):
        lines = list(_typed(lines))
    elif only_after_prompts:
        return
    else:
        lines = [line[found.end() :] if (found := _MORE.match(line)) else line for line in lines]
    yield from _Run().commands(_pieces("\n".join(lines)))


def _typed(lines: list[str]) -> Iterator[str]:
    goes_on = False
    for line in lines:
        found = _PROMPT.match(line) or _MORE.match(line)
        yield line[found.end() :] if found else line if goes_on else ""
        goes_on = (goes_on or bool(found)) and line.endswith("\\")


def _pieces(text: str) -> Iterator[_Piece]:
    piece, at, line = _Piece("\n", 0, []), 0, 0
    word: list[str] = []
    heres: list[str] = []
    while found := _TOKEN.match(text, at):
        kind, said, at = str(found.lastgroup), found[0], found.end()
        if kind == "inner":
            at = _after_inner(text, at)
            said = text[found.start() : at]
        if kind in ("quoted", "escaped", "plain", "inner"):
            word.append({"quoted": said[1:-1], "escaped": said[1:]}.get(kind, said))
        elif kind != "joined" and word:
            piece.words.append("".join(word))
            word = []
        if found["end"]:
            heres.append(found["end"])
        line += said.count("\n")
        if kind in ("between", "function"):
            yield piece
            if said == "\n" and heres:
                start, at = at, _after_heres(text, at, heres)
                line, heres = line + text.count("\n", start, at), []
            piece = _Piece(said.strip() or "\n", line, [])
    if at == len(text):
        yield piece._replace(words=[*piece.words, *(["".join(word)] if word else [])])


def _after_inner(text: str, at: int) -> int:
    """Behind the `)` that closes a `$(`; its quotations are not looked into."""
    depth = 1
    while depth and (found := _ENDS_INNER.search(text, at)):
        at = found.end()
        if found[0] in "()":
            depth += 1 if found[0] == "(" else -1
        else:
            close = text.find(found[0], at)
            at = close + 1 if close >= 0 else len(text)
    return at if not depth else len(text)


def _after_heres(text: str, at: int, ends: list[str]) -> int:
    for end in ends:
        while at < len(text):
            stop = text.find("\n", at)
            stop = len(text) if stop < 0 else stop
            line, at = text[at:stop].strip(), stop + 1
            if line == end:
                break
    return min(at, len(text))


@dataclass
class _Region:
    """The inside of an `if`, a loop or a function, together with all that is around it."""

    is_dead: bool = False
    function: str = ""
    is_around_dead: bool = False
    otherwise: bool = False


@dataclass
class _Run:
    """What a shell would do, as far as that can be told without running anything."""

    regions: list[_Region] = field(default_factory=list)
    called: set[str] = field(default_factory=set)
    found: list[tuple[Command, str]] = field(default_factory=list)

    def commands(self, pieces: Iterator[_Piece]) -> Iterator[Command]:
        """Those that run, in order."""
        runs, last = True, [""]
        for piece in pieces:
            name, is_function, _ = piece.before.partition("(")
            if name and is_function:
                self._enter(False, function=name.strip())
            if piece.before == "(" and _is_no_syntax(last):
                self._take_back(last)
            runs = _goes_on(piece.before, last, runs=runs)
            last = self._step(piece.words)
            if not last or not runs or self._around().is_dead:
                continue
            if not self.regions and last[0] in ("exit", "return", "logout"):
                break
            self._keep(Command(piece.line, tuple(last)))
        yield from (command for command, function in self.found if not function or function in self.called)

    def _keep(self, command: Command) -> None:
        function = self._around().function
        if not function:
            self.called.add(command.words[0])
        self.found.append((command, function))

    def _take_back(self, words: list[str]) -> None:
        if self.found and self.found[-1][0].words == tuple(words):
            self.found.pop()

    def _around(self) -> _Region:
        return self.regions[-1] if self.regions else _Region()

    def _enter(self, is_dead: bool, *, otherwise: bool = False, function: str = "") -> None:
        around = self._around()
        self.regions.append(
            _Region(is_dead or around.is_dead, around.function or function, around.is_dead, otherwise)
        )

    def _step(self, words: list[str]) -> list[str]:
        """The words behind the keywords, which open and close regions."""
        at = 0
        while at < len(words):
            first, rest = words[at], words[at + 1 : at + 3]
            at += 1
            if first in _OPENING:
                if first == "elif" and self.regions:
                    self.regions.pop()
                is_dead = rest in _ALWAYS if first == "until" else rest == ["false"]
                self._enter(is_dead, otherwise=first == "if" and rest in _ALWAYS)
            elif first == "function":
                self._enter(False, function=(rest or [""])[0])
                at += 1
            elif first in _CLOSING:
                self.regions[-1:] = []
            elif first == "else" and self.regions:
                self.regions[-1].is_dead = self.regions[-1].is_around_dead or self.regions[-1].otherwise
            elif first not in _STEPPING:
                return words[at - 1 :]
        return []


def _is_no_syntax(last: list[str]) -> bool:
    """Whether a bracket behind these words is one of a sentence: `helm rollback shop 3 (see the wiki)`."""
    return any(last) and not last[-1].endswith("=") and last[0] not in ("case", "for", "select")


def _goes_on(before: str, last: list[str], *, runs: bool) -> bool:
    """Whether a shell gets to the command behind `&&`, `||` or anything else; what is not certain does not count."""
    if before == "&&":
        return runs and last != ["false"]
    return last == ["false"] if before == "||" else True
