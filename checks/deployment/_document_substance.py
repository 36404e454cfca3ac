"""What each item of a rollback document must hold: a number, a name, a version, a day, not only a heading."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from ._document_commands import commands_of
from ._document_items import Item, Statement
from ._document_quantities import durations, is_threshold
from ._document_text import Segment


class Answer(NamedTuple):
    """What one statement says, or the `problem` with it, and the line of that."""

    line: int
    observed: str = ""
    problem: str = ""
    length: timedelta | None = None


_VAGUE = re.compile(
    r"(?i)\W*(?:tbd|todo|tbc|n\W?a|none|never|nobody|no one|noone|someone|somebody|anyone|anybody|everyone|everybody"
    r"|whoever\b.*|unknown|unassigned|pending|vacant|open|names?|owners?|person|the team|team|us|we|all|all of us|yes"
    r"|no|ok|done|x|see\b.*|as (?:above|below|usual)|same\b.*|(?:not )?(?:yet )?(?:assigned|defined|decided|known|named"
    r"|documented|agreed|set)|not applicable)?\W*",
)
_UNSETTLED = re.compile(
    r"(?i)\b(?:unassigned|vacant|unclear|unknown|not (?:yet )?(?:been )?(?:assigned|named|decided|known|agreed"
    r"|appointed|clear|tested|written|defined|measured)"
    r"|(?:yet |still |will )?(?:to )?be (?:named|assigned|decided|defined|announced|agreed|confirmed"
    r"|determined|measured|tested)\b|no (?:decision )?owner)\b"
)
_VALUE = (
    r"(?:\d[\w./%-]*|ok|healthy|up|ready|running|true|synced|green|pass(?:es|ed)?|zero|none|no (?:errors|rows|output)"
    r"|success(?:ful)?(?:ly)?\b|complete[ds]?|\"[^\"]+\"|'[^']+'|“[^”]+”)(?![\w-])"
)
_EXPECTED = re.compile(
    r"(?i)(?:\breturns?|\brespon(?:ds?|se)(?: with)?|\banswers?(?: with)?|\bshows?|\bprints?|\breports?|\bexpect\w*"
    r"|\bequals?|==?|\bis|\bare|\bbe|\bstays?(?: at)?|\breads?|\bsays?|→|->|=>)"
    rf":?\s(?:(?:an?|the|https?|status|code|exactly|all|version|with|back|at)\s){{0,3}}{_VALUE}"
)
_COMPARED_IN_CODE = re.compile(r"(?:==?|-eq|grep -[a-z]*q[a-z]*)\s?\S")
_MEASURED = re.compile(
    r"(?i)\b(?:curl|wget|kubectl|helm|psql|https?|grpcurl|select|get|post|error|failure|success|(?:5|4)xx|latency|p\d{2,3}"
    r"|response|availability|throughput|rates?|requests?|errors?|orders?|replicas?|pods?|status|version|metrics?|alerts?"
    r"|queue|lag|cpu|memory|conversion|checkouts?|logins?|payments?)\b|(?<!\w)/[\w-]+"
)
_NOT_APPLICABLE = re.compile(
    r"(?i)^\W*(?:(?:not applicable|n/?a|none|nothing|does not apply)\b|no(?=\W*$|[.,:;]))"
)
_FILLER = re.compile(
    r"(?i)\b(?:(?:to|for|in) (?:this|the|our) (?:\w+ )?(?:release|service|change|version)|for now|here|yet"
    r"|at (?:the moment|present)|currently|at all|applicable|needed)\b"
)
_AT_LEAST = re.compile(
    r"(?i)(?:(?<!no )(?<!not )(?<!never )\b(?:(?:more|longer) than|over|above|beyond|exceed\w*|from)"
    r"|\bat least|\bminimum(?: of)?|[>≥]=?)\s*(?:about |around )?$"
)
_OR_MORE = re.compile(r"(?i)\s?(?:\+|(?:or|and) (?:more|longer|above|up))")
_DATA = re.compile(
    r"(?i)\breversible|\bdown[ -]?migrations?|\bdowngrad|\b(?:back|for)wards?[ -]compatib|\bexpand\b.{0,20}\bcontract"
    r"|\brestor|\bbackups?\b|\bsnapshots?\b|\bpoint[ -]in[ -]time"
    r"|\bno (?:schema|data|database)? ?(?:changes?|migrations?)|\bmigrate\b|\balembic|\bflyway|\bliquibase"
    r"|\b(?:un|re)do\b|\brevert|\broll\w* ?back|\badditive\b"
    r"|\bold(?:er)? code"
)
_ONE_WAY = re.compile(
    r"(?i)\birreversible|\bnot (?:\w+ )?(?:reversible|revertible|backwards?[ -]compatible)|\bone[ -]way\b"
    r"|\b(?:cannot|can't|can not|impossible to|no way to) (?:be )?(?:\w+ )?(?:undo|undone|revert|roll|reverse)"
    r"|\bno (?:\w+ )?(?:down[ -]?migrations?|backups?|snapshots?|way back)|\bwithout (?:a |any )?(?:backups?|down)"
)
_OTHER_WAY = re.compile(
    r"(?i)\brestor\w+ (?:\w+ ){0,4}(?:from|backup|snapshot)|\bpoint[ -]in[ -]time|(?<!no )\bsnapshots?\b"
    r"|\broll(?:ing)? forward|\bfix(?:ing)? forward|\bexpand\b.{0,20}\bcontract|(?<!not )\bbackwards?[ -]compatible"
    r"|(?<!no )(?<!without )\bbackups?\b"
)
_VERSION = re.compile(
    r"(?i)(?<![\d.])(?<![\d.][vV])v?(\d{1,6}(?:\.\d{1,6}){1,2}(?:[-+][0-9a-z][0-9a-z.-]*)?)(?!\.?\d)(?!\w)"
    r"(?!\s?(?:%|percent|per ?cent|ms|s|secs?|seconds?|m|mins?|minutes?|h|hours?|d|days?|[kmgt]i?b|x)(?!\w))"
    r"|\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])([0-9a-f]{7,40})\b|\bsha256:([0-9a-f]{64})\b"
    r"|\b(?:revision|build|release|rev|tag|version)\s?#?v?(\d{1,9})\b(?![.\d])"
)
_LEFT_BEHIND = re.compile(
    r"(?i)\b(?:from|replac\w+|instead of|leav\w+|withdraw\w*|undo\w*|not|than)"
    r"\s(?:(?!to\b)[a-z]+\s){0,2}[\w/-]{0,60}:?v?$"
)


def triggers(statement: Statement) -> Answer:
    """A number with its unit, compared or within a window."""
    for part in statement.texts:
        if is_threshold(part.text):
            return Answer(part.line, part.text)
    return _lacking(statement, "names no number with a unit that somebody could compare")


def owner(statement: Statement) -> Answer:
    """Somebody, by name or role."""
    for part in statement.texts:
        if _UNSETTLED.search(_said(part)):
            return Answer(part.line, part.text, "says that nobody is named yet")
    for part in statement.texts:
        if not _VAGUE.fullmatch(_said(part)) and re.search(r"[^\W\d_]{2}", _said(part)):
            return Answer(part.line, _said(part))
    return _lacking(statement, "names nobody")


def verification(statement: Statement) -> Answer:
    """A command or a metric, and the value that it must show."""
    runs = any(True for code in statement.code for _ in commands_of(code))
    for part in statement.texts:
        if is_threshold(part.text, window_suffices=False):
            return Answer(part.line, part.text)
        if _EXPECTED.search(part.text) and (runs or _MEASURED.search(part.text)):
            return Answer(part.line, part.text)
    for code in statement.code if runs else ():
        for offset, line in enumerate(code.text.split("\n")):
            comment = line.partition("#")[2]
            if _EXPECTED.search(f"is {comment.strip()}") if comment else _COMPARED_IN_CODE.search(line):
                return Answer(code.line + offset, line.strip())
    return _lacking(statement, "gives no command or metric together with the value that is expected")


def data(statement: Statement) -> Answer:
    """Whether data can go back, or `not applicable` and why."""
    said = " ".join(part.text for part in statement.texts)
    for part in statement.texts:
        if _UNSETTLED.search(part.text):
            return Answer(part.line, part.text, "leaves open what becomes of the data")
        if _ONE_WAY.search(part.text) and not _OTHER_WAY.search(said):
            problem = "says that data cannot go back, and names no backup and no other way"
            return Answer(part.line, part.text, problem)
    for part in statement.texts:
        if _NOT_APPLICABLE.match(part.text):
            reason = re.findall(r"[^\W\d_]{2,}", _FILLER.sub(" ", _NOT_APPLICABLE.sub("", part.text)))
            if len(reason) < 3:
                return Answer(part.line, part.text, "says that it does not apply, and not why")
            return Answer(part.line, part.text)
    found = next((part for part in statement.texts if _DATA.search(part.text)), None)
    if found:
        return Answer(found.line, found.text)
    return _lacking(statement, "does not say whether data and migrations can go back")


def time(statement: Statement) -> Answer:
    """How long it takes: the longest of the durations that it names."""
    if open_ := next((part for part in statement.texts if _UNSETTLED.search(part.text)), None):
        return Answer(open_.line, open_.text, "leaves open how long it takes")
    found = [(span.value, part) for part in statement.texts for span in durations(part.text)]
    if found and not any(_bounded(part.text) for _, part in found):
        return Answer(found[0][1].line, found[0][1].text, "names only the least time that it takes")
    if not found:
        return _lacking(statement, "names no duration with a unit, such as 10 minutes")
    length, part = max(found, key=lambda pair: pair[0])
    if not length:
        return Answer(part.line, part.text, "names a duration of zero")
    return Answer(part.line, part.text, length=length)


def _bounded(text: str) -> bool:
    """Whether a duration of the text is more than a lower end, as `at least 10 minutes` is."""
    return any(
        not _AT_LEAST.search(text[max(0, span.start - 40) : span.start])
        and not _OR_MORE.match(text, span.end)
        for span in durations(text)
    )


def versions(statement: Statement) -> Iterator[tuple[str, Segment]]:
    """Every version, commit, digest or revision that it goes back to; those it goes back *from* are left out."""
    heading = Segment("text", statement.line, statement.name)
    for part in (heading, *statement.texts):
        for found in _VERSION.finditer(part.text):
            if not _LEFT_BEHIND.search(part.text[max(0, found.start() - 90) : found.start()]):
                yield next(group for group in found.groups() if group), part


def content(statement: Statement) -> Answer:
    """Anything at all below a heading."""
    said = [part for part in (*statement.texts, *statement.code) if not _VAGUE.fullmatch(part.text)]
    return Answer(said[0].line, said[0].text) if said else _lacking(statement, "says nothing")


JUDGES: Mapping[Item, Callable[[Statement], Answer]] = {
    Item.TRIGGERS: triggers,
    Item.OWNER: owner,
    Item.VERIFICATION: verification,
    Item.DATA: data,
    Item.TIME: time,
}


def _said(part: Segment) -> str:
    """Of a table's row only what stands behind its first cell."""
    return part.value if part.kind == "row" and part.value else part.text


def _lacking(statement: Statement, problem: str) -> Answer:
    is_empty = not any(part.text.strip() for part in statement.body if part.kind != "heading")
    return Answer(statement.line, _first(statement.body), "is empty" if is_empty else problem)


def _first(parts: Sequence[Segment]) -> str:
    return next((part.text for part in parts if part.kind != "heading" and part.text.strip()), "")
