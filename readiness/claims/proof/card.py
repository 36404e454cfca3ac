"""A scorecard, made ready to be asked about claims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from readiness.claims.model import Label, Reason
from readiness.claims.proof import wording
from readiness.claims.proof.context import leads
from readiness.claims.proof.identity import another_release
from readiness.claims.proof.measures import Measured, measured
from readiness.claims.report import Line, Report
from readiness.scorecard import Scorecard


@dataclass
class Proof:
    """A scorecard, made ready to be asked about reports. `stale` says why it holds no more; empty when it does."""

    card: Scorecard
    numbers: tuple[Measured, ...] = field(init=False)
    own_words: frozenset[str] = field(init=False)
    reports: Sequence[Report] = ()
    stale: str = ""
    _leads: dict[Line, str] = field(init=False, default_factory=dict)
    _others: dict[str, str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.numbers = measured(self.card)
        release = self.card.release
        self.own_words = frozenset(wording.words(f"{release.name} {release.environment or ''}"))
        for report in self.reports:
            # The title says what the report is; any other outer heading narrows what stands below it.
            for line, text in leads(report).items():
                outer = line.section[0] if len(line.section) > 1 and line.section[0] != report.title else ""
                self._leads[line] = f"{outer} {text}".strip()
            self._others[report.name] = another_release(report, release)

    def lead(self, line: Line) -> str:
        """The text that introduces a line; empty without one."""
        return self._leads.get(line, "")

    def doubt(self, line: Line) -> str:
        """Why the scorecard can prove nothing of this report; empty when it can."""
        return self.stale or self._others.get(line.report, "")


def reason(label: Label, rule: str, message: str, arithmetic: str = "") -> Reason:
    """Why a claim has a label."""
    return Reason(label=label, rule=rule, message=message, arithmetic=arithmetic)
