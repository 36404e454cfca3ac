"""`readiness init`: a first policy."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from readiness.init.model import Survey

WIDTH = 80


@click.command("init", short_help="Look at the repository, and write a first policy.")
@click.option(
    "--root",
    default=".",
    show_default=True,
    help="The folder that is looked at, and that evidence paths are relative to.",
)
@click.option(
    "-p",
    "--policy",
    default="readiness.yaml",
    show_default=True,
    help="The file to write; never overwritten.",
)
def command(root: str, policy: str) -> None:
    """Look at the repository, and write a first policy: what it can show, and a TODO for what it cannot.

    Evidence is looked for by name and confirmed by content, as the gate will read it. Limits are the same whatever
    was found. A repository that shows nothing gets a policy that says NO-GO until it does.

    \b
    Exit codes:
      0  the policy is written
      2  wrong usage; there is a file of that name already
      3  the policy could not be written
    """  # noqa: D301 - click's mark for lines that are not wrapped
    from readiness.init.policy import policy_text
    from readiness.init.survey import survey
    from readiness.init.target import folder_of, refuse_existing, write
    from readiness.plugins import discover

    target, folder = Path(policy), folder_of(root)
    refuse_existing(target)
    found = survey(folder, discover())
    write(target, policy_text(found))
    _tell(found, target, root)


def _tell(found: Survey, target: Path, root: str) -> None:
    from readiness.init.entries import entries

    all_entries = entries(found)
    _say(
        f"Looked at {found.files:,} files in {found.folders:,} {'folder' if found.folders == 1 else 'folders'}."
    )
    there = [one for entry in all_entries for one in entry.found]
    _table("Found", [(one.name, one.format, _counted(one.path, one.files)) for one in there])
    missing = [(entry.name, entry.how) for entry in all_entries if not entry.found]
    _table("Missing, each a TODO in the policy", missing)
    problems = [f"{one.name}: {one.problem}" for one in found.evidence if one.problem]
    if notes := [*problems, *found.notes, *found.left]:
        _say("")
    for note in notes:
        _say(f"Note: {note}.")
    asked = sum(check.is_asked for entry in all_entries for check in entry.checks)
    _say("")
    _say(f"Wrote {target}: {asked} {'check is' if asked == 1 else 'checks are'} asked.")
    _next(found, target, root)


def _counted(path: str, files: int) -> str:
    return path if files == 1 else f"{path} ({files} files)"


def _table(title: str, rows: Sequence[tuple[str, ...]]) -> None:
    """Rows under a title; what does not fit into the last column continues below it."""
    if not rows:
        return
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]) - 1)]
    _say("")
    _say(title)
    for row in rows:
        cells = (f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False))
        _say(row[-1], "  ".join(("", *cells, "")))


def _say(text: str, start: str = "") -> None:
    """Text on lines of at most 80 columns, without anything in it that acts."""
    from textwrap import wrap

    from readiness.report.escape import terminal

    lines = wrap(terminal(text), WIDTH - len(start), break_on_hyphens=False) or [""]
    for i, line in enumerate(lines):
        click.echo((start if i == 0 else " " * len(start)) + line)


def _next(found: Survey, target: Path, root: str) -> None:
    import shlex

    from readiness.init.policy import exports

    file = shlex.quote(str(target))
    elsewhere = "" if root == "." else f" --root {shlex.quote(root)}"
    _say("")
    _say("Next")
    commands = (
        *exports(found.release),
        f"readiness policy validate {file}",
        f"readiness check --policy {file}{elsewhere}",
    )
    for line in commands:
        click.echo(f"  {line}")
