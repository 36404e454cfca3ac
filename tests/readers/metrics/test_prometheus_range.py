"""Answers of Prometheus to range queries."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from readiness.evidence.model import Reason
from tests.readers.metrics.support import BEGIN, MATRIX, facts, matrix, one, read, refusal, sample


def test_every_series_of_a_range_is_read_with_its_labels_and_unit(tmp_path: Path) -> None:
    item = read(sample("memory.json"), tmp_path)
    found = facts(sample("memory.json"), tmp_path)
    heap, leak = found.series
    assert (item.provenance.format, item.provenance.observed_from) == (MATRIX, "content")
    assert item.provenance.observed_at == datetime(2026, 11, 21, 7, 31, 39, tzinfo=UTC)
    assert (heap.name, heap.unit, len(heap.points)) == ("shop_memory_bytes", "bytes", 61)
    assert leak.labels == {"instance": "127.0.0.1:9191", "job": "shop", "pod": "shop-1", "pool": "leak"}
    assert leak.points[-1][1] > leak.points[0][1] + 2**20
    assert heap.points[0][0] == BEGIN - 1


def test_the_raw_points_of_an_instant_query_are_a_range_too(tmp_path: Path) -> None:
    assert [len(one.points) for one in facts(sample("range-vector.json"), tmp_path).series] == [30, 30]


def test_a_rate_has_no_name_unless_the_policy_gives_it_one(tmp_path: Path) -> None:
    (bare,) = facts(sample("cpu-rate.json"), tmp_path).series
    assert (bare.title, bare.unit) == ("unnamed", "")
    (named,) = facts(sample("cpu-rate.json"), tmp_path, name="cpu_cores").series
    assert (named.title, named.unit, named.points) == ("cpu_cores", "cores", bare.points)
    (percent,) = facts(matrix(one(None, "45", pod="a")), tmp_path, name="cpu (%)").series
    assert (percent.title, percent.unit, percent.points) == ('cpu{pod="a"}', "ratio", ((BEGIN, 0.45),))


def test_a_name_of_the_policy_leaves_named_series_alone(tmp_path: Path) -> None:
    named = facts(sample("memory.json"), tmp_path, name="cpu_percent")
    assert named == facts(sample("memory.json"), tmp_path)


def test_a_name_that_makes_two_series_alike_is_refused(tmp_path: Path) -> None:
    content = matrix(one("a_bytes", "1"), one(None, "2"))
    assert refusal(content, tmp_path, name="a_bytes")[1] == "the series a_bytes stands twice"


@pytest.mark.parametrize(
    ("name", "reason", "message", "remedy"),
    [
        ("instant.json", Reason.INSUFFICIENT, "it is a vector, which is of one moment", "query_range"),
        ("scalar.json", Reason.INSUFFICIENT, "it is a scalar, which is of one moment", "query_range"),
        ("error.json", Reason.MISSING, "Prometheus did not answer the query: bad_data: ", "mend the query"),
        ("empty.json", Reason.MISSING, "it has no series", "an export of nothing shows nothing"),
        ("warning.json", Reason.INSUFFICIENT, "Prometheus warns that its answer may lack", "ask again"),
        (
            "nothing-by-nothing.json",
            Reason.MALFORMED,
            "the query divides by nothing",
            "known at every moment",
        ),
        ("histogram.json", Reason.MALFORMED, " is a histogram", "histogram_quantile(0.95, ...)"),
    ],
)
def test_an_answer_that_is_no_range_of_numbers_shows_nothing(
    tmp_path: Path, name: str, reason: Reason, message: str, remedy: str
) -> None:
    found = refusal(sample(name), tmp_path)
    assert found[0] is reason
    assert message in found[1]
    assert remedy in found[2]


@pytest.mark.parametrize(
    ("content", "reason", "message"),
    [
        (matrix(one("a")), Reason.MISSING, "it has 1 series without a single number"),
        (matrix(one("a", "1", [BEGIN, "2"])), Reason.MALFORMED, "the times of a do not ascend"),
        (matrix(one("a", [BEGIN + 5, "1"], [BEGIN, "2"])), Reason.MALFORMED, "the times of a do not ascend"),
        (matrix(one("a", "1"), one("a", "1")), Reason.MALFORMED, "the series a stands twice"),
        (matrix(one("a", "1e999")), Reason.MALFORMED, "'1e999' is no number"),
        (matrix(one("a", "+Inf")), Reason.MALFORMED, "a is +Inf at 1795246000"),
        (matrix(one("a", "NaN", x="y")), Reason.MALFORMED, 'a{x="y"} is NaN at 1795246000'),
        (matrix(one("a", "1.5MiB")), Reason.MALFORMED, "'1.5MiB' is no number"),
        (matrix(one("a", [BEGIN * 1000, "1"])), Reason.MALFORMED, "is no time in seconds since 1970"),
        (matrix(one("a", [1, "1"])), Reason.MALFORMED, "1 is no time in seconds since 1970"),
        (matrix(one("a", [BEGIN, 1])), Reason.MALFORMED, "it is no matrix of Prometheus"),
        (matrix(one("a", [True, "1"])), Reason.MALFORMED, "it is no matrix of Prometheus"),
        (matrix(one("a" * 3000, "1")), Reason.MALFORMED, "a name of at most 2,000 letters is meant"),
        (matrix(one("a", "1"), isPartial=True), Reason.INSUFFICIENT, "the answer is partial"),
        (
            '{"status": "success", "data": {"resultType": "matrix"}}',
            Reason.MALFORMED,
            "missing required field",
        ),
        ('{"status": "success"}', Reason.MALFORMED, "its format is not known"),
        ('{"status": "error", "errorType": "timeout"}', Reason.MISSING, "did not answer the query: error"),
    ],
)
def test_odd_answers_are_refused(tmp_path: Path, content: str, reason: Reason, message: str) -> None:
    found = refusal(content, tmp_path)
    assert found[0] is reason, found
    assert message in found[1]


def test_answers_that_only_inform_are_read(tmp_path: Path) -> None:
    info = {"infos": ["PromQL info: metric might not be a counter"], "warnings": []}
    assert len(facts(matrix(one("a", "1", "-2.5e3"), **info), tmp_path).series) == 1


def test_keys_in_another_order_are_read_too(tmp_path: Path) -> None:
    content = '{"data": {"result": [{"metric": {}, "values": [[1795246000, "1"]]}], "resultType": "matrix"}, '
    assert facts(content + '"status": "success"}', tmp_path).series[0].title == "unnamed"


def many(series: int, points: int) -> dict[str, Any]:
    return {"result": [one("a", *map(str, range(points)), n=str(n)) for n in range(series)]}


def test_too_many_points_are_refused_with_a_larger_step(tmp_path: Path) -> None:
    reason, message, remedy = refusal(matrix(one("a", *["1"] * 100_001)), tmp_path)
    assert (reason, message) == (Reason.INSUFFICIENT, "it has more than 100,000 points")
    assert "a larger `step`" in remedy
    wide = refusal(matrix(*many(1_001, 1)["result"]), tmp_path)
    assert wide[1] == "it has more than 1,000 series"


def test_facts_stay_under_four_megabytes(tmp_path: Path) -> None:
    points = [[BEGIN + at + 0.123, "1.2345678901234567e-105"] for at in range(99_999)]
    reason, message, _ = refusal(matrix(one("a", *points)), tmp_path)
    assert reason is Reason.INSUFFICIENT
    assert "4,000,000 are kept" in message
