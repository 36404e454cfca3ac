"""Parts of a configuration file with their places: what has not the shape that is meant is malformed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from readiness.evidence.model import Reason, Unproven
from readiness.evidence.written import Place, Written
from readiness.places import LinedList, LinedMap, Tagged, Text, YamlError, load_configuration
from readiness.readers.source import Source


@dataclass(frozen=True, slots=True)
class Node:
    """A value at `path` of a file. Null counts as absent wherever a node is asked for by its key."""

    value: Any
    place: Place
    path: str = ""

    @property
    def is_map(self) -> bool:
        """Whether it is a map."""
        return isinstance(self.value, LinedMap)

    @property
    def is_list(self) -> bool:
        """Whether it is a list."""
        return isinstance(self.value, list)

    def get(self, key: str) -> Node | None:
        """What a map has for a key; None when it is absent or null. Malformed when this is no map."""
        found = self._map().get(key)
        return None if found is None else self._below(key, found)

    def pairs(self) -> Iterator[tuple[str, Node]]:
        """The keys of a map with their values, null ones too."""
        for key, value in self._map().items():
            yield key, self._below(key, value)

    def items(self) -> Iterator[Node]:
        """The items of a list."""
        if not isinstance(self.value, LinedList):
            self.refuse("a list")
        for number, value in enumerate(self.value):
            line = self.value.lines[number] if number < len(self.value.lines) else self.place.line
            yield Node(value, Place(self.place.file, line), f"{self.path}[{number}]")

    def texts(self) -> tuple[Written, ...]:
        """A list of scalars, or one scalar, which stands for a list of itself."""
        return tuple(one.written() for one in self.items()) if self.is_list else (self.written(),)

    def written(self) -> Written:
        """A scalar as text."""
        return Written(self.text(), self.place)

    def text(self) -> str:
        """A scalar as text: `true` for what YAML 1.1 takes for a boolean."""
        if not isinstance(self.value, str | int | float):
            self.refuse("text")
        return str(self.value).lower() if isinstance(self.value, bool) else str(self.value)

    def refuse(self, meant: str) -> NoReturn:
        """Malformed: what it is, where something else is meant."""
        raise malformed(
            self.place, f"{self.path or 'the file'} is {_what(self.value)}, where {meant} is meant"
        )

    def _map(self) -> LinedMap:
        if not isinstance(self.value, LinedMap):
            self.refuse("a map")
        return self.value

    def _below(self, key: str, value: Any) -> Node:
        line = self._map().lines.get(key, self.place.line)
        return Node(value, Place(self.place.file, line), f"{self.path}.{key}" if self.path else key)


def malformed(place: Place, message: str, remedy: str = "") -> Unproven:
    """What is wrong at a line."""
    return Unproven(Reason.MALFORMED, f"line {place.line}: {message}", remedy)


def documents_of(source: Source, tags: frozenset[str] = frozenset()) -> list[Node]:
    """The documents of a YAML or JSON file that are not empty; Unproven (malformed) for anything else."""
    try:
        found = list(load_configuration(Text(source.path.name, source.text), tags))
    except YamlError as error:
        raise Unproven(Reason.MALFORMED, str(error), error.problems[0].help) from None
    return [Node(value, Place(source.name, line)) for value, line in found if value is not None]


def _what(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, Tagged):
        return f"tagged {value.tag}"
    names: tuple[tuple[type, str], ...] = ((dict, "a map"), (list, "a list"), (str, "text"))
    return next(
        (name for type_, name in names if isinstance(value, type_)),
        "nothing" if value is None else "a number",
    )
