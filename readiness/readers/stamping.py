"""Making stamps: what `readiness evidence stamp` writes beside a file."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from readiness.errors import NoVerdictError, UsageError
from readiness.evidence.model import Unproven
from readiness.readers import ci, stamps
from readiness.readers.attribution import Attribution, attribute
from readiness.readers.commits import full_sha
from readiness.readers.source import Source
from readiness.readers.stamps import CLOCK_SKEW, Stamp

_LONGEST = 10_000


class Claim(NamedTuple):
    """What the caller says about the files; `commit` is full and in lower case."""

    commit: str | None = None
    version: str | None = None
    command: str | None = None


class Stamped(NamedTuple):
    """A file with its new stamp; `attribution` tells who named its commit."""

    path: Path
    stamp: Stamp
    attribution: Attribution


def claim(commit: str | None, version: str | None, command: str | None) -> Claim:
    """What the command line says, checked. Raises UsageError."""
    for name, text in (("commit", commit), ("version", version), ("command", command)):
        if text is not None and not text.strip():
            raise UsageError(f"--{name} is empty: is its variable set?")
        if text is not None and len(text) > _LONGEST:
            raise UsageError(f"--{name} is longer than {_LONGEST:,} characters")
    sha = None if commit is None else full_sha(commit)
    if commit is not None and sha is None:
        raise UsageError(
            f"--commit {commit!r} is no full commit: 40 or 64 hexadecimal digits, not all zeros "
            "(git rev-parse HEAD prints one)"
        )
    return Claim(sha, _text(version), _text(command))


def stamp_files(
    files: Sequence[Path], said: Claim, environment: Mapping[str, str], now: datetime
) -> list[Stamped]:
    """Stamp every file, or none: UsageError with all that is wrong; NoVerdictError when writing fails."""
    paths = list(dict.fromkeys(files))
    folders = dict.fromkeys(path.parent for path in paths)
    ours = {*paths, *(stamps.path_of(path) for path in paths if path.name)}
    who = {folder: _attribution(folder, ours, said, environment) for folder in folders}
    made, problems = [], []
    for path in paths:
        try:
            made.append(
                Stamped(path, _stamp(path, said, who[path.parent], environment, now), who[path.parent])
            )
        except Unproven as error:
            problems.append(f"{path}: {error.message}")
        except UsageError as error:
            problems.append(f"{path}: {error}")
    if problems:
        raise UsageError("\n".join(["nothing was stamped:", *(f"  {problem}" for problem in problems)]))
    for one in made:
        _write(stamps.path_of(one.path), one.stamp)
    return made


def _attribution(folder: Path, ours: set[Path], said: Claim, environment: Mapping[str, str]) -> Attribution:
    if said.commit:
        return Attribution(said.commit, "--commit")
    return attribute(folder, ours, environment)


def _stamp(path: Path, said: Claim, who: Attribution, environment: Mapping[str, str], now: datetime) -> Stamp:
    if path.name.endswith(stamps.SUFFIX):
        raise UsageError("it is a stamp itself, and says nothing about a release")
    with Source.open(path) as source:
        sha256 = source.sha256
        _refuse_moving(source, path)
        if not source.size:
            raise UsageError("it is empty: nothing was observed")
        if source.modified_at > now + CLOCK_SKEW:
            raise UsageError(
                f"it was last written at {source.modified_at:%Y-%m-%dT%H:%M:%SZ}, which is in the future: "
                "set the clock right and write it again"
            )
        run = next((build.run for build in ci.builds(environment)), None)
        stamp = Stamp(
            file=_text(path.name) or "",
            sha256=sha256,
            bytes=source.size,
            observed_at=source.modified_at,
            stamped_at=now,
            commit=who.commit,
            version=said.version,
            run=run,
            command=said.command,
        )
    _refuse_old(path, stamp)
    return stamp


def _refuse_moving(source: Source, path: Path) -> None:
    """A file that is still being written would get a stamp of content that it soon no longer has."""
    status = path.stat()
    modified_at = datetime.fromtimestamp(status.st_mtime, UTC)
    if (status.st_size, modified_at) != (source.size, source.modified_at):
        raise UsageError("it changed while it was read: stamp it when the test is over")


def _refuse_old(path: Path, new: Stamp) -> None:
    """The same bytes under another commit or time are a copy, until somebody removes the old stamp."""
    try:
        old = stamps.read(path, new.sha256)
    except Unproven:
        return
    if old is None:
        return
    moved = old.observed_at != new.observed_at
    renamed = None not in (old.commit, new.commit) and old.commit != new.commit
    if moved or renamed:
        raise UsageError(
            f"the same bytes were stamped before (observed {old.observed_at:%Y-%m-%dT%H:%M:%SZ}, commit "
            f"{old.commit or 'unknown'}), and a copy is no new observation; if the test did run again, "
            f"remove {stamps.path_of(path).name} and stamp again"
        )


def _write(path: Path, stamp: Stamp) -> None:
    content = msgspec.json.format(msgspec.json.encode(stamp), indent=2) + b"\n"
    try:
        descriptor, temporary = tempfile.mkstemp(prefix=".stamp-", dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                os.fchmod(descriptor, 0o644)
                file.write(content)
                file.flush()
                os.fsync(descriptor)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise NoVerdictError(f"{path} cannot be written: {os.strerror(error.errno or 0)}") from None


def _text(text: str | None) -> str | None:
    """What an argument says, with bytes that are no UTF-8 replaced."""
    return None if text is None else text.encode("utf-8", "replace").decode()
