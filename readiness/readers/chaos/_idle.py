"""Whether what an activity runs changes nothing, and looks at nothing."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

# Commands and functions that change nothing: an action that runs one injects nothing.
_IDLE = re.compile(
    r"(?:true|false|echo|printf|sleep|test|\[|date|ls|cat|pwd|:|exit|builtins|time|logging|whoami|hostname|id|uptime)"
)
# Those that see nothing either: a probe that runs one looks at nothing.
_BLIND = re.compile(r"(?:true|:|echo|printf|sleep|exit|builtins|time|logging)")
_SHELLS = frozenset(("sh", "bash", "zsh", "dash", "ash", "ksh"))
_WRAPPERS = frozenset(
    ("sudo", "env", "timeout", "nice", "nohup", "time", "stdbuf", "doas", "exec", "command")
)
_BREAK = re.compile(r"&&|\|\||[;|&\n]")
_DOES_MORE = re.compile(r">(?!\s*/dev/null|&\d)|\$\(|`")
_PREFIX = re.compile(r"-.*|\w+=.*|\d+(?:\.\d+)?[smhd]?")
_TRIED_ONLY = re.compile(r"--dry-run(?:=(?!none\b).*)?|--just-print|--simulate")
_MOST = 20


def is_idle(provider: Mapping[str, Any]) -> bool:
    """Whether an action of this provider changes nothing: `true`, `sh -c "sleep 5"`, `kubectl delete --dry-run`."""
    if provider.get("type") != "process":
        return _is_module(provider, _IDLE)
    words = _command(provider)
    return any(_TRIED_ONLY.fullmatch(word) for word in words) or _is_all(words, _IDLE)


def is_blind(provider: Mapping[str, Any]) -> bool:
    """Whether a probe of this provider looks at nothing, so that it always finds what it expects."""
    if provider.get("type") != "process":
        return _is_module(provider, _BLIND)
    return _is_all(_command(provider), _BLIND)


def _is_module(provider: Mapping[str, Any], names: re.Pattern[str]) -> bool:
    module = provider.get("module")
    return isinstance(module, str) and bool(names.fullmatch(module.strip()))


def _command(provider: Mapping[str, Any]) -> list[str]:
    path, told = provider.get("path"), provider.get("arguments")
    if not isinstance(path, str) or not path.strip():
        return []
    if isinstance(told, str):
        return [path.strip(), *_split(told)]
    values = told.values() if isinstance(told, Mapping) else told if isinstance(told, list) else ()
    pairs = told.items() if isinstance(told, Mapping) else ((value, "") for value in values)
    return [path.strip(), *(str(word) for pair in pairs for word in pair if word not in ("", None))]


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()


def _is_all(words: Sequence[str], names: re.Pattern[str]) -> bool:
    """Whether each command of the line is one of these, behind `sudo`, `timeout 5` and the like."""
    first = list(_unwrapped(words))
    if not first:
        return False
    if _bare(first[0]) in _SHELLS and any(re.fullmatch(r"-\w*c", word) for word in first[1:-1]):
        if _DOES_MORE.search(first[-1]):
            return False
        parts = [_split(part) for part in _BREAK.split(first[-1])]
        inner = [list(_unwrapped(part)) for part in parts if part][:_MOST]
        return bool(inner) and all(part and names.fullmatch(_bare(part[0])) for part in inner)
    return bool(names.fullmatch(_bare(first[0])))


def _unwrapped(words: Sequence[str]) -> Iterator[str]:
    rest = list(words)
    while len(rest) > 1 and (_bare(rest[0]) in _WRAPPERS or _PREFIX.fullmatch(rest[0])):
        rest.pop(0)
    yield from rest


def _bare(word: str) -> str:
    return word.rpartition("/")[2]
