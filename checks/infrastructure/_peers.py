"""What a manifest says to other tools: they leave out what asks for it; here only a waiver of the policy does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from readiness.check import Finding, Outcome
from readiness.evidence.manifests import Resource
from readiness.evidence.manifests.shapes import Path

from ._containers import place

_IGNORING: Mapping[str, str] = {
    "ignore-check.kube-linter.io/": "kube-linter",
    "kube-linter.io/ignore-all": "kube-linter",
    "kube-score/ignore": "kube-score",
    "checkov.io/skip": "Checkov",
    "polaris.fairwinds.com/": "Polaris",
}
_PLACES: tuple[Path, ...] = (("metadata",), ("spec", "template", "metadata"))


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


def _tool(key: str) -> str:
    found = next((tool for prefix, tool in _IGNORING.items() if key.startswith(prefix)), "")
    return found if found != "Polaris" or key.endswith(("-exempt", "/exempt")) else ""
