"""The versions that a rollback document goes back to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from readiness.check import Release
from readiness.evidence.documents.doubt import is_doubted, sentences
from readiness.evidence.documents.segments import Segment
from readiness.evidence.documents.statements import Statement

from ._document_versions import is_newer, is_same_version

_VERSION = re.compile(
    r"(?i)(?<![\d.])(?<![\d.][vV])v?(\d{1,6}(?:\.\d{1,6}){1,2}(?:[-+][0-9a-z][0-9a-z.-]*)?)(?!\.?\d)(?!\w)"
    r"(?!\s?(?:%|percent|per ?cent|ms|s|secs?|seconds?|m|mins?|minutes?|h|hours?|d|days?|[kmgt]i?b|x)(?!\w))"
    r"|\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])([0-9a-f]{7,40})\b|\bsha256:([0-9a-f]{64})\b"
    r"|\b(?:revision|build|release|rev|tag|version)\s?#?v?(\d{1,9})\b(?![.\d])"
)
_LEFT_BEHIND = re.compile(
    r"(?i)(?:\b(?:from|replac\w+|instead of|leav\w+|withdraw\w*|undo\w*|not|than)"
    r"\s(?:(?!to\b)[a-z]+\s){0,2}[\w/-]{0,60}:?v?|(?:\u2190|<-+)\s?v?)$"
)
_LEFT_FOR_ANOTHER = re.compile(r"\s?(?:\u2192|\u21d2|\u2794|\u27f6|-+>|=+>|(?i:to))\s?(?=(?:[\w./-]+:)?v?\d)")
_OUT_OF_REACH = re.compile(
    r"(?i)\b(?:never|cannot|can't|could not|must not|do not|don't|no longer|unavailable|deleted|gone"
    r"|missing|lost|impossible"
    r"|not (?:be )?(?:available|possible|there|kept|exist\w*|work\w*|restor\w*|deploy\w*|start\w*))\b"
)
_OF_THE_PLATFORM = re.compile(
    r"(?i)\b(?:kubernetes|k8s|postgres\w*|mysql|mariadb|redis|kafka|node(?:\.?js)?|java|jdk|python|golang"
    r"|nginx|linux|ubuntu"
    r"|debian|terraform|helm)\s(?:version\s)?v?$"
)
_NUMBERED_APART = re.compile(
    r"(?i)\b(?:chart|schema|config\w*|database|infrastructure|module|proxy|sidecar|library|sdk)\b[^,.;|\d]{0,30}$"
)


class Target(NamedTuple):
    """One version that it goes back to; `numbering` says whose versions it can be compared with."""

    version: str
    part: Segment
    numbering: str = "release"


def wrong(target: Target, release: Release) -> str:
    """Why it cannot be gone back to; empty when it can."""
    if is_same_version(target.version, release):
        return f"names {target.version}, which is the very release that is judged"
    if target.numbering == "release" and is_newer(target.version, release):
        return f"names {target.version}, which does not come before the release that is judged"
    return ""


def targets(statement: Statement) -> Iterator[Target]:
    """Every version, commit, digest or revision that it goes back to; those it goes back *from* are left out.

    So are versions out of reach (deleted, never, perhaps) and those of the platform. A chart, a schema and the like
    have a numbering of their own.
    """
    heading = Segment("text", statement.line, statement.name)
    for part in (heading, *statement.texts):
        for said in sentences(part.text):
            if not _OUT_OF_REACH.search(said) and not is_doubted(said):
                yield from _named(said, part)


def _named(said: str, part: Segment) -> Iterator[Target]:
    for found in _VERSION.finditer(said):
        before = said[max(0, found.start() - 90) : found.start()]
        if _LEFT_BEHIND.search(before) or _OF_THE_PLATFORM.search(before):
            continue
        if _LEFT_FOR_ANOTHER.match(said, found.end()):
            continue
        is_own = found[1] and not _NUMBERED_APART.search(before)
        yield Target(
            next(group for group in found.groups() if group), part, "release" if is_own else "its own"
        )
