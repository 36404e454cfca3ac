"""The scorecard for a terminal or a CI log: plain lines that fit, and nothing in them that acts.

Only `rich.cells` is taken from rich (how wide a character is): its console costs ten times as much to import, and
interprets what it prints.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.cells import cell_len, chop_cells

from readiness.check import Finding, Outcome
from readiness.report import escape, words
from readiness.report.screen import PLAIN, Screen
from readiness.report.view import BlockerView, CategoryView, CheckView, Remark, View, WaiverView, view
from readiness.report.words import Mark
from readiness.scorecard import EvidenceShown, Scorecard

MOST_FINDINGS = 10
MOST_CONCERNS = 3
MOST_FILES = 5
_BAR = 20
_LABEL = 11
_NAME = 15
_LONGEST_NAME = 29
_SGR: Mapping[str, str] = {"good": "32", "care": "33", "bad": "31", "open": "35", "quiet": "2", "bold": "1"}


def render(card: Scorecard, screen: Screen = PLAIN) -> str:
    """The whole report; ends with a newline."""
    page = _Page(screen)
    shown = view(card)
    _headline(page, shown)
    _blockers(page, shown.blockers)
    _categories(page, shown.categories)
    _concerns(page, shown.concerns)
    _remarks(page, shown.remarks)
    _waivers(page, shown.waivers)
    _overrides(page, card)
    _sign_offs(page, card)
    _checks(page, shown)
    _evidence(page, card)
    page.heading("Provenance")
    page.table(shown.provenance, 2)
    return page.text()


class _Page:
    """Lines of at most the screen's width."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._lines: list[str] = []

    def text(self) -> str:
        return "\n".join(self._lines) + "\n"

    def blank(self) -> None:
        self._lines.append("")

    def heading(self, title: str, count: int | None = None) -> None:
        self.blank()
        self._lines.append(
            self._painted("bold", title.upper() + (f" ({count:,})" if count is not None else ""))
        )

    def put(self, text: str, indent: int = 2, first: str = "", tone: str = "") -> None:
        """A paragraph; `first` stands before its first line, inside the indent of the others."""
        room = self._screen.columns - indent
        for i, line in enumerate(_wrapped(escape.terminal(text), room) or [""]):
            lead = first if i == 0 else ""
            start = " " * (indent - cell_len(lead) - (1 if lead else 0))
            mark = (
                self._painted(tone, lead.rstrip()) + " " * (len(lead) - len(lead.rstrip()) + 1)
                if lead
                else ""
            )
            self._lines.append((start + mark + line).rstrip())

    def marked(self, mark: Mark, text: str, indent: int = 2) -> None:
        """A paragraph after its symbol, and after its word, so that it does not hang on the symbol."""
        self.put(text, indent, mark.symbol, mark.tone)

    def verdict(self, mark: Mark, subject: str) -> None:
        word = self._painted(mark.tone, f"{mark.symbol} {mark.word}")
        lines = _wrapped(escape.terminal(subject), self._screen.columns - len(mark.word) - 5) or [""]
        self._lines.append(f"{word}   {lines[0]}".rstrip())
        self._lines += [f"{'':{len(mark.word) + 5}}{line}" for line in lines[1:]]

    def table(self, rows: Sequence[tuple[str, str]], indent: int) -> None:
        """Labels and their texts, below each other."""
        width = min(_LABEL, max((len(label) for label, _ in rows), default=0))
        for label, text in rows:
            name = escape.shorten(escape.terminal(label), 40)
            if cell_len(name) > width:
                self.put(f"{name}: {text}", indent)
                continue
            lead = name + " " * (width - cell_len(name) + 1)
            if self._fits_only_below(text, indent + width + 2):
                self.put("", indent + width + 2, lead, "quiet")
                self.put(text, indent + 2)
            else:
                self.put(text, indent + width + 2, lead, "quiet")

    def _fits_only_below(self, text: str, indent: int) -> bool:
        """Whether it is one long word, as a digest is, which should not be cut."""
        return " " not in text and self._screen.columns - indent < cell_len(text) <= self._screen.columns - 4

    def _painted(self, tone: str, text: str) -> str:
        if not (self._screen.colour and tone and text):
            return text
        return f"\x1b[{_SGR[tone]}m{text}\x1b[0m"


def _wrapped(text: str, room: int) -> list[str]:
    """Lines of at most `room` cells, none of them a command; a word that is longer is cut, never shortened."""
    lines = [""]
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if cell_len(joined) <= room:
            lines[-1] = joined
        else:
            lines += chop_cells(word, room)
    return [escape.no_command(line) for line in lines if line]


def _headline(page: _Page, shown: View) -> None:
    page.verdict(shown.headline.mark, shown.headline.subject)
    page.put(shown.headline.sentence)
    for reason in shown.headline.more:
        page.put(reason, 4, "-")
    if shown.headline.remark:
        page.put(shown.headline.remark)
    page.blank()
    page.table(shown.facts, 2)


def _blockers(page: _Page, blockers: Sequence[BlockerView]) -> None:
    if not blockers:
        return
    page.heading("Blockers", len(blockers))
    for blocker in blockers:
        page.marked(blocker.mark, f"{blocker.title} [{blocker.mark.word}]")
        if blocker.detail:
            page.put(blocker.detail, 4)
        _findings(page, blocker.findings, MOST_FINDINGS)
        rows = [("stops", ", ".join(blocker.stops))] if blocker.stops else []
        page.table([*rows, *([("next", blocker.next)] if blocker.next else [])], 4)


