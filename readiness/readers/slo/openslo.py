"""OpenSLO, `openslo/v1` and `openslo/v1alpha`: https://github.com/OpenSLO/OpenSLO (specification, kind SLO)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from readiness.evidence.slo import Objective, Slos
from readiness.readers.base import Reader, Reading
from readiness.readers.configured import needed, number_of, text_of, truth_of
from readiness.readers.nodes import Node, documents_of, malformed
from readiness.readers.slo._indicators import expressions_of, indicator_of, is_measured
from readiness.readers.slo._objectives import named_window, percent_of, unique, window_of
from readiness.readers.source import Source

_HINT = re.compile(r"\bopenslo(?:\.com)?/v1")
_VERSIONS = ("openslo/v1", "openslo/v1alpha", "openslo/v1beta1")
_Policies = Mapping[str, Node]


class Openslo(Reader[Slos]):
    """Every SLO of a file; policies and indicators that it names are looked up in the same file."""

    def recognises(self, source: Source) -> bool:
        """At least one document of OpenSLO."""
        return bool(_HINT.search(source.text)) and any(map(_is_openslo, documents_of(source)))

    def read(self, source: Source) -> Reading[Slos]:
        """Every objective of every SLO. Unproven (malformed) for a version that is not known."""
        nodes = [one for one in documents_of(source) if _is_openslo(one)]
        for node in nodes:
            version = needed(node, "apiVersion", "a document of OpenSLO")
            if version.text() not in _VERSIONS:
                raise malformed(version.place, f"{version.text()[:40]} is not read", f"use {_VERSIONS[0]}")
        policies, indicators = _named(nodes, "AlertPolicy"), _named(nodes, "SLI")
        slos = [one for one in nodes if text_of(one, "kind") == "SLO"]
        return Reading(unique([made for one in slos for made in _objectives(one, policies, indicators)]))


def _is_openslo(node: Node) -> bool:
    version = node.value.get("apiVersion") if node.is_map else None
    return isinstance(version, str) and version.startswith(("openslo/", "openslo.com/"))


def _named(nodes: Sequence[Node], kind: str) -> Mapping[str, Node]:
    return {_name(one): needed(one, "spec", kind) for one in nodes if text_of(one, "kind") == kind}


def _name(node: Node) -> str:
    return needed(needed(node, "metadata", "an object"), "name", "its metadata").text()


def _objectives(node: Node, policies: _Policies, indicators: _Policies) -> Iterator[Objective]:
    name, spec = _name(node), needed(node, "spec", "the SLO")
    window, window_s = _window(spec)
    silence = _silence(spec.get("alertPolicies"), policies)
    listed = list(needed(spec, "objectives", f"the SLO {name}").items())
    expressions = tuple(expressions_of(spec, indicators, name))
    has_indicator = is_measured(indicator_of(spec, indicators))
    for number, one in enumerate(listed, 1):
        told = text_of(one, "displayName") or str(number)
        yield Objective(
            name=name if len(listed) == 1 else f"{name}/{told}",
            service=needed(spec, "service", f"the SLO {name}").text(),
            percent=_percent(one),
            place=one.place,
            window=window,
            window_s=window_s,
            alerts=not silence,
            pages=not silence,
            silence=silence,
            unmeasured="" if has_indicator or is_measured(one) else "it has no indicator with a query",
            expressions=expressions,
        )


def _percent(node: Node) -> str:
    share, percent = node.get("target"), node.get("targetPercent")
    if (share is None) == (percent is None):
        raise malformed(node.place, "an objective has either a `target` or a `targetPercent`")
    return percent_of(share, 100) if share is not None else percent_of(needed(node, "targetPercent", "it"), 1)


def _window(spec: Node) -> tuple[str, float | None]:
    listed = spec.get("timeWindow") or spec.get("timeWindows")
    found = list(listed.items()) if listed is not None else []
    if len(found) != 1:
        return "", None
    (one,) = found
    if text := text_of(one, "duration"):
        return text, window_of(text)
    count, unit = number_of(one, "count"), text_of(one, "unit")
    return f"{count} {unit}".strip() if unit else "", named_window(count, unit) if count else None


def _silence(node: Node | None, policies: _Policies) -> str:
    """Why nobody is told; empty where a policy with a condition and a target is there."""
    listed = list(node.items()) if node is not None else []
    if not listed:
        return "it has no `alertPolicies`"
    reasons = [_unsent(one, policies) for one in listed]
    return "" if "" in reasons else reasons[0]


def _unsent(node: Node, policies: _Policies) -> str:
    name = _name(node) if node.is_map and text_of(node, "kind") else ""
    name = name or (text_of(node, "alertPolicyRef") if node.is_map else node.text())
    inline = node.get("spec") if node.is_map else None
    policy = inline or policies.get(name)
    if policy is None:
        return f"its alert policy {name[:60]!r} is not in the file"
    lacking = [key for key in ("conditions", "notificationTargets") if not _has(policy, key)]
    if lacking:
        return f"its alert policy {name[:60]!r} has no {lacking[0]}"
    is_told = truth_of(policy, "alertWhenBreaching", otherwise=True)
    return "" if is_told else f"its alert policy {name[:60]!r} has `alertWhenBreaching: false`"


def _has(node: Node, key: str) -> bool:
    found = node.get(key)
    return found is not None and found.is_list and any(bool(one.value) for one in found.items())
