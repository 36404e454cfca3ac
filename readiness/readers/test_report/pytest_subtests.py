"""JUnit XML of pytest with subtests, whose header counts passed subtests that the file does not hold."""

from __future__ import annotations

from typing import ClassVar

from readiness.readers.source import Source
from readiness.readers.test_report.junit import JUnit


class PytestSubtests(JUnit):
    """As JUnit XML, but the header may count more tests than there are cases, and only the cases count.

    Nothing in the file tells this from a report that has lost cases, so it is never chosen by content: a policy
    has to say `format: pytest-subtests`. Seen in pytest 9.
    """

    cases_may_lack: ClassVar[bool] = True

    def recognises(self, source: Source) -> bool:  # noqa: ARG002 - the contract's
        """Never: it must be named."""
        return False
