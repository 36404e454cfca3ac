"""The folder of baselines: load tests of releases that went well, each with its stamp, to compare new ones with."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from readiness.diagnostics import suggest
from readiness.errors import NoVerdictError, UsageError
from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Item, Provenance, Unproven
from readiness.plugins import discover
from readiness.readers import stamps
from readiness.readers.base import Context
from readiness.readers.showing import show_file
from readiness.readers.source import Source
from readiness.readers.stamping import Claim
from readiness.readers.stamps import CLOCK_SKEW, Stamp

KIND = "load-test"
FOLDER = "baselines"
_LONGEST_NAME = 40
_SUFFIX = re.compile(r"(\.[A-Za-z0-9]{1,8}){1,2}")


class Baseline(NamedTuple):
    """One file as the gate reads it; `test` is None when it shows nothing, and `item` then tells why."""

    path: Path
    item: Item
    test: LoadTest | None

    @property
    def origin(self) -> Provenance:
        """Where it came from, and when and on what it was observed."""
        return self.item.provenance


class Change(NamedTuple):
    """What `add` did. `undated` are added files whose time is only that of their last change."""

    added: tuple[Path, ...]
    undated: tuple[Path, ...]
    dropped: tuple[Path, ...]


def baselines(folder: Path, now: datetime) -> list[Baseline]:
    """Every file of the folder, the oldest first, those that show nothing last. UsageError when there is no folder."""
    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder}; `readiness baseline add FILE` makes it")
    names = (path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
    found = [_read(path, now) for path in sorted(names) if not path.name.endswith(stamps.SUFFIX)]
    return sorted(found, key=lambda one: (one.test is None, _seen_at(one), one.path.name))


def add(files: Sequence[Path], folder: Path, said: Claim, keep: int | None, now: datetime) -> Change:
    """Copy each file with its stamp into the folder, or none: UsageError with all that is wrong.

    With `keep`, the oldest of each tool beyond so many are dropped; what is added is never among them. NoVerdictError
    when writing fails.
    """
    kept = baselines(folder, now) if folder.is_dir() else []
    made, problems = _candidates(files, kept, said, now)
    surplus = _surplus([*kept, *(one for one, _ in made)], keep)
    news = {one.path for one, _ in made}
    problems += [
        f"{one.path}: it is older than the {keep} that --keep keeps" for one in surplus if one.path in news
    ]
    if problems:
        raise UsageError("\n".join(["nothing was added:", *(f"  {problem}" for problem in problems)]))
    added = []
    for one, stamp in made:
        target = folder / _name(one, stamp)
        _copy(one, target, msgspec.structs.replace(stamp, file=target.name))
        added.append(target)
    for one in surplus:
        _remove(one.path)
    undated = tuple(one.path for one, _ in made if one.origin.observed_from == "mtime")
    return Change(tuple(added), undated, tuple(one.path for one in surplus))


def drop(names: Sequence[str], folder: Path) -> list[Path]:
    """Remove the files of those names with their stamps, or none: UsageError when one is not there."""
    known = {path.name for path in folder.iterdir() if path.is_file()} if folder.is_dir() else set()
    plain = {name for name in known if not name.endswith(stamps.SUFFIX)}
    for name in names:
        if name not in plain:
            hint = suggest(name, plain) or "`readiness baseline list` names them"
            raise UsageError(f"there is no baseline '{name}' in {folder}; {hint}")
    paths = [folder / name for name in dict.fromkeys(names)]
    for path in paths:
        _remove(path)
    return paths


def _read(path: Path, now: datetime) -> Baseline:
    registry = discover()
    registry.require(KIND)
    context = Context(Path.cwd(), now, plugins=registry.evidence_packages)
    (shown,) = show_file(str(path), registry.kinds, context, KIND, None)
    facts = shown.item.facts
    return Baseline(path, shown.item, facts if isinstance(facts, LoadTest) else None)


def _candidates(
    files: Sequence[Path], kept: Sequence[Baseline], said: Claim, now: datetime
) -> tuple[list[tuple[Baseline, Stamp]], list[str]]:
    made: list[tuple[Baseline, Stamp]] = []
    problems: list[str] = []
    for path in dict.fromkeys(files):
        if not path.is_file():
            problems.append(f"{path}: {'it is a folder' if path.is_dir() else 'there is no such file'}")
            continue
        one = _read(path, now)
        try:
            _refuse(one, [*kept, *(other for other, _ in made)], now)
            made.append((one, _stamp(one, said, now)))
        except (UsageError, Unproven) as error:
            problems.append(f"{path}: {error}")
    return made, problems


def _refuse(one: Baseline, others: Sequence[Baseline], now: datetime) -> None:
    """UsageError for what is no observation of its own."""
    if one.path.name.endswith(stamps.SUFFIX):
        raise UsageError("it is a stamp; name the file that it belongs to")
    if one.test is None:
        raise UsageError(f"it cannot be a baseline: {one.item.reason}: {one.item.message}")
    if not one.test.complete:
        raise UsageError("the run was aborted: what it measured is not what was planned")
    if _seen_at(one) > now + CLOCK_SKEW:
        raise UsageError(f"it is of {_seen_at(one):%Y-%m-%dT%H:%M:%SZ}, which is in the future")
    for other in others:
        if other.origin.sha256 == one.origin.sha256 or other.test == one.test:
            raise UsageError(f"it is a copy of {other.path}, and no other run")


def _seen_at(one: Baseline) -> datetime:
    return one.origin.observed_at or datetime.min.replace(tzinfo=UTC)


def _stamp(one: Baseline, said: Claim, now: datetime) -> Stamp:
    """Its own stamp, completed; else one of what its content and the caller say. A commit is never guessed."""
    origin = one.origin
    old = stamps.read(one.path, origin.sha256)
    for what, claimed, known in (
        ("commit", said.commit, origin.commit),
        ("version", said.version, origin.version),
    ):
        if claimed is not None and known is not None and claimed != known:
            raise UsageError(f"it is of {what} {known}, and --{what} says {claimed}")
    return Stamp(
        file=one.path.name,
        sha256=origin.sha256,
        bytes=origin.bytes,
        observed_at=_seen_at(one),
        stamped_at=old.stamped_at if old else now,
        commit=origin.commit or said.commit,
        version=origin.version or said.version,
        run=old.run if old else None,
        command=old.command if old else None,
    )


def _surplus(every: Sequence[Baseline], keep: int | None) -> list[Baseline]:
    """The oldest of each tool beyond `keep`."""
    tools: dict[str, list[Baseline]] = {}
    for one in sorted(every, key=_seen_at, reverse=True):
        if one.test is not None:
            tools.setdefault(one.test.tool.partition(" ")[0], []).append(one)
    return [one for group in tools.values() for one in group[keep:]] if keep is not None else []


def _name(one: Baseline, stamp: Stamp) -> str:
    """As in `2026-05-01-1.4.2-3f2a9c1d.json`: date, version or commit, and the start of its sha256."""
    whose = stamp.version or (stamp.commit or "")[:12]
    plain = re.sub(r"[^A-Za-z0-9._+]+", "-", whose)[:_LONGEST_NAME].strip("-.")
    parts = [f"{stamp.observed_at:%Y-%m-%d}", plain, stamp.sha256[:8]]
    found = "".join(one.path.suffixes[-2:] if one.path.suffix == ".gz" else [one.path.suffix])
    return "-".join(part for part in parts if part) + (found if _SUFFIX.fullmatch(found) else ".json")


def _copy(one: Baseline, target: Path, stamp: Stamp) -> None:
    """The stamp first: a file without one would be undated, a stamp without its file is passed over."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        content = msgspec.json.format(msgspec.json.encode(stamp), indent=2) + b"\n"
        _write(stamps.path_of(target), iter([content]))
        with Source.open(one.path) as source:
            _write(target, source.blocks())
            changed = source.sha256 != stamp.sha256
        if changed:
            _remove(target)
            raise UsageError(f"{one.path} changed while it was read: add it when the test is over")
    except OSError as error:
        raise NoVerdictError(f"{target} cannot be written: {os.strerror(error.errno or 0)}") from None
    except Unproven as error:
        raise NoVerdictError(f"{one.path} can no longer be read: {error.message}") from None


def _write(path: Path, blocks: Iterator[bytes]) -> None:
    """All of it, or no file."""
    descriptor, temporary = tempfile.mkstemp(prefix=".baseline-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, 0o644)
            for block in blocks:
                file.write(block)
            file.flush()
            os.fsync(descriptor)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
        stamps.path_of(path).unlink(missing_ok=True)
    except OSError as error:
        raise NoVerdictError(f"{path} cannot be removed: {os.strerror(error.errno or 0)}") from None
