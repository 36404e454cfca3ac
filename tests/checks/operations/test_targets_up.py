"""operations/targets-up: what is scraped, and up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from readiness.check import Outcome
from readiness.evidence.model import Reason
from readiness.evidence.prometheus import Target, Trouble
from readiness.judge import Judgement
from tests.checks.operations.monitored import facts, judged, live, said, target
from tests.support import FIXTURES


def scraped(*targets: Target, **params: Any) -> Judgement:
    return judged("targets-up", params, prometheus=live(targets=targets, pools={"checkout": 0, "dropped": 2}))


def test_targets_that_are_up_pass() -> None:
    judgement = scraped(target(), target(name="b"), jobs={"checkout": 2})
    assert (judgement.outcome, judgement.findings[0].count) == (Outcome.PASS, 2)


@pytest.mark.parametrize(
    ("targets", "params", "outcome", "message"),
    [
        ((), {}, Outcome.UNPROVEN, "scrapes nothing"),
        ((target(),), {"jobs": {"payment": 1}}, Outcome.UNPROVEN, "the job payment has no target"),
        ((target(),), {"jobs": {"dropped": 1}}, Outcome.UNPROVEN, "relabelling drops 2 targets"),
        ((target(),), {"jobs": {"checkout": 2}}, Outcome.FAIL, "has 1 target, and 2 is the least"),
        ((target(), target(health="down")), {}, Outcome.FAIL, "1 of 2 targets of checkout are up (50%)"),
        ((target(), target(health="unknown")), {}, Outcome.UNPROVEN, "1 were not scraped yet"),
        ((target(), target("other", "down")), {}, Outcome.FAIL, "0 of 1 target of other"),
        ((target(ago_s=301),), {}, Outcome.UNPROVEN, "was scraped 5m 1s ago"),
        ((target(ago_s=-301),), {}, Outcome.UNPROVEN, "was scraped"),
        ((target(ago_s=None),), {}, Outcome.UNPROVEN, "at no known time"),
    ],
)
def test_what_is_not_scraped_or_not_up_does_not_pass(
    targets: tuple[Target, ...], params: dict[str, Any], outcome: Outcome, message: str
) -> None:
    judgement = scraped(*targets, **params)
    assert judgement.outcome is outcome
    assert message in said(judgement)


def test_a_policy_may_bear_some_that_are_down() -> None:
    targets = [target(name=str(n), health="down" if n == 0 else "up") for n in range(10)]
    assert scraped(*targets, **{"min-up": "90%"}).outcome is Outcome.PASS
    assert scraped(*targets, **{"min-up": "91%"}).outcome is Outcome.FAIL


def test_only_the_jobs_that_are_named_count() -> None:
    assert scraped(target(), target("other", "down"), jobs={"checkout": 1}).outcome is Outcome.PASS


def test_every_job_of_the_configuration_must_be_scraped(tmp_path: Path) -> None:
    text = (FIXTURES / "monitoring" / "prometheus" / "prometheus.yml").read_text()
    config = facts("prometheus-config", text, tmp_path)
    seen = live(targets=(target(), target("prometheus")), pools={"dropped": 1})
    judgement = judged("targets-up", {}, prometheus=seen, config=config)
    assert (judgement.outcome, judgement.findings[0].object) == (Outcome.UNPROVEN, "Job/dropped")


def test_targets_that_did_not_come_show_nothing() -> None:
    trouble = Trouble(Reason.UNREACHABLE, "it answers 503")
    judgement = judged("targets-up", {}, prometheus=live(troubles={"targets": trouble}))
    assert (judgement.outcome, judgement.reason) == (Outcome.UNPROVEN, Reason.UNREACHABLE)
    assert judged("targets-up", {}, prometheus=live()).reason is Reason.MISSING
