"""The objects of a set by what checks look them up by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import chain

from readiness.evidence.manifests.access import (
    Account,
    Binding,
    Role,
    account_of,
    binding_of,
    role_of,
)
from readiness.evidence.manifests.autoscalers import Autoscaler, autoscaler_of
from readiness.evidence.manifests.budgets import Budget, budget_of
from readiness.evidence.manifests.entries import Ingress, Route, ingress_of, route_of
from readiness.evidence.manifests.gateways import Gateway, gateway_of
from readiness.evidence.manifests.isolation import NetworkPolicy, network_policy_of
from readiness.evidence.manifests.names import Names, group_of
from readiness.evidence.manifests.pods import Workload, unseen_of, workload_of
from readiness.evidence.manifests.resource import Resource
from readiness.evidence.manifests.scales import Scale, replicas_of, sort_of, taken_over_by
from readiness.evidence.manifests.seen import Seen, see
from readiness.evidence.manifests.selection import Coverage, Labelled
from readiness.evidence.manifests.selectors import Selector
from readiness.evidence.manifests.services import Service, selector_of, service_of
from readiness.evidence.manifests.shapes import Path, ShapeError

_Selecting = tuple[Resource, Selector]
_Place = tuple[str, str, str, str]
_ANYWHERE = "*"  # no namespace is called so


class Index:
    """Look-ups over one set; each is made when it is first asked for, in one walk over the objects that it needs."""

    def __init__(self, resources: Sequence[Resource]) -> None:
        self.faulty: Sequence[tuple[Resource, ShapeError]] = tuple(
            (one, ShapeError(one.fault.path, one.fault.message)) for one in resources if one.fault is not None
        )
        """The objects whose metadata cannot be read: nothing is looked up among them."""
        self._resources = [one for one in resources if one.fault is None] if self.faulty else resources

    @cached_property
    def by_kind(self) -> Mapping[str, Sequence[Resource]]:
        """The objects of each kind; of every API group that has a kind of this name."""
        found: dict[str, list[Resource]] = {}
        for resource in self._resources:
            found.setdefault(resource.kind, []).append(resource)
        return found

    @cached_property
    def names(self) -> Names:
        """The objects by group, kind, namespace and name."""
        return Names(one for one in self._resources if one.name)

    @cached_property
    def workloads(self) -> Sequence[Workload]:
        """The objects that run pods, in the order of the set."""
        return self._seen_workloads.good

    @cached_property
    def empty(self) -> Sequence[Workload]:
        """Those of them that have no container beside init containers and the like: the API server refuses them."""
        return tuple(one for one in self.workloads if not any(each.role == "app" for each in one.containers))

    @property
    def misshapen(self) -> Sequence[tuple[Resource, ShapeError]]:
        """The objects that run pods, or may, and have not the shape of their kind: nothing is known of the pods."""
        return (*self.faulty, *self.misshapen_workloads)

    @property
    def misshapen_workloads(self) -> Sequence[tuple[Resource, ShapeError]]:
        """Those of which the metadata can be read, and the pod template cannot."""
        return self._seen_workloads.bad

    @cached_property
    def _seen_workloads(self) -> Seen[Workload]:
        return see(self._resources, workload_of)

    @property
    def is_whole(self) -> bool:
        """Whether every object that may run pods could be looked at."""
        return not (self.unseen or self.misshapen)

    @cached_property
    def unseen(self) -> Sequence[tuple[Resource, Path]]:
        """The objects that hold containers where no workload is known to have them, and the place of the first."""
        bad = {id(resource) for resource, _ in self._seen_workloads.bad}
        found = ((one, unseen_of(one)) for one in self._resources if id(one) not in bad)
        return tuple((resource, path) for resource, path in found if path is not None)

    @cached_property
    def pods(self) -> Labelled[Workload]:
        """The workloads by the labels of their pods."""
        return Labelled(self.workloads, lambda one: (one.resource.namespace, one.labels))

    @cached_property
    def services(self) -> Sequence[_Selecting]:
        """The Services that select pods, with their selectors; others have their endpoints made by hand.

        One whose selector has not the shape of one may select any.
        """
        found = ((service, _selector_of(service)) for service in self.by_kind.get("Service", ()))
        return tuple((service, selector) for service, selector in found if selector is not None)

    def services_of(self, workload: Workload) -> Sequence[Resource]:
        """The Services that send traffic to the pods of a workload.

        A namespace that is left open may turn out to be any: it matches every other.
        """
        both = (*self._served.sure(workload), *self._served.perhaps(workload))
        return [service for service, _ in both]

    @cached_property
    def _served(self) -> Coverage[Workload, _Selecting]:
        return Coverage(self.pods, self.services, lambda one: (one[0].namespace, one[1]), _key)

    @cached_property
    def seen_services(self) -> Seen[Service]:
        """Every Service, with its ports."""
        return see(self.by_kind.get("Service", ()), service_of)

    @cached_property
    def service_by_object(self) -> Mapping[int, Service]:
        """The Services by the `id` of their objects."""
        return {id(one.resource): one for one in self.seen_services.good}

    @cached_property
    def budgets(self) -> Seen[Budget]:
        """The PodDisruptionBudgets."""
        return see(self.by_kind.get("PodDisruptionBudget", ()), budget_of)

    @cached_property
    def budgets_of(self) -> Coverage[Workload, Budget]:
        """The budgets of each workload."""
        return Coverage(
            self.pods, self.budgets.good, lambda one: (one.resource.namespace, one.selector), _key
        )

    @cached_property
    def network_policies(self) -> Seen[NetworkPolicy]:
        """The NetworkPolicies."""
        return see(self.by_kind.get("NetworkPolicy", ()), network_policy_of)

    @cached_property
    def network_policies_of(self) -> Coverage[Workload, NetworkPolicy]:
        """The NetworkPolicies of each workload."""
        policies = self.network_policies.good
        return Coverage(self.pods, policies, lambda one: (one.resource.namespace, one.selector), _key)

    @cached_property
    def autoscalers(self) -> Seen[Autoscaler]:
        """Whatever scales something else."""
        kinds = ("HorizontalPodAutoscaler", "ScaledObject")
        return see(chain.from_iterable(self.by_kind.get(kind, ()) for kind in kinds), autoscaler_of)

    @cached_property
    def ingresses(self) -> Seen[Ingress]:
        """The Ingresses."""
        return see(self.by_kind.get("Ingress", ()), ingress_of)

    @cached_property
    def routes(self) -> Seen[Route]:
        """The routes of the Gateway API."""
        kinds = [kind for kind in self.by_kind if kind.endswith("Route")]
        return see(chain.from_iterable(self.by_kind[kind] for kind in kinds), route_of)

    @cached_property
    def gateways(self) -> Seen[Gateway]:
        """Gateways with their listeners, and OpenShift Routes."""
        kinds = ("Gateway", "Route")
        return see(chain.from_iterable(self.by_kind.get(kind, ()) for kind in kinds), gateway_of)

    @cached_property
    def roles(self) -> Seen[Role]:
        """The Roles and ClusterRoles."""
        return see((*self.by_kind.get("Role", ()), *self.by_kind.get("ClusterRole", ())), role_of)

    @cached_property
    def bindings(self) -> Seen[Binding]:
        """The RoleBindings and ClusterRoleBindings."""
        kinds = ("RoleBinding", "ClusterRoleBinding")
        return see(chain.from_iterable(self.by_kind.get(kind, ()) for kind in kinds), binding_of)

    @cached_property
    def accounts(self) -> Seen[Account]:
        """The ServiceAccounts."""
        return see(self.by_kind.get("ServiceAccount", ()), account_of)

    def autoscalers_for(self, resource: Resource) -> tuple[Sequence[Autoscaler], Sequence[Autoscaler]]:
        """The autoscalers that target an object, and those that may, because a namespace was left open."""
        name = (group_of(resource.api_version, resource.kind), resource.kind, resource.name)
        sure = self._scaling.get((resource.namespace, *name), ())
        other = "" if resource.namespace else _ANYWHERE
        return sure, self._scaling.get((other, *name), ())

    @cached_property
    def _scaling(self) -> Mapping[_Place, Sequence[Autoscaler]]:
        found: dict[_Place, list[Autoscaler]] = {}
        for one in self.autoscalers.good:
            namespace = one.resource.namespace
            for where in (namespace, *([_ANYWHERE] if namespace else ())):
                found.setdefault((where, one.group, one.kind, one.name), []).append(one)
        return found

    @cached_property
    def _takeovers(self) -> Seen[tuple[_Place, Resource]]:
        """The Rollouts that run the template of another workload, by its namespace, group, kind and name."""

        def made(resource: Resource) -> tuple[_Place, Resource] | None:
            found = taken_over_by(resource)
            return None if found is None else ((resource.namespace, *found), resource)

        return see(self.by_kind.get("Rollout", ()), made)

    @cached_property
    def _owners(self) -> Mapping[_Place, Resource]:
        return dict(self._takeovers.good)

    def scale_of(self, workload: Workload) -> Scale:
        """How many pods a workload runs; ShapeError."""
        known = self._scales.get(_key(workload))
        if known is None:
            known = self._scales[_key(workload)] = self._scale(workload)
        return known

    @cached_property
    def _scales(self) -> dict[int, Scale]:
        return {}

    def _scale(self, workload: Workload) -> Scale:
        resource = workload.resource
        group = group_of(resource.api_version, resource.kind)
        owner = self._owners.get((resource.namespace, group, resource.kind, resource.name), resource)
        sure, perhaps = self.autoscalers_for(owner)
        sort = sort_of(workload)
        written = None if sort in ("bare", "daemon", "ends") else replicas_of(owner)
        return Scale(owner, sort, written, sure, perhaps)

    @cached_property
    def misshapen_scalers(self) -> Sequence[tuple[Resource, ShapeError]]:
        """What has a say in the number of pods, and cannot be read."""
        return (*self.autoscalers.bad, *self._takeovers.bad)


def _selector_of(service: Resource) -> Selector | None:
    try:
        return selector_of(service)
    except ShapeError:
        return Selector.of_map({})


def _key(workload: Workload) -> int:
    return id(workload.resource)
