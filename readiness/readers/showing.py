"""Reading a file as the gate would, for people who want to know what it sees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from readiness.diagnostics import suggest
from readiness.errors import UsageError
from readiness.evidence.model import Item, Provenance, Reason, Unproven
from readiness.readers.base import AnyKind, Context
from readiness.readers.detection import Detector, Kinds, file_kinds, reads_files
from readiness.readers.formats import formats_of
from readiness.readers.source import Source

_EMPTY_LIST = Unproven(
    Reason.MALFORMED,
    "it is an empty list, as several scanners write it when they find nothing",
    "name the tool: --kind scan --format TOOL",
)


class Shown(NamedTuple):
    """One file as one kind of evidence; `kind` is None when no kind knows it, `also` are those that fit as well."""

    file: str
    kind: str | None
    item: Item
    also: tuple[str, ...] = ()


def show_file(
    file: str, kinds: Kinds, context: Context, kind: str | None, format_: str | None
) -> list[Shown]:
    """The file as that kind; without one, as the kind that it is most like, or as several of the same likeness.

    UsageError for a wrong name.
    """
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
    if not reads_files(kind):
        raise UsageError(f"evidence of the kind '{name}' is not read from files")
    return kind


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
    readable = file_kinds(kinds)
    if path.is_dir():
        return _as_folder(file, path, readable, context)
    try:
        with Source.open(path) as source:
            fits, refusals = Detector(readable, context.plugins).likely(source)
            is_empty_list = source.head.split() == [b"[]"]
            known = Provenance(str(path), "", source.sha256, source.size, source.modified_at, "mtime")
    except Unproven as error:
        return [_unread(file, Provenance(str(path)), error)]
    if not fits:
        return [_unread(file, known, _EMPTY_LIST if is_empty_list else _unknown(refusals, readable))]
    return [
        shown._replace(also=tuple(other for other in fits if other != name))
        for name in fits
        for shown in _as_kind(file, name, readable[name], context, None)
    ]


def _as_folder(file: str, path: Path, kinds: Kinds, context: Context) -> list[Shown]:
    """A folder as every kind that reads something in it."""
    shown = [list(_as_kind(file, name, kind, context, None)) for name, kind in kinds.items()]
    read = [one for kind in shown if any(one.item.facts is not None for one in kind) for one in kind]
    error = Unproven(Reason.MALFORMED, "it is a folder, and no kind reads it", "name files, or --kind")
    return read or [_unread(file, Provenance(str(path)), error)]


def _unknown(refusals: list[Unproven], kinds: Kinds) -> Unproven:
    """What several readers say of the content is true of it; what one says is about its own format."""
    said = Counter(refusal.message for refusal in refusals).most_common(1)
    if said and said[0][1] > 1:
        return next(refusal for refusal in refusals if refusal.message == said[0][0])
    own = "; --kind data reads JSON, YAML, TOML and CSV of your own" if "data" in kinds else ""
    remedy = f"name its kind with --kind; there are: {', '.join(kinds)}{own}"
    return Unproven(Reason.MALFORMED, "no kind of evidence recognises it", remedy)


def _unread(file: str, origin: Provenance, error: Unproven) -> Shown:
    return Shown(file, None, Item(origin, None, error.reason, error.message, error.remedy))
