"""The command line: one command a file, imported when it is called."""

from __future__ import annotations

import importlib
import os
import pkgutil
from collections.abc import Callable, Sequence
from typing import Any

import click

from readiness.errors import PolicyError, ReadinessError, UsageError

WRONG_USAGE, NO_VERDICT = 2, 3


class LazyGroup(click.Group):
    """A group whose commands are the modules of this package; each holds a click command called `command`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        del ctx
        return sorted(
            info.name.replace("_", "-") for info in pkgutil.iter_modules(__path__) if info.name[0] != "_"
        )

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name; None when there is none."""
        if cmd_name not in self.list_commands(ctx):
            return None
        module: Any = importlib.import_module(f"readiness.cli.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command


def _version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    del param
    if value and not ctx.resilient_parsing:
        from readiness.version import version

        click.echo(f"readiness {version()}")
        ctx.exit()


@click.group(
    cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version."
)
def group() -> None:
    """May this release go to production? Judged on evidence that was read, dated, hashed and strong enough.

    \b
    Exit codes of `check`:
      0  GO, or CONDITIONAL with a valid sign-off
      1  NO-GO: something is proven bad
      2  wrong usage or a wrong policy: nothing was judged
      3  no trustworthy verdict
      4  CONDITIONAL, not signed
      5  NO-GO only because something is not shown
    """  # noqa: D301 - click's mark for lines that are not wrapped


def run(arguments: Sequence[str]) -> int:
    """Run one command; its exit code."""
    try:
        return guarded(lambda: group.main(args=list(arguments), prog_name="readiness", standalone_mode=False))
    except SystemExit as error:  # click's answer to an output that somebody closed
        raise BrokenPipeError from error


def guarded(work: Callable[[], Any]) -> int:
    """The exit code of some work. Errors that a user can act on are shown here, and nowhere else."""
    try:
        code = work()
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return WRONG_USAGE
    except click.ClickException as error:
        error.show()
        return WRONG_USAGE
    except click.Abort:
        raise KeyboardInterrupt from None
    except ReadinessError as error:
        if os.environ.get("READINESS_DEBUG"):
            raise
        _show(error)
        return WRONG_USAGE if isinstance(error, UsageError) else NO_VERDICT
    return code if isinstance(code, int) else 0


def _show(error: ReadinessError) -> None:
    if isinstance(error, PolicyError):
        count = len(error.problems)
        click.echo(_harmless("\n\n".join(error.problems)), err=True)
        click.echo(f"\nreadiness: {count} problem{'s' if count > 1 else ''}; nothing was judged", err=True)
    else:
        click.echo(f"readiness: {_harmless(str(error))}", err=True)


def _harmless(text: str) -> str:
    """What an error says, without anything that a terminal would obey."""
    return "".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in text)
