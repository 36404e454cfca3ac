"""Policy -> evidence: the only step that reads. Each evidence is read once, then vetted: is it of this release, and fresh?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from readiness.evidence.model import Item, Provenance, Reason, Unproven
from readiness.readers.base import Kind


def make_whole(name: str, kind: Kind[Any, Any], items: Sequence[Item]) -> Item:
    """All items as one: good only when every one of them is, and their kind can combine them."""
    source = items[0].provenance if len(items) == 1 else Provenance(name)
    if not items:
        return Item(source, None, Reason.MISSING, "there is no such evidence")
    if gap := next((item for item in items if item.facts is None), None):
        return gap
    try:
        return Item(source, kind.combine([item.facts for item in items]))
    except Unproven as error:
        return Item(source, None, error.reason, error.message, error.remedy)
