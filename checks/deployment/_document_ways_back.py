"""The commands that roll a release back."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from readiness.evidence.documents.shell import Command

# The tool, the words that follow it (flags apart), and whether it needs to be told what to roll back.
_KNOWN: tuple[tuple[str, str, bool], ...] = (
    ("helm", "rollback", True),
    ("kubectl", "rollout undo", True),
    ("kubectl", "argo rollouts undo", True),
    ("kubectl", "argo rollouts abort", True),
    ("oc", "rollout undo", True),
    ("oc", "rollback", True),
    ("argocd", "app rollback", True),
    ("git", "revert", True),
    ("terraform", "apply", False),
    ("tofu", "apply", False),
    ("terragrunt", "apply", False),
    ("docker", "service rollback", True),
    ("nomad", "job revert", True),
    ("heroku", "rollback", False),
    ("heroku", "releases:rollback", False),
    ("cf", "rollback", True),
    ("gcloud", "run services update-traffic", True),
    ("gcloud", "app services set-traffic", True),
    ("aws", "ecs update-service", True),
    ("aws", "lambda update-alias", True),
    ("aws", "deploy stop-deployment", True),
    ("kamal", "rollback", True),
)
# These deploy whatever they are told, so they are a way back only with a version, which is not the release's own.
_DEPLOYING: tuple[tuple[str, str], ...] = (
    ("kubectl", "set image"),
    ("oc", "set image"),
    ("docker", "service update"),
    ("helm", "upgrade"),
)
_TOLD = re.compile(
    r"(?:^|[\w./-]:|@|(?:tag|version|digest)=)(sha256:[0-9a-f]{64}|v?\d[\w.+-]*|[0-9a-f]{7,40}"
    r"|\$\{?(?:\w*_)?(?:PREV(?:IOUS)?|LAST|OLD|STABLE|ROLLBACK|TARGET)(?:_\w+)?\}?)$",
    re.IGNORECASE,
)
_TELLING = re.compile(r"--version|--image|.*(?:image|tag|digest|version|=).*")
_RUNNERS = frozenset(
    {"make", "just", "task", "npm", "yarn", "pnpm", "rake", "cap", "ansible-playbook", "bash", "sh"}
)
_TALKERS = frozenset(
    {"echo", "printf", "cat", "grep", "ls", "less", "man", "which", "watch", "#", ":", "true"}
    | {"false", "test", "[", "[[", "alias", "trap", "rm", "chmod", "touch", "vi", "vim", "nano"}
    | {"code", "open", "head", "tail", "find", "diff", "cp", "mv", "shellcheck", "type", "exit"}
    | {"return", "export", "set", "read", "kill"}
)
_ASKERS = frozenset({"curl", "wget", "http", "https"})
_ASKS_TO_CHANGE = re.compile(
    r"(?i)(?:^|\s)(?:-X\s?|--request[= ]|--method[= ])?(?:PUT|POST|PATCH|DELETE)\b|\s(?:-d|--data\S*|--json"
    r"|--post-data\S*)\s"
)
_WORD = re.compile(r"[a-z]+")
_BACK = frozenset({"rollback", "revert"})
_ONLY_TALKS = frozenset(
    {"lint", "test", "tests", "check", "checks", "doc", "docs", "html", "md", "no", "not", "dry"}
    | {"plan", "simulate", "preview", "edit", "fmt", "format", "verify", "validate", "help", "list"}
    | {"show", "log", "logs", "status", "history", "disable", "build", "explain", "print", "mock"}
    | {"fake", "noop", "txt", "pdf", "template"}
)
_FLAG = re.compile(r"\b(?:flags?|features?|toggles?)\b", re.IGNORECASE)
_OFF = re.compile(r"\b(?:off|disabled?|false|deactivate|kill)\b", re.IGNORECASE)
_HARMLESS = re.compile(
    r"\s(?:--dry-run(?!=none)\S*|--help|-h|--abort|--quit|--skip|--noop|--check|--syntax-check|--list-\w+"
    r"|--what-?if"
    r"|-WhatIf|--just-print|--recon|--dry|-?-destroy)(?=\s|$)"
)
_NO_RUN = re.compile(r"-[A-Za-z]*n[A-Za-z]*")
# Flags that stand alone; any other one takes the word behind it along, unless it holds an `=`.
_BARE_FLAGS = frozenset(
    {"--debug", "--verbose", "--quiet", "-q", "--insecure", "--grpc-web", "--yes", "-y"}
    | {"--no-color", "--core", "--plaintext", "--non-interactive", "-auto-approve", "--no-pager", "-v"}
)


def rolls_back(command: Command, own: Sequence[str], is_old: Callable[[str], bool]) -> bool:
    """Whether it is a known way back, or begins with the words of one of `own`; a dry run is none.

    `is_old` tells whether a version is one that can be gone back to.
    """
    words, text = command.words, " ".join(command.words)
    if _HARMLESS.search(text + " ") or words[0] in _TALKERS:
        return False
    return (
        any(words[: len(entry.split())] == tuple(entry.split()) for entry in own if entry.strip())
        or any(_is(words, *known) for known in _KNOWN)
        or any(_is(words, tool, verb, True) and _is_told_old(words, is_old) for tool, verb in _DEPLOYING)
        or _is_named_so(words)
        or _switches_off(words, text)
    )


def _is(words: Sequence[str], tool: str, verb: str, needs_object: bool) -> bool:
    if words[0].rpartition("/")[2] != tool:
        return False
    wanted = verb.split()
    at = _after_flags(words)
    rest = words[at + len(wanted) :]
    told = any(not word.startswith("-") for word in rest)
    return list(words[at : at + len(wanted)]) == wanted and (told or not needs_object)


def _after_flags(words: Sequence[str]) -> int:
    """Where the verb stands: behind flags and the values of flags."""
    at = 1
    while at < len(words) and words[at].startswith("-"):
        at += 1 if "=" in words[at] or words[at] in _BARE_FLAGS else 2
    return at


def _is_told_old(words: Sequence[str], is_old: Callable[[str], bool]) -> bool:
    """Whether it names versions to deploy, and only such as can be gone back to."""
    told = [
        found[1]
        for before, word in pairwise(words)
        if _TELLING.fullmatch(before if before in ("--version", "--image") else word)
        and (found := _TOLD.search(word))
    ]
    return bool(told) and all(version.startswith(("$", "sha256:")) or is_old(version) for version in told)


def _switches_off(words: Sequence[str], text: str) -> bool:
    """Whether it turns a feature off; a request over HTTP does only when it is one that changes something."""
    if words[0] in _ASKERS and not _ASKS_TO_CHANGE.search(text):
        return False
    return bool(_FLAG.search(text) and _OFF.search(text))


def _is_named_so(words: Sequence[str]) -> bool:
    """A script or a target that says by its name that it rolls back, and not that it tests or describes that."""
    first = words[0]
    if first in _RUNNERS:
        named = [word for word in words[1:] if not word.startswith("-") and "=" not in word]
        is_run = not any(_NO_RUN.fullmatch(word) for word in words[1:])
        parts = [_parts(word) for word in named]
        return (
            is_run and any(part & _BACK for part in parts) and not any(part & _ONLY_TALKS for part in parts)
        )
    is_script = "/" in first or first.endswith((".sh", ".py", ".ps1"))
    own = _parts(first.rpartition("/")[2])
    return is_script and bool(own & _BACK) and not own & _ONLY_TALKS


def _parts(name: str) -> frozenset[str]:
    plain = name.casefold().replace("roll-back", "rollback").replace("roll_back", "rollback")
    return frozenset(_WORD.findall(plain))
