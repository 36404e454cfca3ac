"""Files of one kind -> the fewest paths that name exactly these, as an evidence writes them."""

from __future__ import annotations

import glob
from collections.abc import Collection, Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import NamedTuple


class Group(NamedTuple):
    """A path or a glob, and the files that it stands for."""

    path: str
    files: tuple[str, ...]


def group(files: Sequence[str], all_files: Collection[str]) -> Iterator[Group]:
    """Files of a folder as one glob, where it matches no other file; else each apart."""
    by_folder: dict[str, list[str]] = {}
    for file in files:
        by_folder.setdefault(str(PurePosixPath(file).parent), []).append(file)
    for folder, own in by_folder.items():
        beside = [PurePosixPath(file).name for file in all_files if str(PurePosixPath(file).parent) == folder]
        pattern = _pattern([PurePosixPath(file).name for file in own], beside)
        if pattern and len(own) > 1:
            prefix = "" if folder == "." else f"{glob.escape(folder)}/"
            yield Group(_harmless(prefix + pattern), tuple(own))
        else:
            yield from alone(own)


def alone(files: Sequence[str]) -> Iterator[Group]:
    """Each file by its own path."""
    return (Group(literal(file), (file,)) for file in files)


def literal(file: str) -> str:
    """The path of one file. One that holds `${`, which a policy would fill in, becomes a glob."""
    return _harmless(glob.escape(file)) if "${" in file else file


def _harmless(pattern: str) -> str:
    return pattern.replace("${", "[$]{")


def _pattern(own: Sequence[str], beside: Sequence[str]) -> str | None:
    """`*.xml`, else `TEST-*.xml`, when that is all of them and nothing else."""
    suffixes = {PurePosixPath(name).suffix for name in own}
    if len(suffixes) != 1:
        return None
    suffix, prefix = glob.escape(suffixes.pop()), glob.escape(_common_start(own))
    for pattern in (f"*{suffix}", f"{prefix}*{suffix}"):
        if {name for name in beside if fnmatchcase(name, pattern)} == set(own):
            return pattern
    return None


def _common_start(names: Sequence[str]) -> str:
    first, last = min(names), max(names)
    differs = (i for i, letter in enumerate(first) if letter != last[i])
    return first[: next(differs, len(first))]
