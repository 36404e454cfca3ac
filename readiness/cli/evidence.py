"""`readiness evidence`: stamp evidence where it is made, and see it as the gate sees it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

NOT_SHOWN = 5


@click.group(short_help="Stamp evidence where it is made, and see it as the gate sees it.")
def command() -> None:
    """Stamp evidence where it is made, and see it as the gate sees it."""


@command.command(short_help="Write FILE.stamp.json: when, and from which commit, a file was made.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option(
    "--commit", metavar="SHA", help="The full commit that was tested; left out, CI or git tells it."
)
@click.option("--version", metavar="V", help="The version that was tested.")
@click.option("--command", "text", metavar="TEXT", help="How the file was made. It is published: no secrets.")
def stamp(files: tuple[Path, ...], commit: str | None, version: str | None, text: str | None) -> None:
    """Write FILE.stamp.json beside each file: its sha256, when it was written, and what was tested.

    Run it right after the test, in the same job: the time is that of the file's last change, which a later copy
    or download would reset. The bytes of a stamped file get no other commit or time until its old stamp is
    removed.

    The commit is --commit; else the variable of GitHub Actions, GitLab CI, CircleCI, Azure Pipelines, Buildkite
    or Jenkins; else what git has checked out in the file's folder. If CI and git name different commits, the
    command asks instead of guessing. Outside of CI a tree with uncommitted changes has no commit: HEAD is not
    what was tested. Without a commit the file is stamped all the same, with a warning; a policy that sets
    release.commit then calls it unbound.

    In pull-request builds GitHub, GitLab (merged results) and Azure test a merge commit, and that is stamped: it
    is not the commit that is released later.

    \b
    Exit codes:
      0  every file is stamped
      2  wrong usage; no file is stamped
      3  a stamp could not be written
    """  # noqa: D301 - click's mark for lines that are not wrapped
    from datetime import UTC, datetime

    from readiness.cli._text import time
    from readiness.readers.stamping import claim, stamp_files
    from readiness.report.escape import terminal

    done = stamp_files(files, claim(commit, version, text), os.environ, datetime.now(UTC))
    for warning in dict.fromkeys(warning for one in done for warning in one.attribution.warnings):
        click.echo(f"readiness: warning: {terminal(warning)}", err=True)
    for one in done:
        whose = f"commit {one.stamp.commit} ({one.attribution.said_by})" if one.stamp.commit else "no commit"
        seen = time(one.stamp.observed_at)
        click.echo(
            f"stamped {terminal(str(one.path))}: sha256 {one.stamp.sha256[:12]}, observed {seen}, {terminal(whose)}"
        )


@command.command(short_help="Read files as the gate would, and say what it sees.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--kind", metavar="KIND", help="Its kind, as a policy names it; left out, the content tells it."
)
@click.option(
    "--format", "format_", metavar="F", help="Its format, where it must not be told from the content."
)
@click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    help="The folder that files are relative to.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(files: tuple[str, ...], kind: str | None, format_: str | None, root: Path, as_json: bool) -> int:
    """Read files as the gate would: kind, format, age, commit, and the numbers that checks judge.

    Facts are no judgement: what is enough is for the policy to say. Without --kind, a file is of the kind that its
    content is most like. Where several fit as well, each is shown. Files of your own are read by --kind data.

    \b
    Exit codes:
      0  every file was read
      2  wrong usage
      5  something is unproven
    """  # noqa: D301
    from readiness.cli import _evidence

    shown = _evidence.gather(files, kind, format_, root.absolute())
    sys.stdout.write(_evidence.as_json(shown) if as_json else _evidence.as_text(shown))
    return NOT_SHOWN if any(one.item.facts is None for one in shown) else 0
