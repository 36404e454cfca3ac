"""`readiness verify`: whether a scorecard allows a deploy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

if TYPE_CHECKING:
    from readiness.scorecard import Scorecard


@click.command(short_help="Ask a scorecard, in the deploy step, whether it allows this deploy.")
@click.argument("path", metavar="SCORECARD.json", type=click.Path(path_type=Path))
@click.option("--commit", metavar="SHA", help="The full commit that is deployed.")
@click.option("--policy-digest", metavar="sha256:...", help="The resolved policy that must have judged.")
@click.option("--max-age", metavar="AGE", help="How long ago it may have been judged, as in 24h.")
@click.option(
    "--require",
    type=click.Choice(["go", "conditional"]),
    default="go",
    show_default=True,
    help="The least decision that is good enough.",
)
@click.option(
    "--artifact", "artifacts", multiple=True, metavar="NAME@DIGEST", help="What is deployed; may be repeated."
)
@click.option("--version", metavar="V", help="The version that is deployed.")
@click.option("--environment", metavar="E", help="Where it is deployed.")
def command(
    path: Path,
    commit: str | None,
    policy_digest: str | None,
    max_age: str | None,
    require: Literal["go", "conditional"],
    artifacts: tuple[str, ...],
    version: str | None,
    environment: str | None,
) -> int:
    """Ask a scorecard, in the deploy step, whether it allows this deploy.

    Every condition is checked and every failure is listed. The decision, the time of the judgement and the end of
    its validity, and whether the scorecard agrees with itself, are always checked; the rest when it is asked for.

    This proves what the file says, not who wrote it: scorecards are not signed yet. Take the file from a job that
    you trust, by a way that nobody else can write to.

    Fields that this version does not know are refused: they may say what it cannot weigh.

    \b
    Exit codes; of several the worst for a deploy, in the order 3, 1, 5, 4:
      0  the deploy is allowed: every condition holds
      1  NO-GO: something is proven bad
      2  wrong usage, or the file is no scorecard that can be read
      3  not to be trusted for this deploy: another commit, artifact, version, environment or policy; too old,
         no longer valid, from the future, of a part of the policy, or at odds with itself
      4  CONDITIONAL, where GO is required
      5  NO-GO only because something is not shown
    """  # noqa: D301 - click's mark for lines that are not wrapped
    from datetime import UTC, datetime

    from readiness.cli._scorecard import read_text
    from readiness.report.escape import terminal
    from readiness.verify import decode, exit_code, parse_demands, verify

    demands = parse_demands(
        require=require,
        commit=commit,
        policy_digest=policy_digest,
        max_age=max_age,
        artifacts=artifacts,
        version=version,
        environment=environment,
    )
    text = read_text(path)
    card = decode(text, str(path))
    if not demands.binds:
        click.echo("readiness: warning: nothing ties the scorecard to this deploy: give --commit", err=True)
    failures = verify(card, demands, datetime.now(UTC))
    click.echo(terminal(f"{'refused' if failures else 'allowed'}: {_subject(card)}"))
    for failure in failures:
        click.echo(f"  {terminal(failure.what)}: observed {terminal(failure.observed)}")
        click.echo(f"    expected {terminal(failure.expected)}")
    return exit_code(failures)


def _subject(card: Scorecard) -> str:
    release = card.release
    named = " ".join(filter(None, (release.name, release.version)))
    place = f" to {release.environment}" if release.environment else ""
    commit = f", commit {release.commit}" if release.commit else ""
    judged = f"judged at {card.run.judged_at.isoformat(timespec='seconds')} by the policy {card.policy.name}"
    return f"{card.decision.upper()} for {named}{place}{commit}, {judged}"
