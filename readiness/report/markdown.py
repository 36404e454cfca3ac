"""The scorecard as GitHub-flavoured Markdown, for a comment on a pull request or the summary of a job."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from readiness.check import Finding
from readiness.report import words
from readiness.report.escape import code_parts, markdown, markdown_code
from readiness.report.view import BlockerView, CategoryView, CheckView, View, view
from readiness.scorecard import EvidenceShown, Scorecard

LIMIT = 1_000_000
MOST_FINDINGS = 20
MOST_FILES = 20
_CUT = "\n**Cut here: the scorecard is too long for Markdown. The rest is in the HTML and JSON reports.**\n"


def render(card: Scorecard, limit: int = LIMIT) -> str:
    """The whole report, of at most `limit` bytes: GitHub takes 1 MiB. Too long a one ends with a note."""
    kept: list[str] = []
    room = limit - len(_CUT)
    for block in _blocks(view(card)):
        text = block.rstrip("\n") + "\n"
        room -= len(text.encode()) + 1
        if room < 0:
            return "\n".join([*kept, _CUT.lstrip("\n")])
        kept.append(text)
    return "\n".join(kept)


def _blocks(shown: View) -> Iterator[str]:
    """Complete blocks: whichever of them is the last, everything before it is closed."""
    yield _headline(shown)
    if shown.blockers:
        yield f"## Blockers ({len(shown.blockers):,})"
        yield from map(_blocker, shown.blockers)
    if shown.categories:
        yield "## Categories"
        yield _table(("", "category", "score", "floor, proven, weight"), map(_category, shown.categories))
    if shown.concerns:
        yield f"## Not good, and not blocking ({len(shown.concerns):,})"
        yield from map(_concern, shown.concerns)
    if shown.remarks:
        yield f"## Worth knowing ({len(shown.remarks):,})"
        yield "\n".join(f"- {markdown_code(one.check)}: {markdown(one.text)}" for one in shown.remarks)
    yield from _waivers(shown)
    yield from _agreed(shown.card)
    yield from map(_checks, shown.categories)
    if shown.card.evidence:
        yield "## Evidence"
        yield from (_evidence(evidence, shown.card) for evidence in shown.card.evidence)
    yield _folded("Provenance", _rows(shown.provenance))


def _headline(shown: View) -> str:
    head = shown.headline
    lines = [f"# {head.mark.symbol} {head.mark.word}: {markdown(head.subject)}", ""]
    lines += [f"**{markdown(head.sentence)}**", ""]
    lines += [f"- {markdown(reason)}" for reason in head.more]
    lines += ["", f"_{markdown(head.remark)}_"] if head.remark else []
    return "\n".join([*lines, "", _rows(shown.facts)])


def _rows(rows: Sequence[tuple[str, str]]) -> str:
    return _table(("field", "value"), ((markdown(label), markdown_code(text)) for label, text in rows))


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _folded(title: str, body: str) -> str:
    return f"<details>\n<summary>{title}</summary>\n\n{body}\n\n</details>"


def _prose(text: str) -> str:
    return "".join(markdown_code(part) if code else _spaced(part) for code, part in code_parts(text))


def _spaced(part: str) -> str:
    """Escaped, with the space that parts it from the code beside it."""
    before, after = " " * part[:1].isspace(), " " * part[-1:].isspace()
    return f"{before}{markdown(part)}{after}" if part.strip() else " "


def _blocker(blocker: BlockerView) -> str:
    mark = blocker.mark
    lines = [f"### {mark.symbol} {markdown(blocker.title)} ({mark.word})", ""]
    if blocker.detail:
        lines += [markdown(blocker.detail), ""]
    lines += _findings(blocker.findings)
    if blocker.stops:
        lines.append(f"- **stops** {', '.join(map(markdown_code, blocker.stops))}")
    lines += [f"- **next** {_prose(blocker.next)}"] if blocker.next else []
    return "\n".join(lines)


def _findings(findings: Sequence[Finding]) -> list[str]:
    lines = [_finding(finding) for finding in findings[:MOST_FINDINGS]]
    if len(findings) > MOST_FINDINGS:
        lines.append(f"- and {words.plural(len(findings) - MOST_FINDINGS, 'finding')} more")
    return lines


def _finding(finding: Finding) -> str:
    mark, at = words.outcome(finding), words.place(finding)
    said = [f"- {mark.symbol} {mark.word}: {markdown(finding.message)}"]
    said += [f"at {markdown_code(at)}"] if at else []
    said += [f"observed {markdown_code(finding.observed)}"] if finding.observed else []
    said += [f"expected {markdown_code(finding.expected)}"] if finding.expected else []
    return "; ".join(said)


def _concern(check: CheckView) -> str:
    bad = words.not_good(check.findings)
    lines = [f"**{check.mark.symbol} {markdown(check.result.id)}** ({check.mark.word}; {check.role})", ""]
    lines += _findings(bad) or [f"- {markdown(check.result.summary)}"]
    return "\n".join([*lines, *(f"- **next** {_prose(step)}" for step in check.next)])


def _waivers(shown: View) -> Iterator[str]:
    if not shown.waivers:
        return
    yield f"## Waivers ({len(shown.waivers):,})"
    heads = ("state", "check", "until", "owner", "reason", "hides")
    yield _table(
        heads,
        (
            (
                f"{w.mark.symbol} {w.mark.word}",
                *map(markdown, (w.covers, w.until, w.waiver.owner, w.waiver.reason, w.hides)),
            )
            for w in shown.waivers
        ),
    )


def _agreed(card: Scorecard) -> Iterator[str]:
    if card.policy.overrides:
        yield f"## Overrides of a parent ({len(card.policy.overrides):,})"
        changes = ((o.path, o.parent, words.value(o.old), words.value(o.new)) for o in card.policy.overrides)
        yield _table(("path", "set by", "was", "is"), (tuple(map(markdown_code, row)) for row in changes))
    if card.sign_offs:
        yield f"## Sign-offs ({len(card.sign_offs):,})"
        texts = (words.pairs(s) if isinstance(s, Mapping) else words.value(s) for s in card.sign_offs)
        yield "\n".join(f"- {markdown(text)}" for text in texts)


def _category(shown: CategoryView) -> tuple[str, ...]:
    category = shown.category
    return (shown.mark.symbol, markdown(category.name), words.percent(category.score), shown.numbers)


def _checks(shown: CategoryView) -> str:
    rows = ((check.mark.symbol, *map(markdown, _check(check))) for check in shown.checks)
    title = f"{markdown(shown.category.name)}: {words.plural(len(shown.checks), 'check')}"
    return _folded(title, _table(("", "check", "outcome", "counts as", "summary"), rows))


def _check(check: CheckView) -> tuple[str, ...]:
    return (check.result.id, check.mark.word, check.role, check.result.summary)


def _evidence(evidence: EvidenceShown, card: Scorecard) -> str:
    role = f", {markdown(evidence.role)}" if evidence.role else ""
    tied = f"{words.age_limit(evidence)}; {words.binding(evidence)}"
    lines = [f"**{markdown(evidence.name)}** ({markdown(evidence.kind)}{role}): {markdown(tied)}", ""]
    unread_first = sorted(evidence.items, key=lambda item: item.reason is None)
    for item in unread_first[:MOST_FILES]:
        mark = words.read(item)
        lines.append(
            f"- {mark.symbol} {mark.word}: {markdown_code(item.source)} {markdown(item.message)}".rstrip()
        )
        if item.sha256:
            dated = f"{words.dated(item, card.run.judged_at)}; {words.commit(item, card.release)}"
            lines.append(
                f"  <br>sha256 {markdown_code(item.sha256)}; {item.bytes:,} bytes; {markdown(dated)}"
            )
    if len(evidence.items) > MOST_FILES:
        lines.append(f"- and {words.plural(len(evidence.items) - MOST_FILES, 'file')} more")
    return "\n".join(lines)
