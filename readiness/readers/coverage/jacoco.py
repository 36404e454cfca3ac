"""JaCoCo XML (`jacoco.xml`), as JaCoCo's Maven, Gradle and Ant reports and its command line write it.

Counters and lines: https://www.jacoco.org/jacoco/trunk/coverage/report.dtd. gcovr writes a subset.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from xml.etree.ElementTree import Element

from readiness.evidence.coverage import Coverage, Covered
from readiness.readers.base import Reader, Reading
from readiness.readers.coverage._tally import REWRITE, make_coverage, refuse
from readiness.readers.coverage._xml import attribute, count, moment, where
from readiness.readers.source import Source
from readiness.readers.strict_xml import begins_like_xml
from readiness.readers.strict_xml_stream import opening_of

_METRICS = {"LINE": "line", "BRANCH": "branch", "METHOD": "function"}
_COUNTERS = {name: key for key, name in _METRICS.items()}
_PARTS = {"report": ("group", "package"), "group": ("group", "package"), "package": ("class", "sourcefile")}
_NONE = Covered(0, 0)
Counters = Mapping[str, Covered]


class JaCoCo(Reader[Coverage]):
    """Counters are added up again from lines to the report, and each sum must be right.

    `LINE`, `BRANCH` and `METHOD` are lines, branches and functions. Instructions are of bytecode, which nobody
    wrote, and are left out. Without debug information there are no lines. The time is the last session's dump.
    """

    def recognises(self, source: Source) -> bool:
        """By its root `report` with counters, packages or groups in it."""
        if not begins_like_xml(source.head):
            return False
        opening = opening_of(source.head)
        if opening is None or opening.tag != "report":
            return False
        return any(source.xml.find(tag) is not None for tag in ("counter", "package", "group", "sessioninfo"))

    def read(self, source: Source) -> Reading[Coverage]:
        """The counts by source file."""
        root = source.xml
        if root.tag != "report":
            raise refuse(f"its root is <{root.tag}>, which is not <report>")
        said = _checked(root)
        if not said:
            raise refuse("it counts nothing", "let the report include classes, and run their tests before it")
        files = _files(root)
        metrics = {
            name: {path: one[key] for path, one in files.items() if key in one}
            for key, name in _METRICS.items()
        }
        measured = {name: counts for name, counts in metrics.items() if _COUNTERS[name] in said}
        first = "line" if "line" in measured else next(iter(measured))
        for name, counts in measured.items():
            _agree(root, _COUNTERS[name], said[_COUNTERS[name]], sum(counts.values(), _NONE), "source files")
        ends = [moment(one, "dump") for one in root.iterfind("sessioninfo")]
        return Reading(make_coverage(measured, first), _latest(ends))


def _latest(ends: Iterable[datetime | None]) -> datetime | None:
    known = [end for end in ends if end is not None]
    return max(known) if known else None


def _own(element: Element) -> Counters:
    """The counters that stand right in an element."""
    found: dict[str, Covered] = {}
    for one in element.iterfind("counter"):
        kind = attribute(one, "type")
        if kind in found:
            raise refuse(f"{where(one)}: a second counter {kind[:40]} of one element", REWRITE)
        missed, covered = count(one, "missed"), count(one, "covered")
        found[kind] = Covered(covered, covered + missed)
    return {kind: counts for kind, counts in found.items() if kind in _METRICS}


def _checked(element: Element) -> Counters:
    """The counters of a report, group or package, held against those of its parts."""
    said = _own(element)
    parts = [part for tag in _PARTS[element.tag] for part in element.iterfind(tag)]
    if element.tag == "package":
        return _package(element, said)
    sums = [_checked(part) for part in parts]
    for kind in {*said, *(kind for one in sums for kind in one)}:
        found = sum((one.get(kind, _NONE) for one in sums), _NONE)
        _agree(element, kind, said.get(kind, _NONE), found, "parts")
    return said


def _package(element: Element, said: Counters) -> Counters:
    classes = [_class(one) for one in element.iterfind("class")]
    sources = [_source(one) for one in element.iterfind("sourcefile")]
    for kind in ("LINE", "BRANCH"):
        if sources:
            found = sum((one.get(kind, _NONE) for one in sources), _NONE)
            _agree(element, kind, said.get(kind, _NONE), found, "source files")
    methods = sum((one.get("METHOD", _NONE) for one in classes or sources), _NONE)
    _agree(element, "METHOD", said.get("METHOD", _NONE), methods, "classes")
    return said


def _class(element: Element) -> Counters:
    said = _own(element)
    methods = list(element.iterfind("method"))
    if methods:
        found = sum((_own(one).get("METHOD", _NONE) for one in methods), _NONE)
        _agree(element, "METHOD", said.get("METHOD", _NONE), found, "methods")
    return said


def _source(element: Element) -> Counters:
    """The counters of a source file, held against its lines; gcovr does not say whether a line was reached."""
    said = _own(element)
    lines = list(element.iterfind("line"))
    reached = [count(one, "ci") > 0 for one in lines if one.get("ci") is not None]
    total = said.get("LINE", _NONE)
    if len(lines) != total.total or (len(reached) == len(lines) and sum(reached) != total.covered):
        found = Covered(sum(reached), len(lines))
        _agree(element, "LINE", total, found, "lines")
    branches = (
        Covered(count(one, "cb"), count(one, "cb") + count(one, "mb")) for one in lines if one.get("cb")
    )
    _agree(element, "BRANCH", said.get("BRANCH", _NONE), sum(branches, _NONE), "lines")
    return said


def _agree(element: Element, kind: str, said: Covered, found: Covered, what: str) -> None:
    if said != found:
        name = element.get("name", "")[:80]
        message = f"{where(element)}: <{element.tag}> {name!r} says {kind} {said.covered} of {said.total}"
        raise refuse(f"{message}, and its {what} come to {found.covered} of {found.total}", REWRITE)


def _files(root: Element) -> Mapping[str, Counters]:
    """Counters by path: lines and branches of source files, methods of the classes in them."""
    files: defaultdict[str, dict[str, Covered]] = defaultdict(dict)
    for prefix, package in _packages(root, ""):
        folder = f"{prefix}{package.get('name', '')}".strip("/")
        classes = list(package.iterfind("class"))
        for one in package.iterfind("sourcefile"):
            path = _joined(folder, attribute(one, "name"))
            if path in files:
                raise refuse(
                    f"{where(one)}: {path} is in it twice, and nothing tells the files apart", REWRITE
                )
            kept = _own(one)
            files[path] = {kind: counts for kind, counts in kept.items() if kind != "METHOD" or not classes}
        for one in classes:
            path = _joined(folder, one.get("sourcefilename") or attribute(one, "name").rpartition("/")[2])
            methods = _own(one).get("METHOD", _NONE)
            files[path]["METHOD"] = files[path].get("METHOD", _NONE) + methods
            if package.find("sourcefile") is None:
                for kind in ("LINE", "BRANCH"):
                    files[path][kind] = files[path].get(kind, _NONE) + _own(one).get(kind, _NONE)
    return files


def _joined(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _packages(element: Element, prefix: str) -> Iterator[tuple[str, Element]]:
    """Packages with the groups around them, which are the modules of an aggregated report."""
    for package in element.iterfind("package"):
        yield prefix, package
    for group in element.iterfind("group"):
        yield from _packages(group, f"{prefix}{group.get('name', '')}/")
