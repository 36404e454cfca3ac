"""`statistics.json` of JMeter's dashboard (`jmeter -g FILE -o FOLDER`, or `-e -o FOLDER`), of JMeter 5.1 and later.

What it holds is defined in org.apache.jmeter.report.dashboard.JsonExporter and SummaryInfo of JMeter 5.6:

- Times are in ms, `errorPct` goes from 0 to 100, `throughput` is samples per second from first start to last end.
- Failed samples are in the times.
- `medianResTime` and the percentiles are of a sliding window, the last 20,000 samples of a label by default, while
  counts, mean, min and max are of all.
- `pct1ResTime` to `pct3ResTime` are the 90th, 95th and 99th percentile unless aggregate_rpt_pct1 to 3 say otherwise,
  which the file does not show; nor does it show jmeter.reportgenerator.statistic_window. They are estimates, then,
  which bound nothing.
- `Total` leaves out transactions, and counts redirects and embedded resources beside their requests.
"""

from __future__ import annotations

import re

import msgspec

from readiness.evidence.load_test import Latency, LoadTest, Operation
from readiness.readers.base import Reader, Reading
from readiness.readers.load_test._vet import contradiction, vetted
from readiness.readers.source import Source
from readiness.readers.strict_json import shape

JTL = "keep JMeter's own file of all requests: jmeter -n -t plan.jmx -l results.jtl"
_TOTAL = "Total"
_KEYS = {"transaction", "sampleCount", "errorCount", "errorPct", "meanResTime", "pct1ResTime"}
_WINDOW = 20_000
_PART = re.compile(r"(.+)-\d{1,9}", re.ASCII | re.DOTALL)


class _Row(msgspec.Struct, rename="camel"):
    transaction: str
    sample_count: int
    error_count: int
    error_pct: float
    mean_res_time: float
    median_res_time: float
    min_res_time: float
    max_res_time: float
    pct1_res_time: float = msgspec.field(name="pct1ResTime")
    pct2_res_time: float = msgspec.field(name="pct2ResTime")
    pct3_res_time: float = msgspec.field(name="pct3ResTime")
    throughput: float


class JmeterStatistics(Reader[LoadTest]):
    """Counts and extremes hold; percentiles are estimates, and left out where the window may not hold all samples.

    Redirects and resources, `login-0` beside `login`, are left out; then of the whole run only its slowest request is
    known, and of failures only whether there was any. Where some labels are URLs, which parts may be too, neither is.
    The file has no time of its own. An endpoint of it may be a transaction.
    """

    def recognises(self, source: Source) -> bool:
        """An object of objects with JMeter's names for its counts."""
        if source.head[:1] != b"{" or b"{" not in source.head[1:]:
            return False
        data = source.json
        rows = list(data.values()) if isinstance(data, dict) else []
        return bool(rows) and all(isinstance(one, dict) and one.keys() >= _KEYS for one in rows)

    def read(self, source: Source) -> Reading[LoadTest]:
        """One run."""
        rows = shape(source.json, dict[str, _Row], "JMeter statistics")
        for label, row in rows.items():
            _vet(label, row)
        if _TOTAL not in rows:
            raise contradiction(f"there is no row {_TOTAL}")
        total = rows.pop(_TOTAL)
        _vet_total(total, rows)
        return Reading(vetted(_facts(total, rows)))


def _facts(total: _Row, rows: dict[str, _Row]) -> LoadTest:
    parts = {label for label in rows if _is_part(label, rows)}
    urls = sum("://" in label for label in rows)
    is_whole = not parts and urls in (0, len(rows))
    requests = total.sample_count - sum(rows[label].sample_count for label in parts)
    return LoadTest(
        tool="jmeter",
        requests=requests,
        errors=total.error_count if is_whole else _errors_beside_parts(total, urls),
        duration_s=total.sample_count / total.throughput if total.throughput > 0 else None,
        latency=_latency(total) if is_whole else _latency_beside_parts(total, requests, urls),
        operations=tuple(_operation(label, rows[label]) for label in sorted(rows.keys() - parts)),
        loop="closed",
        corrected=False,
        more_detail=JTL,
    )


def _errors_beside_parts(total: _Row, urls: int) -> int | None:
    return None if total.error_count or urls else 0


def _latency_beside_parts(total: _Row, requests: int, urls: int) -> Latency | None:
    """The slowest of all samples is a request: no part of one takes longer."""
    if total.error_count or urls:
        return None
    return Latency(count=requests, of="successful", source="tool", max_ms=total.max_res_time)


def _operation(label: str, row: _Row) -> Operation:
    latency = _latency(row) if row.max_res_time else None
    return Operation(name=label, requests=row.sample_count, errors=row.error_count, latency=latency)


def _latency(row: _Row) -> Latency | None:
    if row.error_count == row.sample_count:
        return None
    shown = {
        "50": row.median_res_time,
        "90": row.pct1_res_time,
        "95": row.pct2_res_time,
        "99": row.pct3_res_time,
    }
    return Latency(
        count=row.sample_count,
        of="all" if row.error_count else "successful",
        source="sketch",
        min_ms=row.min_res_time,
        mean_ms=row.mean_res_time,
        max_ms=row.max_res_time,
        percentiles_ms=shown if row.sample_count <= _WINDOW else {},
    )


def _is_part(label: str, rows: dict[str, _Row]) -> bool:
    """Whether a label is that of a redirect or resource: a request's, numbered, no more often and no slower."""
    found = _PART.fullmatch(label)
    whole = rows.get(found[1]) if found else None
    part = rows[label]
    return (
        whole is not None
        and part.sample_count <= whole.sample_count
        and part.max_res_time <= whole.max_res_time
    )


def _vet(label: str, row: _Row) -> None:
    """What must be true of each row. Raises Unproven (malformed)."""
    if row.transaction != label:
        raise contradiction(f"the row {label!r} is of {row.transaction!r}")
    if not 0 <= row.error_count <= row.sample_count:
        raise contradiction(f"{label} has {row.error_count} failed of {row.sample_count} samples")
    share = 100 * row.error_count / max(1, row.sample_count)
    if abs(share - row.error_pct) > 0.01:
        raise contradiction(f"{share:g}% of {label} failed, and errorPct is {row.error_pct:g}")
    if row.throughput < 0 or row.throughput > 1e9:
        raise contradiction(f"the throughput of {label} is {row.throughput:g}/s")


def _vet_total(total: _Row, rows: dict[str, _Row]) -> None:
    """Every sample of the total has a label; the rest are transactions."""
    for what, of_all, of_labels in (
        ("samples", total.sample_count, sum(row.sample_count for row in rows.values())),
        ("failed samples", total.error_count, sum(row.error_count for row in rows.values())),
    ):
        if of_labels < of_all:
            raise contradiction(f"{_TOTAL} has {of_all} {what}, its labels {of_labels}")
