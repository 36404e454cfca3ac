"""A logical line -> an instruction."""

from __future__ import annotations

import re
from typing import NoReturn

import msgspec

from readiness.evidence.dockerfile import Instruction
from readiness.evidence.written import Place
from readiness.readers.dockerfile._lines import Logical
from readiness.readers.dockerfile._words import unquoted, words_of
from readiness.readers.nodes import malformed

_KEYWORDS = frozenset(
    (
        "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER",
        "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
    )
)  # fmt: skip
_LISTS = frozenset(("RUN", "CMD", "ENTRYPOINT", "SHELL", "VOLUME", "ADD", "COPY"))
_WITH_FLAGS = frozenset(("RUN", "COPY", "ADD", "HEALTHCHECK", "FROM"))
_WITH_PAIRS = frozenset(("ENV", "ARG", "LABEL"))
_NEVER_LATER = frozenset(("FROM", "ONBUILD", "MAINTAINER"))
_FLAG = re.compile(r"--([A-Za-z][\w-]*)(?:=(.*))?", re.S)
_JSON_LIST = msgspec.json.Decoder(list[str])


def instruction_of(line: Logical, file: str, escape: str) -> Instruction:
    """The instruction; Unproven (malformed) where BuildKit would refuse it."""
    place = Place(file, line.line)
    keyword, text = _divided(line.text, place)
    on_build = keyword == "ONBUILD"
    if on_build:
        keyword, text = _divided(text, place)
        if keyword in _NEVER_LATER:
            raise malformed(place, f"ONBUILD {keyword} is not allowed")
    flags, text = _flags(text, escape) if keyword in _WITH_FLAGS else ((), text)
    if not text:
        raise malformed(place, f"{keyword} says nothing")
    listed = _listed(text) if keyword in _LISTS else None
    words = listed if listed is not None else tuple(unquoted(word, escape) for word in words_of(text, escape))
    made = Instruction(
        keyword=keyword,
        place=place,
        text=text,
        words=words,
        form="shell" if listed is None else "exec",
        flags=flags,
        pairs=_pairs(keyword, text, escape, place) if keyword in _WITH_PAIRS else (),
        heredocs=line.heredocs,
        on_build=on_build,
    )
    _refuse(made)
    return made


def raw_pairs(keyword: str, text: str, escape: str, place: Place) -> list[tuple[str, str | None]]:
    """The names and values of ENV, ARG and LABEL with their quotes and variables."""
    words = words_of(text, escape)
    if keyword != "ARG" and "=" not in words[0]:
        rest = text[len(words[0]) :].strip()
        if not rest:
            raise malformed(place, f"{keyword} {words[0]} has no value")
        return [(words[0], rest)]
    found: list[tuple[str, str | None]] = []
    for word in words:
        name, equals, value = word.partition("=")
        if not name or not (equals or keyword == "ARG"):
            raise malformed(place, f"{keyword} takes names and values, as in NAME=value")
        found.append((name, value if equals else None))
    return found


def _pairs(keyword: str, text: str, escape: str, place: Place) -> tuple[tuple[str, str | None], ...]:
    return tuple(
        (unquoted(name, escape), None if value is None else unquoted(value, escape))
        for name, value in raw_pairs(keyword, text, escape, place)
    )


def _divided(text: str, place: Place) -> tuple[str, str]:
    word, *rest = text.split(maxsplit=1) or [""]
    keyword = word.upper()
    if keyword not in _KEYWORDS:
        shown = word if re.fullmatch(r"\w{1,20}", word) else "what begins here"
        raise malformed(place, f"{shown} is no instruction of a Dockerfile")
    return keyword, rest[0].strip() if rest else ""


def _flags(text: str, escape: str) -> tuple[tuple[tuple[str, str], ...], str]:
    flags = []
    while text.startswith("--"):
        word = words_of(text, escape)[0]
        found = _FLAG.fullmatch(word)
        if found is None:
            break
        flags.append((found[1].lower(), unquoted(found[2] or "", escape)))
        text = text[len(word) :].lstrip()
    return tuple(flags), text


def _listed(text: str) -> tuple[str, ...] | None:
    """A JSON list of texts; None for anything else, which BuildKit hands to a shell."""
    if not text.startswith("["):
        return None
    try:
        return tuple(_JSON_LIST.decode(text))
    except msgspec.DecodeError:
        return None


def _refuse(made: Instruction) -> None:
    first = made.words[0].upper() if made.words else ""
    if made.keyword == "HEALTHCHECK" and first not in ("CMD", "NONE"):
        _wrong(made, "takes CMD or NONE")
    if made.keyword == "HEALTHCHECK" and first == "CMD" and len(made.words) == 1:
        _wrong(made, "has no command")
    if made.keyword == "USER" and len(made.words) != 1:
        _wrong(made, "takes one user")
    if made.keyword in ("COPY", "ADD") and len(made.words) + len(made.heredocs) < 2:
        _wrong(made, "takes what to copy, and where to")


def _wrong(made: Instruction, what: str) -> NoReturn:
    raise malformed(made.place, f"{made.keyword} {what}")
