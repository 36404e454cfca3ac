"""Foreign text in YAML: always one scalar, whatever it holds."""

from __future__ import annotations

import re
import shlex

import yaml

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*", re.ASCII)
_WORDS = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n"))
_LONGEST = 200


def scalar(text: str) -> str:
    """A string as YAML that stands anywhere, a flow mapping included; in quotes unless it is a plain word."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    return quoted(text)


def quoted(text: str) -> str:
    """A string in double quotes, on one line, with everything that cannot be seen escaped."""
    dumped: str = yaml.safe_dump(text, default_style='"', allow_unicode=text.isprintable(), width=10**9)
    return dumped.rstrip("\n")


def told(text: str) -> str:
    """Foreign text for a comment: short, on one line, and without anything that acts."""
    shown = text if text.isprintable() else quoted(text)
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}..."


def argument(path: str, placeholder: str) -> str:
    """A path in a command that somebody may paste; the placeholder where it cannot be shown as it is."""
    plain = path.isprintable() and len(path) <= _LONGEST and not path.startswith("-")
    return shlex.quote(path) if plain else placeholder
