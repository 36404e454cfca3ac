"""What a disaster recovery document must say, the words for it, and what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from readiness.evidence.documents.commands import has_command
from readiness.evidence.documents.doubt import is_doubted, sentences
from readiness.evidence.documents.durations import durations, has_open_length, rhythms
from readiness.evidence.documents.held import Held, held
from readiness.evidence.documents.people import is_vague, names_somebody
from readiness.evidence.documents.segments import Segment, normal
from readiness.evidence.documents.statements import Statement, Words, statements


class Part(StrEnum):
    """One thing that the document states, as findings call it."""

    RPO = "RPO"
    RTO = "RTO"
    LOCATION = "backup location"
    FREQUENCY = "backup frequency"
    TEST = "last restore test"
    OWNER = "owner"
    STEPS = "steps"


_LABELS = {
    Part.RPO: r"((target|required|our) )?(rpo|recovery point objective)( rpo)?( target)?"
    r"|(max(imum)? )?data loss( window)?",
    Part.RTO: r"((target|required|our) )?(rto|recovery time objective)( rto)?( target)?|(max(imum)? )?recovery time",
    Part.LOCATION: r"(backup|storage|off ?site|snapshot)s?( storage)? (location|bucket|target|store|copy)s?"
    r"|locations?( of (the )?backups?)?|where( the)? backups?( \w+){0,2}|stored( in| at)?|backup storage|off ?site",
    Part.FREQUENCY: r"(backup|snapshot|dump)s? (frequency|schedule|interval|cadence)|frequency|schedule|interval"
    r"|how often|backups? (run|taken|made)",
    Part.TEST: r"((last|latest|most recent) )?(successful )?(full )?((backup|dr|disaster recovery|recovery) )?"
    r"(restore|restoration|recovery|backup|dr|failover|disaster recovery)"
    r"( (tests?|tested|drills?|exercises?|rehearsals?))( (on|at|date))?"
    r"|(last|latest) (restored?|tested|drill|test|exercise)( (on|at|date))?",
    Part.OWNER: r"((dr|plan|document|recovery|decision|service) )?owner(s|ship)?|responsible( \w+)?|decided by"
    r"|decision (owner|maker)|incident commander|accountable|contacts?|who decides",
    Part.STEPS: r"steps|procedure|recovery (steps|procedure)|restore (steps|procedure)|how to (restore|recover)",
}
_HEADINGS = {
    Part.RPO: r"\brpo\b|\brecovery point\b",
    Part.RTO: r"\brto\b|\brecovery time\b",
    Part.LOCATION: r"\bbackup (location|storage|bucket)|\bwhere\b.*\bbackups?\b|\boff ?site\b|^(the )?backups?$",
    Part.FREQUENCY: r"\bbackup (schedule|frequency|interval)|\bhow often\b|^(the )?backups?$",
    Part.TEST: r"^(?!.*\b(next|planned|upcoming|future|how to)\b).*\b(restore|recovery|backup|dr|failover) "
    r"(tests?|drills?|exercises?|rehearsals?)\b|^(?!.*\b(next|planned)\b).*\b(last|latest) (restore|test|drill)\b",
    Part.OWNER: r"\bowner(s|ship)?\b|\bresponsib\w+|\bwho decides\b|\bcontacts?\b|\bincident commander\b",
    Part.STEPS: r"\b(steps|procedure|how to (restore|recover)|restoring|failover procedure|recovery plan)\b",
}
EXPECTED = {
    Part.RPO: "a duration with its unit, as in `RPO: 15 minutes`",
    Part.RTO: "a duration with its unit, as in `RTO: 1 hour`",
    Part.LOCATION: "where backups are stored, as in `s3://acme-backups, another region`",
    Part.FREQUENCY: "how often backups are made, as in `every 15 minutes`",
    Part.TEST: "the ISO date of the last restore that went well, how it went, and how long it took",
    Part.OWNER: "who decides, by name or role",
    Part.STEPS: "at least two steps in order, or a command in a code block",
}
_COMPILED = {part: re.compile(pattern) for part, pattern in _LABELS.items()}
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
_LEAST_STEPS = 2


def labels_of(label: str) -> frozenset[Part]:
    """The parts that a label names; most labels name none."""
    plain = normal(label)
    return frozenset(part for part, pattern in _COMPILED.items() if plain and pattern.fullmatch(plain))


def is_label(label: str) -> bool:
    """Whether a label names any part."""
    return bool(labels_of(label))


_WORDS = {part: Words(re.compile(_HEADINGS[part]), _COMPILED[part], is_label) for part in Part}


class Said(NamedTuple):
    """What a part says, or the `problem` with it, and its line."""

    line: int
    text: str = ""
    problem: str = ""
    length: timedelta | None = None


def places(segments: Sequence[Segment], part: Part) -> list[Statement]:
    """Where the document speaks of a part, without what it says there of others; and the cells of such a column."""
    found = [_own(one, part) for one in statements(segments, _WORDS[part])]
    for segment in segments:
        for column, cell in segment.cells:
            if _COMPILED[part].fullmatch(normal(column)) and cell.strip():
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
        sure = [(said, value) for said, value in told if not is_doubted(said)]
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
        day = held(one, lambda label: Part.TEST in labels_of(label))
        about = [part for part in one.texts if day.observed in part.text] if day.at else one.texts
        told = about if any(part.kind == "row" or part.is_item for part in about) else one.texts
        yield day, _of_test(day.line, told)


def names(segments: Sequence[Segment], part: Part) -> list[Said]:
    """Owners, or locations: somebody, or some place."""
    found = []
    for one in places(segments, part):
        texts = [_behind(segment) for segment in one.texts]
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
    body = [one for one in statement.body if not (named := labels_of(one.label)) or part in named]
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
    texts = [_without_other(_behind(one), part) for one in statement.texts]
    for text in texts:
        if has_open_length(text) or any(is_doubted(said) and durations(said) for said in sentences(text)):
            return Said(statement.line, text, "leaves it open")
    found = [(span.value, text) for text in texts for span in durations(text)]
    if not found:
        return Said(statement.line, _first(statement), "names no duration with a unit")
    value, text = max(found)
    return Said(statement.line, text, length=value)


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
    return not is_vague(text) and not any(map(is_doubted, sentences(text))) and bool(_PLACE.search(text))


def _behind(part: Segment) -> str:
    """Of a table's row only what stands behind its first cell."""
    return part.value if part.kind == "row" and part.value else part.text


def _first(statement: Statement) -> str:
    return next((part.text for part in statement.texts), "")
