"""A GitLab file with `extends` and `!reference` followed, as far as the file itself goes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from readiness.evidence.written import Place
from readiness.places import LinedList, LinedMap, Tagged
from readiness.readers.nodes import Node, malformed

REFERENCE = "!reference"
MAX_LEVELS = 11  # GitLab's own limit of `extends`; that of `!reference` is 10
MAX_MERGED = 200_000
COMPILE = (
    "judge the merged file: `glab ci config compile > rendered.yml`, or the full configuration of the editor"
)


class Tree:
    """The top of a file. What `extends` or refers to other files is noted in `unseen` of whoever asks.

    `open_ended` says that the file includes others: then what is not here may be there.
    """

    def __init__(self, top: Node, *, open_ended: bool) -> None:
        self.top, self.open_ended = top, open_ended
        self._merged = 0

    def job(self, name: str, unseen: list[str], level: int = 0) -> LinedMap:
        """A job with what it extends laid under it; Unproven (malformed) for a circle, or for nothing to extend."""
        node = self._named(name)
        own = node.value
        parents = node.get("extends")
        if parents is None:
            return self._counted(own, node.place)
        made: LinedMap = LinedMap(own.line)
        for parent in parents.texts():
            if level >= MAX_LEVELS:
                raise malformed(parent.place, f"{name} extends more than {MAX_LEVELS} levels, or itself")
            if self.top.value.get(parent.text) is None:
                self._missing(parent.place, f"{name} extends {parent.text}", parent.text, unseen)
                continue
            made = _over(made, self.job(parent.text, unseen, level + 1))
        return self._counted(_over(made, own), node.place)

    def items(self, node: Node | None, unseen: list[str], level: int = 0) -> Iterator[Node]:
        """The items of a list, or a single value; nested lists and references opened up."""
        if node is None or node.value is None:
            return
        if level > MAX_LEVELS:
            raise malformed(node.place, f"{node.path} is nested too deeply, or refers to itself")
        if isinstance(node.value, Tagged):
            yield from self.items(self._referred(node, unseen), unseen, level + 1)
        elif node.is_list:
            for one in node.items():
                yield from self.items(one, unseen, level + 1)
        else:
            self._merged += 1
            self._refuse_masses(node.place)
            yield node

    def plain(self, node: Node | None, unseen: list[str]) -> Node | None:
        """A value, or what it refers to."""
        for _ in range(MAX_LEVELS):
            if node is None or not isinstance(node.value, Tagged):
                return node
            node = self._referred(node, unseen)
        raise malformed(self.top.place, "references go round in a circle")

    def _named(self, name: str) -> Node:
        node = self.top.get(name)
        if node is None or not node.is_map:
            raise malformed((node or self.top).place, f"{name} is no job")
        return node

    def _referred(self, node: Node, unseen: list[str]) -> Node | None:
        path = node.value.value
        if not isinstance(path, LinedList) or not path or not all(isinstance(step, str) for step in path):
            raise malformed(node.place, f"{node.path}: !reference takes a list of keys")
        found: Node | None = self.top
        for step in path:
            found = found.get(step) if found is not None and found.is_map else None
        if found is None:
            self._missing(node.place, f"{node.path} refers to {'.'.join(path)}", str(path[0]), unseen)
        return found

    def _missing(self, place: Place, what: str, name: str, unseen: list[str]) -> None:
        if not self.open_ended:
            raise malformed(place, f"{what}, which is not in this file", COMPILE)
        unseen.append(name)

    def _counted(self, made: LinedMap, place: Place) -> LinedMap:
        self._merged += len(made)
        self._refuse_masses(place)
        return made

    def _refuse_masses(self, place: Place) -> None:
        if self._merged > MAX_MERGED:
            raise malformed(place, f"more than {MAX_MERGED:,} values, through extends and references")


def _over(base: LinedMap, top: LinedMap) -> LinedMap:
    """A map laid over another: maps are merged, everything else is replaced."""
    made = LinedMap(top.line)
    for source in (base, top):
        for key, value in source.items():
            made[key] = _both(made.get(key), value)
            made.lines[key] = source.lines.get(key, source.line)
    return made


def _both(below: Any, above: Any) -> Any:
    return _over(below, above) if isinstance(below, LinedMap) and isinstance(above, LinedMap) else above
