"""Where a terminal report appears: how wide that is, and whether it has colours."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from typing import NamedTuple, TextIO

NARROWEST, WIDEST = 60, 100


class Screen(NamedTuple):
    """Columns, and whether colour codes are understood."""

    columns: int = 80
    colour: bool = False


PLAIN = Screen()


def screen_of(stream: TextIO, environ: Mapping[str, str]) -> Screen:
    """The screen behind a stream.

    A stream that is no terminal is 80 columns wide and has no colour, unless FORCE_COLOR says so; NO_COLOR wins
    over everything (https://no-color.org: any value but the empty one).
    """
    tty = stream.isatty()
    able = environ.get("FORCE_COLOR", "") not in ("", "0") or (tty and environ.get("TERM") != "dumb")
    columns = min(max(shutil.get_terminal_size().columns, NARROWEST), WIDEST) if tty else PLAIN.columns
    return Screen(columns, able and not environ.get("NO_COLOR"))
