"""`readiness report`: a finished scorecard in other formats."""

from __future__ import annotations

from pathlib import Path

import click

from readiness.errors import UsageError


@click.command(short_help="Write a finished scorecard in other formats.")
@click.argument("path", metavar="SCORECARD.json", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    metavar="FORMAT[=PATH]",
    help="As in readiness check; may be repeated.",
)
def command(path: Path, outputs: tuple[str, ...]) -> int:
    """Write a finished scorecard in other formats.

    It judges nothing: a NO-GO that was written is exit 0. To let a scorecard decide, use readiness verify.

    \b
    Exit codes:
      0  every report is written
      2  wrong usage, or the file is no scorecard that can be read
      3  a report could not be written
    """  # noqa: D301 - click's mark for lines that are not wrapped
    from readiness.cli._scorecard import read_text
    from readiness.report.json import decode
    from readiness.report.outputs import parse_outputs
    from readiness.report.write import write_reports

    wanted = parse_outputs(outputs)
    card = decode(read_text(path), str(path))
    for output in wanted:
        if output.path is not None and output.path.exists() and output.path.samefile(path):
            raise UsageError(f"{output.path} is the scorecard itself: a report must not replace it")
    write_reports(card, wanted)
    return 0
