"""Secrets in texts that hold more: files of a ConfigMap, and command lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ._secret_names import MARKS, may_be_secret, promises_secret

# `password: x`, `db.password = x`, `"apiKey": "x"`: a line of YAML, JSON, properties, TOML or a shell's environment.
_LINE = re.compile(
    r"""^[ \t]*(?:export[ \t]+|-[ \t]+)?["']?([A-Za-z][\w.-]{1,80})["']?[ \t]*[:=][ \t]*"""
    r"""(?:"([^"\n]*)"|'([^'\n]*)'|([^\s"'#,;]+))""",
    re.M | re.ASCII,
)
_STRUCTURE = re.compile(r"[\[!&*|>]|\{(?!\{)")  # what YAML goes on with, rather than a value
_OPTION = re.compile(r"--?([A-Za-z][\w.-]*)", re.ASCII)
_ASSIGNED = re.compile(
    r"(?:^|[\s;&])-{0,2}([A-Za-z][\w.-]{1,80})=(?:\"([^\"]*)\"|'([^']*)'|([^\s;&|\"']+))", re.ASCII
)
# In programs a line such as `token = read()` says where a secret comes from.
_PROGRAMS = (
    ".sh",
    ".bash",
    ".py",
    ".js",
    ".mjs",
    ".ts",
    ".lua",
    ".rb",
    ".pl",
    ".go",
    ".sql",
    ".groovy",
    ".tpl",
    ".md",
)


def secrets_in_file(name: str, text: str) -> Iterator[tuple[int, str]]:
    """The lines, counted from 1, that hold a secret by the name before it; with that name."""
    lower = text.lower()
    if name.lower().endswith(_PROGRAMS) or not any(mark in lower for mark in MARKS):
        return
    for found in _LINE.finditer(text):
        key, *values = found.groups()
        value = next((one for one in values if one is not None), "")
        goes_on = _STRUCTURE.match(values[-1] or "")
        if promises_secret(key) and may_be_secret(key, value) and not goes_on:
            yield text.count("\n", 0, found.start(1)) + 1, key


def secrets_in_words(words: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The words of a command line that hold a secret, by their index, with the name of the option or variable."""
    for index, word in enumerate(words):
        for found in _ASSIGNED.finditer(word):
            key, *values = found.groups()
            value = next((one for one in values if one is not None), "")
            if promises_secret(key) and may_be_secret(key, value):
                yield index, key
        option = _OPTION.fullmatch(word)
        after = words[index + 1] if index + 1 < len(words) else ""
        if (
            option
            and promises_secret(option[1])
            and not after.startswith("-")
            and may_be_secret(option[1], after)
        ):
            yield index + 1, option[1]
