"""One service laid over another, as compose merges files and `extends`."""

from __future__ import annotations

from collections.abc import Iterable

from readiness.evidence.compose import Healthcheck, Service, Variable
from readiness.evidence.written import Written


def overlay(base: Service, top: Service) -> Service:
    """A service with what another file says of it: scalars are replaced, maps merged by key, lists appended.

    `test` of a healthcheck is replaced, and so is everything that the top marks with `!override` or `!reset`. The
    rules are those of the Compose specification, Merge.
    """
    kept = base.but(**{field: _EMPTY[field] for key in top.replaced if (field := _FIELDS.get(key))})
    return Service(
        name=top.name,
        place=top.place,
        image=top.image or kept.image,
        build=top.build or kept.build,
        healthcheck=_healthcheck(kept.healthcheck, top.healthcheck),
        restart=top.restart or kept.restart,
        restart_condition=top.restart_condition or kept.restart_condition,
        limits={**kept.limits, **top.limits},
        environment=_variables((*kept.environment, *top.environment)),
        env_files=_distinct((*kept.env_files, *top.env_files)),
        profiles=_distinct((*kept.profiles, *top.profiles)),
        waits_for={**kept.waits_for, **top.waits_for},
        extended=(*kept.extended, *top.extended),
        replaced=top.replaced,
    )


_FIELDS = {
    "build": "build",
    "depends_on": "waits_for",
    "env_file": "env_files",
    "environment": "environment",
    "healthcheck": "healthcheck",
    "image": "image",
    "profiles": "profiles",
    "restart": "restart",
}
MERGED_ALONE = frozenset(_FIELDS)
"""The keys that may be replaced as a whole, by a tag, independently of every other."""
_EMPTY: dict[str, object] = {
    **dict.fromkeys(("build", "healthcheck", "image", "restart")),
    **dict.fromkeys(("env_files", "environment", "profiles"), ()),
    "waits_for": {},
}


def _healthcheck(base: Healthcheck | None, top: Healthcheck | None) -> Healthcheck | None:
    if base is None or top is None:
        return top or base
    return Healthcheck(top.place, top.test or base.test, top.disable or base.disable)


def _variables(said: Iterable[Variable]) -> tuple[Variable, ...]:
    return tuple({one.name: one for one in said}.values())


def _distinct(said: Iterable[Written]) -> tuple[Written, ...]:
    return tuple({one.text: one for one in said}.values())
