"""The check infrastructure/network-policy."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Annotated, Literal

from pydantic import Field

from readiness.check import Check, Finding, Params
from readiness.evidence.manifests import Manifests, Workload
from readiness.evidence.manifests.isolation import Direction, is_on_node
from readiness.evidence.manifests.isolation import NetworkPolicy as Policy
from readiness.evidence.model import Reason

from ._containers import nothing_of
from ._cross import OPEN, each_workload, misshapen, unshown
from ._subjects import Subject, failed

# Policies of network plugins, which are not read here.
_OTHERS = frozenset(
    {
        ("cilium.io", "CiliumNetworkPolicy"),
        ("cilium.io", "CiliumClusterwideNetworkPolicy"),
        ("crd.projectcalico.org", "NetworkPolicy"),
        ("crd.projectcalico.org", "GlobalNetworkPolicy"),
        ("projectcalico.org", "NetworkPolicy"),
        ("projectcalico.org", "GlobalNetworkPolicy"),
        ("policy.networking.k8s.io", "AdminNetworkPolicy"),
        ("policy.networking.k8s.io", "BaselineAdminNetworkPolicy"),
        ("policy.networking.k8s.io", "ClusterNetworkPolicy"),
        ("crd.antrea.io", "NetworkPolicy"),
        ("crd.antrea.io", "ClusterNetworkPolicy"),
    }
)


class NetworkPolicyParams(Params):
    """What must be restricted."""

    directions: Annotated[tuple[Direction, ...], Field(strict=False, min_length=1)] = ("ingress", "egress")
    """The directions in which pods must be restricted: `ingress`, `egress`, or both."""
    open_rules: Literal["refused", "accepted"] = "refused"
    """Whether a rule that lets everything through, from or to everywhere and at every port, still restricts."""
    without_rules: Literal["accepted", "refused"] = "accepted"
    """Whether a policy restricts a direction that it names and has no rules for, and so allows nothing in it."""


class NetworkPolicy(Check[NetworkPolicyParams]):
    """The traffic of every pod is restricted by network policies.

    ## Why it matters

    Without a policy every pod of the cluster may talk to every other, and to whatever the nodes reach: the database
    of another team, the metadata service of the cloud with its credentials. Whoever gets into one container is in
    all of them.

    A pod is restricted in a direction when a NetworkPolicy of its namespace selects it and names the direction; one
    that allows nothing is the strictest. Without `policyTypes` it is Ingress, and Egress only if there are rules for
    it. Policies add up: a single rule that lets everything through opens the direction again. Pods in the network of
    their node are out of reach of policies. Policies of network plugins, such as CiliumNetworkPolicy, are not read.

    ## How to fix it

    Deny by default, then allow what is needed, policy by policy:

        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: default-deny, namespace: shop}
        spec:
          podSelector: {}
          policyTypes: [Ingress, Egress]

    Egress needs a rule for DNS. Where the policies of a namespace are kept elsewhere, render them into the set.

    ## References

    - Kubernetes, Network Policies: https://kubernetes.io/docs/concepts/services-networking/network-policies/
    """

    def judge(self, manifests: Manifests) -> Iterator[Finding]:
        """Each workload, those with an end too, in each direction."""
        asked = [one for one in manifests.index.workloads if one.resource.kind != "PodTemplate"]
        yield from misshapen(manifests.index.network_policies.bad)
        rule = partial(self._flaws, manifests, _others(manifests))
        good = "whose traffic is restricted"
        yield from each_workload(manifests, asked, rule, good, nothing_of(manifests, "workload"))

    def _flaws(
        self, manifests: Manifests, others: str, workload: Workload, subject: Subject
    ) -> Iterator[Finding]:
        if is_on_node(workload):
            path = (*workload.pod_path, "hostNetwork")
            what = "is in the network of its node, where no policy restricts it"
            yield failed(subject, path, what, "take hostNetwork away", observed="hostNetwork: true")
            return
        for direction in self.params.directions:
            yield from self._in_direction(manifests, others, workload, subject, direction)

    def _in_direction(
        self, manifests: Manifests, others: str, workload: Workload, subject: Subject, direction: Direction
    ) -> Iterator[Finding]:
        policies = manifests.index.network_policies_of
        sure = [one for one in policies.sure(workload) if self._restricts(one, direction)]
        expected = f"a NetworkPolicy for {direction}"
        opened = [one.resource.identity for one in sure if direction in one.open]
        if sure:
            if opened and self.params.open_rules == "refused":
                what = f"is open for {direction}: a rule of {opened[0]} lets everything through"
                yield failed(subject, (), what, f"narrow the rule of {opened[0]}", expected=expected)
            return
        perhaps = [one for one in policies.perhaps(workload) if self._restricts(one, direction)]
        if perhaps:
            name = perhaps[0].resource.identity
            what = f"may be selected by {name}, and one of both leaves its namespace open"
            yield unshown(subject, ("metadata", "namespace"), what, OPEN, expected=expected)
            return
        yield _unrestricted(manifests, others, subject, direction)

    def _restricts(self, one: Policy, direction: Direction) -> bool:
        has_rules = self.params.without_rules == "accepted" or direction in one.ruled
        return direction in one.directions and has_rules


def _unrestricted(manifests: Manifests, others: str, subject: Subject, direction: Direction) -> Finding:
    expected = f"a NetworkPolicy for {direction}"
    next_ = f"add a NetworkPolicy for {direction} that selects its pods"
    if others:
        what = f"is selected by no NetworkPolicy for {direction}, and {others} is not read"
        next_ = "look at it by hand and waive this object, or add a NetworkPolicy"
        return unshown(subject, (), what, next_, reason=Reason.INSUFFICIENT, expected=expected)
    if manifests.index.network_policies.good:
        what = f"is selected by no NetworkPolicy for {direction}"
        return failed(subject, (), what, next_, observed="absent", expected=expected)
    what = f"is selected by no NetworkPolicy for {direction}: the set holds none"
    next_ = "add a NetworkPolicy, or render those of its namespace into the set"
    return unshown(subject, (), what, next_, observed="absent", expected=expected)


def _others(manifests: Manifests) -> str:
    """The name of the first policy of a network plugin; empty where there is none."""
    kinds = dict.fromkeys(kind for _, kind in sorted(_OTHERS))
    found = [one for kind in kinds for one in manifests.index.by_kind.get(kind, ())]
    return next((one.identity for one in found if (one.group, one.kind) in _OTHERS), "")
