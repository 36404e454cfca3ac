"""One service of one file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from readiness.evidence.compose import Extended, Healthcheck, Service, Variable
from readiness.evidence.written import Place, Written
from readiness.places import Tagged
from readiness.readers.compose._merge import MERGED_ALONE
from readiness.readers.nodes import Node, malformed

T = TypeVar("T")
TAGS = frozenset(("!reset", "!override"))
CONFIG = "judge what compose makes of it: docker compose -f FILE ... config > rendered.yaml"
_LIMITS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "cpus": (("cpus",), ("deploy", "resources", "limits", "cpus")),
    "memory": (("mem_limit",), ("deploy", "resources", "limits", "memory")),
    "pids": (("pids_limit",), ("deploy", "resources", "limits", "pids")),
}
_READ = frozenset(("deploy", "cpus", "mem_limit", "pids_limit", "extends", *MERGED_ALONE))


def service_of(name: str, node: Node) -> Service:
    """What a file says of a service; Unproven (malformed) where compose would refuse it."""
    if node.value is None:
        return Service(name=name, place=node.place)
    keys = _Keys(node)
    return Service(
        name=name,
        place=node.place,
        image=keys.read("image", Node.written),
        build=keys.read("build", _place),
        healthcheck=keys.read("healthcheck", _healthcheck),
        restart=keys.read("restart", _restart),
        restart_condition=_scalar(node, ("deploy", "restart_policy", "condition")),
        limits=_limits(node),
        environment=keys.read("environment", _environment) or (),
        env_files=keys.read("env_file", _env_files) or (),
        profiles=keys.read("profiles", Node.texts) or (),
        waits_for=keys.read("depends_on", _waits_for) or {},
        replaced=keys.replaced,
    )


def extended(node: Node) -> tuple[str, Extended] | None:
    """The file (empty for the same one) and the service that `extends` names."""
    found = node.get("extends") if node.is_map else None
    if found is None:
        return None
    if not found.is_map:
        return "", Extended("", found.text(), found.place)
    service, file = found.get("service"), found.get("file")
    if service is None:
        raise malformed(found.place, f"{found.path} names no service")
    where = file.text() if file else ""
    return where, Extended(where, service.text(), found.place)


class _Keys:
    """The keys of a service; a tag on one of them is taken off, and remembered."""

    def __init__(self, node: Node) -> None:
        tagged = {key for key, one in node.pairs() if isinstance(one.value, Tagged)}
        if wrong := sorted((tagged & _READ) - MERGED_ALONE):
            one = node.get(wrong[0]) or node
            raise malformed(
                one.place, f"{one.path} has a tag, which is merged only by compose itself", CONFIG
            )
        self._node, self.replaced = node, frozenset(tagged)

    def read(self, key: str, how: Callable[[Node], T]) -> T | None:
        one = self._node.get(key)
        if one is not None and isinstance(one.value, Tagged):
            one = None if one.value.tag == "!reset" else Node(one.value.value, one.place, one.path)
        return None if one is None or one.value is None else how(one)


def _place(node: Node) -> Place:
    return node.place


def _restart(node: Node) -> Written:
    """YAML 1.1 takes a bare `no` for false; compose takes it for the word."""
    return Written("no" if node.value is False else node.text(), node.place)


def _healthcheck(node: Node) -> Healthcheck:
    test, disable = node.get("test"), node.get("disable")
    words = () if test is None else tuple(one.text for one in test.texts())
    if test is not None and not test.is_list:
        words = ("CMD-SHELL", *words)
    return Healthcheck(node.place, words, disable.written() if disable else None)


def _scalar(node: Node, path: tuple[str, ...]) -> Written | None:
    for step in path:
        found = node.get(step)
        if found is None:
            return None
        node = found
    return node.written()


def _limits(node: Node) -> Mapping[str, Written]:
    found = {
        name: limit
        for name, paths in _LIMITS.items()
        for path in paths
        if (limit := _scalar(node, path)) is not None
    }
    return dict(sorted(found.items()))


def _environment(node: Node) -> tuple[Variable, ...]:
    made = list(_mapped(node) if node.is_map else _listed(node))
    return tuple({one.name: one for one in made}.values())


def _mapped(node: Node) -> Iterator[Variable]:
    for name, value in node.pairs():
        yield Variable(name, None if value.value is None else value.text(), value.place)


def _listed(node: Node) -> Iterator[Variable]:
    for one in node.items():
        name, equals, value = one.text().partition("=")
        yield Variable(name, value if equals else None, one.place)


def _env_files(node: Node) -> tuple[Written, ...]:
    if not node.is_list:
        return (node.written(),)
    return tuple(_env_file(one) for one in node.items())


def _env_file(node: Node) -> Written:
    path = node.get("path") if node.is_map else node
    if path is None:
        raise malformed(node.place, f"{node.path} names no path")
    return path.written()


def _waits_for(node: Node) -> Mapping[str, str]:
    if not node.is_map:
        return {one.text: "service_started" for one in node.texts()}
    found = {}
    for name, one in node.pairs():
        condition = one.get("condition") if one.value is not None else None
        found[name] = condition.text() if condition else "service_started"
    return found
