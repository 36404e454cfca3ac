"""How the image that is shipped runs: as whom, and how it is asked whether it works."""

from __future__ import annotations

import re
from collections.abc import Iterator

from readiness.check import Finding
from readiness.evidence.dockerfile import Filled, Instruction
from readiness.evidence.written import Place

from ._dockerfile_rules import Built, failed, noted, unknown
from ._empty_probes import never_fails

_ROOT = frozenset(("root", "containeradministrator"))


def root_user(built: Built) -> Iterator[Finding]:
    """A container that runs as root, or as nobody knows whom."""
    next_ = "end the stage with USER and a user that is not root, best by its number: USER 65532"
    found = _user(built)
    if found is None:
        message = f"{built.label} has no USER: it runs as the image has it, which is mostly root"
        yield failed(built.lineage[0].place, message, next_, built.name, observed="absent")
        return
    user, place = found
    if user.text is None:
        message = f"{built.label} runs as {user.written}, which the file does not tell"
        yield unknown(place, message, "give the ARG a default that is not root", built.name)
        return
    name = user.text.partition(":")[0].strip()
    if not name or name.lower() in _ROOT or re.fullmatch(r"\+?0+", name):
        yield failed(place, f"{built.label} runs as root", next_, built.name, observed=user.text)
    elif user.arguments:
        yield noted(place, f"{built.label} runs as {name} unless the build sets {', '.join(user.arguments)}")


def _user(built: Built) -> tuple[Filled, Place] | None:
    """The user of the nearest stage that has one; an ONBUILD of a stage works in the one that goes on from it."""
    for number, stage in enumerate(built.lineage):
        if number and (waiting := _triggered(stage.instructions, "USER")):
            text = waiting.text
            return Filled(text, None if "$" in text else text), waiting.place
        if stage.user and stage.user_place:
            return stage.user, stage.user_place
    return None


def no_healthcheck(built: Built) -> Iterator[Finding]:
    """An image that cannot be asked whether it works."""
    next_ = "add HEALTHCHECK CMD with a command that fails when the service cannot answer"
    found = _healthcheck(built)
    if found is None:
        message = f"{built.label} has no HEALTHCHECK"
        yield failed(built.lineage[0].place, message, next_, built.name, observed="absent")
        return
    command = " ".join(found.words[1:]).strip()
    if found.words[0].upper() == "NONE":
        yield failed(found.place, f"{built.label} switches its HEALTHCHECK off", next_, built.name)
    elif never_fails(command):
        message = f"{built.label} has a HEALTHCHECK that never fails"
        yield failed(found.place, message, next_, built.name, observed=command)


def _healthcheck(built: Built) -> Instruction | None:
    for number, stage in enumerate(built.lineage):
        if number and (waiting := _triggered(stage.instructions, "HEALTHCHECK")):
            return waiting
        if own := list(stage.of("HEALTHCHECK")):
            return own[-1]
    return None


def _triggered(instructions: tuple[Instruction, ...], keyword: str) -> Instruction | None:
    return next((one for one in reversed(instructions) if one.on_build and one.keyword == keyword), None)
