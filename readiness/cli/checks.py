"""`readiness checks`: what can be asked."""

from __future__ import annotations

import click

from readiness.errors import ReadinessError


@click.command("checks")
def command() -> None:
    """List every check that is installed, by category."""
    from readiness.plugins import discover

    registry = discover()
    width = max(map(len, registry.checks), default=0)
    for id_ in sorted(registry.checks):
        try:
            title = registry.checks[id_].title
        except ReadinessError as error:
            title = f"does not load: {error}"
        click.echo(f"{id_:<{width}}  {title}")
