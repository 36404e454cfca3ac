"""Outputs of every tool that were cut or changed on their way."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readiness.evidence.load_test import LoadTest
from readiness.readers.formats import formats_of
from readiness.readers.load_test.kind import LoadTestKind
from readiness.readers.source import Source
from readiness.testing import read_evidence
from tests.readers.load_test.support import SAMPLES, read_bytes

DOCUMENTS = (
    "autocannon/failing.json",
    "artillery/failing.json",
    "artillery/version-1.json",
    "bombardier/failing.json",
    "fortio/failing.json",
    "ghz/async.json",
    "k6/machine.json",
    "nighthawk/as-fortio.json",
    "nighthawk/failing.json",
)
TABLES = ("k6/nano.csv", "k6/points.csv.gz", "k6/points.json.gz", "locust/run_stats.csv")
FORMATS = (
    "artillery",
    "artillery-1",
    "autocannon",
    "bombardier",
    "fortio",
    "ghz",
    "k6-csv",
    "k6-machine-summary",
    "k6-points",
    "locust-csv",
    "nighthawk",
    "readiness-load",
)
OTHERS = (
    b"",
    b"\n",
    b"{}",
    b"[]",
    b"7",
    b'"x"',
    b"null",
    b"{}\n{}",
    b"\x1f\x8b",
    b"\xff\xfe",
    b"a,b\n1,2\n",
    b'"',
)
FEW = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
CHANGES = b'0123456789-{}[]",:.eE \n\xff\x00'


@pytest.mark.parametrize("name", DOCUMENTS)
@given(place=st.floats(0, 1, exclude_max=True))
@FEW
def test_no_cut_of_a_document_shows_anything(tmp_path: Path, name: str, place: float) -> None:
    content = (SAMPLES / name).read_bytes().rstrip()
    item = read_bytes(tmp_path, content[: int(place * len(content))])
    assert item.facts is None
    assert "please report" not in item.remedy, item.message


@pytest.mark.parametrize("name", ["k6/points.csv.gz", "k6/points.json.gz"])
@given(place=st.floats(0, 1, exclude_max=True))
@FEW
def test_no_cut_of_a_packed_file_shows_anything(tmp_path: Path, name: str, place: float) -> None:
    content = (SAMPLES / name).read_bytes()
    item = read_bytes(tmp_path, content[: int(place * len(content))])
    assert item.facts is None
    assert "please report" not in item.remedy, item.message


@pytest.mark.parametrize("name", [*DOCUMENTS, *TABLES])
@given(seed=st.integers(0, 2**32))
@FEW
def test_changed_bytes_never_break_a_reader(tmp_path: Path, name: str, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - numbers to repeat
    content = bytearray((SAMPLES / name).read_bytes())
    for _ in range(rng.randint(1, 6)):
        content[rng.randrange(len(content))] = rng.choice(CHANGES)
    item = read_bytes(tmp_path, bytes(content))
    assert "please report" not in item.remedy, item.message
    if isinstance(item.facts, LoadTest):
        assert item.facts.errors is None or 0 <= item.facts.errors <= item.facts.requests


@pytest.mark.parametrize("format_", FORMATS)
def test_a_format_that_the_policy_names_wrongly_breaks_no_reader(tmp_path: Path, format_: str) -> None:
    for content in (*OTHERS, *((SAMPLES / name).read_bytes() for name in (*DOCUMENTS, *TABLES))):
        (tmp_path / "load").write_bytes(content)
        (item,) = read_evidence("load-test", tmp_path, path="load", format=format_).items
        assert "please report" not in item.remedy, item.message


def test_a_file_of_a_document_a_line_is_not_read_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(source: Source) -> bytes:
        raise AssertionError(f"{source.name} was read as a whole")

    monkeypatch.setattr(Source, "content", property(refuse))
    path = SAMPLES / "k6.points.json"
    registry = formats_of(LoadTestKind, {})
    with Source.open(path) as source:
        assert [name for name in FORMATS if registry[name]().recognises(source)] == ["k6-points"]
