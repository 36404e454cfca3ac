"""The names of objects and of Helm releases in the commands of a document."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from readiness.evidence.documents.shell import Command

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
    {"-A", "-i", "-q", "-v", "-w", "-y", "--all", "--all-namespaces", "--atomic"}
    | {"--cleanup-on-fail", "--debug", "--force", "--ignore-not-found", "--insecure", "--install"}
    | {"--no-hooks", "--record", "--recreate-pods", "--reset-values", "--reuse-values", "--wait"}
    | {"--wait-for-jobs", "--watch", "--yes", "--create-namespace", "--dry-run", "--no-headers"}
    | {"--show-labels", "--insecure-skip-tls-verify"}
)
_OF_RELEASES = frozenset({"rollback", "upgrade", "uninstall", "history", "status", "get", "test"})
_SUBJECTS_OF_GET = frozenset({"all", "hooks", "manifest", "metadata", "notes", "values"})


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
        reader = _READERS.get(tool)
        for one in reader(command) if reader else ():
            key = (one.kind, one.name, one.namespace)
            first = found.setdefault(key, one)
            found[key] = first._replace(undoes=first.undoes or one.undoes)
    return list(found.values())


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


_READERS: Mapping[str, Callable[[Command], Iterator[Use]]] = {
    **dict.fromkeys(("kubectl", "oc"), _of_kubectl),
    **dict.fromkeys(("helm", "helm3"), _of_helm),
}
