"""The docstring of a check as its documentation: a title, an introduction, and sections."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from readiness.check.contract import AnyCheck

WHY, FIX, REFERENCES = "Why it matters", "How to fix it", "References"
SECTIONS = (WHY, FIX, REFERENCES)
"""The sections that every check has."""

_HEADING = re.compile(r"##\s+(\S.*?)\s*")
_STARTS_A_BLOCK = re.compile(r"\s*(?:[-*+]\s|\d+[.)]\s|#|\||>|```|~~~)")
_FENCE = ("```", "~~~")
_INDENTED = "    "
_CODE = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True)
class Docs:
    """What a docstring says. `sections` are in its order, each by its heading; texts are Markdown."""

    title: str
    intro: str
    sections: Mapping[str, str]


def docs_of(check: AnyCheck) -> Docs:
    """The documentation of a check; its own docstring only, never an inherited one."""
    text = inspect.cleandoc(vars(check).get("__doc__") or "")
    _, _, rest = text.partition("\n")
    intro: list[str] = []
    sections: dict[str, list[str]] = {}
    current, fenced = intro, False
    for line in rest.split("\n"):
        fenced ^= line.lstrip().startswith(_FENCE)
        if not fenced and (found := _HEADING.fullmatch(line)):
            current = sections.setdefault(found[1], [])
        else:
            current.append(line)
    return Docs(check.title, _joined(intro), {name: _joined(lines) for name, lines in sections.items()})


def remediation(check: AnyCheck) -> str:
    """The section `How to fix it` as plain text: one line a paragraph or list item; empty when there is none."""
    return plain(docs_of(check).sections.get(FIX, ""))


def plain(markdown: str) -> str:
    """Markdown without its wrapped lines and code marks; blocks of code stay as they are."""
    return "\n".join(_unwrapped(markdown)).strip()


def _joined(lines: list[str]) -> str:
    return "\n".join(lines).strip()


def _unwrapped(markdown: str) -> Iterator[str]:
    held, fenced = "", False
    for line in markdown.split("\n"):
        is_fence = line.lstrip().startswith(_FENCE)
        is_code = fenced or (not held and line.startswith(_INDENTED))
        if is_code or is_fence or not line.strip() or _STARTS_A_BLOCK.match(line):
            if held:
                yield _CODE.sub(r"\1", held)
            held = ""
        if is_fence:
            fenced = not fenced
        elif is_code or not line.strip():
            yield line
        else:
            held = f"{held} {line.strip()}" if held else line.rstrip()
    if held:
        yield _CODE.sub(r"\1", held)
