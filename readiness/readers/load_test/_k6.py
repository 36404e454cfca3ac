"""What the two summaries of k6 share: metrics by name, whose trends are in milliseconds.

The names of metrics and tags are those of k6's documentation (using-k6/metrics/reference, using-k6/tags-and-groups).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from readiness.evidence.load_test import Latency, LoadTest, Operation
from readiness.evidence.model import Reason, Unproven
from readiness.readers.load_test._vet import contradiction, vetted, whole
from readiness.readers.source import Source
from readiness.readers.strict_json import parse_json

POINTS = "let k6 write every request: k6 run --out json=points.json script.js"
_SUBMETRIC = re.compile(r"(http_reqs|http_req_failed|http_req_duration)\{(.+)\}")
_PERCENTILE = re.compile(r"p\((\d{1,3}(?:\.\d{1,9})?)\)", re.ASCII)
_SUCCESSFUL = "http_req_duration{expected_response:true}"


@dataclass(frozen=True)
class Metric:
    """One metric: its numbers by name, and the verdicts on its thresholds, True for kept."""

    values: Mapping[str, float]
    thresholds: Mapping[str, bool]


Metrics = Mapping[str, Metric]


def first_line(source: Source) -> Any:
    """The first line as JSON, or None when it is none: in a file of points every line is a document."""
    try:
        return parse_json(source.opening.partition(b"\n")[0].decode())
    except (Unproven, UnicodeDecodeError):
        return None


def is_point_or_metric(document: object) -> bool:
    """Whether a document is a line of `--out json`."""
    return (
        isinstance(document, dict)
        and document.get("type") in ("Point", "Metric")
        and isinstance(document.get("metric"), str)
        and isinstance(document.get("data"), dict)
    )


def metrics_of(source: Source) -> tuple[dict[str, Any], dict[str, Any]]:
    """The whole document and its `metrics`, both empty when it is no summary of k6."""
    if source.head[:1] != b"{" or is_point_or_metric(first_line(source)):
        return {}, {}
    data = source.json
    metrics = data.get("metrics") if isinstance(data, dict) else None
    if not isinstance(metrics, dict) or not all(isinstance(one, dict) for one in metrics.values()):
        return {}, {}
    return data, metrics


def load_test(metrics: Metrics, duration_s: float | None, loop: Any) -> LoadTest:
    """The facts of a summary; `duration_s` is None where only count and rate tell it."""
    requests = _count(metrics, "http_reqs")
    errors = _failed(metrics, "http_req_failed", requests)
    test = LoadTest(
        tool="k6",
        requests=requests,
        errors=errors,
        duration_s=_duration(metrics, requests, duration_s),
        latency=_latency(metrics, requests, errors),
        operations=tuple(_operations(metrics, requests, errors)),
        dropped=_count(metrics, "dropped_iterations"),
        loop=loop,
        corrected=False,
        thresholds={
            f"{name}: {text}": kept for name, one in metrics.items() for text, kept in one.thresholds.items()
        },
        more_detail=POINTS,
    )
    return vetted(test)


def _count(metrics: Metrics, name: str) -> int:
    return whole(_value(metrics[name], name, "count"), f"the count of {name}") if name in metrics else 0


def _value(metric: Metric, name: str, key: str) -> float:
    if key not in metric.values:
        raise Unproven(Reason.MALFORMED, f"{name} has no {key}", "keep the file as k6 wrote it")
    return metric.values[key]


def _failed(metrics: Metrics, name: str, requests: int) -> int | None:
    """How many failed. `passes` are the requests for which "failed" was true; `fails` are the good ones."""
    if name not in metrics:
        return None
    failed = whole(_value(metrics[name], name, "passes"), f"the passes of {name}")
    good = whole(_value(metrics[name], name, "fails"), f"the fails of {name}")
    values = metrics[name].values
    rate = values.get("rate", values.get("value"))
    if failed + good > requests:
        raise contradiction(f"{name} counts {failed + good} requests, http_reqs {requests}")
    if rate is not None and failed + good and abs(rate - failed / (failed + good)) > 1e-6:
        raise contradiction(
            f"{failed} of {failed + good} requests failed, and the rate of {name} is {rate:g}"
        )
    return failed if failed + good == requests else None


def _duration(metrics: Metrics, requests: int, told: float | None) -> float | None:
    rate = metrics["http_reqs"].values.get("rate") if "http_reqs" in metrics else None
    derived = requests / rate if rate and rate > 0 else None
    if told is not None and derived is not None and abs(told - derived) > 0.01 * told:
        raise contradiction(f"the run lasted {told:g} s, and http_reqs are {requests} at {rate:g}/s")
    return told if told is not None else derived


def _latency(metrics: Metrics, requests: int, errors: int | None) -> Latency | None:
    every, good = metrics.get("http_req_duration"), metrics.get(_SUCCESSFUL)
    if errors == requests:
        return None
    if good is not None and every is not None:
        _vet_part(every, good, errors)
    if good is not None and errors is not None:
        return _trend(good, requests - errors, "successful")
    return _trend(every, requests, "all" if errors != 0 else "successful") if every is not None else None


def _vet_part(every: Metric, good: Metric, errors: int | None) -> None:
    """The successful requests are some of all of them, and all when none failed."""
    highest, part = every.values.get("max"), good.values.get("max")
    if highest is None or part is None:
        return
    if part > highest or (errors == 0 and part < highest):
        raise contradiction(
            f"the max of {_SUCCESSFUL} is {part:g} ms, that of http_req_duration {highest:g} ms"
        )


def _trend(metric: Metric, count: int, of: Any) -> Latency:
    told = metric.values.get("count")
    if told is not None and whole(told, "the count of http_req_duration") != count:
        raise contradiction(f"http_req_duration has {told:g} latencies of {count} requests")
    return Latency(
        count=count,
        of=of,
        source="tool",
        min_ms=metric.values.get("min"),
        mean_ms=metric.values.get("avg"),
        max_ms=metric.values.get("max"),
        percentiles_ms=_percentiles(metric.values),
    )


def _percentiles(values: Mapping[str, float]) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, value in values.items():
        match = _PERCENTILE.fullmatch("p(50)" if name == "med" else name)
        if match is None or not 0 < Fraction(match[1]) < 100:
            continue
        key = _shortest(match[1])
        if found.setdefault(key, value) != value:
            raise contradiction(f"p{key} is both {found[key]:g} and {value:g} ms")
    return found


def _shortest(number: str) -> str:
    """99.90 as 99.9, and 095 as 95."""
    text = number.lstrip("0") or "0"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"0{text}" if text.startswith(".") else text


def _operations(metrics: Metrics, requests: int, errors: int | None) -> list[Operation]:
    """The endpoints that have submetrics of their own, which thresholds make, and whose requests are counted."""
    parts: dict[str, dict[str, Metric]] = {}
    for name, metric in metrics.items():
        found = _SUBMETRIC.fullmatch(name)
        tags = _tags(found[2]) if found else {}
        if found and tags.keys() == {"name"}:
            parts.setdefault(tags["name"], {})[found[1]] = metric
        elif found and tags.keys() == {"name", "expected_response"} and tags["expected_response"] == "true":
            parts.setdefault(tags["name"], {})[f"{found[1]}{{expected_response:true}}"] = metric
    made = [_operation(name, parts[name], requests, errors) for name in sorted(parts)]
    return [one for one in made if one is not None]


def _tags(text: str) -> dict[str, str]:
    pairs = [part.partition(":") for part in text.split(",")]
    if not all(colon for _, colon, _ in pairs):
        return {}
    return {key.strip(): value.strip().strip("\"'") for key, _, value in pairs}


def _operation(name: str, part: Metrics, of_run: int, failed_of_run: int | None) -> Operation | None:
    requests = _count(part, "http_reqs")
    if not requests:
        return None
    errors = _failed(part, "http_req_failed", requests)
    if errors is None and failed_of_run in (0, of_run):
        errors = 0 if failed_of_run == 0 else requests
    latency = _latency(part, requests, errors)
    # Refused connections are samples of 0 ms: where nothing else was measured, nothing was.
    return Operation(
        name=name, requests=requests, errors=errors, latency=latency if latency and latency.max_ms else None
    )
