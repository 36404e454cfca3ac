"""NetworkPolicies: which pods they select, in which direction, and whether they let everything through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from readiness.evidence.manifests.names import is_of
from readiness.evidence.manifests.pods import Workload
from readiness.evidence.manifests.resource import Resource
from readiness.evidence.manifests.seen import spec_of
from readiness.evidence.manifests.selectors import Selector
from readiness.evidence.manifests.shapes import Path, View, view

Direction = Literal["ingress", "egress"]
_EVERYWHERE = frozenset({"0.0.0.0/0", "::/0"})


class _Block(View, frozen=True):
    cidr: str
    except_: tuple[str, ...] | None = None


class _Peer(View, frozen=True):
    ip_block: _Block | None = None
    namespace_selector: Selector | None = None
    pod_selector: Selector | None = None


class _Rule(View, frozen=True):
    from_: tuple[_Peer, ...] | None = None
    to: tuple[_Peer, ...] | None = None
    ports: tuple[Mapping[str, Any], ...] | None = None


class _Spec(View, frozen=True):
    pod_selector: Selector | None = None
    policy_types: tuple[Literal["Ingress", "Egress"], ...] | None = None
    ingress: tuple[_Rule, ...] | None = None
    egress: tuple[_Rule, ...] | None = None


class _Pod(View, frozen=True):
    host_network: bool | None = None


class NetworkPolicy(msgspec.Struct, frozen=True):
    """One policy.

    `open` are the directions in which one of its rules lets everything through, at every port; `ruled` those for which
    it has rules. `peers` are the selectors of its rules that select pods of its own namespace, with their places.
    """

    resource: Resource
    selector: Selector
    directions: frozenset[Direction]
    open: frozenset[Direction]
    ruled: frozenset[Direction]
    peers: tuple[tuple[Path, Selector], ...] = ()


def is_on_node(workload: Workload) -> bool:
    """Whether its pods are in the network of their node, where no policy holds; ShapeError."""
    return view(workload.pod, _Pod, workload.pod_path).host_network is True


def network_policy_of(resource: Resource) -> NetworkPolicy | None:
    """The policy that an object is, with the defaults of the API; ShapeError.

    An absent or empty podSelector selects every pod. Absent policyTypes mean Ingress, and Egress if it has rules.
    https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/
    """
    if not is_of(resource, "networking.k8s.io", "NetworkPolicy"):
        return None
    spec = view(spec_of(resource), _Spec, ("spec",))
    types = spec.policy_types or (("Ingress", "Egress") if spec.egress else ("Ingress",))
    directions: frozenset[Direction] = frozenset(
        direction for direction, type_ in _TYPES.items() if type_ in types
    )
    opened = frozenset(
        direction
        for direction, rules in _rules(spec).items()
        if direction in directions and any(_lets_all(direction, rule) for rule in rules)
    )
    ruled = frozenset(direction for direction, rules in _rules(spec).items() if rules)
    peers = tuple(
        (("spec", direction, number, _PEERS[direction], n, "podSelector"), peer.pod_selector)
        for direction, rules in _rules(spec).items()
        for number, rule in enumerate(rules)
        for n, peer in enumerate((rule.from_ if direction == "ingress" else rule.to) or ())
        if peer.pod_selector is not None and peer.namespace_selector is None
    )
    return NetworkPolicy(resource, spec.pod_selector or Selector(), directions, opened, ruled, peers)


_TYPES: Mapping[Direction, str] = {"ingress": "Ingress", "egress": "Egress"}
_PEERS: Mapping[Direction, str] = {"ingress": "from", "egress": "to"}


def _rules(spec: _Spec) -> Mapping[Direction, Sequence[_Rule]]:
    return {"ingress": spec.ingress or (), "egress": spec.egress or ()}


def _lets_all(direction: Direction, rule: _Rule) -> bool:
    if rule.ports:
        return False
    peers = rule.from_ if direction == "ingress" else rule.to
    return not peers or any(
        peer.ip_block is not None and peer.ip_block.cidr in _EVERYWHERE and not peer.ip_block.except_
        for peer in peers
    )
