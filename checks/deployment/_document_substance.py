"""What each item of a rollback document must hold: a number, a name, a version, a day, not only a heading."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from readiness.evidence.documents.commands import commands_of
from readiness.evidence.documents.doubt import is_doubted, is_unsettled, sentences
from readiness.evidence.documents.durations import durations
from readiness.evidence.documents.open_lengths import has_open_length
from readiness.evidence.documents.people import has_left, is_somebody, is_vague
from readiness.evidence.documents.segments import Segment
from readiness.evidence.documents.statements import Statement

from ._document_answer import Answer, lacking, spoken
from ._document_data import data
from ._document_items import Item
from ._document_thresholds import is_threshold

_WHOEVER_ON_DUTY = re.compile(
    r"(?i)\W*whoever (?:is|was) (?:currently )?on[ -](?:call|duty)\b(?=.*[^\W\d_]{2})"
)
_DENIES_A_TRIGGER = re.compile(
    r"(?i)\b(?:never|not|cannot|\w+n't|avoid|refuse to|no need to|rather than|instead of|without)\b[^,:]{0,30}"
    r"\b(?:roll|abort|go(?:ing)? back|trigger|stop|revert)|\b(?:no|not an?) (?:reason|trigger|ground|cause"
    r"|criterion)"
    r"|^\W*(?:ignore|tolerate|accept)\b"
    r"|\bno (?:action|need)\b|\b(?:not|n't) matter|\b(?:nobody|no one) (?:minds?|cares?|looks?|acts?)\b"
    r"|\b(?:incident|outage|post-?mortem)s? (?:of|in|on|from)\b"
)
_ACTS = re.compile(r"(?i)\b(?:roll(?:ing|s|ed)?[ -]?back|abort|revert|go(?:ing)? back|undo)\b")
_AS_USUAL = re.compile(
    r"(?i)\b(?:normal(?:ly)?|usual(?:ly)?|typical(?:ly)?|on average|in general|today|currently|at present|at best"
    r"|yesterday|so far|last (?:week|month|quarter|year)|in (?:recent|past) (?:weeks|months)|in the load tests?"
    r"|promis\w+|guarantee\w*|allows?|tolerat\w+|budgeted|acceptable|fine|okay)\b"
)
_AGAINST_USUAL = re.compile(
    r"(?i)\b(?:above|over|than|times|x|below|under|against|of|from|worse than)\s(?:(?:the|its|our|what is)\s){0,2}"
    r"(?:normal|usual|typical|baseline|average|yesterday|last week)\b"
)
_OF_SERVICE = re.compile(
    r"(?i)\b(?:handles?|serves?|receives?|process(?:es)?|sells?|peaks?|capacity|retention|quota|team|people|engineers"
    r"|colleagues|employees|customers use|users (?:use|visit|have)|rolled out|rollout|canary|traffic (?:goes|is sent)"
    r"|deploys?|deployed|releases? (?:go|goes)|starts?|contract|licen[cs]e|takes)\b"
)
_SYMPTOM = re.compile(
    r"(?i)\b(?:errors?|fail\w*|5xx|4xx|latenc\w+|slow\w*|p\d{2,3}|time-?outs?|crash\w*|restart\w*|stuck|down|downtime"
    r"|unavailab\w+|unhealthy|not ready|drop\w*|fall\w*|fewer|less|below|exceed\w*|ris(?:es?|ing)|spik\w+|degrad\w+"
    r"|alerts?|pages|complain\w*|complaints|tickets|burn\w*|saturat\w+|lag|queue\w*|reject\w*|lost|los[es]\w*|missing"
    r"|declin\w+|abandon\w*|exceptions?|oom\w*|leak\w*|out of)\b"
)
_DENIES_A_CHECK = re.compile(
    r"(?i)\b(?:never|nobody|no one|skip\w*|not|\w+n't|cannot|no need to|forget|without)\b[^,:]{0,20}"
    r"\b(?:check|verif|look|watch|test|measur|confirm|validat|ask|return|respon|answer|show|report)"
)
_VALUE = (
    r"(?:\d[\w./%-]*|ok|healthy|up|ready|running|true|synced|green|pass(?:es|ed)?|zero|none|no (?:errors"
    r"|rows|output)"
    r"|success(?:ful)?(?:ly)?\b|complete[ds]?|\"[^\"]+\"|'[^']+'|“[^”]+”)(?![\w-])"
)
_EXPECTED = re.compile(
    r"(?i)(?:\breturns?|\brespon(?:ds?|se)(?: with)?|\banswers?(?: with)?|\bshows?|\bprints?|\breports?|\bexpect\w*"
    r"|\bequals?|==?|\bis|\bare|\bbe|\bstays?(?: at)?|\breads?|\bsays?|→|->|=>)"
    rf":?\s(?:(?:an?|the|https?|status|code|exactly|all|version|with|back|at)\s){{0,3}}{_VALUE}"
)
_COMPARED_IN_CODE = re.compile(r"(?:==?|-eq|grep -[a-z]*q[a-z]*)\s?\S")
_MEASURED = re.compile(
    r"(?i)\b(?:curl|wget|kubectl|helm|psql|https?|grpcurl|select|get|post|error|failure|success|(?:5|4)xx"
    r"|latency|p\d{2,3}"
    r"|response|availability|throughput|rates?|requests?|errors?|orders?|replicas?|pods?|status|version"
    r"|metrics?|alerts?"
    r"|queue|lag|cpu|memory|conversion|checkouts?|logins?|payments?)\b|(?<!\w)/[\w-]+"
)
_AT_LEAST = re.compile(
    r"(?i)(?:(?<!no )(?<!not )(?<!never )\b(?:(?:more|longer) than|over|above|beyond|exceed\w*|from)"
    r"|\bat least|\bminimum(?: of)?|[>≥]=?)\s*(?:about |around )?$"
)
_OR_MORE = re.compile(r"(?i)\s?(?:\+|(?:or|and) (?:more|longer|above|up))")
_RELATIVE = re.compile(r"(?i)\s(?:after|before)\b")


def triggers(statement: Statement) -> Answer:
    """A number with its unit, compared or within a window."""
    for part, said in spoken(statement):
        if not is_threshold(said) or _DENIES_A_TRIGGER.search(said) or is_doubted(said):
            continue
        if not _describes(part.text, said):
            return Answer(part.line, part.text)
    return lacking(statement, "names no number with a unit that somebody could compare")


def _describes(whole: str, said: str) -> bool:
    """Whether the number tells how things are, or what is planned, and not when to act."""
    if _ACTS.search(said):
        return False
    if _AS_USUAL.search(_AGAINST_USUAL.sub(" ", said)):
        return True
    return bool(_OF_SERVICE.search(said)) and not _SYMPTOM.search(whole)


def owner(statement: Statement) -> Answer:
    """Somebody, by name or role."""
    for part in statement.texts:
        if is_unsettled(part.said):
            return Answer(part.line, part.text, "says that nobody is named yet")
        if has_left(part.said):
            return Answer(part.line, part.text, "names somebody who does not decide any more")
    for part in statement.texts:
        if any(map(_names_somebody, sentences(part.said))):
            return Answer(part.line, part.said)
    return lacking(statement, "names nobody")


def _names_somebody(said: str) -> bool:
    return bool(_WHOEVER_ON_DUTY.match(said)) or is_somebody(said)


def verification(statement: Statement) -> Answer:
    """A command or a metric, and the value that it must show."""
    runs = any(True for code in statement.code for _ in commands_of(code))
    for part, said in spoken(statement):
        if _DENIES_A_CHECK.search(said) or is_doubted(said):
            continue
        if is_threshold(said, window_suffices=False):
            return Answer(part.line, part.text)
        if _EXPECTED.search(said) and (runs or _MEASURED.search(part.text)):
            return Answer(part.line, part.text)
    for code in statement.code if runs else ():
        for offset, line in enumerate(code.text.split("\n")):
            comment = line.partition("#")[2]
            if _EXPECTED.search(f"is {comment.strip()}") if comment else _COMPARED_IN_CODE.search(line):
                return Answer(code.line + offset, line.strip())
    return lacking(statement, "gives no command or metric together with the value that is expected")


def time(statement: Statement) -> Answer:
    """How long it takes: the longest of the durations that it names."""
    if open_ := next((part for part in statement.texts if _leaves_time_open(part)), None):
        return Answer(open_.line, open_.text, "leaves open how long it takes")
    found = [(span.value, part) for part in statement.texts for span in durations(part.text)]
    if found and not any(_bounded(part.text) for _, part in found):
        return Answer(found[0][1].line, found[0][1].text, "names only the least time that it takes")
    if not found:
        return lacking(statement, "names no duration with a unit, such as 10 minutes")
    length, part = max(found, key=lambda pair: pair[0])
    if not length:
        return Answer(part.line, part.text, "names a duration of zero")
    return Answer(part.line, part.text, length=length)


def _leaves_time_open(part: Segment) -> bool:
    if is_unsettled(part.text) or has_open_length(part.said):
        return True
    return any(is_doubted(said) and durations(said) for said in sentences(part.text))


def _bounded(text: str) -> bool:
    """Whether a duration of the text is more than a lower end, as `at least 10 minutes` is."""
    return any(
        not _AT_LEAST.search(text[max(0, span.start - 40) : span.start])
        and not _OR_MORE.match(text, span.end)
        and not _RELATIVE.match(text, span.end)
        for span in durations(text)
    )


def content(statement: Statement) -> Answer:
    """Anything at all below a heading."""
    said = [part for part in (*statement.texts, *statement.code) if not is_vague(part.text)]
    return Answer(said[0].line, said[0].text) if said else lacking(statement, "says nothing")


JUDGES: Mapping[Item, Callable[[Statement], Answer]] = {
    Item.TRIGGERS: triggers,
    Item.OWNER: owner,
    Item.VERIFICATION: verification,
    Item.DATA: data,
    Item.TIME: time,
}
