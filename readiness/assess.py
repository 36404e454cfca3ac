"""The whole gate."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from readiness.decision import decide
from readiness.gather import Sources, gather
from readiness.judge import judge
from readiness.policy.rules import Policy
from readiness.scorecard import Run, Scorecard
from readiness.scorecard.make import make_scorecard
from readiness.version import version
from readiness.waivers import refuse_unknown_objects, waive


def assess(
    policy: Policy,
    sources: Sources,
    now: datetime,
    run: Run | None = None,
    tell: Callable[[str], object] = str,
) -> Scorecard:
    """Judge one release by one policy. `tell` hears the name of each evidence before it is read.

    Forks nothing and touches no global state. Raises PolicyError when a waiver names an object that is nowhere.
    """
    evidence = gather(policy, sources, now, tell)
    judged = judge(policy, evidence, now)
    refuse_unknown_objects(policy.waivers, judged, evidence)
    results = waive(judged, policy.waivers, now)
    verdict = decide(results, policy.layers, policy.overrides)
    return make_scorecard(policy, evidence, results, verdict, run or anonymous_run(now))


def anonymous_run(now: datetime) -> Run:
    """A run of which nothing is known but its time and the version of the tool."""
    return Run(id="", judged_at=now, readiness_version=version(), plugins=(), ci={}, root="")
