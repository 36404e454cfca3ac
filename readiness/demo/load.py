"""A closed-loop load test of the demo's service; bounded in time, and every request is a sample."""

from __future__ import annotations

import http.client
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from readiness.demo.service import HOST

CONCURRENCY = 4
_OPERATIONS = {"GET /orders": "/orders", "GET /search": "/search"}
_TIMEOUT_S = 5


@dataclass
class _Samples:
    """What one operation saw: milliseconds of good answers, and how many were not."""

    good_ms: list[float] = field(default_factory=list)
    errors: int = 0


def drive(port: int, ca: Path, seconds: float) -> Mapping[str, Any]:
    """Drive the service for some seconds; the result as `readiness/load/1`."""
    context = ssl.create_default_context(cafile=str(ca))
    started, end = datetime.now(UTC), time.monotonic() + seconds
    parts: list[dict[str, _Samples]] = [
        {name: _Samples() for name in _OPERATIONS} for _ in range(CONCURRENCY)
    ]
    users = [threading.Thread(target=_use, args=(port, context, end, part), daemon=True) for part in parts]
    for user in users:
        user.start()
    for user in users:
        user.join(seconds + 2 * _TIMEOUT_S)
    return {
        "schema": "readiness/load/1",
        "tool": "readiness demo",
        "started_at": started.isoformat(),
        "ended_at": datetime.now(UTC).isoformat(),
        "loop": "closed",
        "concurrency": CONCURRENCY,
        "operations": [_operation(name, [part[name] for part in parts]) for name in _OPERATIONS],
    }


def _use(port: int, context: ssl.SSLContext, end: float, samples: Mapping[str, _Samples]) -> None:
    connection = http.client.HTTPSConnection(HOST, port, context=context, timeout=_TIMEOUT_S)
    while time.monotonic() < end:
        for name, path in _OPERATIONS.items():
            start = time.perf_counter()
            if _is_answered(connection, path):
                samples[name].good_ms.append((time.perf_counter() - start) * 1000)
            else:
                samples[name].errors += 1
    connection.close()


def _is_answered(connection: http.client.HTTPSConnection, path: str) -> bool:
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException):
        connection.close()
        return False
    return answer.status == http.client.OK


def _operation(name: str, parts: list[_Samples]) -> Mapping[str, Any]:
    good = [round(sample, 3) for part in parts for sample in part.good_ms]
    errors = sum(part.errors for part in parts)
    return {"name": name, "requests": len(good) + errors, "errors": errors, "samples_ms": good}
