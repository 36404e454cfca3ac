"""The table of breakages."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from tests.production_review.files import Edit

_TABLE = Path(__file__).parent / "breakages.yaml"


class Breakage(NamedTuple):
    """What is broken, and the checks that must say so; `item` is empty for what the checklist does not ask."""

    name: str
    item: str
    fails: frozenset[str]
    edits: tuple[Edit, ...]
    measured: Mapping[str, Any]
    live: Mapping[str, Any]
    svid: Mapping[str, Any]


def breakages() -> list[Breakage]:
    """All of them, as the table has them."""
    return [_breakage(row) for row in yaml.safe_load(_TABLE.read_text())]


def _breakage(row: Mapping[str, Any]) -> Breakage:
    edits = tuple(Edit(one["in"], one.get("replace"), one.get("with")) for one in row.get("edits", ()))
    return Breakage(
        row["name"],
        row.get("item", ""),
        frozenset(row["fails"]),
        edits,
        row.get("measured", {}),
        row.get("live", {}),
        row.get("svid", {}),
    )
