"""`${NAME}`: values from the environment, in the few places where they may stand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from readiness.places import Map, Path, Seq
from readiness.policy.problems import Problems

_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_FIXED = frozenset({"kind", "role", "bind", "max-age", "format", "files"})


def substitute(tree: Map, environment: Mapping[str, str], problems: Problems) -> Map:
    """A copy of the tree with its variables put in; what cannot be put in is noted as a problem.

    They may stand in `release`, and in the urls, paths and credentials of `evidence`.
    """
    made: Map = _copied(tree, (), environment, problems)
    return made


def _copied(node: Any, path: Path, environment: Mapping[str, str], problems: Problems) -> Any:
    if isinstance(node, Map):
        made = Map(node.place)
        made.key_places, made.value_places = node.key_places, node.value_places
        for key, value in node.items():
            made[key] = _copied(value, (*path, key), environment, problems)
        return made
    if isinstance(node, Seq):
        listed = Seq(node.place)
        listed.value_places = node.value_places
        listed.extend(_copied(value, (*path, i), environment, problems) for i, value in enumerate(node))
        return listed
    if isinstance(node, str) and "${" in node:
        return _put_in(node, path, environment, problems)
    return node


def _put_in(text: str, path: Path, environment: Mapping[str, str], problems: Problems) -> str:
    if not _may_stand_at(path):
        problems.add(
            path, "variables have no place here", "they stand in `release` and in urls, paths and credentials"
        )
        return text

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if not _NAME.fullmatch(name):
            problems.add(path, f"'{found[0]}' is not the name of a variable", 'write it as "${NAME}"')
        elif not environment.get(name):
            state = "is empty" if name in environment else "is not set"
            problems.add(
                path, f"the environment variable {name} {state}", f"set it, as in {name}=... readiness check"
            )
        return environment.get(name) or found[0]

    if text.count("${") != len(_VARIABLE.findall(text)):
        problems.add(path, "a `${` is not closed", 'write it as "${NAME}"')
    return _VARIABLE.sub(value, text)


def _may_stand_at(path: Path) -> bool:
    if path[0] == "release":
        return True
    return path[0] == "evidence" and len(path) >= 3 and path[2] not in _FIXED
