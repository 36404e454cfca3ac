"""What the readers of audit logs have in common: names of fields that a policy may give."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any, Self

from readiness.evidence.audit_log import AuditLog
from readiness.evidence.model import Reason, Unproven
from readiness.readers.audit_log._entries import USUAL, Entry, Names, counted
from readiness.readers.base import Reader, Reading
from readiness.readers.source import Source


class LogReader(Reader[AuditLog]):
    """One form of lines; `names` are those of its fields."""

    names: Names = USUAL

    def with_names(self, names: Names) -> Self:
        """The same for other names."""
        self.names = names
        return self

    def recognises(self, source: Source) -> bool:
        """A first line that is of this form, and holds a time, an actor and an action under names that are known."""
        first = self.first(source)
        return first is not None and all(
            self.names.value(f, first)[1] is not None for f in ("time", "actor", "action")
        )

    def looks_alike(self, source: Source) -> bool:
        """Whether the first line is of this form, whatever its fields are called."""
        return bool(self.first(source))

    def read(self, source: Source) -> Reading[AuditLog]:
        """What was counted; the sample is as old as its last line."""
        facts = counted(source.name, self.names, self.entries(source))
        return Reading(facts, facts.last_at)

    @abstractmethod
    def first(self, source: Source) -> Mapping[str, Any] | None:
        """The fields of the first entry; None when it is not of this form."""

    @abstractmethod
    def entries(self, source: Source) -> Iterator[Entry]:
        """Every entry, readable or not."""


def numbered(source: Source) -> Iterator[tuple[int, str]]:
    """The lines that are not blank, as text, with their numbers."""
    for number, line in enumerate(source.lines(), 1):
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r")
        except UnicodeDecodeError:
            raise Unproven(Reason.MALFORMED, f"line {number} is not UTF-8 text") from None
        if text.strip():
            yield number, text


def first_line(source: Source) -> str:
    """The first line that is not blank, of the first 64 KiB."""
    text = source.opening.decode("utf-8-sig", "replace")
    return next((line for line in text.splitlines() if line.strip()), "")
