"""What promtool said of rules: of their unit tests, and of their form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from readiness.evidence.model import Facts, Value


class RuleSuite(Value, frozen=True, kw_only=True):
    """One file of unit tests; `tests` and `failures` are counted by case, and `failed` names the first of them."""

    name: str
    tests: int
    failures: int
    failed: tuple[str, ...] = ()


class CheckedFile(Value, frozen=True, kw_only=True):
    """One file of rules that `promtool check rules` looked at; `rules` is how many it found."""

    name: str
    rules: int = 0
    error: str = ""


class Promtool(Facts, frozen=True, kw_only=True):
    """The suites that ran, and the files that were checked."""

    kind: ClassVar[str] = "promtool"
    suites: tuple[RuleSuite, ...] = ()
    checked: tuple[CheckedFile, ...] = ()

    def summary(self) -> Mapping[str, object]:
        """How many cases, failures, files and rules."""
        return {
            "tests": sum(one.tests for one in self.suites),
            "failures": sum(one.failures for one in self.suites),
            "checked_rules": sum(one.rules for one in self.checked),
            "errors": sum(1 for one in self.checked if one.error),
        }
