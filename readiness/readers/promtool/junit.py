"""`promtool test rules --junit=FILE`: a suite for each file of tests, a case for each test in it."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from readiness.evidence.model import Reason, Unproven
from readiness.evidence.promtool import Promtool, RuleSuite
from readiness.readers.base import Reader, Reading
from readiness.readers.source import Source

_AGAIN = "write it again with promtool test rules --junit=FILE"
_SHOWN = 20
_HEAD = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}\?>\s*)?<testsuites>\s*<testsuite name=\"[^\"]*\" tests=\"\d+\" failures=\"\d+\""
    rb" errors=\"\d+\" skipped=\"\d+\" timestamp=\"[^\"]*\"\s*/?>"
)
_OTHERS = re.compile(rb"<testcase[^>]* (?:classname|time|file)=")


class Junit(Reader[Promtool]):
    """Cases are recounted; a header that disagrees is refused. Its times have no zone: stamp the file."""

    def recognises(self, source: Source) -> bool:
        """Suites as promtool heads them, whose cases have neither a class nor a time, as those of others do."""
        return bool(_HEAD.match(source.head)) and not _OTHERS.search(source.head)

    def read(self, source: Source) -> Reading[Promtool]:
        """Every suite. Unproven (missing) when no test ran."""
        root = source.xml
        if root.tag != "testsuites":
            raise Unproven(Reason.MALFORMED, f"its root is {root.tag[:40]}, and not testsuites", _AGAIN)
        suites = tuple(map(_suite, root))
        if not sum(one.tests for one in suites):
            raise Unproven(
                Reason.MISSING, "no test ran", "write unit tests of the rules, and name their files"
            )
        return Reading(Promtool(suites=suites))


def _suite(node: Element) -> RuleSuite:
    if node.tag != "testsuite":
        raise Unproven(Reason.MALFORMED, f"it holds {node.tag[:40]}, where a testsuite is meant", _AGAIN)
    name = node.get("name", "")[:300]
    cases = [one for one in node if one.tag == "testcase"]
    bad = [one for one in cases if any(part.tag in ("failure", "error") for part in one.iter())]
    skipped = [one for one in cases if any(part.tag == "skipped" for part in one.iter())]
    counted = {"tests": len(cases), "failures+errors": len(bad), "skipped": len(skipped)}
    told = {
        "tests": _number(node, "tests"),
        "failures+errors": _number(node, "failures") + _number(node, "errors"),
        "skipped": _number(node, "skipped"),
    }
    if counted != told:
        message = f"the suite {name!r} tells {told}, and its cases are {counted}"
        raise Unproven(Reason.MALFORMED, message, _AGAIN)
    return RuleSuite(
        name=name,
        tests=len(cases) - len(skipped),
        failures=len(bad),
        failed=tuple(one.get("name", "")[:200] for one in bad[:_SHOWN]),
    )


def _number(node: Element, key: str) -> int:
    text = node.get(key, "0")
    if not text.isdecimal() or not text.isascii() or len(text) > 9:
        raise Unproven(Reason.MALFORMED, f"{key} is {text[:40]!r}, and no count", _AGAIN)
    return int(text)
