"""Runs of ab, hey, wrk, h2load and siege against a server that counted for itself; skipped where there are none."""

from __future__ import annotations

import json
from typing import Any

import pytest

from readiness.evidence.load_test import LoadTest
from tests.readers.load_test.edits import latency_of
from tests.readers.load_test.support import read
from tests.support import SHARED

FOLDER = SHARED / "samples" / "load"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the samples are not part of the repository")


def run(tool: str, ending: str) -> tuple[LoadTest, dict[str, Any]]:
    """What was read, and what the server counted."""
    found: dict[str, Any] = json.loads((FOLDER / tool / "healthy.truth.json").read_text())["/items"]
    return read(FOLDER / tool / f"healthy.{ending}"), found


@pytest.mark.parametrize(
    ("tool", "ending"),
    [("ab", "txt"), ("ab", "tsv"), ("hey", "txt"), ("h2load", "txt"), ("h2load", "tsv")],
)
def test_requests_and_the_longest_of_them_are_those_of_the_server(tool: str, ending: str) -> None:
    test, told = run(tool, ending)
    assert test.requests == told["count"]
    assert latency_of(test).max_ms == pytest.approx(told["max"] * 1000, abs=5)


@pytest.mark.parametrize(
    ("tool", "ending"), [("ab", "txt"), ("ab", "tsv"), ("hey", "txt"), ("h2load", "tsv")]
)
def test_percentiles_are_those_of_the_server(tool: str, ending: str) -> None:
    test, told = run(tool, ending)
    assert latency_of(test).percentiles_ms["95"] == pytest.approx(told["p95"] * 1000, abs=3)
    assert latency_of(test).percentiles_ms["99"] == pytest.approx(told["p99"] * 1000, abs=3)


@pytest.mark.parametrize(("tool", "ending"), [("wrk", "txt"), ("siege", "json")])
def test_requests_under_way_at_the_end_are_the_server_s_alone(tool: str, ending: str) -> None:
    test, told = run(tool, ending)
    assert told["count"] - 5 <= test.requests <= told["count"]
    assert (test.errors, set(told["status"])) == (0, {"200"})


def test_wrk_says_of_the_90th_percentile_what_no_request_was() -> None:
    test, told = run("wrk", "txt")
    assert test.corrected is True
    assert latency_of(test).percentiles_ms["90"] > 1.8 * told["p95"] * 1000
