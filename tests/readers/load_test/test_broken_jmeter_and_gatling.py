"""Files of JMeter and Gatling that were cut or changed, and which reader takes which file."""

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
from tests.readers.load_test.support import SAMPLES, read, read_bytes

FORMATS = {
    "jmeter/results.csv": "jmeter-csv",
    "jmeter/parents.csv": "jmeter-csv",
    "jmeter/parents-alone.csv": "jmeter-csv",
    "jmeter/parts-by-url.csv": "jmeter-csv",
    "jmeter/formatted.csv": "jmeter-csv",
    "jmeter/few-columns.csv": "jmeter-csv",
    "jmeter/no-header.tsv": "jmeter-csv",
    "jmeter/refused.csv": "jmeter-csv",
    "jmeter/results.xml": "jmeter-xml",
    "jmeter/statistics.json": "jmeter-statistics",
    "jmeter/refused.statistics.json": "jmeter-statistics",
    "gatling/text.log": "gatling-text",
    "gatling/refused.text.log": "gatling-text",
    "gatling/binary.log": "gatling-binary",
    "gatling/refused.binary.log": "gatling-binary",
    "gatling/stats.json": "gatling-stats",
    "gatling/refused.stats.json": "gatling-stats",
    "gatling/global_stats.json": "gatling-global-stats",
}
LISTS = (
    "jmeter/formatted.csv",
    "jmeter/parents.csv",
    "jmeter/no-header.tsv",
    "gatling/text.log",
    "gatling/binary.log",
)
DOCUMENTS = (
    "jmeter/results.xml",
    "jmeter/statistics.json",
    "gatling/stats.json",
    "gatling/global_stats.json",
)
FEW = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
CHANGES = b'0123456789-{}[]<>/",:;.eE \t\n\xff\x00'


def is_part_of(found: LoadTest, whole: LoadTest) -> bool:
    """Whether every latency that was found is one of the whole."""
    known = {one.low_ms: one.count for one in (whole.latency.buckets if whole.latency else ())}
    got = found.latency.buckets if found.latency else ()
    fewer = found.requests <= whole.requests and (found.errors or 0) <= (whole.errors or 0)
    return fewer and all(one.count <= known.get(one.low_ms, 0) for one in got)


@pytest.mark.parametrize(("name", "format_"), FORMATS.items())
def test_each_file_is_recognised_by_one_reader(name: str, format_: str) -> None:
    readers = formats_of(LoadTestKind, {})
    with Source.open(SAMPLES / name) as source:
        assert [one for one in readers if readers[one]().recognises(source)] == [format_]


@pytest.mark.parametrize("name", LISTS)
@given(place=st.floats(0, 1, exclude_max=True))
@FEW
def test_a_list_of_requests_cut_anywhere_shows_nothing_or_whole_requests(
    tmp_path: Path, name: str, place: float
) -> None:
    content = (SAMPLES / name).read_bytes()
    item = read_bytes(tmp_path, content[: int(place * len(content))])
    assert "please report" not in item.remedy, item.message
    if isinstance(item.facts, LoadTest):
        assert is_part_of(item.facts, read(SAMPLES / name))


@pytest.mark.parametrize("name", DOCUMENTS)
@given(place=st.floats(0, 1, exclude_max=True))
@FEW
def test_a_document_cut_anywhere_shows_nothing(tmp_path: Path, name: str, place: float) -> None:
    content = (SAMPLES / name).read_bytes().rstrip()
    item = read_bytes(tmp_path, content[: int(place * len(content))])
    assert item.facts is None
    assert "please report" not in item.remedy, item.message


@pytest.mark.parametrize("name", LISTS + DOCUMENTS)
@given(seed=st.integers(0, 2**32))
@FEW
def test_changed_bytes_never_break_a_reader(tmp_path: Path, name: str, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - numbers to repeat
    content = bytearray((SAMPLES / name).read_bytes())
    for _ in range(rng.randint(1, 6)):
        content[rng.randrange(len(content))] = rng.choice(CHANGES)
    item = read_bytes(tmp_path, bytes(content))
    assert "please report" not in item.remedy, item.message


@pytest.mark.parametrize("format_", sorted(set(FORMATS.values())))
@pytest.mark.parametrize(
    "content", [b"", b"\n", b"{}", b"[]", b"7", b"<a/>", b"\0", b"a,b\n1,2\n", b"RUN\t", b'"']
)
def test_a_format_that_a_policy_names_refuses_what_is_none_of_it(
    tmp_path: Path, format_: str, content: bytes
) -> None:
    path = tmp_path / "load"
    path.write_bytes(content)
    (item,) = read_evidence("load-test", tmp_path, path="load", format=format_).items
    assert item.facts is None
    assert "please report" not in item.remedy, item.message
