"""How `readiness evidence show` looks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from readiness.cli._text import time
from readiness.evidence.model import Facts, Provenance
from readiness.plugins import discover
from readiness.readers import git
from readiness.readers.base import Context
from readiness.readers.showing import Shown, show_file
from readiness.report.escape import terminal

_MOST_FACTS = 60
_MTIME = "by the file system, which proves old but never fresh: readiness evidence stamp FILE"


def gather(files: Sequence[str], kind: str | None, format_: str | None, root: Path) -> list[Shown]:
    """Every file, read; NoVerdictError when the kind belongs to a plugin that does not load."""
    registry = discover()
    if kind is not None:
        registry.require(kind)
    context = Context(root, datetime.now(UTC), git.head(root), plugins=registry.evidence_packages)
    return [shown for file in files for shown in show_file(file, registry.kinds, context, kind, format_)]


def as_json(shown: Sequence[Shown]) -> str:
    """A list with one object for each file and kind; names as in the scorecard's `evidence.items`."""
    return json.dumps([_plain_data(one) for one in shown], indent=2, allow_nan=False) + "\n"


def as_text(shown: Sequence[Shown]) -> str:
    """A paragraph for each file and kind."""
    return "\n".join("".join(f"{line}\n" for line in _lines(one)) for one in shown)


def _plain_data(one: Shown) -> dict[str, Any]:
    item = one.item
    data: dict[str, Any] = {
        "file": one.file,
        "kind": one.kind,
        "also": one.also,
        **msgspec.to_builtins(item.provenance),
    }
    facts = _facts(item.facts) if item.facts is not None else {}
    return {**data, "facts": facts, "reason": item.reason, "message": item.message, "remedy": item.remedy}


def _facts(facts: Facts) -> Any:
    return msgspec.to_builtins(facts.summary(), str_keys=True)


def _lines(one: Shown) -> Iterator[str]:
    item, origin = one.item, one.item.provenance
    yield terminal(origin.source)
    rows = {
        "kind": one.kind or "unknown",
        "or": f"{', '.join(one.also)}: --kind tells which is meant" if one.also else "",
        "format": origin.format or "unknown",
        "sha256": origin.sha256 or "unknown",
        "size": f"{origin.bytes:,} bytes",
        "observed": _observed(origin),
        "commit": origin.commit or "unknown",
        "version": origin.version or "",
    }
    yield from (_row(name, value) for name, value in rows.items() if value)
    if item.facts is None:
        yield _row("unproven", f"{item.reason}: {item.message}")
        if item.remedy:
            yield _row("next", item.remedy)
        return
    facts = list(_flat(_facts(item.facts)))
    yield from (_row(f"  {name}", value) for name, value in facts[:_MOST_FACTS])
    if len(facts) > _MOST_FACTS:
        yield f"  ... and {len(facts) - _MOST_FACTS} more: --json shows all"


def _row(name: str, value: str) -> str:
    return f"  {terminal(name):<10} {terminal(value)}"


def _observed(origin: Provenance) -> str:
    if origin.observed_at is None:
        return "unknown"
    where = _MTIME if origin.observed_from == "mtime" else f"by its {origin.observed_from}"
    return f"{time(origin.observed_at)}, {where}"


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Nested data as rows; the path of a value is its keys with dots between them."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(inner, f"{path}.{key}" if path else str(key))
    elif value is not None:
        yield path, value if isinstance(value, str) else json.dumps(value)
