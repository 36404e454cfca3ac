"""`js/stats.json` of Gatling, which it wrote until 3.13.4: a tree of groups, whose leaves are requests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from readiness.evidence.load_test import LoadTest, Operation
from readiness.evidence.model import Reason, Unproven
from readiness.readers.base import Reader, Reading
from readiness.readers.load_test._gatling_stats import LOG, Stats, is_stats
from readiness.readers.load_test._vet import AGAIN, contradiction, vetted
from readiness.readers.source import Source
from readiness.readers.strict_json import shape

_MAX_DEPTH = 100


class _Node(msgspec.Struct):
    type: Literal["GROUP", "REQUEST"]
    name: str
    path: str
    stats: Stats
    contents: dict[str, _Node] = {}


class GatlingStats(Reader[LoadTest]):
    """Counts and extremes hold, percentiles are estimates. Groups are no requests. The file has no time of its own."""

    def recognises(self, source: Source) -> bool:
        """A group with statistics and contents."""
        if source.head[:1] != b"{" or b'"stats"' not in source.head:
            return False
        data = source.json
        return isinstance(data, dict) and data.get("type") == "GROUP" and is_stats(data.get("stats"))

    def read(self, source: Source) -> Reading[LoadTest]:
        """One run; its requests are added up and compared with the numbers of the whole."""
        root = shape(source.json, _Node, "statistics of Gatling")
        leaves = list(_leaves(root))
        for one in leaves:
            one.stats.vet()
        root.stats.vet()
        _vet_sums(root, leaves)
        counts = root.stats.number_of_requests
        return Reading(
            vetted(
                LoadTest(
                    tool="gatling",
                    requests=counts.total,
                    errors=counts.ko,
                    duration_s=root.stats.duration_s,
                    latency=root.stats.latency(of_run=True),
                    operations=tuple(_operation(one) for one in sorted(leaves, key=lambda one: one.path)),
                    corrected=False,
                    more_detail=LOG,
                )
            )
        )


def _leaves(node: _Node, depth: int = 0) -> Iterator[_Node]:
    if depth > _MAX_DEPTH:
        raise Unproven(Reason.MALFORMED, f"groups are nested more than {_MAX_DEPTH} levels deep", AGAIN)
    for one in node.contents.values():
        if one.type == "REQUEST":
            yield one
        else:
            yield from _leaves(one, depth + 1)


def _vet_sums(root: _Node, leaves: list[_Node]) -> None:
    paths = {one.path for one in leaves}
    if len(paths) != len(leaves):
        raise contradiction("two requests have one path")
    counts = root.stats.number_of_requests
    total = sum(one.stats.number_of_requests.total for one in leaves)
    failed = sum(one.stats.number_of_requests.ko for one in leaves)
    if (total, failed) != (counts.total, counts.ko):
        told = f"{counts.ko} of {counts.total} requests failed"
        raise contradiction(f"{told}, and {failed} of {total} by their names")


def _operation(node: _Node) -> Operation:
    counts = node.stats.number_of_requests
    return Operation(
        name=node.path,
        requests=counts.total,
        errors=counts.ko,
        latency=node.stats.latency(of_run=False),
    )
