"""Instructions -> stages, with the variables of FROM and USER filled in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from readiness.evidence.dockerfile import Filled, Instruction, Stage
from readiness.evidence.written import Place
from readiness.readers.dockerfile._instruction import raw_pairs
from readiness.readers.dockerfile._words import Filling, fill
from readiness.readers.nodes import malformed


class Scope:
    """The variables at a place of the file: their values, None where not known, and the build arguments behind them."""

    def __init__(self, escape: str, above: Scope | None = None) -> None:
        self.escape = escape
        self.values: dict[str, str | None] = dict(above.values) if above else {}
        self.arguments: dict[str, tuple[str, ...]] = dict(above.arguments) if above else {}
        self.fixed: set[str] = set(above.fixed) if above else set()

    def fill(self, text: str) -> Filled:
        """A text with its variables filled in."""
        found = self._filled(text)
        return Filled(text, found.text, self._behind(found.names))

    def take(self, one: Instruction, outer: Mapping[str, str | None]) -> None:
        """What ENV or ARG sets; an ARG without a default takes that of the ARG before the first FROM."""
        for name, value in raw_pairs(one.keyword, one.text, self.escape, one.place):
            if one.keyword == "ENV":
                self._set_env(name, value or "")
            elif name not in self.fixed:
                found = self._filled(value) if value is not None else Filling(outer.get(name), ())
                self.values[name] = found.text
                self.arguments[name] = tuple(dict.fromkeys((name, *self._behind(found.names))))

    def _set_env(self, name: str, value: str) -> None:
        found = self._filled(value)
        self.fixed.add(name)
        self.arguments[name] = self._behind(found.names)
        self.values[name] = found.text

    def _filled(self, text: str) -> Filling:
        return fill(text, self.values, self.escape)

    def _behind(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(argument for name in names for argument in self.arguments.get(name, ())))


class _Open:
    """A stage that is being read."""

    def __init__(self, start: Instruction, outer: Scope, earlier: Mapping[str, _Open]) -> None:
        self.start, self.outer = start, outer
        image, self.name = _named(start)
        self.base = outer.fill(image)
        self.above = earlier.get((self.base.text or "").lower())
        self.scope: Scope = Scope(outer.escape, self.above.scope if self.above else None)
        self.user: tuple[Filled, Place] | None = None
        self.instructions: list[Instruction] = []

    def take(self, one: Instruction) -> None:
        self.instructions.append(one)
        if one.on_build:
            return
        if one.keyword in ("ENV", "ARG"):
            self.scope.take(one, self.outer.values)
        if one.keyword == "USER":
            self.user = self.scope.fill(one.text), one.place

    def closed(self, numbers: Mapping[int, int]) -> Stage:
        user, place = self.user or (None, None)
        return Stage(
            place=self.start.place,
            base=self.base,
            name=self.name,
            platform=self.start.flag("platform") or "",
            parent=numbers[id(self.above)] if self.above else None,
            user=user,
            user_place=place,
            instructions=tuple(self.instructions),
        )


def stages_of(
    instructions: Iterable[Instruction], escape: str
) -> tuple[tuple[Instruction, ...], tuple[Stage, ...]]:
    """The ARGs before the first FROM, and the stages; Unproven (malformed) for any other order."""
    outer, before, found = Scope(escape), list[Instruction](), list[_Open]()
    earlier: dict[str, _Open] = {}
    for one in instructions:
        if one.keyword == "FROM":
            found.append(_Open(one, outer, dict(earlier)))
            if found[-1].name:
                earlier[found[-1].name.lower()] = found[-1]
        elif found:
            found[-1].take(one)
        elif one.keyword == "ARG" and not one.on_build:
            before.append(one)
            outer.take(one, {})
        else:
            raise malformed(one.place, f"{one.keyword} stands before the first FROM")
    numbers = {id(stage): index for index, stage in enumerate(found)}
    return tuple(before), tuple(stage.closed(numbers) for stage in found)


def _named(start: Instruction) -> tuple[str, str]:
    """The image as it is written, and the name of the stage."""
    words = start.text.split()
    if len(words) == 1:
        return words[0], ""
    if len(words) == 3 and words[1].lower() == "as":
        return words[0], words[2]
    raise malformed(start.place, "FROM takes an image, and AS with a name")
