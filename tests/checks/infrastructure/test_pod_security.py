"""infrastructure/pod-security."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.check import Outcome
from readiness.evidence.model import Reason
from readiness.judge import Judgement
from readiness.testing import judge_check
from tests.checks.infrastructure.manifest_sets import Object, bad, set_of, workload

CHECK = "infrastructure/pod-security"
HARD: Object = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
POD: Object = {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}


def made(
    *, pod: Object | None = None, context: Object | None = None, of_pod: Object | None = None, **more: Any
) -> Object:
    """A Deployment that keeps `restricted`, but for what is given."""
    container = {"name": "web", "securityContext": {**copy.deepcopy(HARD), **(context or {})}, **more}
    spec = {"securityContext": {**copy.deepcopy(POD), **(of_pod or {})}, **(pod or {})}
    return workload(containers=[container], **spec)


def judged(*objects: Object, profile: str = "restricted") -> Judgement:
    return judge_check(CHECK, {"profile": profile}, manifests=set_of(*objects))


def controls(*objects: Object, profile: str = "restricted") -> list[str]:
    """The controls that are broken."""
    return [
        finding.message.partition("(")[2].rstrip(")") for finding in bad(judged(*objects, profile=profile))
    ]


def test_a_hardened_pod_keeps_both_profiles() -> None:
    found = judged(made())
    assert (found.outcome, found.summary) == (
        Outcome.PASS,
        "1 workload within the Pod Security Standard restricted",
    )
    assert judged(made(), profile="baseline").outcome is Outcome.PASS


def test_a_pod_that_says_nothing_keeps_baseline_only() -> None:
    bare = workload(containers=[{"name": "web"}])
    assert judged(bare, profile="baseline").outcome is Outcome.PASS
    assert controls(bare) == [
        "restricted: Privilege Escalation",
        "restricted: Running as Non-root",
        "restricted: Seccomp",
        "restricted: Capabilities",
    ]


CAPS = {"add": ["NET_ADMIN"], "drop": ["ALL"]}
BASELINE: list[tuple[str, dict[str, Any]]] = [
    ("HostProcess", {"of_pod": {"windowsOptions": {"hostProcess": True}}}),
    ("HostProcess", {"context": {"windowsOptions": {"hostProcess": True}}}),
    ("Host Namespaces", {"pod": {"hostNetwork": True}}),
    ("Host Namespaces", {"pod": {"hostPID": True}}),
    ("Host Namespaces", {"pod": {"hostIPC": True}}),
    ("Privileged Containers", {"context": {"privileged": True}}),
    ("Host Ports", {"ports": [{"containerPort": 80}, {"containerPort": 81, "hostPort": 81}]}),
    ("Host Probes / Lifecycle Hooks", {"livenessProbe": {"httpGet": {"port": 80, "host": "127.0.0.1"}}}),
    ("Host Probes / Lifecycle Hooks", {"startupProbe": {"tcpSocket": {"port": 80, "host": "db"}}}),
    ("Host Probes / Lifecycle Hooks", {"lifecycle": {"preStop": {"httpGet": {"port": 80, "host": "db"}}}}),
    (
        "Host Probes / Lifecycle Hooks",
        {"lifecycle": {"postStart": {"tcpSocket": {"port": 80, "host": "db"}}}},
    ),
    ("AppArmor", {"of_pod": {"appArmorProfile": {"type": "Unconfined"}}}),
    ("AppArmor", {"context": {"appArmorProfile": {"type": "Unconfined"}}}),
    ("SELinux", {"of_pod": {"seLinuxOptions": {"type": "spc_t"}}}),
    ("SELinux", {"context": {"seLinuxOptions": {"user": "root"}}}),
    ("SELinux", {"context": {"seLinuxOptions": {"role": "sysadm_r"}}}),
    ("/proc Mount Type", {"context": {"procMount": "Unmasked"}}),
    ("Sysctls", {"of_pod": {"sysctls": [{"name": "kernel.msgmax", "value": "1"}]}}),
]
# What `restricted` says again, under the same name or a wider one.
REPLACED: list[tuple[str, str, dict[str, Any]]] = [
    ("Capabilities", "Capabilities", {"context": {"capabilities": CAPS}}),
    ("Capabilities", "Capabilities", {"context": {"capabilities": {**CAPS, "add": ["net_bind_service"]}}}),
    ("HostPath Volumes", "Volume Types", {"pod": {"volumes": [{"name": "x", "hostPath": {"path": "/"}}]}}),
    ("Seccomp", "Seccomp", {"of_pod": {"seccompProfile": {"type": "Unconfined"}}}),
    ("Seccomp", "Seccomp", {"context": {"seccompProfile": {"type": "Unconfined"}}}),
    ("Seccomp", "Seccomp", {"context": {"seccompProfile": {}}}),
]
RESTRICTED: list[tuple[str, dict[str, Any]]] = [
    ("Volume Types", {"pod": {"volumes": [{"name": "x", "nfs": {"server": "a", "path": "/"}}]}}),
    ("Privilege Escalation", {"context": {"allowPrivilegeEscalation": True}}),
    ("Privilege Escalation", {"context": {"allowPrivilegeEscalation": None}}),
    ("Running as Non-root", {"context": {"runAsNonRoot": False}}),
    ("Running as Non-root user", {"context": {"runAsUser": 0}}),
    ("Running as Non-root user", {"of_pod": {"runAsUser": 0}}),
    ("Seccomp", {"of_pod": {"seccompProfile": None}}),
    ("Capabilities", {"context": {"capabilities": {"drop": ["NET_RAW", "all"]}}}),
    ("Capabilities", {"context": {"capabilities": {"drop": ["ALL"], "add": ["CHOWN"]}}}),
]


@pytest.mark.parametrize(("control", "what"), BASELINE)
def test_each_control_of_baseline_counts_in_both_profiles(control: str, what: dict[str, Any]) -> None:
    for profile in ("baseline", "restricted"):
        assert controls(made(**what), profile=profile) == [f"baseline: {control}"]


@pytest.mark.parametrize(("control", "stricter", "what"), REPLACED)
def test_what_restricted_says_again_is_told_once(control: str, stricter: str, what: dict[str, Any]) -> None:
    assert controls(made(**what), profile="baseline") == [f"baseline: {control}"]
    assert controls(made(**what)) == [f"restricted: {stricter}"]


@pytest.mark.parametrize(("control", "what"), RESTRICTED)
def test_each_control_of_restricted_counts_there_only(control: str, what: dict[str, Any]) -> None:
    assert controls(made(**what)) == [f"restricted: {control}"]
    assert controls(made(**what), profile="baseline") == []


@pytest.mark.parametrize(
    "what",
    [
        {"pod": {"hostNetwork": False, "hostPID": None}},
        {"context": {"privileged": False, "procMount": "Default", "runAsUser": 1000}},
        {"context": {"capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]}}},
        {"context": {"appArmorProfile": {"type": "Localhost"}, "seccompProfile": {"type": "Localhost"}}},
        {"context": {"seLinuxOptions": {"type": "container_engine_t", "level": "s0", "user": ""}}},
        {"ports": [{"containerPort": 80, "hostPort": 0}]},
        {"of_pod": {"sysctls": [{"name": "net.ipv4.tcp_rmem", "value": "1"}]}},
        {"pod": {"volumes": [{"name": "a", "emptyDir": {}}, {"name": "b"}, {"name": "c", "secret": {}}]}},
        {"pod": {"volumes": [{"name": "d", "hostPath": None, "projected": {}}]}},
        {"livenessProbe": {"httpGet": {"port": 80, "host": ""}}},
        {"of_pod": {"runAsNonRoot": None}, "context": {"runAsNonRoot": True}},
        {"of_pod": {"seccompProfile": None}, "context": {"seccompProfile": {"type": "RuntimeDefault"}}},
    ],
)
def test_what_the_standard_allows_passes(what: dict[str, Any]) -> None:
    assert judged(made(**what)).outcome is Outcome.PASS


def test_a_container_does_not_excuse_its_pod() -> None:
    both = {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
    loose = {"runAsNonRoot": False, "seccompProfile": {"type": "Unconfined"}}
    found = bad(judged(made(of_pod=loose, context=both)))
    assert [finding.object for finding in found] == ["Deployment/prod/shop"] * 2


def test_fields_that_the_api_does_not_know_for_pods_count_for_nothing() -> None:
    found = controls(workload(containers=[{}], securityContext={**POD, **HARD}))
    assert found == ["restricted: Privilege Escalation", "restricted: Capabilities"]


def test_an_annotation_that_lets_apparmor_alone_counts() -> None:
    one = made()
    key = "container.apparmor.security.beta.kubernetes.io/web"
    one["spec"]["template"]["metadata"]["annotations"] = {key: "unconfined", "other": "unconfined"}
    assert controls(one) == ["baseline: AppArmor"]
    for allowed in ("runtime/default", "localhost/shop"):
        one["spec"]["template"]["metadata"]["annotations"] = {key: allowed}
        assert controls(one) == []


def test_every_sort_of_container_counts() -> None:
    context = {**HARD, "privileged": True}
    inits = [{"name": "once", "securityContext": context}]
    ephemeral = [{"name": "debug", "securityContext": context}]
    found = bad(judged(made(pod={"initContainers": inits, "ephemeralContainers": ephemeral})))
    assert [finding.object for finding in found] == [
        "Deployment/prod/shop:once",
        "Deployment/prod/shop:debug",
    ]


def test_pods_for_windows_are_excused_from_what_linux_has() -> None:
    windows = workload(containers=[{}], os={"name": "windows"})
    assert controls(windows) == ["restricted: Running as Non-root"]
    adding = {"securityContext": {"capabilities": {"add": ["NET_ADMIN"]}}}
    loose = workload(containers=[adding], os={"name": "windows"}, securityContext={"runAsNonRoot": True})
    assert controls(loose) == ["restricted: Capabilities"]


def test_findings_name_the_control_the_value_and_the_place() -> None:
    (finding,) = bad(judged(made(context={"privileged": True})))
    assert finding.message == "Deployment/prod/shop:web is privileged (baseline: Privileged Containers)"
    assert (finding.observed, finding.expected) == ("privileged: true", "absent or false")
    assert finding.next == "securityContext.privileged: absent or false"
    assert finding.location is not None


@pytest.mark.parametrize(
    ("what", "path"),
    [
        ({"context": {"privileged": "true"}}, "containers[0].securityContext.privileged"),
        ({"context": {"capabilities": ["ALL"]}}, "containers[0].securityContext.capabilities"),
        ({"context": {"capabilities": {"drop": "ALL"}}}, "containers[0].securityContext.capabilities.drop"),
        ({"pod": {"hostNetwork": "yes"}}, "hostNetwork"),
        ({"pod": {"securityContext": []}}, "securityContext"),
        ({"ports": {"hostPort": 80}}, "containers[0].ports"),
    ],
)
def test_a_malformed_field_fails_and_names_the_path(what: dict[str, Any], path: str) -> None:
    found = judged(made(**what), profile="baseline")
    assert found.outcome is Outcome.FAIL
    assert f": spec.template.spec.{path}: Expected" in found.summary


def workflow(template: Object, **spec: Any) -> Object:
    container = {"image": "x", "securityContext": HARD}
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": {"name": "nightly"},
        "spec": {"templates": [{"name": "main", "container": container, **template}], **spec},
    }


def test_a_template_of_a_workflow_may_say_otherwise_than_the_workflow() -> None:
    assert judged(workflow({}, securityContext=POD)).outcome is Outcome.PASS
    assert judged(workflow({"securityContext": POD})).outcome is Outcome.PASS
    assert controls(workflow({"securityContext": {"runAsNonRoot": True}}, securityContext=POD)) == [
        "restricted: Seccomp"
    ]
    volumes = [{"name": "x", "hostPath": {"path": "/"}}]
    both = workflow({"volumes": [{"name": "y", "emptyDir": {}}]}, securityContext=POD, volumes=volumes)
    assert controls(both) == ["restricted: Volume Types"]


def test_a_patch_of_the_pods_of_a_workflow_is_unproven() -> None:
    for patched in (
        workflow({"podSpecPatch": "hostNetwork: true"}, securityContext=POD),
        workflow({}, securityContext=POD, podSpecPatch="hostNetwork: true"),
    ):
        assert judged(patched).reason is Reason.INSUFFICIENT


EVERY = [what for _, what in BASELINE] + [what for *_, what in REPLACED] + [what for _, what in RESTRICTED]


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(EVERY), st.sampled_from(["baseline", "restricted"]))
def test_worse_is_never_better(what: dict[str, Any], profile: str) -> None:
    alone = judged(made(**what), profile=profile).outcome
    other = workload(name="other", containers=[{"securityContext": {"privileged": True}}])
    assert judged(made(**what), other, profile=profile).outcome.rank >= alone.rank
    assert judged(made(**what), profile="restricted").outcome is Outcome.FAIL
