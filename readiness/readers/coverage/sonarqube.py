"""SonarQube's generic test coverage, which gcovr and many converters write.

Elements: https://docs.sonarsource.com/sonarqube-server/analyzing-source-code/test-coverage/generic-test-data.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

from readiness.evidence.coverage import Coverage, Covered
from readiness.readers.base import Reader, Reading
from readiness.readers.coverage._tally import REWRITE, Points, make_coverage, refuse, total
from readiness.readers.coverage._xml import attribute, count, covered, where
from readiness.readers.source import Source
from readiness.readers.strict_xml import begins_like_xml
from readiness.readers.strict_xml_stream import opening_of

_NONE = Covered(0, 0)
_SAID = {"true": True, "false": False}


class SonarQube(Reader[Coverage]):
    """Lines and branches by file. A line that is there twice is covered when either says so.

    The format has no sums and no time.
    """

    def recognises(self, source: Source) -> bool:
        """By its root `coverage` of version 1, without Cobertura's packages and Clover's project."""
        if not begins_like_xml(source.head):
            return False
        opening = opening_of(source.head)
        if opening is None or opening.tag != "coverage" or opening.attributes.get("version") != "1":
            return False
        return all(source.xml.find(tag) is None for tag in ("packages", "project"))

    def read(self, source: Source) -> Reading[Coverage]:
        """The counts by file."""
        root = source.xml
        if root.tag != "coverage" or root.get("version") != "1":
            raise refuse(f"its root is <{root.tag}>, which is not <coverage version='1'>")
        lines: dict[str, Covered] = {}
        branches: dict[str, Covered] = {}
        for element in root.iterfind("file"):
            path = attribute(element, "path")
            if path in lines:
                raise refuse(f"{where(element)}: {path} is in it twice", REWRITE)
            lines[path], branches[path] = _file(element)
        _refuse_strays(root)
        metrics = {"line": lines, "branch": branches}
        return Reading(
            make_coverage({name: one for name, one in metrics.items() if name == "line" or total(one).total})
        )


def _refuse_strays(root: Element) -> None:
    known = {"file": len(root.findall("file")), "lineToCover": len(root.findall("file/lineToCover"))}
    for tag, number in known.items():
        if (found := sum(1 for _ in root.iter(tag))) != number:
            message = f"it has {found} <{tag}> elements, of which {number} stand where they belong"
            raise refuse(message, REWRITE)
    if not known["file"]:
        raise refuse("it tells of no source file", "run the tests with coverage before the gate")


def _file(element: Element) -> tuple[Covered, Covered]:
    points = Points()
    branches: dict[int, Covered] = {}
    for line in element.iterfind("lineToCover"):
        number = count(line, "lineNumber")
        reached = _SAID.get(attribute(line, "covered").strip())
        if reached is None:
            raise refuse(
                f"{where(line)}: covered={line.get('covered', '')[:40]!r} is neither true nor false", REWRITE
            )
        points.add(number, reached)
        found = _branches(line, reached)
        before = branches.get(number, _NONE)
        # As in Cobertura: the same line told of twice is one line, unless its branches differ.
        same = before.total == found.total
        branches[number] = max(before, found, key=lambda one: one.covered) if same else before + found
    return points.counts, sum(branches.values(), _NONE)


def _branches(line: Element, reached: bool) -> Covered:
    if line.get("branchesToCover") is None and line.get("coveredBranches") is None:
        return _NONE
    found = covered(line, "coveredBranches", "branchesToCover")
    if found.covered and not reached:
        raise refuse(f"{where(line)}: a line that is not covered has branches that are", REWRITE)
    return found
