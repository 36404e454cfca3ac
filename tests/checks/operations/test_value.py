"""operations/value, and the files of data that it judges."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from readiness.check import Outcome
from readiness.evidence.data import Data
from readiness.evidence.model import Item, Reason
from readiness.judge import Judgement
from readiness.testing import judge_check, read_evidence


def item(root: Path, content: str | bytes, **keys: Any) -> Item:
    (root / "file").write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_evidence("data", root, path="file", **keys).whole


def judge(content: Any, **params: Any) -> Judgement:
    written = {key.replace("_", "-"): value for key, value in params.items()}
    return judge_check("operations/value", written, data=(Data(path="file", content=content),))


@pytest.mark.parametrize(
    ("content", "format_", "made"),
    [
        ('{"a": {"b": 1.5}}', "json-data", {"a": {"b": 1.5}}),
        ("[1, 2]", "json-data", [1, 2]),
        ("# x\na:\n  b: yes\nc: 2026-05-30\n", "yaml-data", {"a": {"b": "yes"}, "c": "2026-05-30"}),
        ("- 1\n- 2\n", "yaml-data", [1, 2]),
        ("# x\n[a]\nb = 2026-05-30\n", "toml-data", {"a": {"b": "2026-05-30"}}),
        ("[[a]]\nb = 1\n", "toml-data", {"a": [{"b": 1}]}),
        ("a.b = 1\n", "toml-data", {"a": {"b": 1}}),
        ("name,count\nx,12\ny,1.5\nz,\n007,1e2\n", "csv-data", None),
    ],
)
def test_a_file_is_read_by_its_form(tmp_path: Path, content: str, format_: str, made: Any) -> None:
    found = item(tmp_path, content)
    assert found.provenance.format == format_, found.message
    assert isinstance(found.facts, Data)
    rows = [("x", 12), ("y", 1.5), ("z", None), ("007", 100.0)]
    assert found.facts.content == (made or [{"name": name, "count": count} for name, count in rows])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "it is empty"),
        ("{", "it is not JSON"),
        ('{"a": 1, "a": 2}', "stands twice"),
        ('{"a": NaN}', "not strict JSON"),
        ("a: 1\na: 2\n", "'a' is here a second time"),
        ("a: &x 1\n", "anchors have no place in data"),
        ("a: 1\n---\nb: 1\n", "data is one document"),
        ("a = nan\n", "it holds nan, which is no number"),
        ("a = 1\na = 2\n", "it is not TOML"),
        ('{"a": 99999999999999999999}', "more than 64 bits"),
        ("a,b\n1\n", "row 1 has 1 columns, and the head 2"),
        ("a,a\n1,2\n", "a column has no name, or the name of another"),
        ('a,b\n"1,2\n', "it is not CSV"),
        (b"\xff\xfe\x00", "it is not UTF-8"),
        (json.dumps(["x" * 1000] * 4000), "at most 3,500,000 are kept"),
        ("x" * 10_000_001, "data of at most 10,000,000 is read"),
    ],
)
def test_what_could_mean_two_things_is_malformed(tmp_path: Path, content: str | bytes, message: str) -> None:
    found = item(tmp_path, content)
    assert (found.facts, found.reason) == (None, Reason.MALFORMED)
    assert message in found.message


def test_the_field_that_the_policy_names_tells_the_time(tmp_path: Path) -> None:
    content = '{"meta": {"at": "2026-05-30T10:00:00Z", "n": 1, "bad": "soon"}}'
    found = item(tmp_path, content, observed_at="meta.at")
    assert (found.provenance.observed_from, f"{found.provenance.observed_at:%H:%M}") == ("content", "10:00")
    for path, reason in (("meta.x", "undated"), ("meta.n", "malformed"), ("meta.bad", "malformed")):
        assert item(tmp_path, content, observed_at=path).reason == reason
    with pytest.raises(ValidationError):
        item(tmp_path, content, observed_at="meta.*")


@pytest.mark.parametrize(
    ("content", "params", "outcome", "reason"),
    [
        ({"a": 5}, {"min": 5}, "pass", None),
        ({"a": 5}, {"min": 5.1}, "fail", None),
        ({"a": 5}, {"max": 5}, "pass", None),
        ({"a": 5}, {"max": 4}, "fail", None),
        ({"a": 5}, {"min": 1, "max": 9}, "pass", None),
        ({"a": 0.1}, {"max": 0.1}, "pass", None),
        ({"b": 5}, {"max": 9}, "unproven", "missing"),
        ({}, {"max": 9}, "unproven", "missing"),
        ([], {"max": 9}, "unproven", "missing"),
        (None, {"equals": "x"}, "unproven", "missing"),
        ({"a": "5"}, {"max": 9}, "unproven", "malformed"),
        ({"a": True}, {"max": 9}, "unproven", "malformed"),
        ({"a": None}, {"max": 9}, "unproven", "malformed"),
        ({"a": [1]}, {"max": 9}, "unproven", "malformed"),
        ({"a": "done"}, {"equals": "done"}, "pass", None),
        ({"a": "open"}, {"equals": ["done", "closed"]}, "fail", None),
        ({"a": 1}, {"equals": "1"}, "unproven", "malformed"),
        ({"a": 1}, {"equals": True}, "unproven", "malformed"),
        ({"a": False}, {"equals": True}, "fail", None),
        ({"a": None}, {"equals": "x"}, "unproven", "malformed"),
        ({"a": 1}, {"equals": 1.0}, "pass", None),
        ({"a": 3}, {"equals": [1, 2, 3], "max": 2}, "fail", None),
        ({"a": "180ms"}, {"max": 200, "unit": "ms"}, "pass", None),
        ({"a": "0.3 s"}, {"max": 200, "unit": "ms"}, "fail", None),
        ({"a": "1GiB"}, {"max": 1024, "unit": "MiB"}, "pass", None),
        ({"a": "60/min"}, {"min": 1, "unit": "/s"}, "pass", None),
        ({"a": "99.9%"}, {"min": 99.9, "unit": "%"}, "pass", None),
        ({"a": 150}, {"max": 200, "unit": "ms"}, "pass", None),
        ({"a": "12 jobs"}, {"max": 20, "unit": "jobs"}, "pass", None),
        ({"a": "12 jobs"}, {"max": 20, "unit": "ms"}, "unproven", "malformed"),
        ({"a": "12"}, {"max": 20, "unit": "ms"}, "unproven", "malformed"),
        ({"a": "1,200ms"}, {"max": 2, "unit": "ms"}, "unproven", "malformed"),
        ({"a": "0x1ms"}, {"max": 2, "unit": "ms"}, "unproven", "malformed"),
        ({"a": 10**18}, {"max": 9}, "fail", None),
    ],
)
def test_a_value_keeps_its_limits_or_is_not_shown(
    content: Any, params: dict[str, Any], outcome: str, reason: str | None
) -> None:
    found = judge(content, field="a", **params)
    assert (found.outcome, found.reason) == (outcome, reason)


def test_a_star_stands_for_every_one() -> None:
    three = {"c": {"db": {"n": 1}, "cache": {"n": 2}, "queue": {"n": 9}}}
    found = judge(three, field="c.*.n", max=5)
    assert [(f.outcome, f.message) for f in found.findings] == [
        ("fail", "file: c.queue.n is 9"),
        ("pass", "file: c.*.n is as expected in 2 places"),
    ]
    assert judge({"c": {}}, field="c.*.n", max=5).reason == "missing"
    assert judge({"c": {"db": {}}}, field="c.*.n", max=5).reason == "missing"
    assert judge(three, field="c.*.n", max=9, min_count=3).outcome is Outcome.PASS
    assert judge(three, field="c.*.n", max=9, min_count=4).reason == "insufficient"


def test_a_pass_tells_how_near_its_limit_is() -> None:
    (found,) = judge({"a": 7}, field="a", min=1, max=9, unit="jobs").findings
    assert found.measure is not None
    assert (found.measure.value, found.measure.limit, found.measure.better) == (7, 9, "lower")
    assert found.expected == ">= 1 jobs and <= 9 jobs"


@pytest.mark.parametrize(
    "params",
    [
        {"field": "a"},
        {"field": "", "max": 1},
        {"field": "a..b", "max": 1},
        {"field": "a", "min": 2, "max": 1},
        {"field": "a", "max": "1"},
        {"field": "a", "max": 1, "unit": "5"},
        {"field": "a", "equals": []},
    ],
)
def test_params_that_ask_for_nothing_are_refused(params: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        judge({"a": 1}, **params)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.floats(-1e6, 1e6) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=40, deadline=None)
@given(JSON, st.sampled_from(["a", "a.b", "*", "a.*", "0"]), st.integers(-10, 10))
def test_any_data_gives_an_answer_and_a_pass_only_for_numbers_within(
    content: Any, field: str, limit: int
) -> None:
    found = judge(content, field=field, max=limit)
    assert found.outcome in ("pass", "fail", "unproven")
    if found.outcome is Outcome.PASS:
        assert judge(content, field=field, max=limit + 1).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("text", "unit", "limit", "outcome"),
    [
        ("1m30s", "s", 90, "pass"),
        ("1h2m3.5s", "s", 3723, "fail"),
        ("1h2m3.5s", "s", 3724, "pass"),
        ("30s1m", "s", 1000, "unproven"),
        ("1m30", "s", 1000, "unproven"),
        ("1m 30s", "s", 1000, "unproven"),
        ("512Mi", "GiB", 1, "pass"),
        ("1m30s", "MiB", 1000, "unproven"),
    ],
)
def test_durations_of_go_and_sizes_of_kubernetes_are_read(
    text: str, unit: str, limit: int, outcome: str
) -> None:
    assert judge({"a": text}, field="a", max=limit, unit=unit).outcome == outcome


def test_a_text_that_is_no_number_is_told_how_to_write_it() -> None:
    found = judge({"a": "1,234 ms"}, field="a", max=2000, unit="ms")
    assert found.summary == 'file: a is "1,234 ms", which is no number of ms'
    assert found.findings[0].next.startswith("let the program write a plain number")


def test_null_characters_are_malformed(tmp_path: Path) -> None:
    assert "it holds a null character" in item(tmp_path, b"n,v\na\x00,1\n").message
