"""Large outputs of load tests, written as the tools write them: `python -m benchmarks.load_files k6 1GB points.json`.

k6: what `k6 run --out json=FILE` writes (internal/output/json of k6 1.x and 2.x; a run of 1.1 agrees): each metric is
declared before its first sample, a request gives nine samples and an iteration five, users are told every second.
JMeter: the CSV that `jmeter -n -l FILE` writes by default, with its 17 columns (CSVSaveService of 5.x). The same size
gives the same bytes; six endpoints, a thousand requests a second, fifty users.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from math import exp
from pathlib import Path
from typing import NamedTuple

_STARTED_NS = 1_795_224_832_000_000_000
_STEP_NS = 1_000_000
_USERS = 50
_ITERATIONS_AT_ONCE = 500
_UNITS = {"MB": 10**6, "GB": 10**9}


class _Endpoint(NamedTuple):
    """`share` of the requests, half of which take more than `half_ms`; `failing` of them are answered with 503."""

    name: str
    method: str
    url: str
    share: float
    half_ms: float
    failing: float


_ENDPOINTS = (
    _Endpoint("items", "GET", "http://shop.local/api/items/%d", 0.30, 12, 0.001),
    _Endpoint("login", "POST", "http://shop.local/api/login?%d", 0.10, 80, 0.01),
    _Endpoint("cart", "GET", "http://shop.local/api/cart?%d", 0.20, 25, 0.002),
    _Endpoint("checkout", "POST", "http://shop.local/api/checkout?%d", 0.05, 150, 0.03),
    _Endpoint("search", "GET", "http://shop.local/api/search?q=%d", 0.15, 60, 0.004),
    _Endpoint("home", "GET", "http://shop.local/?%d", 0.20, 8, 0.0),
)
_METRICS = (
    *(("http_reqs", "counter", "default"), ("http_req_duration", "trend", "time")),
    *(("http_req_blocked", "trend", "time"), ("http_req_connecting", "trend", "time")),
    *(("http_req_tls_handshaking", "trend", "time"), ("http_req_sending", "trend", "time")),
    *(("http_req_waiting", "trend", "time"), ("http_req_receiving", "trend", "time")),
    *(("http_req_failed", "rate", "default"), ("checks", "rate", "default")),
    *(("data_sent", "counter", "data"), ("data_received", "counter", "data")),
    *(("iteration_duration", "trend", "time"), ("iterations", "counter", "default")),
    *(("vus", "gauge", "default"), ("vus_max", "gauge", "default")),
)
_DECLARED = (
    '{"type":"Metric","data":{"name":"%s","type":"%s","contains":"%s","thresholds":[],"submetrics":null},'
    '"metric":"%s"}\n'
)
_POINT = '{"metric":"%s","type":"Point","data":{"time":"%s","value":%s,"tags":%s}}\n'
_TAGS = (
    '{%s"expected_response":"%s","group":"","method":"%s","name":"%s","proto":"HTTP/1.1","scenario":"main",'
    '"status":"%d","url":"%s"}'
)
_OF_ITERATION = '{"group":"","scenario":"main"}'
_CHECK = '{"check":"status is 200","group":"","scenario":"main"}'
_HEADER = (
    "timeStamp,elapsed,label,responseCode,responseMessage,threadName,dataType,success,failureMessage,bytes,"
    "sentBytes,grpThreads,allThreads,URL,Latency,IdleTime,Connect\n"
)
_ROW = "%d,%d,%s,%s,Thread Group 1-%d,text,%s,,%d,110,50,50,%s,%d,0,0\n"


class _Request(NamedTuple):
    number: int
    endpoint: _Endpoint
    ended_ns: int
    ms: float
    failed: bool


def write(kind: str, size: int, path: Path) -> None:
    """A file of at least `size` bytes, and at most two megabytes more."""
    chunks = _KINDS[kind]
    written = 0
    with path.open("w", encoding="ascii") as file:
        for chunk in chunks():
            written += file.write(chunk)
            if written >= size:
                return


def _requests() -> Iterator[list[_Request]]:
    rng = random.Random(7)
    shares = [one.share for one in _ENDPOINTS]
    number = 0
    while True:
        batch = []
        for endpoint in rng.choices(_ENDPOINTS, shares, k=_ITERATIONS_AT_ONCE):
            slow = 15 if rng.random() < 0.002 else 1
            ms = round(endpoint.half_ms * exp(rng.gauss(0, 0.6)) * slow, 6)
            ended = _STARTED_NS + number * _STEP_NS + int(rng.random() * _STEP_NS)
            batch.append(_Request(number, endpoint, ended, ms, rng.random() < endpoint.failing))
            number += 1
        yield batch


def _k6() -> Iterator[str]:
    yield "".join(_DECLARED % (name, kind, contains, name) for name, kind, contains in _METRICS)
    for batch in _requests():
        yield "".join(line for request in batch for line in _points(request))


def _points(request: _Request) -> Iterator[str]:
    time, ms = _time(request.ended_ns), request.ms
    sending, receiving = round(ms * 0.001, 6), round(ms * 0.002, 6)
    waiting = round(ms - sending - receiving, 6)
    tags = _tags_of(request)
    values = (1, ms, 0.002153, 0, 0, sending, waiting, receiving, int(request.failed))
    for (metric, _, _), value in zip(_METRICS, values, strict=False):
        yield _POINT % (metric, time, value, tags)
    yield _POINT % ("checks", time, int(not request.failed), _CHECK)
    for metric, value in (
        ("data_sent", 153),
        ("data_received", 306),
        ("iteration_duration", round(ms + 1, 6)),
    ):
        yield _POINT % (metric, time, value, _OF_ITERATION)
    yield _POINT % ("iterations", time, 1, _OF_ITERATION)
    if request.number % 1000 == 0:
        yield _POINT % ("vus", time, _USERS, "null")
        yield _POINT % ("vus_max", time, _USERS, "null")


def _tags_of(request: _Request) -> str:
    name, method = request.endpoint.name, request.endpoint.method
    if request.failed:
        return _TAGS % ('"error_code":"1503",', "false", method, name, 503, name)
    return _TAGS % ("", "true", method, name, 200, name)


def _time(ns: int) -> str:
    """As Go's RFC3339Nano: without the zeros at the end of the fraction."""
    seconds, fraction = divmod(ns, 10**9)
    digits = f".{fraction:09}".rstrip("0").rstrip(".")
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}{digits}Z"


def _jmeter() -> Iterator[str]:
    yield _HEADER
    for batch in _requests():
        yield "".join(map(_row, batch))


def _row(request: _Request) -> str:
    number, endpoint, ended_ns, ms, failed = request
    elapsed = max(1, round(ms))
    answer = "503,Service Unavailable" if failed else "200,OK"
    return _ROW % (
        *(ended_ns // 10**6 - elapsed, elapsed, endpoint.name, answer, number % _USERS + 1),
        *("false" if failed else "true", 180 + number % 97, endpoint.url % (number % 1000), elapsed - 1),
    )


_KINDS: dict[str, Callable[[], Iterator[str]]] = {"k6": _k6, "jmeter": _jmeter}


def bytes_of(text: str) -> int:
    """A size such as 256MB or 1GB."""
    return int(float(text[:-2]) * _UNITS[text[-2:].upper()])


if __name__ == "__main__":
    write(sys.argv[1], bytes_of(sys.argv[2]), Path(sys.argv[3]))
