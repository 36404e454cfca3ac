"""One Dockerfile: its stages and their instructions, as BuildKit takes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import ClassVar, Literal

from readiness.evidence.model import Facts, Value
from readiness.evidence.written import Place, Remark


class Heredoc(Value, frozen=True):
    """A document within an instruction; `line` is that of its first line of content."""

    name: str
    content: str
    line: int


class Instruction(Value, frozen=True, kw_only=True):
    """One instruction. `keyword` is in capitals; for an ONBUILD it is that of the instruction within.

    `flags` are those before the arguments, `--from=build` as `from`. `words` are the arguments: in the `exec` form
    the JSON list, else split at white space without their quotes. `text` is all of them as written, continued lines
    as one. `pairs` are the names and values of ENV, ARG and LABEL; an ARG without a default has None.
    """

    keyword: str
    place: Place
    text: str = ""
    words: tuple[str, ...] = ()
    form: Literal["shell", "exec"] = "shell"
    flags: tuple[tuple[str, str], ...] = ()
    pairs: tuple[tuple[str, str | None], ...] = ()
    heredocs: tuple[Heredoc, ...] = ()
    on_build: bool = False

    def flag(self, name: str) -> str | None:
        """The value of a flag; None when it is not there."""
        return next((value for key, value in self.flags if key == name), None)


class Filled(Value, frozen=True):
    """A value with its variables filled in.

    `text` is None when it holds one without a value in the file, or an expansion that is not known. `arguments` are
    the build arguments in it: whoever builds may set them otherwise.
    """

    written: str
    text: str | None
    arguments: tuple[str, ...] = ()


class Stage(Value, frozen=True, kw_only=True):
    """One stage, from its FROM on. `parent` is the index of the stage that it goes on from; None for an image.

    `user` is what its last USER says, and `user_place` where; None where it has no USER of its own.
    """

    place: Place
    base: Filled
    name: str = ""
    platform: str = ""
    parent: int | None = None
    user: Filled | None = None
    user_place: Place | None = None
    instructions: tuple[Instruction, ...] = ()

    def of(self, *keywords: str) -> Iterator[Instruction]:
        """Its instructions with one of these keywords; those of ONBUILD are for other builds, and left out."""
        return (one for one in self.instructions if one.keyword in keywords and not one.on_build)


class Dockerfile(Facts, frozen=True, kw_only=True, dict=True):
    """A Dockerfile. `arguments` are the ARGs before the first FROM, `remarks` what asks tools to look away."""

    kind: ClassVar[str] = "dockerfile"
    path: str
    stages: tuple[Stage, ...]
    arguments: tuple[Instruction, ...] = ()
    syntax: str = ""
    remarks: tuple[Remark, ...] = ()

    @cached_property
    def names(self) -> Mapping[str, int]:
        """The index of each stage by its name in small letters; the last of several of one name."""
        return {one.name.lower(): index for index, one in enumerate(self.stages) if one.name}

    def index_of(self, reference: str) -> int | None:
        """The stage that `--from` or a target names, by name or number; None when it is no stage."""
        if reference.isascii() and reference.isdigit() and int(reference) < len(self.stages):
            return int(reference)
        return self.names.get(reference.lower())

    def lineage(self, index: int) -> tuple[Stage, ...]:
        """A stage and those that it goes on from, the nearest first."""
        found = []
        step: int | None = index
        while step is not None:
            found.append(self.stages[step])
            step = self.stages[step].parent
        return tuple(found)

    def summary(self) -> Mapping[str, object]:
        """Its stages and their bases."""
        return {
            "stages": len(self.stages),
            "bases": [one.base.text or one.base.written for one in self.stages],
            "instructions": sum(len(one.instructions) for one in self.stages),
        }

    def objects(self) -> frozenset[str]:
        """`Dockerfile/path`, and that with `:stage` for each stage, by its name or its number from 0."""
        return frozenset((self.name, *(self.name_of(index) for index in range(len(self.stages)))))

    @property
    def name(self) -> str:
        """What a waiver calls the file."""
        return f"Dockerfile/{self.path}"

    def name_of(self, index: int) -> str:
        """What a waiver calls a stage."""
        return f"{self.name}:{self.stages[index].name or index}"
