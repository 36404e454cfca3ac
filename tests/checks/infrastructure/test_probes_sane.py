"""infrastructure/probes-sane."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.check import Outcome
from readiness.judge import Judgement
from readiness.testing import judge_check
from tests.checks.infrastructure.manifest_sets import bad, set_of, workload

PORTS = [{"name": "http", "containerPort": 80}, {"name": "dns", "containerPort": 53, "protocol": "UDP"}]
HTTP = {"path": "/ready", "port": 80}


def judged(
    *, pod: dict[str, Any] | None = None, params: dict[str, Any] | None = None, **probes: Any
) -> Judgement:
    container = {"name": "web", "ports": PORTS, **probes}
    manifests = set_of(workload(containers=[container], **(pod or {})))
    return judge_check("infrastructure/probes-sane", params or {}, manifests=manifests)


def flaws(**probes: Any) -> list[str]:
    return [finding.message.partition(":web ")[2] for finding in bad(judged(**probes))]


@pytest.mark.parametrize(
    "probe",
    [
        {"httpGet": HTTP},
        {"httpGet": {"port": "http", "host": ""}},
        {"tcpSocket": {"port": "http"}, "timeoutSeconds": 10},
        {"grpc": {"port": 80}, "initialDelaySeconds": 0},
        {"exec": {"command": ["pg_isready"]}, "periodSeconds": 1},
    ],
)
def test_a_sane_probe_passes(probe: Any) -> None:
    found = judged(livenessProbe=probe)
    assert (found.outcome, found.summary) == (Outcome.PASS, "1 container with sane probes")


@pytest.mark.parametrize(
    ("probe", "flaw"),
    [
        ({}, "has a liveness probe that asks nothing"),
        ({"httpGet": {"path": "/"}}, "has a liveness probe that asks nothing"),
        (
            {"httpGet": HTTP, "exec": {"command": ["x"]}},
            "has a liveness probe that asks several things at once",
        ),
        ({"httpGet": {"port": 8080}}, "has a liveness probe of port 8080, which is not among its ports"),
        ({"tcpSocket": {"port": "web"}}, "has a liveness probe of port web, which is not among its ports"),
        ({"tcpSocket": {"port": "80"}}, "has a liveness probe of port 80, which is not among its ports"),
        ({"grpc": {"port": 70000}}, "has a liveness probe of port 70000, which is no port"),
        ({"httpGet": {"port": 0}}, "has a liveness probe of port 0, which is no port"),
        ({"tcpSocket": {"port": 53}}, "has a liveness probe of port 53, which is declared for UDP only"),
        ({"httpGet": {**HTTP, "host": "db"}}, "has a liveness probe that asks db instead of the container"),
        ({"httpGet": HTTP, "periodSeconds": 0}, "has a liveness probe with periodSeconds 0"),
        ({"httpGet": HTTP, "timeoutSeconds": -1}, "has a liveness probe with timeoutSeconds -1"),
        ({"httpGet": HTTP, "failureThreshold": 0}, "has a liveness probe with failureThreshold 0"),
        ({"httpGet": HTTP, "initialDelaySeconds": -5}, "has a liveness probe with initialDelaySeconds -5"),
        ({"httpGet": HTTP, "successThreshold": 2}, "has a liveness probe with successThreshold 2"),
        (
            {"httpGet": HTTP, "timeoutSeconds": 11},
            "has a liveness probe that waits 11 s for an answer and asks every 10 s",
        ),
        (
            {"httpGet": HTTP, "timeoutSeconds": 3, "periodSeconds": 2},
            "has a liveness probe that waits 3 s for an answer and asks every 2 s",
        ),
    ],
)
def test_each_flaw_of_a_probe_is_told(probe: Any, flaw: str) -> None:
    found = judged(livenessProbe=probe)
    assert found.outcome is Outcome.FAIL
    assert [finding.message for finding in bad(found)] == [f"Deployment/prod/shop:web {flaw}"]


@pytest.mark.parametrize(
    "command",
    [
        ["true"],
        ["/bin/true"],
        ["sh", "-c", "exit 0"],
        ["sh", "-c", "curl -f localhost || exit 0"],
        ["echo", "ok"],
    ],
)
def test_a_command_that_cannot_fail_is_a_flaw(command: list[str]) -> None:
    assert flaws(livenessProbe={"exec": {"command": command}}) == ["has a liveness probe that cannot fail"]


def test_several_flaws_are_told_apart() -> None:
    found = flaws(
        livenessProbe={"httpGet": {"port": 8080}, "timeoutSeconds": 20},
        startupProbe={"tcpSocket": {"port": "x"}},
    )
    assert len(found) == 3


def test_a_grace_period_of_a_readiness_probe_is_a_flaw() -> None:
    (flaw,) = flaws(readinessProbe={"httpGet": HTTP, "terminationGracePeriodSeconds": 5})
    assert flaw == "has a readiness probe with terminationGracePeriodSeconds 5"
    assert flaws(livenessProbe={"httpGet": HTTP, "terminationGracePeriodSeconds": 5}) == []


SAME = "asks for liveness just what it asks for readiness, and gives up as early"


@pytest.mark.parametrize(
    ("live", "ready"),
    [
        ({"httpGet": HTTP}, {"httpGet": HTTP}),
        ({"httpGet": HTTP}, {"httpGet": {**HTTP, "port": "http", "scheme": "HTTP"}}),
        ({"httpGet": {"port": 80}}, {"httpGet": {"port": 80, "path": "/"}}),
        ({"httpGet": HTTP}, {"httpGet": HTTP, "periodSeconds": 20}),
        ({"exec": {"command": ["a"]}}, {"exec": {"command": ["a"]}}),
        ({"tcpSocket": {"port": "http"}}, {"tcpSocket": {"port": 80}}),
        ({"grpc": {"port": 80}}, {"grpc": {"port": 80, "service": ""}}),
    ],
)
def test_a_liveness_probe_that_is_the_readiness_probe_again_is_a_flaw(live: Any, ready: Any) -> None:
    assert flaws(livenessProbe=live, readinessProbe=ready) == [SAME]


def test_a_patient_liveness_probe_may_ask_the_same_unless_the_policy_refuses() -> None:
    probes = {"livenessProbe": {"httpGet": HTTP, "failureThreshold": 6}, "readinessProbe": {"httpGet": HTTP}}
    assert flaws(**probes) == []
    assert flaws(**probes, params={"same-question": "refused"}) == [SAME]
    other = {"httpGet": {**HTTP, "path": "/live"}}
    assert (
        flaws(livenessProbe=other, readinessProbe={"httpGet": HTTP}, params={"same-question": "refused"})
        == []
    )


def test_numbers_that_are_not_declared_may_be_ignored_and_names_never() -> None:
    params = {"undeclared-ports": "ignored"}
    assert flaws(livenessProbe={"httpGet": {"port": 8080}}, params=params) == []
    assert len(flaws(livenessProbe={"httpGet": {"port": "web"}}, params=params)) == 1
    assert len(flaws(livenessProbe={"httpGet": {"port": 0}}, params=params)) == 1
    assert len(flaws(livenessProbe={"tcpSocket": {"port": 80, "host": "x"}}, params=params)) == 1


def test_a_pod_in_the_network_of_its_node_may_be_asked_at_the_loopback_address() -> None:
    probe = {"httpGet": {**HTTP, "host": "127.0.0.1"}}
    assert len(flaws(livenessProbe=probe)) == 1
    assert flaws(livenessProbe=probe, pod={"hostNetwork": True}) == []


def test_init_containers_may_have_no_probe_and_sidecars_may() -> None:
    inits = [
        {"name": "once", "livenessProbe": {"exec": {"command": ["x"]}}},
        {"name": "side", "restartPolicy": "Always", "startupProbe": {"exec": {"command": ["x"]}}},
    ]
    found = judged(pod={"initContainers": inits})
    (finding,) = bad(found)
    assert finding.message == "Deployment/prod/shop:once is an init container, which may have no probe"
    assert found.findings[-1].count == 1


def test_containers_without_probes_are_not_applicable() -> None:
    found = judged()
    assert (found.outcome, found.summary) == (
        Outcome.NOT_APPLICABLE,
        "there is no container with a probe among 1 object",
    )
