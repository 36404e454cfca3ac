"""The claim audit as plain lines that fit, with nothing in them that acts."""

from __future__ import annotations

from rich.cells import cell_len, chop_cells

from readiness.claims.formats.view import Group, View, at, beside
from readiness.claims.model import Claim, Label
from readiness.report import escape
from readiness.report.screen import PLAIN, Screen

MOST = 200
MOST_QUIET = 15
MOST_BESIDE = 8
_LABEL = 18
_SGR = {"good": "32", "care": "33", "bad": "31", "open": "35", "quiet": "2", "bold": "1"}


def render(view: View, screen: Screen = PLAIN) -> str:
    """The whole audit; ends with a newline."""
    page = _Page(screen)
    page.put(f"{view.mark.symbol} {view.mark.word}", 0, view.mark.tone)
    page.put(view.sentence, 2)
    if view.remark:
        page.put(view.remark, 2)
    page.blank()
    for label, text in view.rows:
        page.labelled(label, text)
    for group in view.groups:
        if group.label is not Label.NOT_COMPARED:
            _group(page, group, view)
    return page.text()


def _group(page: _Page, group: Group, view: View) -> None:
    page.blank()
    page.put(f"{group.mark.word.upper()} ({len(group.claims):,})", 0, "bold")
    page.put(group.meaning, 2)
    most = MOST if group.mark.tone == "bad" else MOST_QUIET
    for claim in group.claims[:most]:
        page.put(
            f"{group.mark.symbol} {at(claim, view.audit)}: {escape.shorten(claim.text, 300)}",
            2,
            group.mark.tone,
            hang=2,
        )
        _reasons(page, claim, is_short=group.label is Label.PROVEN)
    if len(group.claims) > most:
        page.put(f"and {len(group.claims) - most:,} more, in the other formats", 2)


def _reasons(page: _Page, claim: Claim, *, is_short: bool) -> None:
    for reason in claim.reasons:
        if reason.rule == "no-match":
            continue
        page.put(reason.message, 6)
        if reason.arithmetic:
            page.put(reason.arithmetic, 6)
        lines = () if is_short else beside(reason, claim)
        for place, text in lines[:MOST_BESIDE]:
            page.put(f"{place}: {escape.shorten(text, 120)}", 6, hang=2)
        if len(lines) > MOST_BESIDE:
            page.put(f"and {len(lines) - MOST_BESIDE:,} more lines", 6)


class _Page:
    """Lines of at most the screen's width."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._lines: list[str] = []

    def text(self) -> str:
        return "\n".join(self._lines) + "\n"

    def blank(self) -> None:
        self._lines.append("")

    def put(self, text: str, indent: int, tone: str = "", hang: int = 0) -> None:
        """A paragraph; all lines but the first stand `hang` columns further in."""
        for i, line in enumerate(_wrapped(escape.terminal(text), self._screen.columns - indent - hang)):
            painted = f"\x1b[{_SGR[tone]}m{line}\x1b[0m" if tone and self._screen.colour else line
            self._lines.append(" " * (indent + (hang if i else 0)) + painted)

    def labelled(self, label: str, text: str) -> None:
        room = self._screen.columns - _LABEL - 2
        for i, line in enumerate(_wrapped(escape.terminal(text), room) or [""]):
            self._lines.append(f"  {label if not i else '':{_LABEL}}{line}".rstrip())


def _wrapped(text: str, room: int) -> list[str]:
    lines = [""]
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if cell_len(joined) <= room:
            lines[-1] = joined
        else:
            lines += chop_cells(word, room)
    return [escape.no_command(line) for line in lines if line]
