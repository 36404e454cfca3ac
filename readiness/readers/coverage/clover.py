"""Clover XML, as OpenClover, PHPUnit, jest and other users of Istanbul, and gcovr write it.

Attributes: https://openclover.org/doc/manual/latest/general--about-openclover-code-metrics.html. Istanbul calls lines
statements, marks a line with branches `cond`, and gives their number in `truecount` and `falsecount` together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from readiness.evidence.coverage import Coverage, Covered
from readiness.readers.base import Reader, Reading
from readiness.readers.coverage._tally import REWRITE, Points, make_coverage, refuse
from readiness.readers.coverage._xml import attribute, count, covered, moment, where
from readiness.readers.source import Source
from readiness.readers.strict_xml import begins_like_xml
from readiness.readers.strict_xml_stream import opening_of

_NONE = Covered(0, 0)
_KINDS = {"statement": "statements", "branch": "conditionals", "function": "methods"}
_TYPES = frozenset({"stmt", "cond", "method"})
Metrics = Mapping[str, Covered]


@dataclass(frozen=True, slots=True)
class _File:
    """One file: its own sums, and its lines. `alike` says of which dialects it can be."""

    path: str
    said: Metrics
    lines: Covered
    is_istanbul: bool
    is_clover: bool


class Clover(Reader[Coverage]):
    """Sums are added up again from the lines to the project, and each must be right.

    A line is covered when one of its statements is. Statements are told of where they are not lines under another
    name, as in Istanbul's reports; conditionals are branches, methods functions. Tests (`testproject`) do not count.
    """

    def recognises(self, source: Source) -> bool:
        """By its root `coverage` with a `project` in it."""
        if not begins_like_xml(source.head):
            return False
        opening = opening_of(source.head)
        return opening is not None and opening.tag == "coverage" and source.xml.find("project") is not None

    def read(self, source: Source) -> Reading[Coverage]:
        """The counts by file."""
        root = source.xml
        project = root.find("project")
        if root.tag != "coverage" or project is None:
            raise refuse(f"its root is <{root.tag}>, which is not <coverage> with <project>")
        if len(root.findall("project")) > 1:
            raise refuse(f"{where(root)}: it is of several projects", "write a report for each")
        elements = list(_elements(project))
        _refuse_strays(project, elements)
        files = [_file(one) for one in elements]
        _refuse_twins(files)
        _check_sums(project)
        is_istanbul = _is_istanbul(root, files)
        metrics = {name: {file.path: file.said[name] for file in files} for name in _KINDS}
        metrics["line"] = {file.path: file.lines for file in files}
        if is_istanbul:
            metrics["line"] = metrics.pop("statement")
        measured = {
            name: counts
            for name, counts in metrics.items()
            if name == "line" or sum(counts.values(), _NONE).total
        }
        return Reading(make_coverage(measured), moment(root, "generated") or moment(project, "timestamp"))


def _elements(project: Element) -> Iterator[Element]:
    yield from project.iterfind("file")
    yield from project.iterfind("package/file")


def _refuse_strays(project: Element, files: Sequence[Element]) -> None:
    if (found := sum(1 for _ in project.iter("file"))) != len(files):
        message = f"it has {found} <file> elements, of which {len(files)} stand where they belong"
        raise refuse(message, REWRITE)
    if not files:
        raise refuse("it tells of no source file", "run the tests with coverage before the gate")


def _refuse_twins(files: Sequence[_File]) -> None:
    path, times = Counter(file.path for file in files).most_common(1)[0]
    if times > 1:
        raise refuse(f"{path} is in it {times} times, and nothing tells the files apart", REWRITE)


def _metrics(element: Element) -> Metrics:
    own = element.find("metrics")
    if own is None:
        raise refuse(f"{where(element)}: <{element.tag}> has no metrics", REWRITE)
    return {name: covered(own, f"covered{key}", key) for name, key in _KINDS.items()}


def _check_sums(project: Element) -> None:
    """Hold the sums of packages against their files, and those of the project against both."""
    for element in (*project.iterfind("package"), project):
        own = element if element.find("metrics") is not None else None
        if own is None:
            if element is project:
                raise refuse(f"{where(project)}: <project> has no metrics", REWRITE)
            continue
        said = _metrics(own)
        parts = [
            _metrics(one) for one in (_elements(element) if element is project else element.iterfind("file"))
        ]
        for name, key in _KINDS.items():
            found = sum((part[name] for part in parts), _NONE)
            if found != said[name]:
                message = (
                    f"{where(element)}: <{element.tag}> says {said[name].covered} of {said[name].total} {key}"
                )
                raise refuse(f"{message}, and its files come to {found.covered} of {found.total}", REWRITE)


def _file(element: Element) -> _File:
    """A file whose lines fit its sums in one dialect or another."""
    path = element.get("path") or attribute(element, "name")
    said = _metrics(element)
    lines = list(element.iterfind("line"))
    points = Points()
    for line in lines:
        kind = attribute(line, "type")
        if kind not in _TYPES:
            raise refuse(f"{where(line)}: type={kind[:40]!r} is no kind of line", REWRITE)
        if kind != "method":
            points.add(count(line, "num"), _is_reached(line))
    found = _istanbul(lines), _clover(lines)
    fits = [_fits(said, one) for one in found]
    if not any(fits):
        nearest = found[1]
        name = next(name for name in _KINDS if said[name] != nearest[name])
        message = f"{where(element)}: {path} says {said[name].covered} of {said[name].total} {_KINDS[name]}"
        sums = f"{nearest[name].covered} of {nearest[name].total}"
        raise refuse(f"{message}, and its lines come to {sums}", REWRITE)
    return _File(path, said, points.counts, *fits)


def _is_reached(line: Element) -> bool:
    """OpenClover gives a condition no count, but how often it was true and false."""
    if line.get("count") is not None:
        return count(line, "count") > 0
    return count(line, "truecount") + count(line, "falsecount") > 0


def _istanbul(lines: Sequence[Element]) -> Metrics:
    """As Istanbul counts: each line is a statement; it lists no methods."""
    statements = [_is_reached(line) for line in lines if line.get("type") != "method"]
    branches = [line for line in lines if line.get("type") == "cond"]
    hit = sum(count(line, "truecount") for line in branches)
    return {
        "statement": Covered(sum(statements), len(statements)),
        "branch": Covered(hit, hit + sum(count(line, "falsecount") for line in branches)),
        "function": _methods(lines),
    }


def _clover(lines: Sequence[Element]) -> Metrics:
    """As Clover counts: a condition is beside its statement, and has two outcomes."""
    statements = [_is_reached(line) for line in lines if line.get("type") == "stmt"]
    outcomes = [
        count(line, key) > 0
        for line in lines
        if line.get("type") == "cond"
        for key in ("truecount", "falsecount")
    ]
    return {
        "statement": Covered(sum(statements), len(statements)),
        "branch": Covered(sum(outcomes), len(outcomes)),
        "function": _methods(lines),
    }


def _methods(lines: Sequence[Element]) -> Covered:
    methods = [_is_reached(line) for line in lines if line.get("type") == "method"]
    return Covered(sum(methods), len(methods))


def _fits(said: Metrics, found: Metrics) -> bool:
    """PHPUnit covers a method only when all of it was run; Istanbul, and gcovr, list no methods or conditions."""
    methods = found["function"]
    if methods.total and (
        said["function"].total != methods.total or said["function"].covered > methods.covered
    ):
        return False
    return said["statement"] == found["statement"] and said["branch"] == found["branch"]


def _is_istanbul(root: Element, files: Sequence[_File]) -> bool:
    """Whether statements are lines under another name; where both dialects fit, by the version that it always says."""
    if not all(file.is_istanbul for file in files):
        if not all(file.is_clover for file in files):
            raise refuse("its files are counted in different ways", REWRITE)
        return False
    return not all(file.is_clover for file in files) or root.get("clover") == "3.2.0"
