"""The kind `audit-log`: a sample of lines, and what their fields are called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, get_args

from pydantic import AfterValidator, Field

from readiness.evidence import audit_log
from readiness.evidence.audit_log import AuditLog
from readiness.evidence.fields import parse_path
from readiness.evidence.model import Facts, Item
from readiness.readers.audit_log._entries import SPELLINGS, USUAL, Names
from readiness.readers.audit_log._reader import LogReader
from readiness.readers.base import AnyReader, Context, FileSpec, Spec
from readiness.readers.files import FileKind
from readiness.readers.formats import formats_of
from readiness.readers.source import Source


def _one_place(text: str) -> str:
    if parse_path(text).has_wildcard:
        raise ValueError("leads to one place, and has no `*`")
    return text


Path = Annotated[str, AfterValidator(_one_place)]


class AuditLogSpec(FileSpec):
    """A sample, and the paths of its fields where they have names of their own."""

    time: Path | None = None
    """The field that holds the time, as `event.created`; left out, one of the usual names."""
    actor: Path | None = None
    """The field that tells who acted."""
    action: Annotated[Path | None, Field()] = None
    """The field that tells what was done."""
    outcome: Path | None = None
    """The field that tells how it went."""


class AuditLogKind(FileKind[AuditLog]):
    """Lines of an audit log. With fields of its own, a file is taken by its form alone."""

    spec: ClassVar[type[Spec]] = AuditLogSpec
    facts: ClassVar[type[Facts]] = AuditLog

    def __init__(self) -> None:
        self._names = USUAL

    def collect(self, spec: AuditLogSpec, context: Context) -> Iterator[Item]:  # type: ignore[override]
        """One item for each file; never raises."""
        self._names = _names(spec)
        yield from super().collect(spec, context)

    def detect(
        self, source: Source, format_: str | None, plugins: Mapping[str, str]
    ) -> tuple[str, AnyReader]:
        """The reader of its form, told what fields are called."""
        if format_ is None and self._names.is_own:
            format_ = next((name for name in formats_of(type(self), {}) if self._alike(name, source)), None)
        name, reader = super().detect(source, format_, plugins)
        return name, reader.with_names(self._names) if isinstance(reader, LogReader) else reader

    def _alike(self, name: str, source: Source) -> bool:
        reader = formats_of(type(self), {})[name]()
        return isinstance(reader, LogReader) and reader.looks_alike(source)


def _names(spec: AuditLogSpec) -> Names:
    own = {field: (getattr(spec, field),) for field in get_args(audit_log.Field) if getattr(spec, field)}
    return Names({**SPELLINGS, **own}, is_own=bool(own))
