"""operations/dashboards: what they show, and how fast they come."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from readiness.check import Outcome
from readiness.evidence.endpoint import Endpoint, FailedTry, HttpAnswer
from readiness.evidence.model import Reason
from readiness.judge import Judgement
from tests.checks.operations.monitored import facts, judged, live, said

URL = "https://grafana/api/dashboards/uid/a"


def panel(*exprs: str, **more: Any) -> dict[str, Any]:
    targets = [{"expr": one} for one in exprs]
    return {"type": "stat", "title": "P", "datasource": {"type": "prometheus"}, "targets": targets, **more}


def shown(
    folder: Path, *panels: dict[str, Any], params: dict[str, Any] | None = None, **slots: Any
) -> Judgement:
    text = json.dumps({"uid": "a", "title": "Checkout", "schemaVersion": 39, "panels": list(panels)})
    return judged("dashboards", params or {}, dashboards=facts("dashboards", text, folder), **slots)


@pytest.mark.parametrize("wanted", ["a", "Checkout", "Check*"])
def test_a_dashboard_that_is_required_is_found(wanted: str, tmp_path: Path) -> None:
    assert shown(tmp_path, panel("up"), params={"required": [wanted]}).outcome is Outcome.PASS


def test_a_dashboard_that_is_not_there_fails(tmp_path: Path) -> None:
    judgement = shown(tmp_path, panel("up"), params={"required": ["Payment"]})
    assert (judgement.outcome, judgement.summary) == (Outcome.FAIL, "there is no dashboard Payment")


@pytest.mark.parametrize(
    "panels",
    [
        (),
        ({"type": "text", "title": "Hello"},),
        ({"type": "row", "title": "R", "panels": []},),
        (panel(),),
        ({**panel(), "targets": [{"expr": "up", "hide": True}]},),
    ],
    ids=["none", "text", "row", "no query", "hidden"],
)
def test_a_dashboard_without_a_query_fails(panels: tuple[dict[str, Any], ...], tmp_path: Path) -> None:
    assert shown(tmp_path, *panels).outcome is Outcome.FAIL


def test_a_query_without_an_expression_shows_nothing(tmp_path: Path) -> None:
    judgement = shown(tmp_path, panel(""))
    assert (judgement.outcome, judgement.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)


def test_metrics_must_exist_in_rows_too(tmp_path: Path) -> None:
    row = {"type": "row", "title": "R", "panels": [panel("gone_total")]}
    assert shown(tmp_path, panel("up"), row, prometheus=live("up", "gone_total")).outcome is Outcome.PASS
    judgement = shown(tmp_path, panel("up"), row, prometheus=live("up"))
    assert (judgement.outcome, judgement.findings[0].observed) == (Outcome.FAIL, "no such metric")


def test_a_dashboard_of_variables_alone_cannot_be_looked_up(tmp_path: Path) -> None:
    judgement = shown(tmp_path, panel("rate(${metric}[5m])"), prometheus=live("up"))
    assert (judgement.outcome, judgement.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)


def test_names_that_did_not_come_show_nothing(tmp_path: Path) -> None:
    assert shown(tmp_path, panel("up"), prometheus=live()).outcome is Outcome.UNPROVEN


def test_library_panels_are_noted(tmp_path: Path) -> None:
    judgement = shown(tmp_path, panel("up"), {"libraryPanel": {"name": "Lib"}})
    assert (judgement.outcome, "Lib" in said(judgement)) == (Outcome.PASS, True)


def grafana(ms: float = 100, status: int = 200, document: Any = None, **more: Any) -> tuple[Endpoint, ...]:
    body = {"dashboard": {"uid": "a"}} if document is None else document
    return (
        Endpoint(url=URL, http=(HttpAnswer(status=status, elapsed_ms=ms, json=body, is_json=True),), **more),
    )


FAILED = FailedTry(attempt=2, elapsed_ms=1, reason=Reason.UNREACHABLE, message="refused", remedy="start it")


@pytest.mark.parametrize(
    ("endpoint", "outcome"),
    [
        (grafana(), Outcome.PASS),
        (grafana(1001), Outcome.FAIL),
        (grafana(status=401), Outcome.UNPROVEN),
        (grafana(document={"message": "login"}), Outcome.UNPROVEN),
        (grafana(failures=(FAILED,)), Outcome.UNPROVEN),
        ((), Outcome.UNPROVEN),
        ((Endpoint(url=URL),), Outcome.UNPROVEN),
    ],
    ids=["good", "slow", "401", "login", "failed", "none", "not asked"],
)
def test_a_dashboard_must_come_in_time(
    endpoint: tuple[Endpoint, ...], outcome: Outcome, tmp_path: Path
) -> None:
    judgement = shown(tmp_path, panel("up"), params={"max-load-time": "1s"}, endpoint=endpoint)
    assert judgement.outcome is outcome, said(judgement)
