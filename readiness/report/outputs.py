"""Where reports go, as `-o FORMAT[=PATH]` says it; what cannot work is refused before anything is judged."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TextIO

from readiness.diagnostics import suggest
from readiness.errors import NoVerdictError, UsageError
from readiness.report.formats import FORMATS


class Output(NamedTuple):
    """One report; `path` is None for standard output."""

    format: str
    path: Path | None = None

    @property
    def label(self) -> str:
        """How messages call its place."""
        return str(self.path) if self.path else "standard output"


DEFAULT = (Output("terminal"),)


def parse_output(text: str, formats: Collection[str] = FORMATS) -> Output:
    """`html=out.html`, `json=-` or `terminal`; UsageError for anything else."""
    name, equals, path = text.partition("=")
    if name not in formats:
        hint = suggest(name, formats) or f"the formats are {', '.join(formats)}"
        raise UsageError(f"-o {text}: there is no report format '{name}'; {hint}")
    if equals and not path:
        raise UsageError(
            f"-o {text}: the path is missing; write {name}=PATH, or {name}=- for standard output"
        )
    if path in ("", "-"):
        return Output(name)
    return Output(name, _usable(text, path))


def parse_outputs(
    texts: Sequence[str], stdout: TextIO | None = None, formats: Collection[str] = FORMATS
) -> tuple[Output, ...]:
    """All of them; the terminal report on standard output when none is given. UsageError when two meet."""
    outputs = tuple(parse_output(text, formats) for text in texts) or DEFAULT
    taken: dict[object, Output] = {}
    for output in outputs:
        place = _place(output, stdout or sys.stdout)
        if place in taken:
            first = taken[place]
            raise UsageError(
                f"two reports cannot go to one place: {first.format} to {first.label}"
                f" and {output.format} to {output.label}"
            )
        taken[place] = output
    return outputs


def remove_old(outputs: Sequence[Output]) -> None:
    """Delete the reports of an earlier run, lest they be taken for those of this one; NoVerdictError if it cannot."""
    for output in outputs:
        if output.path and is_file_to_be(output.path):
            try:
                output.path.resolve().unlink(missing_ok=True)
            except OSError as error:
                raise NoVerdictError(f"the old {output.path} cannot be removed: {reason(error)}") from error


def places(outputs: Sequence[Output]) -> dict[Output, tuple[int, int] | None]:
    """What stands at the place of each report now, to tell it from what is written there later."""
    return {output: _standing(output.path) for output in outputs if output.path}


def remove_new(before: Mapping[Output, tuple[int, int] | None]) -> None:
    """Delete the reports that were written since; NoVerdictError if it cannot."""
    remove_old(
        [output for output, stood in before.items() if output.path and _standing(output.path) != stood]
    )


def _standing(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def is_file_to_be(path: Path) -> bool:
    """Whether the path is a regular file or nothing yet; a pipe or a device is written, never replaced.

    /dev/stdout may lead to a regular file, which is the shell's and not ours to replace.
    """
    if path.is_absolute() and path.parts[1:2] in (("dev",), ("proc",)):
        return False
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except FileNotFoundError:
        return True
    except OSError:
        return False


def reason(error: OSError) -> str:
    """What the operating system says, without Python's decoration."""
    return error.strerror or str(error)


def _usable(text: str, path: str) -> Path:
    if "\0" in path:
        raise UsageError("-o: a path cannot hold a NUL character")
    try:
        return _in_a_folder(text, Path(path))
    except OSError as error:
        raise UsageError(f"-o {text}: {reason(error)}") from error


def _in_a_folder(text: str, usable: Path) -> Path:
    folder = usable.parent
    if not folder.is_dir():
        missing = "is no folder" if folder.exists() else "there is no such folder"
        raise UsageError(f"-o {text}: {folder.absolute()}: {missing}; create it first")
    if text.endswith("/") or usable.is_dir():
        raise UsageError(f"-o {text}: {usable.absolute()} is a folder; name a file in it")
    return usable


def _place(output: Output, stdout: TextIO) -> object:
    """What is the same for two names of one place."""
    try:
        found = os.fstat(stdout.fileno()) if output.path is None else output.path.stat()
    except (OSError, ValueError):
        return os.path.realpath(output.path) if output.path else None
    return found.st_dev, found.st_ino
