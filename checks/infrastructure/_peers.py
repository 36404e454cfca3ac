"""What a manifest says to other tools: they leave out what asks for it; here only a waiver of the policy does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from readiness.check import Finding, Location, Outcome
from readiness.evidence.manifests import Resource
from readiness.evidence.manifests.shapes import Path
from readiness.evidence.written import Remark

from ._containers import place

_IGNORING: Mapping[str, str] = {
    "ignore-check.kube-linter.io/": "kube-linter",
    "kube-linter.io/ignore-all": "kube-linter",
    "kube-score/ignore": "kube-score",
    "checkov.io/skip": "Checkov",
    "polaris.fairwinds.com/": "Polaris",
    "datree.skip/": "Datree",
}
_PLACES: tuple[Path, ...] = (
    ("metadata",),
    ("spec", "template", "metadata"),
    ("spec", "jobTemplate", "metadata"),
    ("spec", "jobTemplate", "spec", "template", "metadata"),
)


def not_obeyed(resource: Resource) -> Iterator[Finding]:
    """A note on every annotation that asks another tool to look away, for an object in which something is bad."""
    for path in _PLACES:
        node: Any = resource.body
        for step in (*path, "annotations"):
            node = node.get(step) if isinstance(node, Mapping) else None
        for key in node if isinstance(node, Mapping) else ():
            tool = _tool(str(key))
            if tool:
                yield Finding(
                    outcome=Outcome.PASS,
                    message=f"{resource.identity} asks {tool} to look away ({key}), which is not obeyed here",
                    object=resource.identity,
                    location=place(resource, *path, "annotations", key),
                    next="if it is meant, waive the object in the policy, with a reason, an owner and an end",
                    note=True,
                )


def each_not_obeyed(resources: Iterable[Resource]) -> Iterator[Finding]:
    """The same for several objects in which something is bad, each once."""
    for resource in {id(one): one for one in resources}.values():
        yield from not_obeyed(resource)


def remarked(remarks: Sequence[Remark]) -> Iterator[Finding]:
    """A note on every comment that asks another tool to look away."""
    for one in remarks:
        yield Finding(
            outcome=Outcome.PASS,
            message=f"a comment asks {one.tool} to look away ({one.text}), which is not obeyed here",
            location=Location(one.place.file, one.place.line),
            next="if it is meant, waive it in the policy, with a reason, an owner and an end",
            note=True,
        )


def _tool(key: str) -> str:
    found = next((tool for prefix, tool in _IGNORING.items() if key.startswith(prefix)), "")
    return found if found != "Polaris" or key.endswith(("-exempt", "/exempt")) else ""
