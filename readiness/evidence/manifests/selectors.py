"""Label selectors, as Kubernetes evaluates them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec


class Requirement(msgspec.Struct, frozen=True):
    """One of `matchExpressions`."""

    key: str
    operator: Literal["In", "NotIn", "Exists", "DoesNotExist"]
    values: tuple[str, ...] | None = None

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether the labels satisfy it; `NotIn` holds where the key is absent."""
        match self.operator:
            case "In":
                return labels.get(self.key) in (self.values or ())
            case "NotIn":
                return labels.get(self.key) not in (self.values or ())
            case "Exists":
                return self.key in labels
            case "DoesNotExist":
                return self.key not in labels


class Selector(msgspec.Struct, frozen=True, rename="camel"):
    """A label selector; one that is empty matches everything.

    A Service's selector is a plain map instead, and selects nothing when it is empty: `Selector.of_map` of it.
    """

    match_labels: Mapping[str, str] | None = None
    match_expressions: tuple[Requirement, ...] | None = None

    @classmethod
    def of_map(cls, labels: Mapping[str, str]) -> Selector:
        """The selector of a plain map of labels."""
        return cls(labels)

    @property
    def canonical(self) -> tuple[object, ...]:
        """The same for selectors that select the same by the same words; hashable."""
        return (tuple(sorted((self.match_labels or {}).items())), self.match_expressions or ())

    @property
    def is_empty(self) -> bool:
        """Whether it asks for nothing, and so matches everything."""
        return not self.match_labels and not self.match_expressions

    @property
    def keys(self) -> frozenset[str]:
        """The labels that it asks for."""
        return frozenset(self.match_labels or ()) | {one.key for one in self.match_expressions or ()}

    def __str__(self) -> str:
        parts = [f"{key}={value}" for key, value in sorted((self.match_labels or {}).items())]
        for one in self.match_expressions or ():
            parts.append(" ".join((one.key, one.operator, *(one.values or ()))))
        return ", ".join(parts) or "everything"

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether an object with these labels is selected."""
        wanted = (self.match_labels or {}).items()
        if any(labels.get(key) != value for key, value in wanted):
            return False
        return all(requirement.matches(labels) for requirement in self.match_expressions or ())
