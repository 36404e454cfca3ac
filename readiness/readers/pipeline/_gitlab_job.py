"""One job of a GitLab file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from readiness.evidence.pipeline import Job, Leniency, Step
from readiness.places import LinedMap, Tagged
from readiness.readers.nodes import Node, malformed
from readiness.readers.pipeline._gitlab_tree import Tree

_ANYWAY = frozenset(("always", "on_failure"))
_PARALLEL = re.compile(r" [0-9]+/[0-9]+$|: \[.*\]$")
_DECIDES = ("rules", "only", "except")


class Draft:
    """A job before it is known which jobs there are: `stage` orders them."""

    def __init__(self, name: str, tree: Tree, default: Node | None) -> None:
        self.name, self.unseen, self._tree = name, list[str](), tree
        place = tree.top.get(name) or tree.top
        self.node = Node(tree.job(name, self.unseen), place.place, name)
        self._default = default
        stage = self._text("stage")
        # A stage that another file gives comes before all: then nothing counts as done before the job.
        self.stage = stage or ("" if self.unseen else "test")

    def made(self, earlier: tuple[str, ...], names: frozenset[str]) -> Job:
        """The job; `earlier` are the jobs of the stages before its own."""
        rules = [rule for rule in self._tree.items(self.node.get("rules"), self.unseen) if rule.is_map]
        needs = self._needs(names)
        return Job(
            name=self.name,
            place=self.node.place,
            steps=tuple(self._steps()),
            needs=() if needs is None else tuple(name for name, optional in needs if not optional),
            weak_needs=earlier if needs is None else tuple(name for name, optional in needs if optional),
            by_stage=needs is None,
            condition=self._condition(),
            runs_anyway=any(when in _ANYWAY for when in self._whens(rules)),
            may_fail=self._leniency(rules),
            calls=self._calls(),
            environment=self._environment(),
            unseen=tuple(dict.fromkeys(self.unseen)),
        )

    def _get(self, key: str) -> Node | None:
        return self._tree.plain(self.node.get(key), self.unseen)

    def _text(self, key: str) -> str:
        found = self._get(key)
        return found.text() if found else ""

    def _steps(self) -> Iterator[Step]:
        for key in ("before_script", "script"):
            said = self.node.get(key)
            if said is None and key == "before_script" and self._default is not None and self._default.is_map:
                said = self._default.get(key)
            for one in self._tree.items(said, self.unseen):
                yield Step(place=one.place, run=one.text())

    def _needs(self, names: frozenset[str]) -> list[tuple[str, bool]] | None:
        said = self.node.get("needs")
        if said is None:
            return None
        found = []
        for one in self._tree.items(said, self.unseen):
            job = one.get("job") if one.is_map else one
            elsewhere = one.is_map and any(one.get(key) is not None for key in ("pipeline", "project"))
            if job is None or elsewhere:
                continue
            name = job.text() if job.text() in names else _PARALLEL.sub("", job.text())
            optional = one.get("optional") if one.is_map else None
            is_optional = optional is not None and optional.value is True
            if name not in names and not is_optional:
                if not self._tree.open_ended:
                    raise malformed(one.place, f"{self.name} needs {name}, which is no job")
                self.unseen.append(name)
                continue
            if name in names:
                found.append((name, is_optional))
        return found

    def _condition(self) -> str:
        said = {key: _plain(self.node.value[key]) for key in _DECIDES if self.node.value.get(key) is not None}
        when = self._text("when")
        if when in ("manual", "never"):
            said["when"] = when
        return json.dumps(said, sort_keys=True, default=str) if said else ""

    def _whens(self, rules: list[Node]) -> Iterator[str]:
        yield self._text("when")
        for rule in rules:
            when = rule.get("when")
            yield when.text() if when else ""

    def _leniency(self, rules: list[Node]) -> Leniency:
        said = self._get("allow_failure")
        if any(_lets_pass(rule.get("allow_failure")) for rule in rules) or _lets_pass(said):
            return "yes"
        # Without a word, a job that a person starts does not hold the pipeline up.
        return "yes" if said is None and not rules and self._text("when") == "manual" else "no"

    def _calls(self) -> Any:
        said = self._get("trigger")
        if said is None:
            return None
        if not said.is_map:
            return said.written()
        for key in ("project", "include"):
            for one in self._tree.items(said.get(key), self.unseen):
                path = (
                    next(
                        (p for name in ("local", "file", "artifact", "project") if (p := one.get(name))), None
                    )
                    if one.is_map
                    else one
                )
                if path is not None and not path.is_list:
                    return path.written()
        raise malformed(said.place, f"{self.name}.trigger names no pipeline")

    def _environment(self) -> str:
        said = self._get("environment")
        if said is None:
            return ""
        name = said.get("name") if said.is_map else said
        action = said.get("action") if said.is_map else None
        return (
            name.text()
            if name and not (action and action.text() in ("stop", "verify", "access", "prepare"))
            else ""
        )


def _lets_pass(node: Node | None) -> bool:
    return node is not None and node.value is not False


def _plain(value: Any) -> Any:
    if isinstance(value, Tagged):
        return [value.tag, _plain(value.value)]
    if isinstance(value, LinedMap):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value
