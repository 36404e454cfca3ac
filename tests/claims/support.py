"""Reading reports for the tests of the claim audit."""

from __future__ import annotations

from pathlib import Path

from readiness.claims.audit import audit
from readiness.claims.model import Audit, Claim, Label
from readiness.claims.reading import read_report
from readiness.scorecard import Scorecard

FIXTURES = Path(__file__).parent / "fixtures"


def audited(folder: Path, text: str, card: Scorecard | None = None) -> Audit:
    """The audit of one report."""
    path = folder / "report.md"
    path.write_text(text, encoding="utf-8")
    return audit([read_report(path)], card)


def refuted(made: Audit) -> list[Claim]:
    """The claims that are contradicted or inconsistent."""
    return [claim for claim in made.claims if claim.label in (Label.CONTRADICTED, Label.SELF_INCONSISTENT)]


def rules(made: Audit) -> set[tuple[int, str]]:
    """The line and the rule of everything that the reports refute themselves."""
    return {
        (claim.line, reason.rule)
        for claim in made.claims
        for reason in claim.reasons
        if reason.label is Label.SELF_INCONSISTENT
    }
