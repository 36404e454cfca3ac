"""`readiness plugins`: where checks and evidence come from."""

from __future__ import annotations

import click

from readiness.errors import ReadinessError


@click.command("plugins")
def command() -> None:
    """List what other packages bring; shows broken plugins too, and never fails for them."""
    from readiness.plugins import discover
    from readiness.version import version

    registry = discover()
    own = [id_ for id_ in registry.checks if registry.checks.origin(id_) == "readiness"]
    click.echo(f"readiness {version()}: {len(own)} checks, built in")
    for plugin in registry.plugins:
        click.echo(
            f"{plugin.name} ({plugin.distribution} {plugin.version}), {plugin.group} = {plugin.package}"
        )
        if plugin.error:
            click.echo(f"  does not load: {plugin.error}")
        catalog = registry.checks if plugin.group == "readiness.checks" else registry.kinds
        for id_ in catalog:
            if catalog.origin(id_) == plugin.name:
                click.echo(f"  {id_}{_trouble(catalog, id_)}")


def _trouble(catalog: object, id_: str) -> str:
    try:
        catalog[id_]  # type: ignore[index]
    except ReadinessError as error:
        return f"  does not load: {error}"
    return ""
