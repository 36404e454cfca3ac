"""What stands in a configuration file, and where."""

from __future__ import annotations

from readiness.evidence.model import Value


class Place(Value, frozen=True):
    """A line of a file, counted from 1."""

    file: str
    line: int


class Written(Value, frozen=True):
    """A scalar as its file has it, and where."""

    text: str
    place: Place


class Remark(Value, frozen=True):
    """A comment that asks a tool to leave something out, as it is written."""

    tool: str
    text: str
    place: Place