def _findings(page: _Page, findings: Sequence[Finding], most: int) -> None:
    for finding in findings[:most]:
        at = words.place(finding)
        mark = words.outcome(finding)
        page.put(f"{finding.message}{f' ({at})' if at else ''}", 6, mark.symbol, mark.tone)
        rows = (("observed", finding.observed), ("expected", finding.expected))
        page.table([row for row in rows if row[1]], 6)
    if len(findings) > most:
        page.put(f"and {words.plural(len(findings) - most, 'finding')} more", 6)


def _concerns(page: _Page, concerns: Sequence[CheckView]) -> None:
    if not concerns:
        return
    page.heading("Not good, and not blocking", len(concerns))
    for check in concerns:
        page.marked(check.mark, f"{check.result.id} [{check.mark.word}; {check.role}]")
        bad = words.not_good(check.findings)
        if not bad:
            page.put(check.result.summary, 4)
        _findings(page, bad, MOST_CONCERNS)
        page.table([("next", step) for step in check.next], 4)


def _remarks(page: _Page, remarks: Sequence[Remark]) -> None:
    if not remarks:
        return
    page.heading("Worth knowing", len(remarks))
    for remark in remarks:
        page.put(f"{remark.check}: {remark.text}", 4, remark.mark.symbol, remark.mark.tone)


def _waivers(page: _Page, waivers: Sequence[WaiverView]) -> None:
    if not waivers:
        return
    page.heading("Waivers", len(waivers))
    for shown in waivers:
        page.marked(shown.mark, f"{shown.covers} [{shown.mark.word}]")
        rows = [("until", shown.until), ("owner", shown.waiver.owner), ("reason", shown.waiver.reason)]
        page.table([*rows, *([("hides", shown.hides)] if shown.hides else [])], 4)


def _overrides(page: _Page, card: Scorecard) -> None:
    if not card.policy.overrides:
        return
    page.heading("Overrides of a parent", len(card.policy.overrides))
    for override in card.policy.overrides:
        change = f"{words.value(override.old)} -> {words.value(override.new)}"
        page.put(f"{override.path}: {change} (set by {override.parent})", 2, "~", "care")


def _sign_offs(page: _Page, card: Scorecard) -> None:
    if not card.sign_offs:
        return
    page.heading("Sign-offs", len(card.sign_offs))
    for sign_off in card.sign_offs:
        page.put(words.pairs(sign_off) if isinstance(sign_off, Mapping) else words.value(sign_off), 4, "-")


def _categories(page: _Page, categories: Sequence[CategoryView]) -> None:
    if not categories:
        return
    page.heading("Categories")
    longest = max(cell_len(escape.terminal(shown.category.name)) for shown in categories)
    width = min(max(longest, _NAME), _LONGEST_NAME)
    size = _BAR - (width - _NAME)
    for shown in categories:
        _category(page, shown, width, size)


def _category(page: _Page, shown: CategoryView, width: int, size: int) -> None:
    """A name, a bar that gives way to long names, and the numbers."""
    score = shown.category.score
    full = int(min(max(score or 0.0, 0.0), 100.0) * size // 100)
    name, mark = escape.terminal(shown.category.name), shown.mark.symbol
    if cell_len(name) > width:
        page.marked(shown.mark, name)
        name, mark = "", " "
    padded = name + " " * (width - cell_len(name))
    bar = f"{'█' * full}{'░' * (size - full)} {words.percent(score):>5}"
    page.put(shown.numbers, width + size + 11, f"{mark} {padded} {bar} ", shown.mark.tone)


def _checks(page: _Page, whole: View) -> None:
    """Every check, with its summary unless that stands above."""
    told = {check.result.id for check in whole.concerns}
    told.update(id_ for blocker in whole.card.blockers for id_ in blocker.checks)
    page.heading("Checks", sum(len(shown.checks) for shown in whole.categories))
    for shown in whole.categories:
        if shown.checks:
            page.put(shown.category.name)
        for check in shown.checks:
            result = check.result
            word = "" if result.outcome is Outcome.PASS else f" [{check.mark.word}]"
            waived = " (waived)" if result.waiver else ""
            summary = ", see above" if result.id in told else f": {result.summary}"
            text = f"{result.id}{word}{waived}{summary}"
            page.put(text, 6, check.mark.symbol, check.mark.tone)


def _evidence(page: _Page, card: Scorecard) -> None:
    page.heading("Evidence", len(card.evidence))
    for evidence in card.evidence:
        role = f", {evidence.role}" if evidence.role else ""
        tied = f"{words.age_limit(evidence)}; {words.binding(evidence)}"
        page.put(f"{evidence.name} ({evidence.kind}{role}): {tied}")
        _files(page, evidence, card)


def _files(page: _Page, evidence: EvidenceShown, card: Scorecard) -> None:
    unread_first = sorted(evidence.items, key=lambda item: item.reason is None)
    for item in unread_first[:MOST_FILES]:
        mark = words.read(item)
        page.put(f"{item.source}{f' ({item.format})' if item.format else ''}", 6, mark.symbol, mark.tone)
        if item.reason:
            page.put(f"{mark.word}; {item.message}", 6)
        if item.sha256:
            page.put(f"sha256 {item.sha256}", 6)
            page.put(f"{item.bytes:,} bytes; {words.dated(item, card.run.judged_at)}", 6)
            page.put(words.commit(item, card.release), 6)
    if len(evidence.items) > MOST_FILES:
        page.put(f"and {words.plural(len(evidence.items) - MOST_FILES, 'file')} more", 6)
