"""The kind `data`: any JSON, YAML, TOML or CSV, for checks that need no code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, ClassVar

import msgspec
from pydantic import AfterValidator

from readiness.evidence.data import Data
from readiness.evidence.fields import find, parse_path
from readiness.evidence.model import Facts, Item, Reason, Unproven
from readiness.readers.base import AnyReader, Context, FileSpec, Spec
from readiness.readers.files import FileKind
from readiness.readers.source import Source
from readiness.units import parse_instant

_TABLE = re.compile(r"\[\[?[ \t]*(?!(?:true|false|null)\b)[A-Za-z_][\w.-]*[ \t]*\]\]?[ \t]*(?:#.*)?")
_PAIR = re.compile(r"[\w.\"'-]+[ \t]*=")
_HEAD = re.compile(r"[^:{}\[\]=]*,[^:{}\[\]=]*")


def _one_place(text: str) -> str:
    if parse_path(text).has_wildcard:
        raise ValueError("leads to one place, and has no `*`")
    return text


class DataSpec(FileSpec):
    """A file of data, and where it tells when it was observed."""

    observed_at: Annotated[str, AfterValidator(_one_place)] | None = None
    """The field that holds the time of the observation, as `meta.generated_at`: ISO 8601 with an offset."""


class DataKind(FileKind[Data]):
    """Files of a program's own. Their form is told from the content: JSON, TOML, CSV, or else YAML."""

    spec: ClassVar[type[Spec]] = DataSpec
    facts: ClassVar[type[Facts]] = Data

    def collect(self, spec: DataSpec, context: Context) -> Iterator[Item]:  # type: ignore[override]
        """One item for each file, dated by its own field where the policy names one; never raises."""
        for item in super().collect(spec, context):
            yield _dated(item, spec.observed_at) if spec.observed_at else item

    def detect(
        self, source: Source, format_: str | None, plugins: Mapping[str, str]
    ) -> tuple[str, AnyReader]:
        """The reader of its form."""
        return super().detect(source, format_ or _form(source), plugins)


def _form(source: Source) -> str:
    """By the first line that says something: `[table]` and `key =` are TOML's, `{` and `[` JSON's."""
    lines = (line.strip() for line in source.head.decode("utf-8-sig", "replace").splitlines())
    first = next((line for line in lines if line and not line.startswith("#")), "")
    if _TABLE.fullmatch(first) or _PAIR.match(first):
        return "toml-data"
    if first.startswith(("{", "[")):
        return "json-data"
    return "csv-data" if _HEAD.fullmatch(first) else "yaml-data"


def _dated(item: Item, path: str) -> Item:
    if not isinstance(item.facts, Data):
        return item
    try:
        at = _instant(item.facts, path)
    except Unproven as error:
        return Item(item.provenance, None, error.reason, error.message, error.remedy)
    origin = msgspec.structs.replace(item.provenance, observed_at=at, observed_from="content")
    return Item(origin, item.facts)


def _instant(data: Data, path: str) -> datetime:
    (found,) = find(data.content, parse_path(path))
    if found.state != "value":
        raise Unproven(
            Reason.UNDATED, f"there is no field {path}", "correct `observed-at`, or let the program write it"
        )
    if not isinstance(found.value, str):
        raise Unproven(Reason.MALFORMED, f"{path} is no time", "write it as 2026-11-21T10:00:00Z")
    try:
        return parse_instant(found.value)
    except ValueError:
        message = f"{path} is {found.value[:40]!r}, which is no time"
        raise Unproven(Reason.MALFORMED, message, "write it as 2026-11-21T10:00:00Z") from None
