"""The commands of code blocks, and those among them that roll a release back."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ._document_text import Segment

_SHELLS = frozenset(
    {"", "sh", "shell", "bash", "zsh", "fish", "ksh", "console", "terminal", "shell-session", "shellsession"}
    | {"powershell", "pwsh", "ps1", "bat", "cmd", "text", "txt", "plaintext"}
)
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
_RUNNERS = frozenset(
    {"make", "just", "task", "npm", "yarn", "pnpm", "rake", "cap", "ansible-playbook", "bash", "sh"}
)
_TALKERS = frozenset({"echo", "printf", "cat", "grep", "ls", "less", "man", "which", "watch", "#", ":"})
_NAMED = re.compile(r"(?:^|[/:_.-])(?:roll-?back|revert)(?:$|[:_.-])", re.IGNORECASE)
_FLAG = re.compile(r"\b(?:flags?|features?|toggles?)\b", re.IGNORECASE)
_OFF = re.compile(r"\b(?:off|disabled?|false|deactivate|kill)\b", re.IGNORECASE)
_HARMLESS = re.compile(
    r"\s(?:--dry-run(?!=none)\S*|--help|-h|--abort|--noop|--check|--what-?if|-WhatIf)(?=\s|$)"
)
_PROMPT = re.compile(r"^\s*(?:PS(?: [^>]*)?>\s|[$%>]\s)?\s*")
_SETTING = re.compile(r"^[A-Za-z_]\w*=")
_BETWEEN = re.compile(r"\s*(?:&&|\|\||;|\|)\s*")
_PREFIXES = frozenset({"sudo", "time", "env", "exec", "nohup"})


class Command(NamedTuple):
    """One command of a code block, as words, and its line."""

    line: int
    words: tuple[str, ...]


def commands_of(code: Segment) -> Iterator[Command]:
    """The commands of a code block that a shell could run; comments and blocks of other languages hold none."""
    if code.info.casefold().strip("{}.") not in _SHELLS:
        return
    start, held = 0, ""
    for offset, line in enumerate(code.text.split("\n")):
        start = start if held else offset
        held += line.removesuffix("\\") + " "
        if not line.endswith("\\"):
            yield from (Command(code.line + start, words) for words in _split(held))
            held = ""


def rolls_back(command: Command, own: Sequence[str]) -> bool:
    """Whether it is a known way back, or begins with the words of one of `own`; a dry run is none."""
    words, text = command.words, " ".join(command.words)
    if _HARMLESS.search(text + " ") or words[0] in _TALKERS:
        return False
    return (
        any(words[: len(entry.split())] == tuple(entry.split()) for entry in own if entry.strip())
        or any(_is(words, *known) for known in _KNOWN)
        or _is_named_so(words)
        or bool(_FLAG.search(text) and _OFF.search(text))
    )


def _split(line: str) -> Iterator[tuple[str, ...]]:
    for part in _BETWEEN.split(_PROMPT.sub("", line, count=1)):
        words = _words(part)
        while words and (words[0] in _PREFIXES or _SETTING.match(words[0])):
            words = words[1:]
        if words:
            yield tuple(words)


def _words(part: str) -> list[str]:
    try:
        return shlex.split(part, comments=True)
    except ValueError:  # a quotation that runs over lines
        return [] if part.lstrip().startswith("#") else part.split()


def _is(words: Sequence[str], tool: str, verb: str, needs_object: bool) -> bool:
    if words[0].rpartition("/")[2] != tool:
        return False
    wanted = verb.split()
    at = _after_flags(words, wanted[0])
    rest = words[at + len(wanted) :]
    told = any(not word.startswith("-") for word in rest)
    return list(words[at : at + len(wanted)]) == wanted and (told or not needs_object)


def _after_flags(words: Sequence[str], verb: str) -> int:
    """Where the verb may stand: behind flags and the values of flags."""
    at = 1
    while (
        at < len(words) and words[at] != verb and (words[at].startswith("-") or words[at - 1].startswith("-"))
    ):
        at += 1
    return at


def _is_named_so(words: Sequence[str]) -> bool:
    """A script or a target that says by its name that it rolls back."""
    first = words[0]
    is_script = "/" in first or first.endswith((".sh", ".py", ".ps1"))
    if is_script and _NAMED.search(first):
        return True
    return first in _RUNNERS and any(_NAMED.search(word) for word in words[1:])
