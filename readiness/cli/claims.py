"""`readiness claims`: a readiness report, held against itself and against a scorecard."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from readiness.errors import UsageError

if TYPE_CHECKING:
    from readiness.claims.model import Audit, CardRead
    from readiness.report.outputs import Output
    from readiness.scorecard import Scorecard

REFUTED, NOT_SHOWN = 1, 5


@click.command(short_help="Hold a readiness report against itself and against a scorecard.")
@click.argument("paths", metavar="REPORT.md...", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option(
    "--scorecard",
    "card_path",
    metavar="SCORECARD.json",
    type=click.Path(path_type=Path),
    help="What is proven.",
)
@click.option("--strict", is_flag=True, help="Exit 5 unless the scorecard proves every claim.")
@click.option(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    metavar="FORMAT[=PATH]",
    help="terminal, markdown (or md), html or json; may be repeated.",
)
def command(paths: tuple[Path, ...], card_path: Path | None, strict: bool, outputs: tuple[str, ...]) -> int:
    """Hold a readiness report against itself and against a scorecard.

    Each claim of the report (Markdown or plain text) is labelled: proven or contradicted by the scorecard,
    unsupported, or self-inconsistent, with its line and the arithmetic. Several reports are also held against each
    other, where they tell of one phase, week or release on one date. The rules are in docs/claims.md.

    It proves nothing about the release: to let a scorecard decide, use readiness verify.

    \b
    Exit codes:
      0  nothing is refuted; with a scorecard, at least one claim is proven
      1  something is contradicted or self-inconsistent
      2  wrong usage, or a file that cannot be read as what it should be
      3  an output could not be written
      5  nothing is refuted and nothing is shown: no claim was found, or the scorecard proves none;
         with --strict, not every claim is proven
    """  # noqa: D301 - click's mark for lines that are not wrapped
    from readiness.claims.audit import audit
    from readiness.claims.formats.output import FORMATS, write_audit
    from readiness.claims.reading import read_report
    from readiness.report.outputs import parse_outputs, remove_old

    wanted = parse_outputs(outputs, formats=FORMATS)
    _spare(wanted, [*paths, *([card_path] if card_path else [])])
    if strict and card_path is None:
        raise UsageError("--strict needs a scorecard: give --scorecard")
    remove_old(wanted)
    card, read = _card(card_path) if card_path else (None, None)
    made = audit([read_report(path) for path in _each_once(paths)], card, read)
    write_audit(made, wanted)
    return _exit_code(made, strict=strict)


def _exit_code(made: Audit, *, strict: bool) -> int:
    from readiness.claims.model import Label

    if made.is_refuted:
        return REFUTED
    if made.shows_nothing or (strict and made.count(Label.PROVEN) < len(made.claims)):
        return NOT_SHOWN
    return 0


def _each_once(paths: Sequence[Path]) -> list[Path]:
    seen: dict[str, Path] = {}
    for path in paths:
        if str(path.resolve()) in seen:
            raise UsageError(f"{path} is named twice")
        seen[str(path.resolve())] = path
    return list(paths)


def _spare(outputs: Sequence[Output], inputs: Sequence[Path]) -> None:
    """An output must not take the place of what is read."""
    for output in outputs:
        for path in inputs:
            if output.path is not None and output.path.resolve() == path.resolve():
                raise UsageError(f"-o {output.format}={output.path}: that file is read by this command")


def _card(path: Path) -> tuple[Scorecard, CardRead]:
    """The scorecard; UsageError when it is none, or when it does not agree with itself."""
    from readiness.claims.model import CardRead
    from readiness.cli._scorecard import read_text
    from readiness.report.json import decode
    from readiness.verify.consistency import contradictions

    card = decode(read_text(path), str(path))
    for what, found, right in contradictions(card):
        raise UsageError(f"{path} cannot be used: it contradicts itself: {what}: {found}, expected {right}")
    release = " ".join(part for part in (card.release.name, card.release.version) if part)
    judged = card.run.judged_at.isoformat(timespec="seconds")
    stale = _stale(card)
    notes = [f"only a part of the policy was judged: {card.partial}"] if card.partial else []
    notes += [f"{stale}: it proves nothing now"] if stale else []
    return card, CardRead(
        path=str(path),
        decision=card.decision,
        release=release,
        judged_at=judged,
        notes=tuple(notes),
        stale=stale,
    )


def _stale(card: Scorecard) -> str:
    """Why it can prove nothing any more: its time is over, or has not come."""
    now = datetime.now(UTC)
    if card.valid_until is not None and card.valid_until <= now:
        return f"the scorecard was valid until {card.valid_until.isoformat(timespec='seconds')}"
    return "the scorecard was judged in the future" if card.run.judged_at > now else ""
