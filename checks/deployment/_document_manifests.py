"""The names in a document's commands, looked up in the manifests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from readiness.check import Finding, Location, Outcome
from readiness.evidence.manifests import Manifests, Resource
from readiness.evidence.model import Reason

from ._document_shell import Command

_KINDS: Mapping[str, str] = {
    **dict.fromkeys(("deploy", "deployment", "deployments"), "Deployment"),
    **dict.fromkeys(("sts", "statefulset", "statefulsets"), "StatefulSet"),
    **dict.fromkeys(("ds", "daemonset", "daemonsets"), "DaemonSet"),
    **dict.fromkeys(("ro", "rollout", "rollouts"), "Rollout"),
    **dict.fromkeys(("dc", "deploymentconfig", "deploymentconfigs"), "DeploymentConfig"),
    **dict.fromkeys(("cj", "cronjob", "cronjobs"), "CronJob"),
    **dict.fromkeys(("svc", "service", "services"), "Service"),
}
_NAMESPACE = ("-n", "--namespace")
_BARE = frozenset(
    {
        "-A",
        "-i",
        "-q",
        "-v",
        "-w",
        "-y",
        "--all",
        "--all-namespaces",
        "--atomic",
        "--cleanup-on-fail",
        "--debug",
    }
    | {
        "--force",
        "--ignore-not-found",
        "--insecure",
        "--install",
        "--no-hooks",
        "--record",
        "--recreate-pods",
    }
    | {
        "--reset-values",
        "--reuse-values",
        "--wait",
        "--wait-for-jobs",
        "--watch",
        "--yes",
        "--create-namespace",
    }
    | {"--dry-run", "--no-headers", "--show-labels", "--insecure-skip-tls-verify"}
)
_OF_RELEASES = frozenset({"rollback", "upgrade", "uninstall", "history", "status", "get", "test"})
_SUBJECTS_OF_GET = frozenset({"all", "hooks", "manifest", "metadata", "notes", "values"})
_RELEASE_LABELS = ("app.kubernetes.io/instance", "release", "helm.sh/release")
_RELEASE_ANNOTATION = "meta.helm.sh/release-name"


class Use(NamedTuple):
    """One name in a command: that of an object, or of a Helm release. `undoes`: the command goes back by it."""

    kind: str
    name: str
    namespace: str
    line: int
    undoes: bool

    @property
    def shown(self) -> str:
        """As the command has it."""
        return (
            f"{self.kind.lower()}/{self.name}" if self.kind != "release" else f"the Helm release {self.name}"
        )


def uses(commands: Sequence[Command]) -> list[Use]:
    """The names in the commands of kubectl, oc and helm; each once."""
    found: dict[tuple[str, str, str], Use] = {}
    for command in commands:
        tool = command.words[0].rpartition("/")[2]
        made = (
            _of_kubectl(command)
            if tool in ("kubectl", "oc")
            else _of_helm(command)
            if tool in ("helm", "helm3")
            else ()
        )
        for one in made:
            key = (one.kind, one.name, one.namespace)
            first = found.setdefault(key, one)
            found[key] = first._replace(undoes=first.undoes or one.undoes)
    return list(found.values())


def judged_names(commands: Sequence[Command], manifests: Manifests, path: str) -> Iterator[Finding]:
    """Every name that is not there, then one finding for those that are."""
    named = uses(commands)
    namespaces = {one.namespace: one.line for one in reversed(named) if one.namespace}
    bad = [problem for one in named if (problem := _problem(one, manifests, path))]
    bad += [
        problem
        for name, line in namespaces.items()
        if (problem := _namespace_problem(name, line, manifests, path))
    ]
    yield from bad
    total = len(named) + len(namespaces)
    if total > len(bad):
        message = f"{total - len(bad)} of {total} names in the commands are in the manifests"
        yield Finding(
            outcome=Outcome.PASS, message=message, count=total - len(bad), location=Location(path, 1)
        )


def _of_kubectl(command: Command) -> Iterator[Use]:
    words, namespace = _plain(command.words)
    undoes = "undo" in words or "rollback" in words
    if words[:3] == ["argo", "rollouts", "undo"] or words[:3] == ["argo", "rollouts", "abort"]:
        yield from (Use("Rollout", name, namespace, command.line, True) for name in words[3:4])
        return
    for index, word in enumerate(words):
        sort, slash, name = word.partition("/")
        kind = _KINDS.get(sort.casefold().partition(".")[0], "")  # without the group, as in deployments.apps
        if not slash and index and index + 1 < len(words):
            name = words[index + 1]
        if kind and name and "/" not in name and "=" not in name:
            yield Use(kind, name, namespace, command.line, undoes)


def _of_helm(command: Command) -> Iterator[Use]:
    words, namespace = _plain(command.words)
    if words and words[0] in _OF_RELEASES:
        rest = [word for word in words[1:] if not (words[0] == "get" and word in _SUBJECTS_OF_GET)]
        yield from (
            Use("release", name, namespace, command.line, words[0] == "rollback") for name in rest[:1]
        )


def _plain(words: Sequence[str]) -> tuple[list[str], str]:
    """The words behind the tool without flags and their values, and the namespace."""
    found, namespace, at = [], "", 1
    while at < len(words):
        word = words[at]
        name, equals, value = word.partition("=")
        if not word.startswith("-"):
            found.append(word)
        elif name in _NAMESPACE:
            namespace = value if equals else (words[at + 1] if at + 1 < len(words) else "")
        elif word.startswith("-n") and not word.startswith("--"):
            namespace = word[2:]
        if word.startswith("-") and not equals and word not in _BARE and not _joined_namespace(word):
            at += 1
        at += 1
    return found, namespace


def _joined_namespace(word: str) -> bool:
    return len(word) > 2 and word.startswith("-n") and not word.startswith("--")


def _problem(one: Use, manifests: Manifests, path: str) -> Finding | None:
    if _is_variable(one.name):
        message = f"the command names {one.shown} by a variable, which nobody has set at night"
        return _unproven(Reason.INSUFFICIENT, message, path, one.line, "write the name itself")
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
        return _bad(message, path, one.line, "correct the namespace", one.namespace, where)
    return next((bad for r in here if one.undoes and (bad := _history(r))), None)


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
        return Finding(
            outcome=Outcome.FAIL,
            message=message,
            observed="0",
            expected="at least 1",
            object=resource.identity,
            location=where,
            next="leave revisionHistoryLimit out, or set it to 3 or more",
        )
    message = f"{resource.identity}: revisionHistoryLimit is no whole number"
    return _unproven(Reason.MALFORMED, message, where.file, where.line, "write a whole number")


def _release_problem(one: Use, manifests: Manifests, path: str) -> Finding | None:
    known = {name for resource in manifests.resources for name in _releases(resource)}
    if one.name in known:
        return None
    if known:
        return _absent(one, sorted(known), path)
    message = f"the manifests do not tell of which Helm release they are, so {one.shown} is not found in them"
    next_ = f"label the objects with {_RELEASE_LABELS[0]}, or set `names: not-asked`"
    return _unproven(Reason.INSUFFICIENT, message, path, one.line, next_)


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
    return _bad(message, path, line, "correct the namespace", name, there)


def _absent(one: Use, there: Sequence[str], path: str) -> Finding:
    near = get_close_matches(one.name, there, 1)
    names = ", ".join(sorted(there)[:5]) or "none of this kind"
    hint = (
        f"did you mean {near[0]}?" if near else "correct the command, or give the manifests of this release"
    )
    message = f"{one.shown} is not in the manifests, which have {names}"
    return _bad(message, path, one.line, hint, one.name, names)


def _is_variable(name: str) -> bool:
    return "$" in name or "{{" in name


def _bad(message: str, path: str, line: int, next_: str, observed: str, expected: str) -> Finding:
    return Finding(
        outcome=Outcome.FAIL,
        message=message,
        observed=observed,
        expected=expected,
        location=Location(path, line),
        next=next_,
    )


def _unproven(reason: Reason, message: str, path: str, line: int, next_: str) -> Finding:
    return Finding(
        outcome=Outcome.UNPROVEN, reason=reason, message=message, location=Location(path, line), next=next_
    )
