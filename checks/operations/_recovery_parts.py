"""What a disaster recovery document says of each of its parts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple

from readiness.evidence.documents.commands import has_command
from readiness.evidence.documents.doubt import is_doubted, sentences
from readiness.evidence.documents.durations import before, durations, rhythms
from readiness.evidence.documents.held import Held, held
from readiness.evidence.documents.open_lengths import has_open_length
from readiness.evidence.documents.people import is_vague, names_somebody
from readiness.evidence.documents.segments import Segment
from readiness.evidence.documents.statements import Statement

from ._recovery_words import PARTS, RESTORED, Part

_SPOKEN = {
    Part.RPO: re.compile(r"(?i)\bRPO\b|\brecovery point objective\b"),
    Part.RTO: re.compile(r"(?i)\bRTO\b|\brecovery time objective\b"),
}
_PARTIAL = re.compile(
    r"(?i)\b(?:incremental\w*|differential\w*|wal|binlogs?|logs?|archiv\w+|replicat\w+|journal\w*|stream\w*)\b"
)
_MADE = re.compile(r"(?i)\b(?:backup|back(?:ed)? up|snapshot|dump|replicat)\w*")
_WENT_WELL = re.compile(
    r"(?i)\b(?:success\w*|succeeded|passed|pass|ok|worked|restored|recovered|complete[d]?|verified|went well|all good"
    r"|without (?:errors|problems|loss)|intact)\b"
)
_PLACE = re.compile(
    r"(?i)\w+://|(?<!\w)/\w+|\b(?:[\w-]+\.){1,5}[a-z]{2,}\b|\b[a-z]{2}-[a-z]+-\d\b"
    r"|\b(?:buckets?|vault|regions?|data ?cent(?:er|re)s?|azure|aws|gcp|google|glacier|backblaze|hetzner|nas|off-?site"
    r"|accounts?|cloud|servers?|hosts?|disks?|tapes?|storage|s3|gcs|volumes?|sites?|safe|repository|borg|restic)\b"
)
_AT_LEAST = re.compile(
    r"(?i)(?:\b(?:at least|(?:more|longer|later) than|over|above|beyond|(?:no|not) less than|minimum(?: of)?"
    r"|upwards of)\s|>=?\s?)$"
)
_AT_MOST = re.compile(r"(?i)(?:\b(?:no|not|never|cannot|nothing|none)\b|n't\b)(?!.*\bless than)")
_STOPPED = re.compile(
    r"(?i)\b(?:not|never) (?:yet )?(?:\w+ )?(?:every|each|daily|hourly|continuous\w*)"
    r"|\b(?:disabled|switched off|turned off|paused|suspended|stopped|broken|failing)\b"
)
_WHERE = r"(?:regions?|data ?cent(?:er|re)s?|sites?|servers?|hosts?|disks?|accounts?|volumes?)"
_BESIDE_PRODUCTION = re.compile(
    rf"(?i)\b(?:same|production(?:'s)?|primary|live)(?: \w+){{0,2}}? {_WHERE}\b"
    rf"|\b{_WHERE} of (?:the )?(?:production|primary|live)\b"
)
_NOWHERE = re.compile(r"(?i)\W*(?:not?|none|nowhere|without)\b")
_LEAST_STEPS = 2


class Said(NamedTuple):
    """What a part says, or the `problem` with it, and its line."""

    line: int
    text: str = ""
    problem: str = ""
    length: timedelta | None = None


def places(segments: Sequence[Segment], part: Part) -> list[Statement]:
    """Where the document speaks of a part, without what it says there of others; and the cells of such a column."""
    found = [_own(one, part) for one in PARTS.statements(segments, part)]
    for segment in segments:
        for column, cell in segment.cells:
            if part in PARTS.named(column) and cell.strip():
                found.append(
                    Statement(segment.line, column, (segment._replace(text=cell, label="", value=""),))
                )
    return found or _implied(segments, part)


def objective(segments: Sequence[Segment], part: Part) -> list[Said]:
    """Every RPO, or RTO, that is stated."""
    return [_length(one, part) for one in places(segments, part)]


def interval(segments: Sequence[Segment]) -> list[Said]:
    """How often backups are made. Where logs or changes are kept in between, their rhythm counts, else the longest."""
    found = []
    for one in places(segments, Part.FREQUENCY):
        told = [
            (said, value) for part in one.texts for said in sentences(part.text) for value in rhythms(said)
        ]
        sure = [(said, value) for said, value in told if not is_doubted(said) and not _STOPPED.search(said)]
        if not sure:
            found.append(Said(one.line, _first(one), "names no rhythm"))
            continue
        partial = [value for said, value in sure if _PARTIAL.search(said)]
        found.append(
            Said(one.line, sure[0][0], length=min(partial) if partial else max(value for _, value in sure))
        )
    return found


def tests(segments: Sequence[Segment]) -> Iterator[tuple[Held, Said]]:
    """Every restore test: its day, and what is said of it."""
    for one in places(segments, Part.TEST):
        day = held(one, RESTORED)
        about = [part for part in one.texts if day.observed in part.text] if day.at else one.texts
        told = about if any(part.kind == "row" or part.is_item for part in about) else one.texts
        yield day, _of_test(day.line, told)


def names(segments: Sequence[Segment], part: Part) -> list[Said]:
    """Owners, or locations: somebody, or some place."""
    found = []
    for one in places(segments, part):
        texts = [segment.said for segment in one.texts]
        good = [t for t in texts if (names_somebody(t) if part is Part.OWNER else _is_place(t))]
        problem = "names nobody" if part is Part.OWNER else "names no place"
        found.append(Said(one.line, good[0] if good else _first(one), "" if good else problem))
    return found


def steps(segments: Sequence[Segment]) -> list[Said]:
    """Steps in order, or commands; one place with them is enough."""
    found = places(segments, Part.STEPS)
    for one in found:
        ordered = [part for part in one.texts if part.is_item and not is_vague(part.text)]
        if len(ordered) >= _LEAST_STEPS or any(has_command(code) for code in one.code):
            return [Said(one.line, _first(one))]
    return [Said(one.line, _first(one), "has neither two steps nor a command") for one in found[:1]]


def _own(statement: Statement, part: Part) -> Statement:
    body = [one for one in statement.body if not (named := PARTS.named(one.label)) or part in named]
    return statement._replace(body=tuple(body))


def _implied(segments: Sequence[Segment], part: Part) -> list[Statement]:
    """Sentences without heading or label, such as `Our RPO is 15 minutes` and `Snapshots are taken hourly`."""
    found = []
    for segment in segments:
        for said in sentences(segment.text) if segment.kind in ("text", "row") else ():
            if _speaks(said, part):
                found.append(
                    Statement(segment.line, said, (segment._replace(text=said, label="", value=""),))
                )
    return found


def _speaks(said: str, part: Part) -> bool:
    if part is Part.FREQUENCY:
        return bool(_MADE.search(said) and rhythms(said))
    spoken = _SPOKEN.get(part)
    return spoken is not None and bool(spoken.search(said) and durations(said))


def _length(statement: Statement, part: Part) -> Said:
    texts = [_without_other(one.said, part) for one in statement.texts]
    for text in texts:
        doubted = any(is_doubted(said) and durations(said) for said in sentences(text))
        if doubted or has_open_length(text) or _has_no_end(text):
            return Said(statement.line, text, "leaves it open")
    found = [(span.value, text) for text in texts for span in durations(text)]
    if not found:
        return Said(statement.line, _first(statement), "names no duration with a unit")
    value, text = max(found)
    return Said(statement.line, text, length=value)


def _has_no_end(text: str) -> bool:
    """`At least 15 minutes` and `> 15 min` promise nothing; `no more than 15 minutes` does."""
    told = (before(text, span.start) for span in durations(text))
    return any(_AT_LEAST.search(said) and not _AT_MOST.search(said) for said in told)


def _without_other(text: str, part: Part) -> str:
    """`15 min, RTO: 1 h` as the RPO says 15 min: what stands behind the other's name is the other's."""
    own, other = _SPOKEN[part], _SPOKEN[Part.RTO if part is Part.RPO else Part.RPO]
    mine, theirs = own.search(text), other.search(text)
    if theirs is None:
        return text
    if mine is not None and theirs.start() < mine.start():
        return text[mine.start() :]
    return text[: theirs.start()]


def _of_test(line: int, texts: Sequence[Segment]) -> Said:
    """How long a restore took, and whether it says that it went well."""
    whole = " ".join(part.text for part in texts)
    lengths = [span.value for part in texts for span in durations(_without_objective(part.text))]
    problem = "" if _WENT_WELL.search(whole) else "does not say that it went well"
    if not problem and not lengths:
        problem = "does not say how long it took"
    return Said(line, whole, problem, max(lengths, default=None))


def _without_objective(text: str) -> str:
    """`took 40 min (RTO 1 h)` took 40 min; so did `40 min of 1 h allowed`."""
    return re.sub(r"(?i)\(?\b(?:RTO|RPO|target|limit|objective|goal|allowed)\b[^.;)|]*\)?", " ", text)


def _is_place(text: str) -> bool:
    if is_vague(text) or _NOWHERE.match(text) or any(map(is_doubted, sentences(text))):
        return False
    return bool(_PLACE.search(_BESIDE_PRODUCTION.sub(" ", text)))


def _first(statement: Statement) -> str:
    return next((part.text for part in statement.texts), "")
