"""What a document says of whoever is on call."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from readiness.evidence.document import Document
from readiness.evidence.documents.doubt import is_doubted, is_unsettled, sentences
from readiness.evidence.documents.people import has_left
from readiness.evidence.documents.placeholders import placeholder_in
from readiness.evidence.documents.segments import Segment, normal, segments_of
from readiness.evidence.documents.statements import Statement, Words, section, statements, title_of

_ON_CALL = r"\b(?:on ?call|pager(?:duty)?|escalat(?:ion|e)|on duty|opsgenie)\b"
_CONTACT = re.compile(
    r"(?<![\w@])@[A-Za-z][\w./-]+|(?<![\w#&])#[a-z][\w-]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|https?://[\w.-]+\.[a-z]{2,}\S*"
    r"|(?<!\w)\+?\d(?:[ ()/.-]?\d){6,14}(?![\w-])"
)
_NO_NUMBER = re.compile(r"\d{4}-\d{2}-\d{2}|\b\d{1,3}(?:\.\d{1,3}){3}\b|(?<![\d.])v?\d{1,2}(?:\.\d+){2,}")
_NO_ROTA = re.compile(
    r"(?i)\b(?:no|without(?: an?)?|lacks?(?: an?)?|not? (?:yet )?have(?: an?)?|n't (?:yet )?have(?: an?)?) "
    r"(?:\w+ ){0,2}?(?:on[- ]?call|rota|rotation|pager|escalation)\b"
)
_NOBODY = re.compile(
    r"(?i)\bexample\.(?:com|org|net)\b|\b0?1234567|\b555[- ]?0?1\d\d\b|@(?:name|user|team|handle)\b"
    r"|\bno-?reply@|\byour[-_ ]\w|\b[A-Z]?0{5,}\b"
    r"|\b(?:todo|tbd|tbc|fixme|xxx+|changeme|placeholder|unknown|nobody|vacant|unassigned)\b|<[^>\n]+>"
)


class Told(NamedTuple):
    """One place that speaks of the rota: its line, what it says, and the contact in it, empty where there is none."""

    line: int
    text: str
    contact: str


def told(document: Document) -> list[Told]:
    """Every place: a key of the front matter, a line `On call: ...`, a row, or a heading with what is below it."""
    segments = tuple(segments_of(document, _is_label))
    return [_told(one) for one in _places(segments)]


def is_made_up(text: str) -> bool:
    """Whether it is a placeholder, or an address of nobody."""
    return not re.search(r"\w", text) or bool(_NOBODY.search(text)) or bool(placeholder_in(text))


def _is_label(label: str) -> bool:
    return bool(_WORDS.label.fullmatch(normal(label)))


_WORDS = Words(re.compile(_ON_CALL), re.compile(rf".*{_ON_CALL}.*"), _is_label)


def _places(segments: Sequence[Segment]) -> Iterator[Statement]:
    """The title counts too: a page that is called `On call` speaks of nothing else."""
    title = title_of(segments)
    if title is not None and _WORDS.heading.search(normal(segments[title].text)):
        yield section(segments, title)
    yield from statements(segments, _WORDS)


def _told(place: Statement) -> Told:
    texts = [_NO_NUMBER.sub(" ", part.text) for part in place.texts]
    said = (one for text in texts for one in sentences(text) if _stands_by(one))
    contacts = (found[0] for one in said for found in _CONTACT.finditer(one))
    whole = " ".join(texts)
    contact = "" if is_made_up(whole) or _NO_ROTA.search(whole) else next(contacts, "")
    return Told(place.line, " ".join(part.text for part in place.texts), contact)


def _stands_by(said: str) -> bool:
    """Whether a sentence tells who is called: not who would be, who was, or that it is not settled."""
    return not (is_doubted(said) or is_unsettled(said) or has_left(said))
