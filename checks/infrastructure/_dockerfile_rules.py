"""What the rules of a Dockerfile share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from readiness.check import Finding, Location, Outcome
from readiness.evidence.dockerfile import Dockerfile, Instruction, Stage
from readiness.evidence.model import Reason
from readiness.evidence.written import Place


class Built(NamedTuple):
    """A Dockerfile, and the index of the stage that is shipped."""

    file: Dockerfile
    final: int

    @property
    def lineage(self) -> tuple[Stage, ...]:
        """The stage that is shipped, and those that it goes on from."""
        return self.file.lineage(self.final)

    @property
    def name(self) -> str:
        """What a waiver calls the stage that is shipped."""
        return self.file.name_of(self.final)

    @property
    def label(self) -> str:
        """What messages call the stage that is shipped."""
        name = self.lineage[0].name
        return f"the stage {name}" if name else "the last stage" if self.final else "the image"

    def instructions(self) -> Iterator[tuple[str, Instruction]]:
        """Every instruction of the file with the name of its stage; those before the first FROM are of the file."""
        yield from ((self.file.name, one) for one in self.file.arguments)
        for index, stage in enumerate(self.file.stages):
            yield from ((self.file.name_of(index), one) for one in stage.instructions)


def failed(
    place: Place, message: str, next_: str, about: str, *, observed: str = "", expected: str = ""
) -> Finding:
    """Something bad at a line."""
    return Finding(
        outcome=Outcome.FAIL,
        message=message,
        observed=observed,
        expected=expected,
        object=about,
        location=location(place),
        next=next_,
    )


def unknown(place: Place, message: str, next_: str, about: str, *, observed: str = "") -> Finding:
    """Something that the file does not show either way."""
    return Finding(
        outcome=Outcome.UNPROVEN,
        reason=Reason.INSUFFICIENT,
        message=message,
        observed=observed,
        object=about,
        location=location(place),
        next=next_,
    )


def noted(place: Place, message: str) -> Finding:
    """Something worth knowing that does not count."""
    return Finding(outcome=Outcome.PASS, message=message, location=location(place), note=True)


def location(place: Place) -> Location:
    """A place as findings have it."""
    return Location(place.file, place.line)
