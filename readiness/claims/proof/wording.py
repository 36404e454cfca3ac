"""Which words of a claim name a metric, which name a thing, and which say nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable

from readiness.claims.numbers import Quantity, masked
from readiness.claims.report import Line
from readiness.claims.rules._columns import cell
from readiness.claims.status import WORD, Status, without_symbols
from readiness.claims.units import COUNT, RATE, SHARE, TIME

_PERCENTILE = re.compile(
    r"\bp\s?(\d{2}(?:\.\d)?)(?!\d)|\b(\d{2}(?:\.\d)?)(?:th|st|nd|rd) percentile", re.IGNORECASE
)
_MEAN = re.compile(r"\b(?:mean|average|avg)\b", re.IGNORECASE)
_MAX = re.compile(r"\b(?:max(?:imum)?|slowest|worst)\b", re.IGNORECASE)
_LATENCY = re.compile(r"\b(?:latency|latencies|response times?|request times?|durations?)\b", re.IGNORECASE)
_ERRORS = re.compile(r"\b(?:error rate|failure rate|errors?|failed requests)\b", re.IGNORECASE)
_SUCCESS = re.compile(r"\bsuccess(?:ful)?(?: rate| requests)?\b", re.IGNORECASE)
_COVERAGE = re.compile(r"\b(?:(line|branch|function|statement)s? )?coverage\b", re.IGNORECASE)
_THROUGHPUT = re.compile(
    r"\b(?:throughput|rps|requests per second|req(?:uest)?s?/s(?:ec)?|request rate|rate)\b", re.IGNORECASE
)
_REQUESTS = re.compile(r"\brequests\b", re.IGNORECASE)
_TESTS = re.compile(r"\btests?\b", re.IGNORECASE)
_TESTS_KIND = re.compile(r"\b(passed|passing|pass|failed|failing|failures|skipped)\b", re.IGNORECASE)
_COUNTED_TESTS = re.compile(r"\s?(tests?|passed|failed|failures|skipped)\b", re.IGNORECASE)
_TEST_ROLES = {"test": "total", "pass": "passed", "fail": "failed", "skip": "skipped"}
_TARGET = re.compile(
    r"\b(?:targets?|limit|threshold|goal|slo|objective|required|budget|expected|minimum)\b", re.IGNORECASE
)
# Words that neither name a thing nor narrow a claim.
_NEUTRAL = frozenset(
    """
    a all an and api are at below by checks code complete data each endpoint endpoints enforced every
    for from had has have http https in is it its of on our over per percent percentile release request
    requests response responses service services sec second seconds status system target targets test
    tests testing than that the they this time times to total under value was were with within mean
    average avg max maximum min minimum latency throughput rate error errors failure failures failed
    fail coverage covered line lines branch branches median measured achieved actual result results
    observed limit threshold goal slo met keeps kept stays remains load sustained overall suite suites
    th rps passed pass passing skipped success successful ops req executed run ran metric performance
    less more least most functions statements function statement not no above up ms number count
    executed yes
    """.split()  # noqa: SIM905 - a list of words reads better as text
)
# Words that make a claim stronger than what a check says.
STRONG = frozenset(
    {"no", "zero", "none", "never", "all", "every", "always", "any", "fully", "without", "complete"}
)
_GOOD = frozenset(part for word, how in WORD.items() if how is Status.GOOD for part in word.split())
_BAD = frozenset(part for word, how in WORD.items() if how is Status.BAD for part in word.split())
_HEADING = frozenset(
    """
    performance results result load testing test tests benchmarks benchmark summary validation validated
    metrics metric readiness production phase report quality reliability verification analysis key
    details critical path overview section execution numbers measurements slo slos objectives targets
    checklist release code executive status gate gates evidence category categories
    coverage latency throughput errors error rate scorecard go criteria value values column note notes
    """.split()  # noqa: SIM905 - a list of words reads better as text
)


def metric_of(clause: str, one: Quantity, context: str, behind: str = "") -> str:
    """What a number measures, by the words of its clause and then of its line; empty when they do not tell.

    `behind` is the text that follows the number.
    """
    if one.dimension == TIME:
        return _latency(clause) or _latency(context)
    if one.dimension == RATE:
        return "throughput" if _THROUGHPUT.search(f"{context} {one.text}") else ""
    if one.dimension == SHARE:
        return _share(clause) or _share(context)
    counted = _COUNTED_TESTS.match(behind)
    if counted and _TESTS.search(context):
        passed = re.match(
            r"\s?tests? (?:cases? )?(?:all |were |have |are )?(pass|fail|skip)", behind, re.IGNORECASE
        )
        if passed:
            return f"tests {_TEST_ROLES[passed[1].lower()]}"
        return f"tests {_TEST_ROLES[counted[1].lower()[:4]]}"
    return "requests" if one.dimension == COUNT and _is_of_requests(context, behind) else ""


def _is_of_requests(context: str, behind: str) -> bool:
    return bool(_REQUESTS.match(behind.strip())) or bool(not behind.strip() and _REQUESTS.search(context))


def _latency(text: str) -> str:
    found = [name for name, pattern in (("mean", _MEAN), ("max", _MAX)) if pattern.search(text)]
    found += [f"p{float(one[1] or one[2]):g}" for one in _PERCENTILE.finditer(text)]
    return f"latency {found[0]}" if len(set(found)) == 1 else ""


def _share(text: str) -> str:
    if found := _COVERAGE.search(text):
        return f"coverage {(found[1] or 'line').lower()}"
    if _ERRORS.search(text):
        return "errors"
    return "success" if _SUCCESS.search(text) and not _TESTS.search(text) else ""


def is_target(clause: str) -> bool:
    """Whether a clause states what is wanted, rather than what is."""
    return _TARGET.search(clause) is not None


def tells_of_tests(text: str) -> bool:
    """Whether a fraction in the text counts tests."""
    return _TESTS.search(text) is not None and _TESTS_KIND.search(text) is not None


def words(text: str) -> set[str]:
    """The words of a text in lower case, without plural; also `v3`, and a single letter that names something."""
    plain = masked(re.sub(r"\bp\d{2}(?:\.\d)?\b", " ", without_symbols(text), flags=re.IGNORECASE))
    plain = plain.replace("'s", " ").replace("\u2019s", " ")
    single = {word.lower() for word in re.findall(r"(?<![\w.'\u2019])[B-HJ-Z](?![\w'\u2019])", plain)}
    single |= {word.lower() for word in re.findall(r"(?<![\w.])[A-Za-z]{1,12}\d{1,6}(?![\w.]*\d)", plain)}
    letters = re.findall(r"[^\W\d_]+", plain.lower())
    return single | {word for word in letters if len(word) > 1 or not word.isascii()}


def unread(text: str) -> set[str]:
    """What of a text is a version, a date or an address: no word and no number, and yet a part of the claim."""
    return {text[found.start() : found.end()].lower() for found in re.finditer(r"\x1f+", masked(text))}


def stem(word: str) -> str:
    """A word without its plural."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def things(line: Line, known: Iterable[str] = (), around: str = "") -> set[str]:
    """The words of a claim, of the headings over it and of what introduces it that name or narrow something."""
    said = words(subject(line)) - _NEUTRAL - _said_well(line)
    headings = line.section[1:] or line.section
    said |= words(f"{' / '.join(headings)} / {around}") - _HEADING - _NEUTRAL - _GOOD
    return (said - set(known)) | unread(subject(line))


def _said_well(line: Line) -> frozenset[str]:
    """The words by which a line says that it stands well; those for the contrary narrow or deny it."""
    return _GOOD if line.status in (Status.GOOD, None) else _GOOD | _BAD


def subject(line: Line) -> str:
    """The text of a claim, without the column of its target."""
    if line.kind != "row":
        return line.text
    kept = [cell(line, i) for i, name in enumerate(line.columns) if not is_target(name)]
    return " | ".join(kept)
