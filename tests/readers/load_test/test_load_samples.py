"""Runs of the real tools against a server that counted for itself; skipped where they are not at hand."""

from __future__ import annotations

import json
from typing import Any

import pytest

from readiness.evidence.load_test import LoadTest, Operation
from tests.readers.load_test.support import read
from tests.support import SHARED

FOLDER = SHARED / "samples" / "load"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the samples are not part of the repository")


def truth(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / name).read_text())
    return found


def endpoint(test: LoadTest, ending: str) -> Operation:
    (found,) = [
        one for one in test.operations if one.name.rstrip("]").rstrip("[id").rstrip("/").endswith(ending)
    ]
    return found


@pytest.mark.parametrize("path", ["items", "fast"])
def test_points_of_k6_agree_with_the_server(path: str) -> None:
    told, one = (
        truth("k6/healthy.truth.json")[f"/{path}"],
        endpoint(read(FOLDER / "k6/healthy.points.json"), path),
    )
    # The server does not see connections that were refused.
    assert one.errors == one.requests - told["count"]
    assert one.latency is not None
    assert one.latency.count == told["count"]
    assert one.latency.max_ms == pytest.approx(told["max"] * 1000, abs=10)
    assert one.latency.percentiles_ms["95"] == pytest.approx(told["p95"] * 1000, abs=10)


def test_points_of_k6_agree_with_its_own_summary() -> None:
    points, export = read(FOLDER / "k6/healthy.points.json"), read(FOLDER / "k6/healthy.summary-export.json")
    assert (points.requests, points.errors) == (export.requests, export.errors) == (1520, 36)
    assert points.latency is not None
    assert export.latency is not None
    assert points.latency.max_ms == export.latency.max_ms
    assert points.latency.percentiles_ms["95"] == pytest.approx(export.latency.percentiles_ms["95"], rel=0.01)


def test_the_summary_of_k6_agrees_with_the_server() -> None:
    told, test = truth("k6/healthy.hs.truth.json"), read(FOLDER / "k6/healthy.handlesummary.json")
    assert test.requests == told["/items"]["count"] + told["/fast"]["count"]
    assert test.errors == 0
    assert test.latency is not None
    assert test.latency.max_ms == pytest.approx(told["/items"]["max"] * 1000, rel=0.02)


def test_locust_agrees_with_the_server() -> None:
    told, test = truth("locust/healthy.truth.json"), read(FOLDER / "locust/healthy.json")
    assert endpoint(test, "/fast").requests == told["/fast"]["count"]
    assert abs(endpoint(test, "/items").requests - told["/items"]["count"]) <= 1
    assert test.errors == 0


def test_failures_that_locust_counts_are_those_of_the_server() -> None:
    told, test = truth("locust/degraded.truth.json")["/degraded"], read(FOLDER / "locust/degraded.json")
    assert test.errors == told["status"]["503"]
    assert abs(test.requests - told["count"]) <= 3
