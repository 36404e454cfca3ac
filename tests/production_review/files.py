"""Texts of the worked example: their dates, and what is changed in them to break one item."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

_DAY = re.compile(r"@(\d+) days ago@")
_MOMENT = re.compile(r"@(?:(\d+) days and )?(\d+) (seconds|minutes) ago@")


class Edit(NamedTuple):
    """One change: `old`, which stands in the file once, becomes `new`; without `old`, the whole file does.

    Without `new` the file is gone.
    """

    file: str
    old: str | None
    new: str | None


def shown(moment: datetime) -> str:
    """RFC 3339, to the second."""
    return moment.isoformat(timespec="seconds")


def dated(text: str, now: datetime) -> str:
    """A text whose `@23 days ago@` and `@5 minutes ago@` became a day, and a moment."""

    def moment(found: re.Match[str]) -> str:
        ago = timedelta(days=int(found[1] or 0), **{found[3]: int(found[2])})
        return shown(now - ago)

    text = _DAY.sub(lambda found: f"{now - timedelta(days=int(found[1])):%Y-%m-%d}", text)
    return _MOMENT.sub(moment, text)


def edited(files: Mapping[str, str], edits: Sequence[Edit]) -> dict[str, str]:
    """The files with the edits; AssertionError when one does not fit."""
    made = dict(files)
    for edit in edits:
        if edit.new is None:
            del made[edit.file]
        elif edit.old is None:
            made[edit.file] = edit.new
        else:
            assert made[edit.file].count(edit.old) == 1, (edit.file, edit.old)
            made[edit.file] = made[edit.file].replace(edit.old, edit.new)
    return made
