"""`readiness baseline`: keep the load tests that new releases are compared with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from readiness.baselines import Baseline

NOT_SHOWN = 5
_HEADS = ["date", "tool", "requests", "p95 ms", "p99 ms", "commit", "version", "name"]
_FOLDER = click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path),
    default="baselines",
    show_default=True,
    help="The folder of baselines.",
)


@click.group(short_help="Keep the load tests that new releases are compared with.")
def command() -> None:
    """Keep the load tests that new releases are compared with, for performance/regression.

    In a policy: baseline: {kind: load-test, path: "baselines/*.json", role: baseline, bind: none, max-age: 90d}
    """


@command.command(short_help="Copy load tests into the folder, each with its stamp.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@_FOLDER
@click.option("--version", metavar="V", help="The version that was tested.")
@click.option("--commit", metavar="SHA", help="The full commit that was tested.")
@click.option(
    "--keep",
    metavar="N",
    type=click.IntRange(min=1),
    help="Keep the N newest of each tool, and drop the rest.",
)
def add(
    files: tuple[Path, ...], folder: Path, version: str | None, commit: str | None, keep: int | None
) -> None:
    """Copy load tests into the folder as DATE-VERSION-SHA256.json, each with its stamp.

    Each file is read as the gate would read it. What shows nothing, was aborted, or is a copy of a run that is there
    already is refused: a copy would count as another run, and runs are what a comparison counts. Five are enough
    for the stronger one.

    A file that has a stamp keeps its time, commit and version; otherwise they are those of its content and of the
    options. Nothing is guessed from git: a baseline is mostly of another commit. Files that are no JSON keep
    the ending of their name, which the policy's path has to match.

    \b
    Exit codes:
      0  every file was added
      2  wrong usage, or a file was refused; none was added
      3  a file could not be written
    """  # noqa: D301 - click's mark for lines that are not wrapped
    from datetime import UTC, datetime

    from readiness import baselines
    from readiness.readers.stamping import claim
    from readiness.report.escape import terminal

    done = baselines.add(files, folder, claim(commit, version, None), keep, datetime.now(UTC))
    for path in done.undated:
        note = "has neither a time of its own nor a stamp: it is dated by its last change"
        click.echo(f"readiness: warning: {terminal(str(path))} {note}", err=True)
    for path in done.added:
        click.echo(f"added {terminal(str(path))}")
    for path in done.dropped:
        click.echo(f"dropped {terminal(str(path))}")


@command.command("list", short_help="Show the baselines, the oldest first.")
@_FOLDER
def list_(folder: Path) -> int:
    """Show the baselines, the oldest first: date, tool, requests, p95 and p99 in ms, commit, version.

    \b
    Exit codes:
      0  every file was read
      2  wrong usage
      5  a file shows nothing
    """  # noqa: D301
    from datetime import UTC, datetime

    from readiness import baselines
    from readiness.report.escape import terminal

    found = baselines.baselines(folder, datetime.now(UTC))
    if not found:
        click.echo(f"no baselines in {terminal(str(folder))}: readiness baseline add FILE")
        return 0
    rows = [_HEADS, *([terminal(cell) for cell in _row(one)] for one in found if one.test is not None)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(_HEADS))]
    for row in rows if len(rows) > 1 else ():
        cells = (f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(cells).rstrip())
    unread = [one for one in found if one.test is None]
    for one in unread:
        click.echo(terminal(f"{one.path.name}: unproven: {one.item.reason}: {one.item.message}"))
    return NOT_SHOWN if unread else 0


@command.command(short_help="Remove baselines with their stamps.")
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@_FOLDER
def drop(names: tuple[str, ...], folder: Path) -> None:
    """Remove baselines with their stamps, by the names that `list` shows.

    \b
    Exit codes:
      0  they are removed
      2  wrong usage, or there is no such baseline; none was removed
      3  a file could not be removed
    """  # noqa: D301
    from readiness import baselines
    from readiness.report.escape import terminal

    for path in baselines.drop(names, folder):
        click.echo(f"dropped {terminal(str(path))}")


def _row(one: Baseline) -> tuple[str, ...]:
    test, origin = one.test, one.origin
    told = test.latency.percentiles_ms if test and test.latency else {}
    return (
        f"{origin.observed_at:%Y-%m-%d}" if origin.observed_at else "-",
        test.tool if test else "-",
        f"{test.requests:,}" if test else "-",
        *(f"{told[key]:.4g}" if key in told else "-" for key in ("95", "99")),
        (origin.commit or "-")[:12],
        origin.version or "-",
        one.path.name,
    )
