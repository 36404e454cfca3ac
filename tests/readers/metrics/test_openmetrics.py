"""OpenMetrics with times."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from readiness.evidence.model import Reason
from readiness.testing import read_evidence
from tests.readers.metrics.support import BEGIN, facts, read, refusal, sample


def test_a_dump_of_promtool_is_read_with_a_gap_where_the_series_went_stale(tmp_path: Path) -> None:
    heap, leak, cpu = facts(sample("dump.om"), tmp_path).series
    assert read(sample("dump.om"), tmp_path).provenance.format == "openmetrics"
    assert (heap.name, heap.labels["pool"], heap.unit) == ("shop_memory_bytes", "heap", "bytes")
    assert (cpu.name, len(cpu.points)) == ("shop_cpu_seconds_total", 27)
    times = [when for when, _ in leak.points]
    assert max(after - before for before, after in pairwise(times)) > 6


def test_comments_escapes_and_braces_in_labels_are_read(tmp_path: Path) -> None:
    content = (
        f'# TYPE a gauge\na{{x="}} \\"q\\" \\\\ \\n",y="é"}} 1.5e0 {BEGIN}.5\na {BEGIN} {BEGIN}\n# EOF\n'
    )
    first, second = facts(content, tmp_path).series
    assert first.labels == {"x": '} "q" \\ \n', "y": "é"}
    assert first.points == ((BEGIN + 0.5, 1.5),)
    assert second.title == "a"


@pytest.mark.parametrize(
    ("content", "reason", "message"),
    [
        (sample("page.txt"), Reason.INSUFFICIENT, "line 3: a sample without a time"),
        (sample("dump.om")[:-6], Reason.MALFORMED, "its last line is not # EOF"),
        (sample("dump.om") + b"a 1 1795246000\n", Reason.MALFORMED, "it goes on after # EOF"),
        (f"a 1 {BEGIN}000\n# EOF\n", Reason.MALFORMED, "is no time in seconds since 1970"),
        (f"a +Inf {BEGIN}\n# EOF\n", Reason.MALFORMED, "'+Inf' is no number"),
        (f"a 1 {BEGIN}\na x\n# EOF\n", Reason.INSUFFICIENT, "line 2: a sample without a time"),
        (f"a 1 {BEGIN}\na  x y z\n# EOF\n", Reason.MALFORMED, "line 2: 'a  x y z' is no sample"),
        (f'a{{x="1",x="2"}} 1 {BEGIN}\n# EOF\n', Reason.MALFORMED, "is no sample"),
        (f'a{{x="1"}} 1 {BEGIN}\na{{ x="1"}} 1 {BEGIN}\n# EOF\n', Reason.MALFORMED, 'a{x="1"} stands twice'),
        (f"a 2 {BEGIN}\na 1 {BEGIN}\n# EOF\n", Reason.MALFORMED, "do not ascend"),
        (f"a NaN {BEGIN}\n# EOF\n", Reason.MISSING, "it has 1 series without a single number"),
        ("# EOF\n", Reason.MISSING, "it has no series"),
        (b"# TYPE a gauge\n\xff\n# EOF\n", Reason.MALFORMED, "line 2 is not UTF-8 text"),
    ],
)
def test_odd_dumps_are_refused(tmp_path: Path, content: str | bytes, reason: Reason, message: str) -> None:
    found = refusal(content, tmp_path)
    assert (found[0], message in found[1]) == (reason, True), found


def test_a_key_of_yaml_is_no_name_of_a_sample(tmp_path: Path) -> None:
    (tmp_path / "values.yaml").write_text("replicas: 3\ncache:\n  enabled: true\n")
    (item,) = read_evidence("metrics", tmp_path, path="values.yaml").items
    assert item.message.startswith("its format is not known")
