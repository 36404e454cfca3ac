"""operations/slo-defined: objectives with a share, a window and an alert."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from readiness.check import Outcome
from readiness.judge import Judgement
from tests.checks.operations.monitored import facts, judged, live, said
from tests.support import FIXTURES

SLOTH, OPEN = ((FIXTURES / "monitoring" / "slo" / name).read_text() for name in ("sloth.yml", "openslo.yml"))


def defined(text: str, folder: Path, params: dict[str, Any] | None = None, **slots: Any) -> Judgement:
    return judged("slo-defined", params or {}, slo=facts("slo", text, folder), **slots)


@pytest.mark.parametrize("text", [SLOTH, OPEN], ids=["sloth", "openslo"])
def test_an_objective_that_is_whole_passes(text: str, tmp_path: Path) -> None:
    params = {"services": ["checkout"], "min-objective": "99.9%", "min-window": "28d", "alerting": "pages"}
    judgement = defined(text, tmp_path, params)
    assert (judgement.outcome, judgement.findings[0].count) == (Outcome.PASS, 1)


@pytest.mark.parametrize(
    ("text", "old", "new", "message"),
    [
        (SLOTH, "service: checkout", "service: payment", "the service checkout has no objective"),
        (SLOTH, "99.9", "99.8", "is 99.8%, and 99.9% is the least"),
        (SLOTH, "99.9", "100", "it leaves no budget"),
        (OPEN, "0.999", "1", "it leaves no budget"),
        (OPEN, "28d", "1h", "is measured over 1h, and 1d is the least"),
        (OPEN, "28d", "soon", "a window that is no duration: soon"),
        (OPEN, "  timeWindow: [{duration: 28d, isRolling: true}]\n", "", "has no window"),
        (OPEN, "[fast-burn]", "[]", "nobody is told"),
        (SLOTH, "{labels: {severity: critical}}", "{disable: true}", "nobody is told"),
    ],
)
def test_an_objective_that_lacks_something_fails(
    text: str, old: str, new: str, message: str, tmp_path: Path
) -> None:
    assert old in text
    params = {"services": ["checkout"], "min-objective": "99.9%"}
    judgement = defined(text.replace(old, new, 1), tmp_path, params)
    assert judgement.outcome is Outcome.FAIL
    assert message in said(judgement)


def test_a_ticket_is_an_alert_and_wakes_nobody(tmp_path: Path) -> None:
    text = SLOTH.replace("{labels: {severity: critical}}", "{disable: true}").replace(
        "ticket_alert: {disable: true}", "ticket_alert: {}"
    )
    assert defined(text, tmp_path).outcome is Outcome.PASS
    assert defined(text, tmp_path, {"alerting": "pages"}).outcome is Outcome.FAIL


def test_metrics_of_indicators_must_exist(tmp_path: Path) -> None:
    assert defined(SLOTH, tmp_path, prometheus=live("checkout_requests_total")).outcome is Outcome.PASS
    assert defined(SLOTH, tmp_path, prometheus=live("up")).outcome is Outcome.FAIL
    assert defined(SLOTH, tmp_path, prometheus=live()).outcome is Outcome.UNPROVEN
