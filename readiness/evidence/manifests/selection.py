"""Who selects whom: things with labels by their labels, so that a selector meets only what it may select."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Generic, TypeVar

import msgspec

from readiness.evidence.manifests.selectors import Requirement, Selector

T = TypeVar("T")
S = TypeVar("S")
_ANYWHERE = "*"  # no namespace is called so
_NOBODY: tuple[int, ...] = ()


class Picked(msgspec.Struct, Generic[T], frozen=True):
    """What a selector selects; `perhaps` are those which it may, because a namespace was left open."""

    sure: tuple[T, ...]
    perhaps: tuple[T, ...]


class Labelled(Generic[T]):
    """Things in namespaces, by their labels."""

    def __init__(self, things: Sequence[T], place: Callable[[T], tuple[str, Mapping[str, str]]]) -> None:
        self._things = things
        self._labels: list[Mapping[str, str]] = []
        self._in: dict[str, list[int]] = {}
        self._with: dict[tuple[str, str, str | None], list[int]] = {}
        for number, thing in enumerate(things):
            namespace, labels = place(thing)
            self._labels.append(labels)
            for where in (namespace, *([_ANYWHERE] if namespace else ())):
                self._in.setdefault(where, []).append(number)
                for key, value in labels.items():
                    self._with.setdefault((where, key, value), []).append(number)
                    self._with.setdefault((where, key, None), []).append(number)

    def picked(self, selector: Selector, namespace: str) -> Picked[T]:
        """What a selector that stands in `namespace` selects."""
        other = "" if namespace else _ANYWHERE
        return Picked(self._of(selector, namespace), self._of(selector, other))

    def picked_anywhere(self, selector: Selector) -> tuple[T, ...]:
        """What a selector selects in all namespaces."""
        return (*self._of(selector, _ANYWHERE), *self._of(selector, ""))

    def _of(self, selector: Selector, namespace: str) -> tuple[T, ...]:
        return tuple(
            self._things[number]
            for number in self._candidates(selector, namespace)
            if selector.matches(self._labels[number])
        )

    def _candidates(self, selector: Selector, namespace: str) -> Sequence[int]:
        """Those that have the rarest of the labels which the selector asks for."""
        lists: list[Sequence[int]] = [
            self._with.get((namespace, key, value), _NOBODY)
            for key, value in (selector.match_labels or {}).items()
        ]
        lists += [
            self._asked(namespace, one)
            for one in selector.match_expressions or ()
            if one.operator in ("In", "Exists")
        ]
        return min(lists, key=len) if lists else self._in.get(namespace, _NOBODY)

    def _asked(self, namespace: str, one: Requirement) -> Sequence[int]:
        if one.operator == "Exists":
            return self._with.get((namespace, one.key, None), _NOBODY)
        values = dict.fromkeys(one.values or ())
        return sorted(n for value in values for n in self._with.get((namespace, one.key, value), _NOBODY))


class Coverage(Generic[T, S]):
    """For each thing those that select it. Selectors that are alike are looked up once.

    `keyed` gives the thing a name of its own; `told` says where a selecting object stands, and by what it selects.
    """

    def __init__(
        self,
        things: Labelled[T],
        selecting: Iterable[S],
        told: Callable[[S], tuple[str, Selector | None]],
        keyed: Callable[[T], int],
    ) -> None:
        self._keyed = keyed
        self._sure: dict[int, list[list[S]]] = {}
        self._perhaps: dict[int, list[list[S]]] = {}
        alike: dict[object, tuple[str, Selector, list[S]]] = {}
        for one in selecting:
            namespace, selector = told(one)
            if selector is not None:
                key = (namespace, selector.canonical)
                alike.setdefault(key, (namespace, selector, []))[2].append(one)
        for namespace, selector, group in alike.values():
            picked = things.picked(selector, namespace)
            for thing in picked.sure:
                self._sure.setdefault(keyed(thing), []).append(group)
            for thing in picked.perhaps:
                self._perhaps.setdefault(keyed(thing), []).append(group)

    def sure(self, thing: T) -> tuple[S, ...]:
        """Those that select it."""
        return tuple(one for group in self._sure.get(self._keyed(thing), ()) for one in group)

    def perhaps(self, thing: T) -> tuple[S, ...]:
        """Those that may select it, because a namespace was left open."""
        return tuple(one for group in self._perhaps.get(self._keyed(thing), ()) for one in group)
