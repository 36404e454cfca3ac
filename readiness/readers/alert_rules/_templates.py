"""Templates in labels and annotations, as far as they can be told to be wrong.

https://prometheus.io/docs/prometheus/latest/configuration/template_reference/: Prometheus does not load a rule whose
template cannot be parsed, and one that names an unknown variable cannot.
"""

from __future__ import annotations

import re

_ACTION = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"|`[^`]*`')
_VARIABLE = re.compile(r"\$(\w+)")
_MADE = re.compile(r"\$(\w+)\s*(?:,|:?=)")
_KNOWN = frozenset({"labels", "externalLabels", "externalURL", "value"})


def template_flaw(text: str) -> str:
    """Why a text is no template that Prometheus can fill in; empty where it may be one, or none at all."""
    actions = [_TEXT.sub("", found) for found in _ACTION.findall(text)]
    if any("{{" in one for one in (_ACTION.sub("", text), *actions)):
        return "does not end what it begins"
    made = {name for one in actions for name in _MADE.findall(one)}
    for name in (name for one in actions for name in _VARIABLE.findall(one)):
        if name not in _KNOWN | made:
            return f"names ${name[:40]}, which there is not"
    return ""
