"""JMeter's XML: every request once, whatever it is nested in."""

from __future__ import annotations

from pathlib import Path

import pytest

from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Item, Reason
from tests.readers.load_test.support import SAMPLES, item_of, read, read_bytes

FOLDER = SAMPLES / "jmeter"
NOON = 1_795_262_400_000
SUMMED_UP = "Number of samples in transaction : {}, number of failing samples : {}"


def sample(
    start: int = 0, elapsed: object = 10, label: str = "GET /", *below: str, **attributes: object
) -> str:
    """A sample that starts so many ms after noon."""
    known: dict[str, object] = {
        "t": elapsed,
        "ts": NOON + start,
        "s": "true",
        "lb": label,
        "rc": 200,
        "rm": "OK",
    }
    known |= {"tn": "1-1", "na": 4} | attributes
    inside = " ".join(f'{key}="{value}"' for key, value in known.items() if value is not None)
    return f"<httpSample {inside}>{''.join(below)}<method>GET</method></httpSample>"


def written(folder: Path, *samples: str, root: str = "testResults") -> Item:
    """What samples in a root read as."""
    text = "\n".join(
        ['<?xml version="1.0" encoding="UTF-8"?>', f'<{root} version="1.2">', *samples, f"</{root}>"]
    )
    return read_bytes(folder, text.encode())


def facts(folder: Path, *samples: str) -> LoadTest:
    """The facts of samples that can be read."""
    item = written(folder, *samples)
    assert isinstance(item.facts, LoadTest), item.message
    return item.facts


def test_a_run_has_its_requests_once() -> None:
    test = read(FOLDER / "results.xml")
    assert {one.name: (one.requests, one.errors) for one in test.operations} == {
        "fast": (24, 0),
        "items": (12, 1),
        'items, of the "shop"': (12, 1),
        "moved": (24, 0),
    }
    assert (test.requests, test.errors, test.duration_s, test.concurrency) == (72, 2, 1.225, 4)
    assert item_of(FOLDER / "results.xml").provenance.observed_at == test.ended_at


def test_redirects_inside_of_a_request_do_not_count(tmp_path: Path) -> None:
    test = facts(tmp_path, sample(0, 90, "in", sample(0, 40, "in-0"), sample(40, 50, "in-1", s="false")))
    assert (test.requests, test.errors) == (1, 0)


def test_requests_inside_of_a_transaction_count_and_it_does_not(tmp_path: Path) -> None:
    inside = sample(0, 40, "in", sample(0, 20, "in-0")), sample(40, 50, "out", s="false", rc=503)
    test = facts(tmp_path, sample(0, 90, "buy", *inside, rm=SUMMED_UP.format(2, 1), s="false"))
    assert {one.name: (one.requests, one.errors) for one in test.operations} == {"in": (1, 0), "out": (1, 1)}
    assert dict(test.errors_by) == {"status": 1}


def test_a_transaction_without_its_requests_is_unproven(tmp_path: Path) -> None:
    item = written(tmp_path, sample(), sample(20, 90, "buy", rm=SUMMED_UP.format(2, 0)), sample(200))
    assert item.reason is Reason.INSUFFICIENT
    assert item.message == "1 transactions stand without their requests"


def test_a_batch_counts_all_its_samples(tmp_path: Path) -> None:
    assert facts(tmp_path, sample(sc=50, ec=2), sample(20, sc=1, ec=0)).requests == 51


def test_without_messages_requests_that_overlap_are_unproven(tmp_path: Path) -> None:
    item = written(tmp_path, sample(0, 40, rm=None), sample(0, 90, rm=None))
    assert "line 4: requests of one thread overlap" in item.message


@pytest.mark.parametrize(
    ("samples", "message"),
    [
        ([sample(elapsed="-1")], "line 3: t is '-1', which is no whole number"),
        ([sample(ts="1e9")], "line 3: ts is '1e9'"),
        ([sample(ts="7")], ""),
        ([sample(s="TRUE")], "line 3: s is 'TRUE', neither true nor false"),
        ([sample(0, 10, "x", "<a>" * 101 + "</a>" * 101)], "it is nested more than 100 levels deep (line 3)"),
        (["<other/>"], "other is no sample that is known (line 3)"),
        ([sample(), "</sample>"], "it is not XML: mismatched tag"),
        ([sample(lb="&huge;")], "it is not XML: undefined entity"),
        ([], "it has no sample"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, samples: list[str], message: str) -> None:
    item = written(tmp_path, *samples)
    assert message in item.message
    assert (item.facts is None) == bool(message)


def test_entities_are_refused(tmp_path: Path) -> None:
    head = '<?xml version="1.0"?>\n<testResults version="1.2">'
    item = read_bytes(tmp_path, f"{head}<!DOCTYPE x></testResults>".encode())
    assert "it is not XML" in item.message
    declared = '<!DOCTYPE testResults [<!ENTITY a "b">]>\n<testResults version="1.2"></testResults>'
    assert read_bytes(tmp_path, declared.encode()).facts is None


def test_another_encoding_is_refused(tmp_path: Path) -> None:
    text = f'<?xml version="1.0" encoding="latin1"?>\n<testResults version="1.2">{sample()}</testResults>'
    assert "its encoding 'latin1' is not read" in read_bytes(tmp_path, text.encode()).message


def test_a_file_that_ends_early_is_malformed(tmp_path: Path) -> None:
    content = (FOLDER / "results.xml").read_bytes().rstrip()
    for at in range(60, len(content), 997):
        assert read_bytes(tmp_path, content[:at]).facts is None
    assert "it ends too early" in read_bytes(tmp_path, content[:-3]).message


def test_a_tag_that_does_not_close_is_malformed(tmp_path: Path) -> None:
    item = read_bytes(tmp_path, b'<testResults version="1.2"><httpSample lb="' + b"x" * (40 * 2**20))
    assert "a tag does not close" in item.message
