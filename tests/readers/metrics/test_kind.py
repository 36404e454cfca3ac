"""Several files of metrics, broken files, and files of other kinds."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readiness.evidence.model import Reason, Unproven
from readiness.evidence.series import Metrics
from readiness.readers.formats import formats_of
from readiness.readers.metrics.kind import MetricsKind
from readiness.readers.source import Source
from readiness.testing import read_evidence
from tests.readers.metrics.support import matrix, one, read, sample
from tests.readers.metrics.test_csv import LONG, WIDE
from tests.support import FIXTURES

FEW = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
GOOD = [sample("memory.json")[:-1], sample("dump.om"), WIDE.encode(), LONG.encode()]


def whole(folder: Path, *contents: str) -> object:
    for number, content in enumerate(contents):
        (folder / f"{number}.json").write_text(content)
    return read_evidence("metrics", folder, path="*.json").whole


def test_series_of_several_files_are_put_together(tmp_path: Path) -> None:
    item = read_evidence("metrics", tmp_path, path="*.json").whole
    assert item.reason is Reason.MISSING
    whole(tmp_path, matrix(one("a", "1")), matrix(one("a", "1", pod="x"), one("b", "2")))
    item = read_evidence("metrics", tmp_path, path="*.json").whole
    assert isinstance(item.facts, Metrics)
    assert item.facts.objects() == {"Series/a", 'Series/a{pod="x"}', "Series/b"}
    assert item.facts.summary()["b"] == {
        "points": 1,
        "from": 1_795_246_000,
        "to": 1_795_246_000,
        "min": 2.0,
        "max": 2.0,
        "unit": "",
    }


def test_a_series_in_two_files_is_malformed(tmp_path: Path) -> None:
    whole(tmp_path, matrix(one("a", "1")), matrix(one("a", "2")))
    item = read_evidence("metrics", tmp_path, path="*.json").whole
    assert (item.reason, item.message) == (Reason.MALFORMED, "the series a stands in 2 files")


def test_files_that_are_too_much_together_are_insufficient(tmp_path: Path) -> None:
    half = ["1"] * 50_001
    whole(tmp_path, matrix(one("a", *half)), matrix(one("b", *half)))
    item = read_evidence("metrics", tmp_path, path="*.json").whole
    assert item.reason is Reason.INSUFFICIENT
    assert "100,002 points of 2 series" in item.message


def test_metrics_bind_to_the_commit() -> None:
    assert MetricsKind.binds == "commit"


def same_or_refused(folder: Path, content: bytes, good: bytes) -> None:
    """What a damaged file tells, every point of it, the good one tells too; or it tells nothing."""
    item = read(content, folder)
    assert "please report" not in item.remedy, item.message
    if item.facts is None:
        return
    assert isinstance(item.facts, Metrics)
    known = read(good, folder).facts
    assert isinstance(known, Metrics)
    points = {one.title: set(one.points) for one in known.series}
    for series in item.facts.series:
        assert set(series.points) <= points[series.title]


@given(st.sampled_from(GOOD), st.floats(0, 1))
@FEW
def test_a_file_that_was_cut_tells_no_other_number(tmp_path: Path, good: bytes, where: float) -> None:
    same_or_refused(tmp_path, good[: int(where * len(good))], good)


@given(st.sampled_from(GOOD), st.data())
@FEW
def test_a_damaged_file_never_raises(tmp_path: Path, good: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(good) - 1))
    mark = data.draw(
        st.sampled_from([b"", b"\0", b'"', b"}", b"\n", b"9", b"-", b"e", b"\xff", b",", b"NaN"])
    )
    item = read(good[:at] + mark + good[at + 1 :], tmp_path)
    assert "please report" not in item.remedy, item.message


@given(
    st.binary(max_size=200), st.sampled_from([b"", b"time,a\n", b"time,name,value\n", b"{", b"# TYPE a b\n"])
)
@FEW
def test_noise_never_raises(tmp_path: Path, noise: bytes, start: bytes) -> None:
    item = read(start + noise, tmp_path)
    assert "please report" not in item.remedy, item.message


OTHERS = [
    path
    for path in sorted(FIXTURES.rglob("*"))
    if path.is_file()
    and path.parent.name != "metrics"
    and path.parent.parts[-2:] != ("monitoring", "prometheus")  # answers of the same server
    and path.suffix not in (".py", ".md")
]


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: str(path.relative_to(FIXTURES)))
def test_files_of_other_kinds_are_no_metrics(path: Path) -> None:
    with Source.open(path) as source:
        for name, reader in formats_of(MetricsKind, {}).items():
            try:
                assert not reader().recognises(source), name
            except Unproven:
                continue
