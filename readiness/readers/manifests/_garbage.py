"""The collector of cyclic garbage, kept away from what a set of manifests is made of: it has no cycles."""

from __future__ import annotations

import gc

from readiness.evidence.model import Item

_MANY_BYTES = 1_000_000
_SELDOM = 50_000


def leave_alone(items: list[Item]) -> list[Item]:
    """The items; where they are large, what there is now is not looked at again at each collection, nor one made often.

    That holds for as long as the process, which ends with the verdict.
    """
    if sum(item.provenance.bytes for item in items) > _MANY_BYTES:
        gc.freeze()
        gc.set_threshold(_SELDOM)
    return items
