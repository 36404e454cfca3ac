"""Where the pods of a workload are placed: anti-affinity and spread over a topology."""

from __future__ import annotations

from typing import Literal

from readiness.evidence.manifests.pods import Workload
from readiness.evidence.manifests.selectors import Selector
from readiness.evidence.manifests.shapes import View, view


class Term(View, frozen=True):
    """Which pods not to be near; a label selector that is absent matches none."""

    topology_key: str | None = None
    label_selector: Selector | None = None
    namespaces: tuple[str, ...] | None = None
    namespace_selector: Selector | None = None


class Weighted(View, frozen=True):
    """A term that the scheduler prefers."""

    pod_affinity_term: Term


class _AntiAffinity(View, frozen=True):
    required_during_scheduling_ignored_during_execution: tuple[Term, ...] | None = None
    preferred_during_scheduling_ignored_during_execution: tuple[Weighted, ...] | None = None


class _Affinity(View, frozen=True):
    pod_anti_affinity: _AntiAffinity | None = None


class Constraint(View, frozen=True):
    """One of `topologySpreadConstraints`."""

    max_skew: int | None = None
    topology_key: str | None = None
    when_unsatisfiable: str | None = None
    label_selector: Selector | None = None
    min_domains: int | None = None

    @property
    def flaw(self) -> str:
        """Why the API server refuses it; empty where it does not.

        https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/#spread-constraint-definition
        """
        if self.max_skew is None or self.max_skew < 1:
            return "its maxSkew is not 1 or more"
        if not self.topology_key:
            return "it has no topologyKey"
        if self.when_unsatisfiable not in ("DoNotSchedule", "ScheduleAnyway"):
            return "its whenUnsatisfiable is neither DoNotSchedule nor ScheduleAnyway"
        if self.min_domains is not None and self.min_domains < 1:
            return "its minDomains is not 1 or more"
        if self.min_domains is not None and self.when_unsatisfiable != "DoNotSchedule":
            return "its minDomains needs DoNotSchedule"
        return ""


class _Pod(View, frozen=True):
    affinity: _Affinity | None = None
    topology_spread_constraints: tuple[Constraint, ...] | None = None


class Placement(View, frozen=True):
    """What a pod asks of the scheduler: terms that are required or preferred, and constraints."""

    required: tuple[Term, ...] = ()
    preferred: tuple[Term, ...] = ()
    constraints: tuple[Constraint, ...] = ()


Strength = Literal["preferred", "required"]


def placement_of(workload: Workload) -> Placement:
    """What the pods of a workload ask; ShapeError."""
    seen = view(workload.pod, _Pod, workload.pod_path)
    anti = (seen.affinity and seen.affinity.pod_anti_affinity) or _AntiAffinity()
    preferred = anti.preferred_during_scheduling_ignored_during_execution or ()
    return Placement(
        required=anti.required_during_scheduling_ignored_during_execution or (),
        preferred=tuple(one.pod_affinity_term for one in preferred),
        constraints=seen.topology_spread_constraints or (),
    )
