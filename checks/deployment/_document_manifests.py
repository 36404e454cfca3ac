"""The names in a document's commands, looked up in the manifests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

from readiness.check import Finding, Location, Outcome
from readiness.check.documents import bad, unproven
from readiness.evidence.documents.shell import Command
from readiness.evidence.manifests import Manifests, Resource
from readiness.evidence.model import Reason

from ._document_uses import Use, uses

_RELEASE_LABELS = ("app.kubernetes.io/instance", "release", "helm.sh/release")
_RELEASE_ANNOTATION = "meta.helm.sh/release-name"


def judged_names(commands: Sequence[Command], manifests: Manifests, path: str) -> Iterator[Finding]:
    """Every name that is not there, then one finding for those that are."""
    named = uses(commands)
    namespaces = {one.namespace: one.line for one in reversed(named) if one.namespace}
    problems = [problem for one in named if (problem := _problem(one, manifests, path))]
    problems += [
        problem
        for name, line in namespaces.items()
        if (problem := _namespace_problem(name, line, manifests, path))
    ]
    yield from problems
    total = len(named) + len(namespaces)
    if total > len(problems):
        message = f"{total - len(problems)} of {total} names in the commands are in the manifests"
        yield Finding(
            outcome=Outcome.PASS, message=message, count=total - len(problems), location=Location(path, 1)
        )


def _problem(one: Use, manifests: Manifests, path: str) -> Finding | None:
    if _is_variable(one.name):
        message = f"the command names {one.shown} by a variable, which nobody has set at night"
        return unproven(Location(path, one.line), Reason.INSUFFICIENT, message, "write the name itself")
    if one.kind == "release":
        return _release_problem(one, manifests, path)
    same = [r for r in manifests.resources if r.kind == one.kind and r.name == one.name]
    if not same:
        return _absent(one, [r.name for r in manifests.resources if r.kind == one.kind], path)
    is_told = bool(one.namespace) and not _is_variable(one.namespace)
    here = [r for r in same if not is_told or not r.namespace or r.namespace == one.namespace]
    if not here:
        where = ", ".join(sorted({r.namespace for r in same}))
        message = f"{one.shown} is in the namespace {where}, and the command names {one.namespace}"
        return bad(Location(path, one.line), message, "correct the namespace", one.namespace, where)
    return next((problem for r in here if one.undoes and (problem := _history(r))), None)


def _history(resource: Resource) -> Finding | None:
    """`revisionHistoryLimit: 0` leaves nothing to go back to.

    https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#revision-history-limit
    """
    spec = resource.body.get("spec")
    limit = spec.get("revisionHistoryLimit") if isinstance(spec, Mapping) else None
    where = Location(resource.file, resource.line_of("spec", "revisionHistoryLimit"))
    if limit is None or (isinstance(limit, int) and not isinstance(limit, bool) and limit > 0):
        return None
    if limit == 0 and not isinstance(limit, bool):
        message = f"{resource.identity} has revisionHistoryLimit: 0, so there is nothing to go back to"
        next_ = "leave revisionHistoryLimit out, or set it to 3 or more"
        return bad(where, message, next_, "0", "at least 1").but(object=resource.identity)
    message = f"{resource.identity}: revisionHistoryLimit is no whole number"
    return unproven(where, Reason.MALFORMED, message, "write a whole number")


def _release_problem(one: Use, manifests: Manifests, path: str) -> Finding | None:
    known = {name for resource in manifests.resources for name in _releases(resource)}
    if one.name in known:
        return None
    if known:
        return _absent(one, sorted(known), path)
    message = f"the manifests do not tell of which Helm release they are, so {one.shown} is not found in them"
    next_ = f"label the objects with {_RELEASE_LABELS[0]}, or set `names: not-asked`"
    return unproven(Location(path, one.line), Reason.INSUFFICIENT, message, next_)


def _releases(resource: Resource) -> Iterator[str]:
    yield from (resource.labels[label] for label in _RELEASE_LABELS if label in resource.labels)
    metadata = resource.body.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, Mapping) else None
    if isinstance(annotations, Mapping) and isinstance(told := annotations.get(_RELEASE_ANNOTATION), str):
        yield told


def _namespace_problem(name: str, line: int, manifests: Manifests, path: str) -> Finding | None:
    """A set that leaves a namespace open may be applied to any."""
    known = {one.namespace for one in manifests.resources if one.kind != "Namespace"}
    known |= {one.name for one in manifests.resources if one.kind == "Namespace"}
    if name in known or "" in known or _is_variable(name):
        return None
    there = ", ".join(sorted(known)) or "none"
    message = f"the command names the namespace {name}, and the manifests have {there}"
    return bad(Location(path, line), message, "correct the namespace", name, there)


def _absent(one: Use, there: Sequence[str], path: str) -> Finding:
    near = get_close_matches(one.name, there, 1)
    names = ", ".join(sorted(there)[:5]) or "none of this kind"
    hint = (
        f"did you mean {near[0]}?" if near else "correct the command, or give the manifests of this release"
    )
    message = f"{one.shown} is not in the manifests, which have {names}"
    return bad(Location(path, one.line), message, hint, one.name, names)


def _is_variable(name: str) -> bool:
    return "$" in name or "{{" in name
