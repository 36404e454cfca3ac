"""Rules by which linters say that they could not read a file: no findings, but errors of the run."""

from __future__ import annotations

from collections.abc import Mapping

_RULES: Mapping[str, frozenset[str]] = {
    "biome": frozenset({"parse"}),
    "flake8": frozenset({"E999", "E902"}),
    "golangci-lint": frozenset({"typecheck"}),
    "hadolint": frozenset({"DL1000"}),
    "oxlint": frozenset({"OXL0001"}),
    "pylint": frozenset({"syntax-error", "parse-error", "astroid-error", "E0001", "F0001", "F0002", "F0010"}),
    "rubocop": frozenset({"Lint/Syntax"}),
    "ruff": frozenset({"invalid-syntax", "E902", "E999"}),
    "shellcheck": frozenset({"SC1072", "SC1073", "ShellCheck", "ShellCheck.SC1072", "ShellCheck.SC1073"}),
    "staticcheck": frozenset({"compile"}),
}
"""By the name of the tool in lower case. ShellCheck's own name is the source of a script that it cannot open."""
_ANY = frozenset().union(*_RULES.values())


def is_unread(tool: str, rule: str | None) -> bool:
    """Whether a rule of a tool says that something could not be read."""
    return rule in _RULES.get(tool.lower(), frozenset())


def is_unread_by_any(rule: str | None) -> bool:
    """The same where the report does not tell the tool."""
    return rule in _ANY
