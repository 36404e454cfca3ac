"""Cobertura XML, as coverage.py, jest, coverlet, gcovr and others write it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from readiness.evidence.coverage import Coverage, Covered
from readiness.readers.base import Reader, Reading
from readiness.readers.coverage._tally import REWRITE, Points, make_coverage, refuse, total
from readiness.readers.coverage._xml import attribute, count, moment, where
from readiness.readers.source import Source
from readiness.readers.strict_xml import begins_like_xml

_CONDITIONS = re.compile(r"([0-9]{1,3}(?:[.,][0-9]{1,20})?)% ?\(([0-9]{1,9})/([0-9]{1,9})\)", re.ASCII)
_NONE = Covered(0, 0)


@dataclass(slots=True)
class _File:
    """What all classes of one source file say, merged by line."""

    lines: Points = field(default_factory=Points)
    methods: Points = field(default_factory=Points)
    branches: dict[int, Covered] = field(default_factory=dict)
    listed: Covered = _NONE
    listed_branches: Covered = _NONE


class Cobertura(Reader[Coverage]):
    """Lines are counted by file and number; a line is covered when any class of the file says so.

    Only the lines of classes count, as the totals of the tools do, not those that stand once more in methods. The
    totals may count a line of two classes once or twice; whatever else they say makes the file malformed. Rates are
    not looked at: they are rounded.
    """

    def recognises(self, source: Source) -> bool:
        """By its root `coverage` with `packages` in it, which Clover's and SonarQube's do not have."""
        if not begins_like_xml(source.head):
            return False
        return source.xml.tag == "coverage" and source.xml.find("packages") is not None

    def read(self, source: Source) -> Reading[Coverage]:
        """The counts of lines, and of branches and methods where it has them."""
        root = source.xml
        if root.tag != "coverage" or root.find("packages") is None:
            raise refuse(f"its root is <{root.tag}>, which is not <coverage> with <packages>")
        files = _files(root)
        lines = {path: file.lines.counts for path, file in files.items()}
        branches = {path: sum(file.branches.values(), _NONE) for path, file in files.items()}
        methods = {path: file.methods.counts for path, file in files.items()}
        _agree(root, "lines", {total(lines), total({p: f.listed for p, f in files.items()})})
        _agree(root, "branches", {total(branches), total({p: f.listed_branches for p, f in files.items()})})
        metrics = {"line": lines, "branch": branches, "function": methods}
        measured = {name: counts for name, counts in metrics.items() if name == "line" or total(counts).total}
        return Reading(make_coverage(measured), moment(root, "timestamp"))


def _files(root: Element) -> Mapping[str, _File]:
    files: defaultdict[str, _File] = defaultdict(_File)
    classes = list(root.iterfind("packages/package/classes/class"))
    _refuse_namesakes(root)
    for one in classes:
        _read_class(one, files[attribute(one, "filename")])
    known = sum(
        len(one.findall("lines/line")) + len(one.findall("methods/method/lines/line")) for one in classes
    )
    for tag, number in (("class", len(classes)), ("line", known)):
        if (found := sum(1 for _ in root.iter(tag))) != number:
            raise refuse(
                f"it has {found} <{tag}> elements, of which {number} stand where they belong", REWRITE
            )
    return files


def _refuse_namesakes(root: Element) -> None:
    """One class of one file in two packages: two files whose paths do not tell them apart."""
    packages: dict[tuple[str, str | None], Element] = {}
    for package in root.iterfind("packages/package"):
        for one in package.iterfind("classes/class"):
            key = (attribute(one, "filename"), one.get("name"))
            if packages.setdefault(key, package) is not package:
                message = f"{where(one)}: {key[0]} stands in two packages, and nothing tells the files apart"
                raise refuse(message, "let the paths tell the files of different packages apart")


def _read_class(one: Element, file: _File) -> None:
    lines = list(one.iterfind("lines/line"))
    for line in lines:
        _read_line(line, file)
    for method in one.iterfind("methods/method"):
        own = list(method.iterfind("lines/line"))
        if own and not lines:
            raise refuse(f"{where(one)}: a class has lines in its methods only", REWRITE)
        hits = [count(line, "hits") for line in own]
        if hits:
            key = (one.get("name"), method.get("name"), method.get("signature"), count(own[0], "number"))
            file.methods.add(key, any(hits))


def _read_line(line: Element, file: _File) -> None:
    number, hits = count(line, "number"), count(line, "hits")
    file.lines.add(number, hits > 0)
    file.listed += Covered(int(hits > 0), 1)
    if line.get("branch", "false").lower() != "true":
        return
    found = _conditions(line)
    before = file.branches.get(number)
    file.listed_branches += found
    if before is None:
        file.branches[number] = found
    elif before.total == found.total:
        file.branches[number] = max(before, found, key=lambda counts: counts.covered)
    else:
        file.branches[number] = before + found


def _conditions(line: Element) -> Covered:
    """The branches of a line: `50% (1/2)`. The percentage must fit, to within what rounding can do."""
    text = attribute(line, "condition-coverage").strip()
    found = _CONDITIONS.fullmatch(text)
    if not found:
        raise refuse(f"{where(line)}: condition-coverage={text[:40]!r} is not as in '50% (1/2)'", REWRITE)
    percent, counts = float(found[1].replace(",", ".")), Covered(int(found[2]), int(found[3]))
    if counts.covered > counts.total:
        raise refuse(f"{where(line)}: {counts.covered} of {counts.total} branches are covered", REWRITE)
    if counts.share is not None and abs(percent - float(counts.share * 100)) > 1:
        raise refuse(f"{where(line)}: {text!r} contradicts itself", REWRITE)
    return counts


def _agree(root: Element, what: str, found: set[Covered]) -> None:
    said = [
        (key, count(root, key)) for key in (f"{what}-covered", f"{what}-valid") if root.get(key) is not None
    ]
    for counts in found:
        values = {f"{what}-covered": counts.covered, f"{what}-valid": counts.total}
        if all(values[key] == number for key, number in said):
            return
    claims = ", ".join(f"{key}={number}" for key, number in said)
    sums = " or ".join(
        f"{counts.covered} of {counts.total}" for counts in sorted(found, key=lambda c: c.total)
    )
    raise refuse(f"{where(root)}: it says {claims}, and its {what} come to {sums}", REWRITE)
