"""What stands around a claim and narrows it: headings, the line that introduces its list, and the items above it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from readiness.claims.report import Line, Report

# Words that leave it open whether the claim is so, or that say that it is not.
_HEDGED = re.compile(
    r"\?\s*$|\b(?:not(?! (?:more|less) than)|never|cannot|nor|hardly|barely|nearly|almost|except\w*|unless|until|if|"
    r"would|should|could|may|might|must|will|shall|projected|estimated?|extrapolat\w*|simulated|planned|hop\w+|previous\w*|"
    r"formerly|was once|used to|old)\b|n['\u2019]t\b|\bno longer\b",
    re.IGNORECASE,
)


def leads(report: Report) -> Mapping[Line, str]:
    """The text that introduces a line, where there is some: `In staging:` above a list, and the items around it."""
    found: dict[Line, str] = {}
    label = ""
    parents: list[Line] = []
    for line in report.lines:
        if line.kind in ("heading", "text", "code"):
            parents = []
            found[line] = label if line.kind == "code" else ""
            if line.kind != "code":
                label = line.text if line.text.rstrip(" *_").endswith(":") else ""
            continue
        parents = [one for one in parents if line.kind == "item" and one.depth < line.depth]
        found[line] = " ".join([label, *(one.text for one in parents)]).strip()
        parents.append(line)
    return found


def is_hedged(line: Line) -> bool:
    """Whether the line asks, denies, plans or guesses: then nothing can prove it."""
    return _HEDGED.search(line.text) is not None
