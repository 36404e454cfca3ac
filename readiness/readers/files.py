"""Evidence in files: found, told apart by content, read, and dated."""

from __future__ import annotations

import glob
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import msgspec

from readiness.catalog import Catalog
from readiness.evidence.model import Facts, Item, ObservedFrom, Provenance, Reason, Unproven
from readiness.readers import git, stamps
from readiness.readers.base import AnyReader, Context, FileSpec, Kind, Reading, Spec
from readiness.readers.formats import formats_of
from readiness.readers.source import Source

F = TypeVar("F", bound=Facts)
MAX_FILES = 10_000


class FileKind(Kind[Any, F]):
    """A kind that is read from files by the readers of its folder.

    `tracked` says that an unchanged file under version control is of the commit that is checked out.
    """

    spec: ClassVar[type[Spec]] = FileSpec
    tracked: ClassVar[bool] = False
    _told: tuple[Mapping[str, str], Catalog[AnyReader]] | None = None

    def collect(self, spec: FileSpec, context: Context) -> Iterator[Item]:
        """One item for each file, and one more for files that are missing; never raises."""
        yield from self.items(self.find(spec, context.root), spec, context)

    def items(self, paths: Sequence[Path], spec: FileSpec, context: Context) -> Iterator[Item]:
        """One item for each of these files, and one more for those that are missing; never raises."""
        for path in paths[:MAX_FILES]:
            yield self._item(path, spec, context)
        if len(paths) > MAX_FILES:
            yield _gap(spec, Reason.MALFORMED, f"more than {MAX_FILES:,} files match")
        elif len(paths) < spec.files:
            yield _missing(spec, context.root, len(paths))

    def find(self, spec: FileSpec, root: Path) -> list[Path]:
        """The files of a spec: the path itself, or else what matches it as a glob."""
        literal = root / spec.path
        if not glob.has_magic(spec.path) or literal.exists():
            return [literal]
        found = (root / name for name in glob.glob(spec.path, root_dir=root, recursive=True))  # noqa: PTH207
        return sorted(path for path in found if not (_is_passed(path, spec.path) or _is_stamp(path)))

    def _item(self, path: Path, spec: FileSpec, context: Context) -> Item:
        name = _name(path, context.root)
        try:
            with Source.open(path, name) as source:
                return self._read(source, spec, context)
        except Unproven as error:
            tried = f"{error.message} ({path})" if name != str(path) else error.message
            return Item(Provenance(name), None, error.reason, tried, error.remedy)

    def _read(self, source: Source, spec: FileSpec, context: Context) -> Item:
        origin = Provenance(
            source.name, bytes=source.size, observed_at=source.modified_at, observed_from="mtime"
        )
        try:
            name, reader = self.detect(source, spec.format, context.plugins)
            origin = msgspec.structs.replace(origin, format=name)
            reading = reader.read(source)
            return Item(self._provenance(origin, source, reading, context), reading.facts)
        except Unproven as error:
            hashed = msgspec.structs.replace(origin, sha256=_digest(source), bytes=source.size)
            return Item(hashed, None, error.reason, error.message, error.remedy)
        except Exception as error:  # a reader's own defect: the file shows nothing, and the gate goes on
            message = f"the reader {origin.format} failed: {type(error).__name__}: {error}"
            return Item(
                origin, None, Reason.MALFORMED, message, "please report this file as a defect of readiness"
            )

    def detect(
        self, source: Source, format_: str | None, plugins: Mapping[str, str]
    ) -> tuple[str, AnyReader]:
        """The reader of the file's format, by content; Unproven when none, or more than one, fits."""
        readers = self._readers(plugins)
        if format_ is not None:
            return format_, readers[format_]()
        fits, refusals = [], []
        for name in readers:
            reader = readers[name]()
            try:
                if reader.recognises(source):
                    fits.append((name, reader))
            except Unproven as error:
                refusals.append(error)
        if len(fits) == 1:
            return fits[0]
        if not fits and refusals:
            raise refusals[0]
        raise _unrecognised([name for name, _ in fits], list(readers), source)

    def _readers(self, plugins: Mapping[str, str]) -> Catalog[AnyReader]:
        """The readers of this kind; their folders are not listed again for each of many files."""
        if self._told is None or self._told[0] != plugins:
            self._told = plugins, formats_of(type(self), plugins)
        return self._told[1]

    def _provenance(
        self, origin: Provenance, source: Source, reading: Reading[Facts], context: Context
    ) -> Provenance:
        stamp = stamps.read(source.path, source.sha256)
        observed_at, observed_from = origin.observed_at, origin.observed_from
        if reading.observed_at is not None:
            observed_at, observed_from = reading.observed_at, _CONTENT
        elif stamp is not None:
            observed_at, observed_from = stamp.observed_at, _STAMP
        commit = reading.commit or (stamp.commit if stamp else None)
        if self.tracked and stamp is None and (context.commit or context.max_age):
            commit = git.commit_of(source.path, source.content)
            # What is tracked and unchanged is no observation of a moment: it is what the commit ships.
            observed_at, observed_from = (context.now, _CONTENT) if commit else (observed_at, observed_from)
        version = reading.version or (stamp.version if stamp else None)
        return Provenance(
            origin.source,
            origin.format,
            source.sha256,
            source.size,
            observed_at,
            observed_from,
            commit,
            version,
        )


_CONTENT: ObservedFrom = "content"
_STAMP: ObservedFrom = "stamp"


def _name(path: Path, root: Path) -> str:
    """The path from the root when it is below, else the whole path."""
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)


def _is_passed(path: Path, pattern: str) -> bool:
    """`**` passes folders on its way; what any other pattern matches is meant, and told when it is no file."""
    return "**" in pattern and path.is_dir()


def _is_stamp(path: Path) -> bool:
    return path.name.endswith(stamps.SUFFIX)


def _digest(source: Source) -> str:
    try:
        return source.sha256
    except Unproven:
        return ""


def _gap(spec: FileSpec, reason: Reason, message: str, remedy: str = "") -> Item:
    return Item(Provenance(spec.path), None, reason, message, remedy)


def _missing(spec: FileSpec, root: Path, count: int) -> Item:
    what = "no file matches" if not count else f"{count} of at least {spec.files} files are there"
    message = f"{what} ({root / spec.path})"
    return _gap(spec, Reason.MISSING, message, "write the files before the gate runs, or correct the path")


def _unrecognised(fits: list[str], known: list[str], source: Source) -> Unproven:
    if fits:
        remedy = f"say which with `format: {fits[0]}`"
        return Unproven(Reason.MALFORMED, f"several formats fit: {', '.join(fits)}", remedy)
    what = "it is empty" if not source.head.strip() else "its format is not known"
    return Unproven(
        Reason.MALFORMED, f"{what}; tried {', '.join(known)}", "set `format:` if it is one of these"
    )
