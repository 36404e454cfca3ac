"""What authors leave behind when they have not finished."""

from __future__ import annotations

import re
from collections.abc import Iterator

from readiness.evidence.document import Document

_ANYWHERE = re.compile(
    r"\b(?:TODO|FIXME|TBD|TBC|TBA|XXX+|CHANGE_?ME|REPLACE_?ME)\b|(?i:\b(?:todo|tbd|tbc|fixme)\s?:)"
    r"|(?<![\w<])<[A-Za-z][\w-]*(?:[ ./][\w-]+){0,6}>"
    r"|\{\{[^{}\n]{0,80}\}\}|\{%[^%\n]{0,80}%\}|\[\[[^\[\]\n]{1,80}\]\]"
    r"|(?i:\blorem ipsum\b)|\?\?\?+"
    r"|(?i:\[(?:insert|your|enter|add|fill in|name|date|version|owner|number|describe)\b[^\]\n]{0,60}\])"
    r"|(?i:\b(?:to be|yet to be) (?:defined|decided|determined|confirmed|announced|added|written|agreed|named)\b)"
    r"|\bYOUR_[A-Z][A-Z_]*\b|\bYYYY-MM-DD\b|\b[vV]?[XN]\.[YN](?:\.[ZN])?\b|\bx\.y\.z\b"
)
_WHOLE = re.compile(
    r"(?i)\W*(?:todo|tbd|tbc|tba|fixme|placeholder|coming soon|work in progress|wip|fill me in)\W*"
)
# Commands may hold a Go template that the tool itself fills in.
_OUTPUT_TEMPLATE = re.compile(r"--?(?:format|template|go-template|o|output)\b|go-template|jsonpath")
_LABEL_END = re.compile(r"[^:\n]{0,70}:\s?")


def placeholders(document: Document) -> Iterator[tuple[int, str]]:
    """`(line, placeholder)` for each line of text, code, tables and front matter that holds one."""
    for name, value in document.properties.items():
        if found := placeholder_in(value):
            yield document.property_lines.get(name, 1), found
    for block in document.blocks:
        for offset, line in enumerate(block.text.split("\n")):
            found = _in_code(line) if block.kind == "code" else placeholder_in(line) or _in_cells(block.cells)
            if found:
                yield block.line + offset, found


def placeholder_in(line: str) -> str:
    """The first placeholder of a line of text; empty when there is none."""
    if found := _ANYWHERE.search(line):
        return found[0]
    behind = _LABEL_END.match(line)
    if _WHOLE.fullmatch(line) or (behind and _WHOLE.fullmatch(line, behind.end())):
        return line.strip()
    return ""


def _in_cells(cells: tuple[str, ...]) -> str:
    return next((cell.strip() for cell in cells if _WHOLE.fullmatch(cell)), "")


def _in_code(line: str) -> str:
    found = placeholder_in(line)
    return "" if found.startswith("{{") and _OUTPUT_TEMPLATE.search(line) else found
