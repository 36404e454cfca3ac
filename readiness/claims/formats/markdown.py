"""The claim audit as GitHub-flavoured Markdown, for a comment on a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.claims.formats.view import Group, View, at, beside
from readiness.claims.model import Claim, Label
from readiness.report.escape import markdown, markdown_code, shorten

LIMIT = 1_000_000
MOST_TEXT = 300
_CUT = "**Cut here: the audit is too long for Markdown. The rest is in the HTML and JSON.**\n"


def render(view: View, limit: int = LIMIT) -> str:
    """The whole audit, of at most `limit` bytes; too long a one ends with a note."""
    kept: list[str] = []
    room = limit - len(_CUT) - 1
    for block in _blocks(view):
        room -= len(block.encode()) + 2
        if room < 0:
            return "\n".join([*kept, _CUT])
        kept.append(block + "\n")
    return "\n".join(kept)


def _blocks(view: View) -> Iterator[str]:
    yield f"# {view.mark.symbol} {view.mark.word}: claim audit"
    yield f"**{markdown(view.sentence)}**"
    if view.remark:
        yield f"_{markdown(view.remark)}_"
    rows = [f"| {markdown(label)} | {markdown(text)} |" for label, text in view.rows]
    yield "\n".join(["| field | value |", "| --- | --- |", *rows])
    for group in view.groups:
        yield from _group(group, view)


def _group(group: Group, view: View) -> Iterator[str]:
    title = f"{group.mark.word} ({len(group.claims):,})"
    if group.mark.tone == "bad":
        yield f"## {group.mark.symbol} {title}"
        yield group.meaning
        yield from (_claim(claim, group, view) for claim in group.claims)
    elif group.label is Label.NOT_COMPARED:
        yield f"{group.mark.symbol} {title}: {group.meaning}"
    else:
        rows = [_row(claim, view) for claim in group.claims]
        table = "\n".join(["| where | claim | why |", "| --- | --- | --- |", *rows])
        yield f"<details>\n<summary>{group.mark.symbol} {title}: {group.meaning}</summary>\n\n{table}\n\n</details>"


def _claim(claim: Claim, group: Group, view: View) -> str:
    lines = [f"### {markdown(at(claim, view.audit))}: {group.mark.word}", "", f"> {_text(claim.text)}", ""]
    for reason in claim.reasons:
        lines.append(f"- {markdown(reason.message)} ({markdown(reason.rule)})")
        lines += [f"  - {markdown_code(reason.arithmetic)}"] if reason.arithmetic else []
        lines += [f"  - {markdown(place)}: {_text(text)}" for place, text in beside(reason, claim)]
    return "\n".join(lines)


def _row(claim: Claim, view: View) -> str:
    why = "; ".join(
        f"{reason.message} ({reason.arithmetic})" if reason.arithmetic else reason.message
        for reason in claim.reasons
    )
    return f"| {markdown(at(claim, view.audit))} | {_text(claim.text)} | {markdown(why)} |"


def _text(text: str) -> str:
    return markdown(shorten(text, MOST_TEXT))
