"""PodDisruptionBudgets: how many pods may be evicted at a time."""

from __future__ import annotations

import msgspec

from readiness.evidence.manifests.amounts import Amount, NumberOrShare, amount_of
from readiness.evidence.manifests.names import is_of
from readiness.evidence.manifests.resource import Resource
from readiness.evidence.manifests.seen import spec_of
from readiness.evidence.manifests.selectors import Selector
from readiness.evidence.manifests.shapes import ShapeError, View, view

_OLD = "policy/v1beta1"


class _Spec(View, frozen=True):
    selector: Selector | None = None
    min_available: NumberOrShare | None = None
    max_unavailable: NumberOrShare | None = None


class Budget(msgspec.Struct, frozen=True):
    """One budget; `selector` is None where it selects no pods.

    An empty selector selects every pod of the namespace in policy/v1, and none in policy/v1beta1.
    https://kubernetes.io/docs/reference/using-api/deprecation-guide/#poddisruptionbudget-v125
    """

    resource: Resource
    selector: Selector | None
    keep: Amount | None
    lose: Amount | None

    @property
    def words(self) -> str:
        """What it says, as it is written."""
        said = [("minAvailable", self.keep), ("maxUnavailable", self.lose)]
        return " and ".join(f"{key}: {amount}" for key, amount in said if amount is not None) or "neither"

    def allowed(self, total: int) -> int:
        """How many of `total` healthy pods it lets go at a time, rounded as the disruption controller does.

        Less than 0 where it keeps more than there are.
        """
        if self.lose is not None:
            return min(self.lose.rounded_up(total), total)
        if self.keep is not None:
            return total - self.keep.rounded_up(total)
        return total

    @property
    def allowed_at_any_size(self) -> int | None:
        """How many it lets go at the least, whatever the number of pods above 0; None where that depends on it."""
        if self.lose is not None:
            least = 1 if self.lose.number else 0
            return least if self.lose.is_share else self.lose.number
        if self.keep is None:
            return None
        return 0 if self.keep.is_everything else None

    @property
    def guards_nothing(self) -> bool:
        """Whether it lets all pods go at once, however many there are."""
        if self.lose is not None:
            return self.lose.is_everything
        return self.keep is None or self.keep.is_nothing


def budget_of(resource: Resource) -> Budget | None:
    """The budget that an object is; ShapeError."""
    if not is_of(resource, "policy", "PodDisruptionBudget"):
        return None
    spec = view(spec_of(resource), _Spec, ("spec",))
    selector = spec.selector
    if resource.api_version == _OLD and selector is not None and selector.is_empty:
        selector = None
    keep = amount_of(spec.min_available, ("spec", "minAvailable"))
    lose = amount_of(spec.max_unavailable, ("spec", "maxUnavailable"))
    for key, amount in (("minAvailable", keep), ("maxUnavailable", lose)):
        if amount is not None and amount.is_share and amount.number > 100:
            raise ShapeError(("spec", key), f"{amount} is more than 100%")
    return Budget(resource, selector, keep, lose)
