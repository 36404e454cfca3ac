"""`readiness demo`: the gate on a release that is made up on the spot."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("demo")
@click.option(
    "--folder",
    default="readiness-demo",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Where it writes.",
)
@click.option(
    "--seconds",
    default=3.0,
    show_default=True,
    type=click.FloatRange(1, 60),
    help="How long the load test lasts.",
)
def command(folder: Path, seconds: float) -> int:
    """Judge a made-up release on evidence that is real: a service, its load test, its reports."""
    from readiness.cli.check import run_gate
    from readiness.demo import run as demo

    def gate(made: Path) -> int:
        reports = ["terminal", *(_inside(made, report) for report in demo.REPORTS)]
        return run_gate(str(made / demo.POLICY), str(made), reports)

    code = demo.run(folder, seconds, gate, lambda line: click.echo(f"demo: {line}", err=True))
    click.echo(f"\nThe reports are {folder / 'scorecard.html'}, scorecard.md and scorecard.json beside it.")
    click.echo(
        f"\nThis is no fault of the demo: it ships an image that is not fixed. {demo.the_edit(folder)}"
    )
    click.echo(f"\nThen run the check by hand, and it is GO:\n    {demo.command_line(folder)}")
    return 0 if code == 1 else code


def _inside(folder: Path, report: str) -> str:
    format_, _, name = report.partition("=")
    return f"{format_}={folder / name}"
