"""The percentiles of ab -e."""

from __future__ import annotations

from readiness.evidence.model import Reason
from tests.readers.load_test.support import SAMPLES, item_of


def test_percentiles_of_no_known_number_of_requests_show_nothing() -> None:
    item = item_of(SAMPLES / "ab/ab.csv")
    assert (item.provenance.format, item.facts, item.reason) == ("ab-percentiles", None, Reason.INSUFFICIENT)
    assert "without the number of requests" in item.message
    assert "keep what ab prints" in item.remedy
