"""What is known of the labels of the samples of a part of an expression."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Labels:
    """What is known of labels. None stands for some value that is not empty.

    Labels that are not `known` may be anything, or, where `others` is given, are empty unless they are among them.
    """

    known: Mapping[str, str | None] = field(default_factory=dict)
    others: frozenset[str] | None = None

    def of(self, name: str) -> tuple[bool, str | None]:
        """Whether the value is known, and it."""
        if name in self.known:
            return True, self.known[name]
        return self.others is not None and name not in self.others, ""

    @property
    def is_bare(self) -> bool:
        """Whether there are surely none."""
        return self.others == frozenset() and not any(value != "" for value in self.known.values())

    def kept(self, names: frozenset[str]) -> Labels:
        """What an aggregation by these names leaves."""
        known = {key: value for key, value in self.known.items() if key in names}
        others = names - known.keys() if self.others is None else self.others & names
        return Labels(known, others)

    def without(self, names: frozenset[str]) -> Labels:
        """What is left when these are taken off."""
        known = {key: value for key, value in self.known.items() if key not in names}
        return Labels(known | dict.fromkeys(names, ""), self.others)

    def clash(self, other: Labels, matters: Callable[[str], bool]) -> str:
        """A label that cannot be the same on both sides; empty where there may be none."""
        for name in (*self.known, *other.known):
            (is_known, first), (is_too, second) = self.of(name), other.of(name)
            if not (matters(name) and is_known and is_too) or first == second:
                continue
            if None not in (first, second) or "" in (first, second):
                return name
        return ""


BARE = Labels({}, frozenset())
ANY = Labels()
