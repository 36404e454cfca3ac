"""The headings of a changelog, in Markdown, reStructuredText or plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from packaging.version import InvalidVersion, Version

from readiness.evidence.repository import Changelog, ChangelogEntry

NAMES = ("changelog", "changes", "history", "news", "releases", "release_notes", "release-notes")
_SUFFIXES = ("", ".md", ".markdown", ".rst", ".txt", ".adoc")
MAX_ENTRIES = 200
_ATX = re.compile(r" {0,3}(?:#{1,3}|={2,3})[ \t]+(\S.*?)[ \t]*#*[ \t]*")
_BARE = re.compile(r" {0,3}(?:#{4,6}[ \t]+|(?P<bold>\*\*|__))\[?(?=[vV]?\d+\.\d).*?(?(bold)(?P=bold).*|)")
_UNDERLINE = re.compile(r"(?:={3,}|-{3,}|~{3,}|\^{3,}|\+{3,})[ \t]*")
_VERSION = re.compile(
    r"(?<![\w.])[vV]?(\d{1,9}(?:\.\d{1,9}){1,3}(?:[-.]?(?:a|b|rc|alpha|beta|pre|preview|dev|post)[-.]?\d{0,9})*"
    r"(?:-[0-9A-Za-z.-]{1,40})?(?:\+[0-9A-Za-z.-]{1,40})?)(?![\w])"
)
_UNRELEASED = re.compile(
    r"(?i)\bunreleased\b|\bupcoming\b|^\W*next\b|\bnext(?: release| version)?\W*$|\bto be released\b|\btb[adc]\b"
    r"|\bin (?:progress|development)\b|\bnot (?:yet )?released\b|\bdraft\b|\bplanned\b|\byyyy\b|\?\?"
    r"|\bwip\b|\bwork in progress\b|\bpending\b|\bcoming soon\b|\bxx(?:xx)?\b"
)
_YANKED = re.compile(r"(?i)\[?\b(?:yanked|withdrawn|retracted)\b\]?")
_FENCE = re.compile(r" {0,3}(?:```|~~~)")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_WORD = re.compile(r"[^\W\d_]{2,}")
_LEADS_ELSEWHERE = re.compile(
    r"(?i)(?:upgrad|migrat|updat|mov)|(?:to|from|since|until|before|after|for|in|towards?|not|no|roadmap|plan)$"
)
_EMPTY = frozenset(
    ("todo", "tbd", "tba", "wip", "none", "nothing", "yet", "here", "to", "be", "written", "added")
) | {*("coming", "soon", "pending", "placeholder", "later")}
_LINK = re.compile(r"^\s*\[[^\]]{1,80}\]:\s")


def find_changelog(paths: Sequence[str]) -> str | None:
    """The path of the changelog among those at the top, by the order of the usual names."""
    at_top = {path.casefold(): path for path in paths if "/" not in path}
    wanted = (f"{name}{suffix}" for name in NAMES for suffix in _SUFFIXES)
    return next((at_top[name] for name in wanted if name in at_top), None)


def parse_changelog(path: str, text: str) -> Changelog:
    """Its headings that name a version, or say that one is to come."""
    lines = _COMMENT.sub(_blank, text).splitlines()
    return Changelog(path=path, entries=tuple(_entries(lines))[:MAX_ENTRIES])


def _entries(lines: Sequence[str]) -> Iterator[ChangelogEntry]:
    found = list(_headings(lines))
    own = [(number, title) for number, title in found if _is_entry(title)]
    for index, (number, title) in enumerate(own):
        end = own[index + 1][0] - 1 if index + 1 < len(own) else len(lines)
        version = _version(title)
        headings = {line for line, _ in found}
        below = [
            word.casefold()
            for at, line in enumerate(lines[number:end], number + 1)
            if at not in headings and not _LINK.match(line)
            for word in _WORD.findall(line)
        ]
        yield ChangelogEntry(
            title=title[:120],
            line=number,
            version=version,
            words=0 if _EMPTY.issuperset(below) else len(below),
            yanked=bool(_YANKED.search(title)),
            unreleased=bool(_UNRELEASED.search(title)),
        )


def _headings(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """`(line, title)` of every heading outside of code."""
    is_code = False
    for number, line in enumerate(lines, 1):
        if _FENCE.match(line):
            is_code = not is_code
        elif is_code:
            continue
        elif found := _ATX.fullmatch(line):
            yield number, found[1]
        elif _BARE.fullmatch(line):
            yield number, re.sub(r"\*\*|__", "", line).strip(" \t#")
        elif number < len(lines) and line.strip() and not line.startswith((" ", "\t", "-", "*")):
            below = lines[number]
            if _UNDERLINE.fullmatch(below) and len(below.rstrip()) >= min(len(line.rstrip()), 3):
                yield number, line.strip()


def _is_entry(title: str) -> bool:
    return _version(title) is not None or bool(_UNRELEASED.search(title))


def _version(title: str) -> str | None:
    """The first version in a heading, where it stands at its beginning: behind `[`, `v`, `Version` or the like."""
    for found in _VERSION.finditer(title[:200]):
        before = re.sub(r"[\W_]+", " ", title[: found.start()]).split()
        if len(before) <= 2 and not any(_LEADS_ELSEWHERE.match(word) for word in before):
            try:
                return str(Version(found[1]))
            except InvalidVersion:
                return found[1]
    return None


def _blank(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")
