"""operations/alert-drill: how long it takes until somebody is told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.check import Outcome
from readiness.evidence.alert_drill import AlertDrills, Drill
from readiness.evidence.model import Reason
from readiness.judge import Judgement
from readiness.testing import NOON
from tests.checks.operations.monitored import judged


def after(start: datetime, seconds: float | None) -> datetime | None:
    return None if seconds is None else start + timedelta(seconds=seconds)


def drill(
    fires_s: float | None = 90,
    told_s: float | None = 120,
    *,
    days_ago: float = 1,
    alert: str = "CheckoutDown",
) -> Drill:
    start = NOON - timedelta(days=days_ago)
    return Drill(
        alert=alert,
        fault="scaled to 0",
        fault_at=start,
        firing_at=after(start, fires_s),
        delivered_at=after(start, told_s),
        waited_until=start + timedelta(hours=1),
    )


def drilled(*drills: Drill, **params: Any) -> Judgement:
    return judged("alert-drill", params, drills=AlertDrills(drills=drills))


def test_a_drill_that_was_told_in_time_passes_until_it_is_old() -> None:
    judgement = drilled(drill(), alerts=["Checkout*"])
    (finding,) = judgement.findings
    assert (judgement.outcome, finding.count) == (Outcome.PASS, 1)
    assert finding.until == NOON + timedelta(days=89)


@pytest.mark.parametrize(
    ("fires_s", "told_s", "params", "message"),
    [
        (None, None, {}, "did not fire until 2026-05-31 13:00 UTC, after: scaled to 0"),
        (90, None, {}, "fired, and nobody was told"),
        (90, 601, {}, "took 10m 1s from the fault until somebody was told"),
        (90, 120, {"max-firing": "1m"}, "took 1m 30s from the fault until it fired"),
        (90, 200, {"max-delivery": "1m"}, "took 1m 50s from firing until somebody was told"),
    ],
)
def test_each_leg_has_its_limit(fires_s: float, told_s: float, params: dict[str, Any], message: str) -> None:
    judgement = drilled(drill(fires_s, told_s), **params)
    assert judgement.outcome is Outcome.FAIL
    assert message in judgement.summary


def test_the_worst_of_several_drills_counts() -> None:
    assert drilled(drill(), drill(None, None)).outcome is Outcome.FAIL
    assert drilled(drill(), drill(None, None, days_ago=200)).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("drills", "params", "reason"),
    [
        ((), {}, Reason.MISSING),
        ((drill(),), {"alerts": ["PaymentDown"]}, Reason.MISSING),
        ((drill(days_ago=91),), {}, Reason.STALE),
        ((drill(), drill(days_ago=91, alert="A")), {"alerts": ["A"]}, Reason.STALE),
        ((drill(days_ago=-1),), {}, Reason.MALFORMED),
    ],
    ids=["none", "another", "old", "old among others", "future"],
)
def test_what_was_not_drilled_lately_shows_nothing(
    drills: tuple[Drill, ...], params: dict[str, Any], reason: Reason
) -> None:
    judgement = drilled(*drills, **params)
    assert (judgement.outcome, judgement.reason) == (Outcome.UNPROVEN, reason)


@settings(max_examples=40, deadline=None)
@given(fires=st.floats(1, 500), told=st.floats(0, 700), worse=st.floats(0, 700))
def test_a_slower_drill_is_never_better(fires: float, told: float, worse: float) -> None:
    first, second = drilled(drill(fires, fires + told)), drilled(drill(fires, fires + told + worse))
    assert second.outcome.rank >= first.outcome.rank
