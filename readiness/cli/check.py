"""`readiness check`: the gate."""

from __future__ import annotations

import gc
import os
import sys
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from readiness.errors import NoVerdictError, UsageError

if TYPE_CHECKING:
    from readiness.plugins import Registry
    from readiness.policy.rules import Policy
    from readiness.report.outputs import Output
    from readiness.scorecard import Run, Scorecard

DEADLINE = "15m"


@click.command("check")
@click.option(
    "-p",
    "--policy",
    required=True,
    envvar="READINESS_POLICY",
    help="A file, builtin:NAME or package:PACKAGE/NAME.",
)
@click.option(
    "--root", default=".", show_default=True, help="The folder that evidence paths are relative to."
)
@click.option(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    metavar="FORMAT[=PATH]",
    help="terminal, json, markdown, html or junit; repeatable.",
)
@click.option("--expect-policy", metavar="sha256:...", help="Refuse any other resolved policy.")
@click.option(
    "--only", multiple=True, metavar="ID", help="Judge only these checks; decides nothing (exit 3)."
)
@click.option(
    "--category", "categories", multiple=True, help="Judge only these categories; decides nothing (exit 3)."
)
@click.option("--deadline", default=DEADLINE, show_default=True, help="End the whole run after this time.")
def command(
    policy: str,
    root: str,
    outputs: tuple[str, ...],
    expect_policy: str | None,
    only: tuple[str, ...],
    categories: tuple[str, ...],
    deadline: str,
) -> int:
    """Judge a release by a policy: GO, CONDITIONAL or NO-GO."""
    from readiness.cli import guarded
    from readiness.report.outputs import parse_outputs, places, remove_new
    from readiness.supervise import supervise
    from readiness.units import parse_duration

    try:
        limit = parse_duration(deadline)
    except ValueError as error:
        raise UsageError(f"--deadline: '{deadline}' {error}") from None
    parent, before = os.getpid(), places(parse_outputs(outputs))

    def gate() -> int:
        part = (only, categories)
        return run_gate(policy, root, outputs, expect_policy, *part, is_wanted=lambda: os.getppid() == parent)

    try:
        return supervise(lambda: guarded(gate), limit)
    except BaseException:
        remove_new(before)  # a report must not say GO where the exit code says that nobody knows
        raise


def run_gate(
    wanted: str,
    root: str,
    outputs: Sequence[str] = (),
    expect_policy: str | None = None,
    only: Sequence[str] = (),
    categories: Sequence[str] = (),
    is_wanted: Callable[[], bool] = lambda: True,
) -> int:
    """Judge and write the reports, in this process; the exit code. What is not wanted any more is not written."""
    from readiness.assess import assess
    from readiness.cli._inputs import read_inputs
    from readiness.gather import Live
    from readiness.report.outputs import parse_outputs
    from readiness.report.write import write_reports

    now = datetime.now(UTC)
    wanted_reports = parse_outputs(outputs)
    registry, folder, policy = read_inputs(wanted, root, wanted_reports, now)
    _expect(policy, expect_policy)
    policy = _part(policy, only, categories)
    _warn_of_broken(registry)
    gc.enable()
    live = Live(folder, registry.evidence_packages)
    with _Progress() as progress:
        card = assess(policy, live, now, _run(registry, folder, now), progress.tell)
    card = _as_partial(card, only, categories)
    if not is_wanted():
        raise NoVerdictError("the process that asked for the verdict is gone")
    write_reports(card, wanted_reports)
    _summarise(card, wanted_reports)
    return exit_code(card)


def exit_code(card: Scorecard) -> int:
    """What a pipeline sees: 0 for GO alone."""
    if card.partial is not None:
        return 3
    if card.decision == "go":
        return 0
    if card.decision == "conditional":
        return 4
    return 1 if card.proven_bad else 5


def _expect(policy: Policy, expected: str | None) -> None:
    if expected is not None and expected != policy.sha256:
        raise UsageError(f"--expect-policy: the resolved policy is {policy.sha256}, not {expected}")


def _part(policy: Policy, only: Sequence[str], categories: Sequence[str]) -> Policy:
    from msgspec.structs import replace

    from readiness.diagnostics import suggest

    for asked, known, what in (
        (only, {r.id for r in policy.rules}, "check"),
        (categories, {r.category for r in policy.rules}, "category"),
    ):
        for name in asked:
            if name not in known:
                raise UsageError(
                    f"the policy has no {what} '{name}'; {suggest(name, known) or ', '.join(sorted(known))}"
                )
    if not only and not categories:
        return policy
    return replace(policy, rules=tuple(r for r in policy.rules if r.id in only or r.category in categories))


def _as_partial(card: Scorecard, only: Sequence[str], categories: Sequence[str]) -> Scorecard:
    from msgspec.structs import replace

    if not only and not categories:
        return card
    part = ", ".join((*only, *categories))
    reason = f"only a part of the policy was judged ({part}): this decides nothing"
    return replace(card, partial=part, decision="no-go", reasons=(reason, *card.reasons), valid_until=None)


def _run(registry: Registry, folder: Path, now: datetime) -> Run:
    from readiness.readers.ci import describe
    from readiness.scorecard import PluginShown, Run
    from readiness.version import version

    plugins = {(p.name, p.distribution, p.version, p.error) for p in registry.plugins}
    shown = tuple(PluginShown(*one) for one in sorted(plugins, key=str))
    return Run(
        id=uuid.uuid4().hex,
        judged_at=now,
        readiness_version=version(),
        plugins=shown,
        ci=describe(),
        root=str(folder),
    )


def _warn_of_broken(registry: Registry) -> None:
    for plugin in registry.broken:
        click.echo(
            f"readiness: warning: the plugin {plugin.name} of {plugin.distribution} {plugin.version} does not load: "
            f"{plugin.error}; the policy does not use it",
            err=True,
        )


def _summarise(card: Scorecard, outputs: Sequence[Output]) -> None:
    """A line for people when no report went to the terminal."""
    from readiness.report.escape import terminal

    if any(output.path is None for output in outputs):
        return
    word = "NO VERDICT" if card.partial is not None else card.decision.upper()
    reason = f": {terminal(card.reasons[0])}" if card.reasons else ""
    more = f" (and {len(card.reasons) - 1} more)" if len(card.reasons) > 1 else ""
    click.echo(f"readiness: {word}{reason}{more}", err=True)


class _Progress:
    """One line on stderr that is written over, only on a terminal."""

    def __init__(self) -> None:
        self._is_on = sys.stderr.isatty()

    def __enter__(self) -> _Progress:
        return self

    def __exit__(self, *error: object) -> None:
        if self._is_on:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def tell(self, name: str) -> None:
        """Show the name of what is read now."""
        if self._is_on:
            shown = "".join(c for c in name if c.isprintable())
            sys.stderr.write(f"\r\x1b[Kreading {shown} ...")
            sys.stderr.flush()
