"""What docs/evidence.md says of metrics is true."""

from __future__ import annotations

import re
from pathlib import Path

from readiness.readers.formats import formats_of
from readiness.readers.metrics.kind import MetricsKind
from tests.pages import Page
from tests.readers.metrics.support import facts
from tests.support import ROOT

PAGE = Page(ROOT / "docs" / "evidence.md")


def test_every_format_is_named() -> None:
    named = set(re.findall(r"`([a-z-]+)`", " ".join(row[1] for row in PAGE.rows("Kinds and formats"))))
    assert set(formats_of(MetricsKind, {})) <= named


def test_the_tables_of_the_documentation_are_read_as_it_says(tmp_path: Path) -> None:
    wide, long = (facts(fence.text, tmp_path) for fence in PAGE.fences("csv", "Metrics"))
    assert [(one.title, one.unit, len(one.points)) for one in wide.series] == [
        ("memory", "bytes", 2),
        ("cpu", "ratio", 1),
    ]
    assert [(one.title, one.unit) for one in long.series] == [('memory_bytes{pod="shop-7d9f"}', "bytes")]


def test_the_units_of_the_documentation_are_those_of_the_reader(tmp_path: Path) -> None:
    words = {"bytes": "bytes", "a share": "ratio", "seconds": "seconds", "processor cores": "cores"}
    known = 0
    for heads, unit, _ in PAGE.rows("Metrics"):
        for start, meant in words.items():
            for head in re.findall(r"`([^`]+)`", heads) if unit.startswith(start) else ():
                name = f"a{head}" if head.startswith("_") else f"a {head}"
                content = f"time,{name}\n1795246000,1\n"
                assert facts(content, tmp_path).series[0].unit == meant, name
                known += 1
    assert known >= 12
