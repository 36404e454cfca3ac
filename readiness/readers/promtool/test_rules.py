"""What `promtool test rules` prints.

A file without any test is a `SUCCESS` too (tried with 3.15), and nothing names what ran. So text that only succeeds
shows nothing, while what failed is what it is.
"""

from __future__ import annotations

import re

from readiness.evidence.model import Reason, Unproven
from readiness.evidence.promtool import Promtool, RuleSuite
from readiness.readers.base import Reader, Reading
from readiness.readers.source import Source

_OUTCOME = re.compile(r"^  (SUCCESS|FAILED):?[ \t]*$", re.M)
_ALERT = re.compile(r"^\s+(?:alertname|expr): ?(.{1,200}?),? time: ", re.M)
_JUNIT = "use promtool test rules --junit=FILE, and keep that file"


class TestRules(Reader[Promtool]):
    """Lines of SUCCESS and FAILED, one for each file of tests."""

    __test__ = False

    def recognises(self, source: Source) -> bool:
        """Text with such lines, which `check rules` does not begin with what it checks."""
        if source.head.lstrip()[:1] in (b"<", b"{", b"["):
            return False
        return bool(_OUTCOME.search(source.text)) and not source.text.lstrip().startswith("Checking ")

    def read(self, source: Source) -> Reading[Promtool]:
        """The failures. Unproven (insufficient) when there are none, since nothing tells that a test ran."""
        failed = _OUTCOME.findall(source.text).count("FAILED")
        if not failed:
            message = (
                "it says SUCCESS, as promtool does for a file without any test too: nothing tells what ran"
            )
            raise Unproven(Reason.INSUFFICIENT, message, _JUNIT)
        names = tuple(dict.fromkeys(_ALERT.findall(source.text)))[:20]
        suite = RuleSuite(name="promtool test rules", tests=failed, failures=failed, failed=names)
        return Reading(Promtool(suites=(suite,)))
