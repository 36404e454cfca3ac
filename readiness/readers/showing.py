"""Reading a file as the gate would, for people who want to know what it sees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from readiness.diagnostics import suggest
from readiness.errors import UsageError
from readiness.evidence.model import Item, Provenance, Reason, Unproven
from readiness.readers.base import AnyKind, Context
from readiness.readers.formats import formats_of
from readiness.readers.source import Source

Kinds = Mapping[str, type[AnyKind]]


class Shown(NamedTuple):
    """One file as one kind of evidence; `kind` is None when no kind knows it."""

    file: str
    kind: str | None
    item: Item


def show_file(
    file: str, kinds: Kinds, context: Context, kind: str | None, format_: str | None
) -> list[Shown]:
    """The file as that kind; without one, as every kind that recognises it. UsageError for a wrong name."""
    if kind is not None:
        return list(_as_kind(file, kind, _named(kind, kinds), context, format_))
    if format_ is not None:
        raise UsageError("--format says nothing without --kind: formats belong to kinds")
    return _as_any(file, kinds, context)


def _named(name: str, kinds: Kinds) -> type[AnyKind]:
    if name not in kinds:
        hint = suggest(name, kinds)
        raise UsageError(
            f"there is no kind of evidence '{name}'"
            + (f"; {hint}" if hint else f"; there are: {', '.join(sorted(kinds))}")
        )
    kind = kinds[name]
    if not _reads_files(kind):
        raise UsageError(f"evidence of the kind '{name}' is not read from files")
    return kind


def _reads_files(kind: type[AnyKind]) -> bool:
    return not kind.networked and "path" in kind.spec.model_fields


def _as_kind(
    file: str, name: str, kind: type[AnyKind], context: Context, format_: str | None
) -> Iterator[Shown]:
    keys = {"kind": name, "path": file}
    if format_ is not None:
        known = formats_of(kind, context.plugins)
        if format_ not in known:
            hint = suggest(format_, known) or f"there are: {', '.join(known)}"
            raise UsageError(f"'{name}' has no format '{format_}'; {hint}")
        keys["format"] = format_
    try:
        spec = kind.spec.model_validate(keys)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise UsageError(f"evidence of the kind '{name}' cannot be read like this: {wrong}") from None
    for item in kind().collect(spec, context):
        yield Shown(file, name, item)


def _as_any(file: str, kinds: Kinds, context: Context) -> list[Shown]:
    path = context.root / file
    readable = {name: kind for name in kinds if _reads_files(kind := kinds[name])}
    if path.is_dir():
        return _as_folder(file, path, readable, context)
    try:
        with Source.open(path) as source:
            refusals: list[Unproven] = []
            fits = [name for name, kind in readable.items() if _recognises(kind, source, context, refusals)]
            known = Provenance(str(path), "", source.sha256, source.size, source.modified_at, "mtime")
    except Unproven as error:
        return [_unread(file, Provenance(str(path)), error)]
    if not fits:
        return [_unread(file, known, _unknown(refusals, readable))]
    return [shown for name in fits for shown in _as_kind(file, name, readable[name], context, None)]


def _as_folder(file: str, path: Path, kinds: Kinds, context: Context) -> list[Shown]:
    """A folder as every kind that reads something in it."""
    shown = [list(_as_kind(file, name, kind, context, None)) for name, kind in kinds.items()]
    read = [one for kind in shown if any(one.item.facts is not None for one in kind) for one in kind]
    error = Unproven(Reason.MALFORMED, "it is a folder, and no kind reads it", "name files, or --kind")
    return read or [_unread(file, Provenance(str(path)), error)]


def _recognises(kind: type[AnyKind], source: Source, context: Context, refusals: list[Unproven]) -> bool:
    """Whether a format of the kind fits the content; content too broken to tell adds a refusal."""
    formats = formats_of(kind, context.plugins)
    for name in formats:
        try:
            if formats[name]().recognises(source):
                return True
        except Unproven as error:
            refusals.append(error)
    return False


def _unknown(refusals: list[Unproven], kinds: Kinds) -> Unproven:
    """What several readers say of the content is true of it; what one says is about its own format."""
    said = Counter(refusal.message for refusal in refusals).most_common(1)
    if said and said[0][1] > 1:
        return next(refusal for refusal in refusals if refusal.message == said[0][0])
    remedy = f"name its kind with --kind; there are: {', '.join(kinds)}"
    return Unproven(Reason.MALFORMED, "no kind of evidence recognises it", remedy)


def _unread(file: str, origin: Provenance, error: Unproven) -> Shown:
    return Shown(file, None, Item(origin, None, error.reason, error.message, error.remedy))
