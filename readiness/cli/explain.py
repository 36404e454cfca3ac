"""`readiness explain`: what a check asks, why it matters, and how to fix it."""

from __future__ import annotations

import click

from readiness.errors import UsageError


@click.command("explain")
@click.argument("check")
def command(check: str) -> None:
    """Explain a check by its id: its evidence, its parameters, why it matters, and how to fix it."""
    from readiness.diagnostics import suggest
    from readiness.explain import explain
    from readiness.plugins import discover

    registry = discover()
    registry.require(check)
    if check not in registry.checks:
        help_ = suggest(check, registry.checks) or "`readiness checks` lists them"
        raise UsageError(f"there is no check called '{check}'; {help_}")
    click.echo(explain(check, registry.checks[check]))
