"""Comments that ask a tool to look away: they are shown, and nobody here obeys them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from readiness.evidence.written import Place, Remark

MAX_REMARKS = 50
_MAX_TEXT = 120
# As the tools document them: inline ignores of hadolint, Checkov, Trivy (and tfsec before it), KICS, Semgrep, dclint.
_TOOLS: Mapping[str, str] = {
    "hadolint": "hadolint",
    "checkov": "Checkov",
    "trivy": "Trivy",
    "tfsec": "tfsec",
    "kics-scan": "KICS",
    "nosemgrep": "Semgrep",
    "dclint": "dclint",
}
_IGNORING = re.compile(
    r"#[ \t]*((hadolint)[ \t]+(?:global[ \t]+)?ignore[ \t]*=|(checkov):[ \t]*skip[ \t]*=|(trivy|tfsec):ignore\b"
    r"|(kics-scan)[ \t]+(?:ignore|disable)|(nosemgrep)\b|(dclint)[ \t]+disable)([^\r\n]*)"
)


def remarks_in(text: str, file: str) -> tuple[Remark, ...]:
    """The first 50 of them, with their lines, by what looks like such a comment, wherever it stands."""
    found: list[Remark] = []
    at, line = 0, 1
    for one in _IGNORING.finditer(text):
        line += text.count("\n", at, one.start())
        at = one.start()
        tool = next(name for name in one.groups()[1:7] if name)
        said = one[0].lstrip("# \t").rstrip()[:_MAX_TEXT]
        found.append(Remark(_TOOLS[tool], said, Place(file, line)))
        if len(found) == MAX_REMARKS:
            break
    return tuple(found)
