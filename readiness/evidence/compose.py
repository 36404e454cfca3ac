"""One Compose project: what its files say of each service, before any variable is filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar, NamedTuple

from readiness.evidence.model import Facts, Value
from readiness.evidence.written import Place, Remark, Written

_REFERENCE = re.compile(
    r"\$(?:(?P<escaped>\$)|\{(?P<braced>[A-Za-z_]\w*)(?:(?P<how>:?[-?+])(?P<word>(?:[^{}]|\$\{[^{}]*\})*))?\}"
    r"|(?P<plain>[A-Za-z_]\w*))",
    re.ASCII,
)


class Reference(NamedTuple):
    """A variable that `docker compose` fills in; `default` is what stands in for one that is not set."""

    name: str
    default: str | None


def references(text: str) -> tuple[Reference, ...]:
    """The variables in a value. The grammar is that of the Compose specification, Interpolation."""
    found = []
    for one in _REFERENCE.finditer(text):
        if not one["escaped"]:
            default = one["word"] if (one["how"] or "").endswith("-") else None
            found.append(Reference(one["braced"] or one["plain"], default))
    return tuple(found)


def without_references(text: str) -> str:
    """What a value says itself: variables are left out, `$$` is a dollar."""
    return _REFERENCE.sub(lambda one: "$" if one["escaped"] else "", text)


class Variable(Value, frozen=True):
    """A variable of a container's environment; `value` is None where it is handed on from the shell."""

    name: str
    value: str | None
    place: Place


class Healthcheck(Value, frozen=True):
    """How a container is asked whether it works; `test` is empty and `disable` None where it is not said."""

    place: Place
    test: tuple[str, ...] = ()
    disable: Written | None = None


class Extended(Value, frozen=True):
    """A service of another file that this one goes on from; what it says is not known here."""

    file: str
    service: str
    place: Place


class Service(Value, frozen=True, kw_only=True):
    """What is said of one service.

    `build` is where it is built from source. `restart` is that of the service, `restart_condition` that of
    `deploy.restart_policy`. `limits` are `cpus`, `memory` and `pids`, whichever way they are written; where both ways
    are there, that of `deploy`. `waits_for` maps the services that it depends on to the conditions. `extended` are
    services of files that were not read. `replaced` are the keys with `!reset` or `!override`, which are not merged.
    """

    name: str
    place: Place
    image: Written | None = None
    build: Place | None = None
    healthcheck: Healthcheck | None = None
    restart: Written | None = None
    restart_condition: Written | None = None
    limits: Mapping[str, Written] = {}
    environment: tuple[Variable, ...] = ()
    env_files: tuple[Written, ...] = ()
    profiles: tuple[Written, ...] = ()
    waits_for: Mapping[str, str] = {}
    extended: tuple[Extended, ...] = ()
    replaced: frozenset[str] = frozenset()


class Compose(Facts, frozen=True, kw_only=True):
    """The services of a project, those of all its files together; `included` are projects that were not read.

    `remarks` are comments that ask other tools to look away.
    """

    kind: ClassVar[str] = "compose"
    services: tuple[Service, ...]
    included: tuple[Written, ...] = ()
    remarks: tuple[Remark, ...] = ()

    @property
    def finished_first(self) -> frozenset[str]:
        """The services that run to their end before another starts, as a migration does."""
        return frozenset(
            name
            for service in self.services
            for name, condition in service.waits_for.items()
            if condition == "service_completed_successfully"
        )

    def summary(self) -> Mapping[str, object]:
        """How many services, and their images; never an environment."""
        images = {one.name: one.image.text for one in self.services if one.image}
        return {"services": len(self.services), "images": images, "included": len(self.included)}

    def objects(self) -> frozenset[str]:
        """`Service/name`."""
        return frozenset(f"Service/{one.name}" for one in self.services)
