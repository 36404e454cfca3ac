"""Files of `readiness/load/1`, and the example of its documentation."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from tests.readers.load_test.changes import put

DOCUMENT = Path(__file__).parents[3] / "docs/load-format.md"


def example() -> Any:
    """The example of the documentation."""
    (text,) = re.findall(r"```json\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    return json.loads(text)


def of(*operations: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A run of some operations."""
    times = {"started_at": "2026-11-21T03:00:00Z", "ended_at": "2026-11-21T03:05:00Z"}
    return {"schema": "readiness/load/1", "tool": "t", **times, "operations": list(operations), **more}


def one(name: str = "a", requests: int = 3, errors: int = 0, **more: Any) -> dict[str, Any]:
    return {"name": name, "requests": requests, "errors": errors, **more}


def bucket(low: float, high: float, count: int) -> dict[str, float]:
    return {"low_ms": low, "high_ms": high, "count": count}


def changed(**values: Any) -> Any:
    """The example with values at places, whose dots are written as two underscores."""
    data = example()
    for place, value in values.items():
        put(data, place.replace("__", "."), value)
    return data


def window(begin: int, end: int, requests: int = 3, errors: int = 0, **more: Any) -> dict[str, Any]:
    """From one second of the run to another, which lasts 300."""
    times = {
        "from": f"2026-11-21T03:{begin // 60:02}:{begin % 60:02}Z",
        "to": f"2026-11-21T03:{end // 60:02}:{end % 60:02}Z",
    }
    latencies = (
        {} if {"histogram", "percentiles_ms", "samples_ms"} & more.keys() else {"samples_ms": [1.0, 2.0, 3.0]}
    )
    return {**times, "requests": requests, "errors": errors, **latencies, **more}


def ramp(*windows: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A run of six requests of 1 to 3 ms with a course."""
    return of(one(requests=6, samples_ms=[1.0, 2.0, 3.0] * 2), course=list(windows), **more)
