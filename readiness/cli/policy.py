"""`readiness policy validate|show|schema`."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime

import click


@click.group("policy")
def command() -> None:
    """Validate a policy, show what it resolves to, or print its JSON Schema."""


@command.command("validate")
@click.argument("policy")
def validate(policy: str) -> None:
    """Say everything that is wrong with a policy, at once."""
    from readiness.plugins import discover
    from readiness.policy.resolve import resolve
    from readiness.report.escape import terminal

    resolved = resolve(policy, discover(), os.environ, datetime.now(UTC))
    click.echo(
        f"{terminal(resolved.name)}: {len(resolved.rules)} checks, {len(resolved.evidence)} evidence; {resolved.sha256}"
    )
    for override in resolved.overrides:
        click.echo(f"  loosens {terminal(override.path)}, which {override.parent} sets: CONDITIONAL at best")
    for note in resolved.notes:
        click.echo(f"  note: {terminal(note)}")


@command.command("show")
@click.argument("policy")
def show(policy: str) -> None:
    """Print the resolved policy, and where each line came from. Variables are not put in."""
    from readiness.policy.show import show as shown

    click.echo(shown(policy), nl=False)


@command.command("schema")
def schema() -> None:
    """Print the JSON Schema of policy files, for editors."""
    from readiness.plugins import discover
    from readiness.policy.schema import policy_schema

    click.echo(json.dumps(policy_schema(discover()), indent=2))
