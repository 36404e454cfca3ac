"""A document against the repository: migrations that destroy are told, and the owner is in CODEOWNERS."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from readiness.check import Finding, Location, Outcome
from readiness.check.documents import bad, unproven
from readiness.evidence.document import Document
from readiness.evidence.documents.doubt import is_doubted, sentences
from readiness.evidence.documents.segments import Segment
from readiness.evidence.documents.statements import Statement
from readiness.evidence.model import Reason
from readiness.evidence.ownership import CodeOwners, is_named, slug
from readiness.evidence.repository import Migration, Repository

from ._document_items import ITEMS, Item

_SHOWN = 10
_NO_MIGRATION = re.compile(
    r"(?i)^\W*(?:not applicable|n/?a\b|none\b|nothing\b|does not apply)"
    r"|\b(?:no|without(?: any)?) (?:new |pending )?(?:schema |database |db )?(?:changes?|migrations?)\b"
    r"(?! (?:are|is) lost)"
    r"|\b(?:the )?(?:schema|database) (?:is|stays|remains) (?:unchanged|untouched|the same)\b|\bstateless\b"
)
_CHANGES = re.compile(
    r"(?i)\b(?:drop|delet|remov|truncat|eras|renam|chang|alter|convert|overwr|rewr|destroy|destructive|irreversibl"
    r"|narrow|backfill|null|purg|los[est])\w*"
)
_DENIES = re.compile(r"(?i)\b(?:no|not|never|nothing|without|neither|nor)\b|n't\b")
_DISOWNS = re.compile(
    r"(?i)(?:\b(?:not|never|neither|nor|no longer)\b|n't\b)[^.;]{0,30}"
    r"\b(?:part|includ|contain|run|ran|appl|ship|releas|deploy|exist|in this)\w*"
    r"|\b(?:next|later|following|future) (?:release|version)\b"
)
_NOT_THIS_ONE = re.compile(
    r"(?i)\b(?:not|never|no longer|former(?:ly)?|instead of|without|except)\s(?:\w+\s){0,2}$"
)
_HANDLE = re.compile(r"(?<![\w.@])@[A-Za-z0-9][\w-]*(?:/[\w.-]+)?|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_FETCHED = "fetch the whole history and its tags, or set `since` of the repository"


def judged_migrations(
    document: Document, segments: Sequence[Segment], repository: Repository
) -> Iterator[Finding]:
    """Every migration since the last release that the document ought to tell of, and does not."""
    since, top = repository.since, Location(document.path, 1)
    if since.problem:
        message = f"which migrations are new is not known: {since.problem}"
        yield unproven(top, Reason.INSUFFICIENT, message, since.remedy or _FETCHED)
        return
    data = list(ITEMS.statements(segments, Item.DATA))
    denial = next((part for one in data for part in one.texts if _denies(part.text)), None)
    if denial and since.migrations:
        first = since.migrations[0].path
        count = len(since.migrations)
        message = f"it says '{denial.text[:60]}', and since {since.point} migrations changed: {count}, such as {first}"
        next_ = "write what becomes of the data when the release is rolled back"
        yield bad(Location(document.path, denial.line), message, next_)
    asked = [one for one in since.migrations if one.destroys or one.problem or one.state == "deleted"]
    silent = [one for one in asked if not _is_told(one, document, data)]
    for one in silent[:_SHOWN]:
        yield _untold(one, since.point, document, data)
    if rest := len(silent) - min(len(silent), _SHOWN):
        yield bad(top, f"{rest} more migrations are not told of", "name them").but(count=rest)
    if not silent and not denial:
        told = f"{len(asked)} of {len(since.migrations)} migrations since {since.point} destroy or hide something"
        message = f"{told}, and the document tells of them" if asked else f"{told}"
        yield Finding(outcome=Outcome.PASS, message=message, count=max(1, since.files))


def judged_owner(
    document: Document, segments: Sequence[Segment], repository: Repository
) -> Iterator[Finding]:
    """Somebody who decides must be in CODEOWNERS: then a change of hands cannot be missed."""
    said = [part for one in ITEMS.statements(segments, Item.OWNER) for part in one.texts]
    if not said:
        return  # that nobody is named is told elsewhere
    place = Location(document.path, said[0].line)
    owners = repository.code_owners
    if owners is None or not owners.owners:
        message = "the repository has no CODEOWNERS in which the decision owner could be found"
        yield unproven(place, Reason.MISSING, message, "write .github/CODEOWNERS")
        return
    known = {slug(one) for one in owners.owners}
    handles = list(dict.fromkeys(one for part in said for one in _handles(part.text)))
    found = next((one for one in handles if slug(one) in known), None) or _team(said, owners)
    if found:
        message = f"the decision owner, {found}, is in {owners.path}"
        yield Finding(outcome=Outcome.PASS, message=message, location=place)
    elif handles:
        message = f"the decision owner, {', '.join(handles[:3])}, is not in {owners.path}"
        next_ = "correct one of them, or set `owner-in-code-owners: not-asked`"
        yield bad(place, message, next_, expected=", ".join(list(owners.owners)[:5]))
    else:
        message = f"the decision owner is named without a handle that could be found in {owners.path}"
        yield unproven(place, Reason.INSUFFICIENT, message, "write the handle beside the name, as in (@ines)")


def _handles(text: str) -> Iterator[str]:
    """The handles and addresses in a text, but for those whom it leaves out: `not @otto`."""
    for found in _HANDLE.finditer(text):
        if not _NOT_THIS_ONE.search(text[: found.start()]):
            yield found[0]


def _team(said: Sequence[Segment], owners: CodeOwners) -> str | None:
    """A team of CODEOWNERS whose name the statement writes in words."""
    teams = (one for one in owners.owners if "/" in one)
    return next((one for one in teams if any(is_named(one, part.text) for part in said)), None)


def _denies(text: str) -> bool:
    return any(_NO_MIGRATION.search(said) for said in sentences(text))


def _is_told(one: Migration, document: Document, data: Sequence[Statement]) -> bool:
    """By one of its names anywhere, or by what it destroys where the document speaks of data."""
    texts = (f"{block.text} {' '.join(block.cells)}" for block in document.blocks)
    owned = [said.casefold() for text in texts for said in sentences(text) if not _DISOWNS.search(said)]
    if any(re.search(rf"(?<![\w.-]){re.escape(key)}(?![\w-])", text) for key in one.keys for text in owned):
        return True
    names = {name for part in one.destroys for name in part.names[-1:]}
    needed = [part for part in one.destroys if part.names]
    if not needed or len(needed) < len(one.destroys) or one.problem:
        return False
    said = [text for each in data for part in each.texts for text in sentences(part.text)]
    sure = [
        text for text in said if _CHANGES.search(text) and not _DENIES.search(text) and not is_doubted(text)
    ]
    return all(any(re.search(rf"(?i)\b{re.escape(name)}\b", text) for text in sure) for name in names)


def _untold(one: Migration, point: str, document: Document, data: Sequence[Statement]) -> Finding:
    place = Location(document.path, data[0].line if data else 1)
    next_ = f"write under `Data and migrations` what {one.path} changes, and how to go back"
    if one.problem and not one.destroys:
        message = f"{one.path}, new since {point}, is not told of, and {one.problem}"
        return unproven(place, Reason.INSUFFICIENT, message, next_).but(object=one.object)
    if one.state == "deleted":
        message = f"{one.path} was deleted since {point}, and the document does not tell of it"
        return bad(place, message, next_).but(object=one.object)
    first = one.destroys[0]
    named = f" ({'.'.join(first.names)})" if first.names else ""
    more = f", and {len(one.destroys) - 1} more" if len(one.destroys) > 1 else ""
    message = f"{one.path} {first.what}{named}{more}, since {point}, and the document does not tell of it"
    return bad(place, message, next_, f"line {first.line}: {first.what}").but(object=one.object)
