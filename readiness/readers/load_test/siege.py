"""What `siege -j` (siege 4.0) writes: JSON in seconds with two decimals.

src/main.c: a banner may stand before it, on the first run of a user. `failed_transactions` (sockets, and most statuses
from 400 on) are beside `transactions`, which count what came after a 401 too, whatever it was: only those in
`successful_transactions` succeeded. An answer of 401 or 407 itself is successful for siege, and nothing tells of it.
There are no percentiles. `response_time` is the sum of all times / transactions, and `concurrency` the same sum /
elapsed time (src/data.c), which tells the mean much finer.
"""

from __future__ import annotations

import re
from typing import Annotated

import msgspec

from readiness.evidence.load_test import Bucket, Latency, LoadTest
from readiness.evidence.model import Reason, Unproven
from readiness.readers.base import Reader, Reading
from readiness.readers.load_test._bounded import Many, Measured
from readiness.readers.load_test._printed import Printed, printed, vet_rate
from readiness.readers.load_test._vet import AGAIN, contradiction, vetted
from readiness.readers.source import Source
from readiness.readers.strict_json import parse_json, shape

_START = re.compile(rb'^\{\s*"transactions":\s*\d+,\s*"availability":', re.MULTILINE)
_MORE = (
    "siege writes no single requests: measure with a tool that does, such as vegeta encode --to json or "
    "k6 run --out json=points.json"
)


class _Siege(msgspec.Struct):
    transactions: Many
    availability: Annotated[float, msgspec.Meta(ge=0, le=100)]
    elapsed_time: Measured
    response_time: Measured
    concurrency: Measured
    transaction_rate: Measured
    successful_transactions: Many
    failed_transactions: Many
    longest_transaction: Measured

    @property
    def refused(self) -> int:
        """Neither failed nor successful; those that the end of the run cut off may make the successful ones more."""
        return max(0, self.transactions - self.successful_transactions)


class Siege(Reader[LoadTest]):
    """Of latencies it tells the greatest, to 10 ms, and the mean."""

    def recognises(self, source: Source) -> bool:
        """Its first two names, below a banner or not."""
        return _START.search(source.head) is not None

    def read(self, source: Source) -> Reading[LoadTest]:
        """One run; the content has no time of its own."""
        starts = list(_START.finditer(source.content))
        if len(starts) != 1:
            message = f"{len(starts)} runs stand in it"
            raise Unproven(Reason.MALFORMED, message, "keep each run in a file of its own")
        try:
            text = source.content[starts[0].start() :].decode()
        except UnicodeDecodeError:
            raise Unproven(Reason.MALFORMED, "it is not UTF-8 text", AGAIN) from None
        return Reading(vetted(_facts(shape(parse_json(text), _Siege, "output of siege"))))


def _facts(told: _Siege) -> LoadTest:
    answered, failed = told.transactions, told.failed_transactions
    seconds, rate = printed(f"{told.elapsed_time:.2f}"), printed(f"{told.transaction_rate:.2f}")
    vet_rate(answered, seconds, rate)
    share = 100 * answered / (answered + failed) if answered else 0.0
    if abs(share - told.availability) > 0.005 + 1e-9:
        raise contradiction(
            f"{failed} of {answered + failed} failed, and the availability is {told.availability:g}%"
        )
    return LoadTest(
        tool="siege",
        requests=answered + failed,
        errors=failed + told.refused,
        duration_s=told.elapsed_time or None,
        latency=_latency(told) if answered else None,
        loop="closed",
        corrected=False,
        more_detail=_MORE,
    )


def _latency(told: _Siege) -> Latency:
    """One bucket, since nothing else is known of each; it has no floor.

    The shortest transaction is none: a user of siege whose shortest took 0 s is forgotten for the next one's
    (data_set_lowest in src/data.c).
    """
    most, mean = printed(f"{told.longest_transaction:.2f}", "s").high, _mean(told)
    return Latency(
        count=told.transactions,
        of="all" if told.failed_transactions or told.refused else "successful",
        source="histogram",
        mean_ms=None if mean is None else min(mean, most),
        max_ms=most,
        buckets=(Bucket(0.0, most, told.transactions),),
    )


def _mean(told: _Siege) -> float | None:
    """In ms, where the numbers are large enough to tell it to 5%."""
    shown = printed(f"{told.response_time:.2f}", "s")
    busy, elapsed = printed(f"{told.concurrency:.2f}"), printed(f"{told.elapsed_time:.2f}", "s")
    mean = Printed(
        busy.told * elapsed.told / told.transactions,
        busy.low * elapsed.low / told.transactions,
        busy.high * elapsed.high / told.transactions,
    )
    if mean.high < shown.low * (1 - 1e-9) or mean.low > shown.high * (1 + 1e-9):
        raise contradiction(
            f"{told.concurrency:g} requests at once for {told.elapsed_time:g} s are {mean.told:g} ms each, "
            f"and the response time is {told.response_time:g} s"
        )
    return mean.precise
