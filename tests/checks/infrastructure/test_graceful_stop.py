"""infrastructure/graceful-stop."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.check import Outcome
from readiness.evidence.model import Reason
from readiness.judge import Judgement
from readiness.testing import judge_check
from tests.checks.infrastructure.manifest_sets import bad, service, set_of, workload

CHECK = "infrastructure/graceful-stop"


def judged(hook: Any = None, params: dict[str, Any] | None = None, **pod: Any) -> Judgement:
    container: dict[str, Any] = {"name": "web"}
    if hook is not None:
        container["lifecycle"] = {"preStop": hook}
    return judge_check(CHECK, params or {}, manifests=set_of(workload(containers=[container], **pod)))


def exec_(*command: str) -> dict[str, Any]:
    return {"exec": {"command": list(command)}}


def test_the_default_of_thirty_seconds_passes() -> None:
    assert judged().summary == "1 workload with a grace period of at least 10s"


@pytest.mark.parametrize("grace", [0, 1, 9, -1])
def test_a_shorter_grace_period_fails_with_its_measure(grace: int) -> None:
    (finding,) = bad(judged(terminationGracePeriodSeconds=grace))
    assert finding.message == f"Deployment/prod/shop has {grace} s to stop"
    assert finding.object == "Deployment/prod/shop"
    assert finding.measure is not None
    assert (finding.measure.value, finding.measure.limit, finding.measure.better) == (grace, 10, "higher")


def test_the_policy_may_ask_for_more() -> None:
    assert judged(params={"min-grace": "31s"}).outcome is Outcome.FAIL
    assert judged(params={"min-grace": "31s"}, terminationGracePeriodSeconds=31).outcome is Outcome.PASS


@pytest.mark.parametrize("grace", ["30", [], True])
def test_a_malformed_grace_period_fails_and_names_the_path(grace: Any) -> None:
    found = judged(terminationGracePeriodSeconds=grace)
    assert found.outcome is Outcome.FAIL
    assert ": spec.template.spec.terminationGracePeriodSeconds: Expected" in found.summary


@pytest.mark.parametrize(
    ("hook", "left"),
    [
        ({"sleep": {"seconds": 21}}, "9"),
        (exec_("sleep", "25"), "5"),
        (exec_("/bin/sleep", "0.5m"), "0"),
        (exec_("sh", "-c", "sleep 15; nginx -s quit; sleep 10s"), "5"),
        (exec_("sh", "-c", "echo stop && sleep 1h"), "-3570"),
    ],
)
def test_a_pause_of_the_hook_counts_against_the_grace_period(hook: Any, left: str) -> None:
    found = judged(hook)
    (finding,) = bad(found)
    assert finding.message == f"Deployment/prod/shop:web is left {left} s to stop"
    assert judged(hook, terminationGracePeriodSeconds=4000).outcome is Outcome.PASS


@pytest.mark.parametrize(
    "hook",
    [
        {"sleep": {"seconds": 20}},
        exec_("sleep", "20"),
        exec_("nginx", "-s", "quit"),
        exec_("sh", "-c", "nosleep 99; ./sleep99"),
        {"httpGet": {"path": "/stop", "port": 80}},
    ],
)
def test_a_hook_that_leaves_time_passes(hook: Any) -> None:
    found = judged(hook)
    assert found.outcome is Outcome.PASS
    assert found.findings[-1].message == "1 container with a preStop hook that leaves at least 10s"


@pytest.mark.parametrize(
    ("hook", "flaw"),
    [
        ({}, "does nothing"),
        ({"sleep": {"seconds": 0}}, "does nothing"),
        (exec_(), "does nothing"),
        ({"tcpSocket": {"port": 80}}, "does nothing: hooks have no handler of that kind"),
        ({"sleep": {"seconds": 1}, **exec_("x")}, "does several things at once"),
    ],
)
def test_a_hook_that_does_nothing_fails(hook: Any, flaw: str) -> None:
    found = judged(hook)
    assert (found.outcome, found.summary) == (
        Outcome.FAIL,
        f"Deployment/prod/shop:web has a preStop hook that {flaw}",
    )


def test_a_malformed_hook_fails() -> None:
    assert "lifecycle.preStop.exec.command" in judged({"exec": {"command": "sleep 5"}}).summary
    broken = workload(containers=[{"lifecycle": ["preStop"]}])
    assert judge_check(CHECK, manifests=set_of(broken)).outcome is Outcome.FAIL


def test_hooks_may_be_required() -> None:
    params = {"pre-stop": "required"}
    assert judged(params=params).summary == "Deployment/prod/shop:web has no preStop hook"
    assert judged({"sleep": {"seconds": 5}}, params=params).outcome is Outcome.PASS


def test_what_runs_to_an_end_is_not_asked() -> None:
    job = workload("Job", "once", containers=[{}], terminationGracePeriodSeconds=0)
    assert judge_check(CHECK, manifests=set_of(job)).outcome is Outcome.NOT_APPLICABLE


def test_pods_without_a_service_may_be_ignored_where_there_are_services() -> None:
    params = {"unserved": "ignored"}
    shop = workload(containers=[{}], terminationGracePeriodSeconds=0)
    other = workload(name="other", containers=[{}])
    assert judge_check(CHECK, params, manifests=set_of(shop)).reason is Reason.MISSING
    found = judge_check(CHECK, params, manifests=set_of(other, service({"app": "shop"})))
    assert found.outcome is Outcome.NOT_APPLICABLE
    found = judge_check(CHECK, params, manifests=set_of(shop, service({"app": "shop"})))
    assert found.outcome is Outcome.FAIL


@pytest.mark.parametrize(("port", "is_bad"), [("http", False), (8081, False), ("admin", True)])
def test_a_hook_asks_a_port_that_is_there(port: object, is_bad: bool) -> None:
    container = {
        "name": "web",
        "ports": [{"name": "http", "containerPort": 8080}],
        "lifecycle": {"preStop": {"httpGet": {"path": "/drain", "port": port}}},
    }
    found = bad(judge_check(CHECK, manifests=set_of(workload(containers=[container]))))
    says = "Deployment/prod/shop:web has a preStop hook that asks the port 'admin', which it does not have"
    assert [one.message for one in found] == ([says] if is_bad else [])
