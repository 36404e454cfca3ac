"""Whether a text that nobody called a document looks like one."""

from __future__ import annotations

import re
from typing import Any

import yaml

_PROGRAM = "#!"
_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n(?:.*\n)*?(?:---|\.\.\.)[ \t]*\r?\n")
# A line that begins with one `#` is a comment elsewhere; a heading mostly stands apart.
_HEADING = re.compile(r"^#{2,6}[ \t]+\S|^#[ \t]+\S.*\r?\n(?:[ \t]*\r?\n|\Z)|^\S.*\r?\n={3,}[ \t]*\r?$", re.M)
_XML = re.compile(r"\s*<(?!(?:a|br|center|details|div|h[1-6]|img|p|picture|table)\b|!--)", re.IGNORECASE)
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def is_prose(text: str) -> bool:
    """Whether it has a heading or front matter, and is neither a program, nor XML, nor YAML of keys and values."""
    if text.startswith(_PROGRAM) or _XML.match(text):
        return False
    matter = _FRONT_MATTER.match(text)
    body = text[matter.end() :] if matter else text
    return bool(matter or _HEADING.search(body)) and bool(body.strip()) and not _is_data(body)


def _is_data(text: str) -> bool:
    """Whether all of it is YAML with at least one map. Prose is mostly no YAML, or else one long string."""
    whole = text[: text.rfind("\n") + 1] or text
    try:
        events = list(yaml.parse(whole, Loader=_LOADER))
    except (yaml.YAMLError, ValueError):
        return False
    return any(isinstance(event, yaml.MappingStartEvent) for event in events)
