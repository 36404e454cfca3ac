"""operations/chaos: faults that were injected, survived and undone, and times that are shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from readiness.check import Outcome
from readiness.evidence.chaos import Chaos, Experiment, Injection, Trial
from readiness.judge import Judgement
from readiness.testing import NOON, judge_check

START = datetime(2026, 5, 30, 10, tzinfo=UTC)


def trials(*times: float | None, **more: Any) -> tuple[Trial, ...]:
    return tuple(
        Trial(started_at=START + timedelta(hours=n), recovery_s=time, **more) for n, time in enumerate(times)
    )


def injection(words: str = "PodChaos pod-kill", done: bool = True) -> Injection:
    return Injection(name=words, words=words, done=done, problem="" if done else "its command ended with 1")


def experiment(**more: Any) -> Experiment:
    given: dict[str, Any] = {
        "tool": "ours",
        "name": "kill a pod",
        "ended": "completed",
        "injections": (injection(),),
        "probes": 1,
        "held": True,
        "ended_at": START,
    }
    return Experiment(**{**given, **more})


def judge(*experiments: Experiment, **params: Any) -> Judgement:
    written = {key.replace("_", "-"): value for key, value in params.items()}
    return judge_check("operations/chaos", written, chaos=Chaos(experiments=experiments))


def told(judgement: Judgement) -> tuple[str, str]:
    return judgement.outcome.value, judgement.summary


def test_an_experiment_that_came_to_its_end_and_held_passes() -> None:
    assert told(judge(experiment())) == ("pass", "1 experiment came to the end and held, with 0 trials")


@pytest.mark.parametrize(
    ("changes", "outcome", "reason", "message"),
    [
        ({"ended": "aborted", "ended_as": "interrupted"}, "unproven", "insufficient", "was broken off"),
        ({"ended": "running"}, "unproven", "insufficient", "is not over"),
        ({"ended": "dry", "to_undo": 1}, "unproven", "insufficient", "was a dry run"),
        (
            {"ended": "failed", "steady_before": False},
            "unproven",
            "insufficient",
            "was not met to begin with",
        ),
        ({"injections": ()}, "unproven", "missing", "no fault was injected"),
        ({"injections": (injection(done=False),)}, "unproven", "missing", "no fault was injected"),
        ({"injections": (injection(), injection("x", False))}, "unproven", "insufficient", "ended with 1"),
        ({"held": False, "deviation": "cart was slow"}, "fail", None, "steady state: cart was slow"),
        ({"held": None}, "unproven", "insufficient", "nothing looked at whether the system held"),
        (
            {"to_undo": 2, "undone": 1, "not_undone": ("db",)},
            "fail",
            None,
            "1 of 2 faults were not rolled back: db",
        ),
        ({"trials": trials(None)}, "fail", None, "the system did not recover"),
        ({"trials": trials(1.0, data_lost=3)}, "fail", None, "data were lost: 3"),
        ({"trials": trials(1.0, contained=False)}, "fail", None, "the fault spread"),
    ],
)
def test_what_is_not_survived_or_not_shown_is_no_pass(
    changes: dict[str, Any], outcome: str, reason: str | None, message: str
) -> None:
    found = judge(experiment(**changes))
    assert (found.outcome, found.reason) == (outcome, reason)
    assert any(message in finding.message for finding in found.findings)


def test_an_experiment_at_which_nobody_looked_may_warn_where_the_policy_says_so() -> None:
    assert judge(experiment(held=None), unobserved="warn").outcome is Outcome.WARN


@pytest.mark.parametrize(("seen", "outcome"), [(None, "unproven"), (2, "fail"), (0, "pass")])
def test_a_policy_may_ask_for_a_system_that_is_steady_throughout(seen: int | None, outcome: str) -> None:
    assert judge(experiment(unsteady_meanwhile=seen), steady="throughout").outcome == outcome
    assert judge(experiment(unsteady_meanwhile=seen)).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("fault", "words", "covered"),
    [
        ("pod-kill", "pod-delete", True),
        ("pod-kill", "chaosk8s.pod.actions terminate_pods app=cart", True),
        ("pod-kill", "NetworkChaos delay", False),
        ("network-delay", "NetworkChaos delay", True),
        ("network-delay", "pod-network-latency", True),
        ("network-delay", "remove network latency", False),
        ("network-delay", "IOChaos latency disk", False),
        ("network-partition", "NetworkChaos partition", True),
        ("cpu", "StressChaos stressors cpu", True),
        ("cpu", "stop cpu stress", False),
        ("memory", "pod-memory-hog", True),
        ("disk", "disk-fill", True),
        ("database-down", "kill the primary database", True),
        ("database-down", "restore database", False),
        ("node-down", "node-drain", True),
        ("dns", "pod-dns-error", True),
        ("clock", "TimeChaos", True),
        ("zone-down", "az outage", True),
        ("process-kill", "./shop.sh kill", True),
        ("dependency-down", "abort upstream calls", True),
        ("visa offline", "toxiproxy visa offline", True),
        ("visa offline", "toxiproxy visa", False),
        ("psp", "block adyen now", True),
        ("psp", "psp", False),
    ],
)
def test_faults_are_known_by_the_words_of_what_was_done(fault: str, words: str, covered: bool) -> None:
    found = judge(experiment(injections=(injection(words),)), faults=[fault], words={"psp": ["adyen block"]})
    assert found.outcome == ("pass" if covered else "unproven")


def test_a_fault_that_is_missing_or_too_rare_is_told_with_what_to_do() -> None:
    found = judge(experiment(), faults=["dns", "pod-kill"], min_trials=2)
    assert [(f.reason, f.message) for f in found.findings if f.outcome is Outcome.UNPROVEN] == [
        ("missing", "the fault dns was not injected: no action is it"),
        ("insufficient", "the fault pod-kill was injected 1 times"),
    ]
    assert (
        judge(experiment(trials=trials(1.0, 1.0)), faults=["pod-kill"], min_trials=2).outcome is Outcome.PASS
    )


def test_a_fault_that_had_no_effect_covers_nothing() -> None:
    found = judge(experiment(), experiment(injections=(injection("dns", False),)), faults=["dns"])
    assert any("the action that was to be it had no effect" in f.message for f in found.findings)


@pytest.mark.parametrize(
    ("times", "outcome", "message"),
    [
        ((40.0,), "unproven", "the mean of 1 trial is 40s, and with 95% confidence only at most 779.8s"),
        (
            (40.0, 41.0, 39.0),
            "pass",
            "the mean of 3 trials is 40s, and with 95% confidence it is at most 146.8s",
        ),
        ((160.0, 170.0), "unproven", "only at most"),
        ((900.0, 905.0, 890.0), "fail", "with 95% confidence it is at least 428"),
        (
            (1.0, 1.0, 1.0, 310.0, *[1.0] * 30),
            "unproven",
            "but the slowest of them took 310s, and so may the next",
        ),
        ((1.0, 1.0, 1.0, 30.0), "pass", "recoveries differ more widely"),
    ],
)
def test_a_mean_time_to_recovery_is_judged_by_its_bound(
    times: tuple[float, ...], outcome: str, message: str
) -> None:
    found = judge(experiment(trials=trials(*times)), max_mttr="5m")
    assert found.outcome == outcome
    assert any(message in f.message for f in found.findings)


def test_too_few_trials_are_told_how_many_would_do() -> None:
    found = judge(experiment(trials=trials(100.0, 102.0)), max_mttr="3m")
    assert (
        found.findings[-1].next
        == "run 12 trials in all; as many as fast as these would do, or fewer that are faster"
    )
    enough = judge(experiment(trials=trials(*[101.0] * 12)), max_mttr="3m")
    assert (enough.outcome, judge(experiment(trials=trials(*[101.0] * 11)), max_mttr="3m").outcome) == (
        "pass",
        "unproven",
    )


def test_a_mean_over_its_limit_asks_for_speed_and_not_for_trials() -> None:
    found = judge(experiment(trials=trials(400.0)), max_mttr="5m")
    assert (found.outcome, found.findings[-1].next) == (
        "unproven",
        "recover faster: the mean itself is over the limit",
    )


def test_the_mean_is_that_of_each_fault_unless_all_are_asked_for() -> None:
    quick = experiment(trials=trials(*[1.0] * 5))
    slow = experiment(injections=(injection("dns"),), trials=trials(200.0))
    assert judge(quick, slow, max_mttr="5m").outcome is Outcome.UNPROVEN
    assert judge(quick, quick, max_mttr="5m", mttr_of="all").outcome is Outcome.PASS


def test_a_point_warns_at_best() -> None:
    def point(*times: float) -> str:
        return judge(experiment(trials=trials(*times)), max_mttr="1m", confidence="point").outcome

    assert (point(*[10.0] * 5), point(*[10.0] * 4), point(*[70.0] * 4)) == ("warn", "unproven", "fail")


def test_a_recovery_that_is_only_bounded_does_not_prove_that_it_was_slow() -> None:
    slow = experiment(trials=trials(*[900.0] * 5, is_bound=True))
    assert judge(slow, max_mttr="5m").outcome is Outcome.UNPROVEN
    assert judge(slow, max_recovery="5m").outcome is Outcome.UNPROVEN
    assert judge(experiment(trials=trials(900.0)), max_recovery="5m").outcome is Outcome.FAIL


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"tells": ["data-lost"]}, "nothing tells `data_lost`"),
        ({"tells": ["contained"]}, "nothing tells `contained`"),
        ({"max_detection": "10s"}, "nothing tells when the fault was detected"),
    ],
)
def test_what_every_trial_must_tell_is_unproven_where_it_does_not(
    params: dict[str, Any], message: str
) -> None:
    found = judge(experiment(trials=trials(1.0)), **params)
    assert (found.outcome, found.reason) == ("unproven", "missing")
    assert message in found.summary
    assert judge(experiment(), **params).reason == "missing"


def test_a_detection_that_took_too_long_fails() -> None:
    late = experiment(trials=trials(60.0, detection_s=30.0))
    assert (judge(late, max_detection="10s").outcome, judge(late, max_detection="30s").outcome) == (
        "fail",
        "pass",
    )


def test_an_experiment_gets_too_old() -> None:
    found = judge(experiment(), max_age="7d")
    assert found.findings[-1].until == START + timedelta(days=7)
    old = judge_check(
        "operations/chaos",
        {"max-age": "7d"},
        now=START + timedelta(days=8),
        chaos=Chaos(experiments=(experiment(),)),
    )
    assert (old.outcome, old.reason) == ("unproven", "stale")
    assert judge(experiment(ended_at=None), max_age="7d").reason == "undated"
    assert judge(experiment(ended_at=NOON + timedelta(days=1)), max_age="7d").reason == "malformed"


@pytest.mark.parametrize(
    "params",
    [{"max-mttr": "0s"}, {"faults": ["-"]}, {"confidence": "40%"}, {"min-trials": 0}, {"words": {"a": []}}],
)
def test_params_that_ask_for_nothing_are_refused(params: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        judge_check("operations/chaos", params, chaos=Chaos(experiments=(experiment(),)))


TIMES = st.lists(st.floats(0.1, 1000), min_size=1, max_size=8)


@settings(max_examples=40, deadline=None)
@given(TIMES, st.data())
def test_a_slower_recovery_is_never_judged_better(times: list[float], data: st.DataObject) -> None:
    which = data.draw(st.sampled_from(range(len(times))))
    slower = list(times)
    slower[which] *= data.draw(st.floats(1, 10))
    params = {"max_mttr": "5m", "max_recovery": "10m"}
    before = judge(experiment(trials=trials(*times)), **params).outcome
    after = judge(experiment(trials=trials(*slower)), **params).outcome
    assert after.rank >= before.rank


def test_what_ended_in_the_future_is_malformed_without_a_limit_of_age_too() -> None:
    found = judge(experiment(ended_at=NOON + timedelta(hours=1)), experiment(name="other"))
    assert (found.outcome, found.reason) == ("unproven", "malformed")
    assert found.summary == "kill a pod: it ended at 2026-06-01 13:00 UTC, in the future"
