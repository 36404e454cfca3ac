"""CSV: a column for each series, or a row for each point."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from readiness.evidence.model import Reason
from tests.readers.metrics.support import BEGIN, facts, read, refusal

AT = "2026-11-21T07:26:40Z"
WIDE = f"time,memory (MiB),cpu %\n{AT},100,35.5\n2026-11-21T08:26:50+01:00,,36\n"
LONG = f"time,name,value,pod\n{AT},rss_bytes,100,a\n{AT},rss_bytes,200,b\n1795246010,rss_bytes,101,a\n"


def test_each_column_is_a_series_in_the_unit_of_its_head(tmp_path: Path) -> None:
    memory, cpu = facts(WIDE, tmp_path).series
    assert (memory.title, memory.unit, memory.points) == ("memory", "bytes", ((BEGIN, 100 * 2**20),))
    assert (cpu.title, cpu.unit) == ("cpu", "ratio")
    assert cpu.points == ((BEGIN, 0.355), (BEGIN + 10, 0.36))
    assert read(WIDE, tmp_path).provenance.format == "wide-csv"


def test_rows_of_several_series_may_be_mixed(tmp_path: Path) -> None:
    first, second = facts(LONG, tmp_path).series
    assert (first.title, first.unit) == ('rss_bytes{pod="a"}', "bytes")
    assert first.points == ((BEGIN, 100.0), (BEGIN + 10, 101.0))
    assert (second.title, len(second.points)) == ('rss_bytes{pod="b"}', 1)
    assert read(LONG, tmp_path).provenance.format == "long-csv"


@pytest.mark.parametrize(
    "time", ["1795246000", "1795246000000", "1795246000.0", AT, "2026-11-21 07:26:40+00:00"]
)
@pytest.mark.parametrize("head", ["time", "Time", "timestamp", "Timestamp", "ts", '"Time"'])
def test_times_are_told_in_several_ways(tmp_path: Path, time: str, head: str) -> None:
    (found,) = facts(f"{head},a\n{time},1\n", tmp_path).series
    assert found.points == ((BEGIN, 1.0),)


def test_what_grafana_exports_is_read(tmp_path: Path) -> None:
    title = 'container_memory_working_set_bytes{container=""app"", pod=""x""}'
    content = f'sep=,\r\n"Time","{title}"\r\n1795246000000,5\r\n1795246005000,6\r\n\r\n'
    (found,) = facts(content, tmp_path).series
    assert found.title == 'container_memory_working_set_bytes{container="app", pod="x"}'
    assert (found.unit, len(found.points)) == ("bytes", 2)


def test_a_column_called_value_has_no_name(tmp_path: Path) -> None:
    content = f'"Time","Value"\n{AT},212\n'
    assert facts(content, tmp_path).series[0].title == "unnamed"
    (named,) = facts(content, tmp_path, name="memory (MiB)").series
    assert (named.title, named.unit, named.points[0][1]) == ("memory", "bytes", 212 * 2**20)


def test_semicolons_tabs_byte_order_marks_and_gzip_are_read(tmp_path: Path) -> None:
    for content in (WIDE.replace(",", ";"), WIDE.replace(",", "\t"), "\ufeff" + WIDE):
        assert facts(content, tmp_path) == facts(WIDE, tmp_path)
    assert facts(gzip.compress(WIDE.encode()), tmp_path) == facts(WIDE, tmp_path)


@pytest.mark.parametrize(
    ("head", "unit", "value"),
    [
        ("rss_kb", "bytes", 1024.0),
        ("rss_kib", "bytes", 1024.0),
        ("rss (kB)", "bytes", 1024.0),
        ("rss [MB]", "bytes", 2.0**20),
        ("rss (GiB)", "bytes", 2.0**30),
        ("rss_bytes", "bytes", 1.0),
        ("sent_bytes_total", "bytes", 1.0),
        ("cpu_percent", "ratio", 0.01),
        ("cpu%", "ratio", 0.01),
        ("cpu_ratio", "ratio", 1.0),
        ("cpu_cores", "cores", 1.0),
        ("cpu (millicores)", "cores", 0.001),
        ("wait (ms)", "seconds", 0.001),
        ("wait_seconds", "seconds", 1.0),
        ("rate (MiB/s)", "MiB/s", 1.0),
        ("link (Mb)", "Mb", 1.0),
        ("queue (messages)", "messages", 1.0),
        ("queue", "", 1.0),
        ("items_s", "", 1.0),
    ],
)
def test_units_are_told_by_the_head_of_the_column(tmp_path: Path, head: str, unit: str, value: float) -> None:
    (found,) = facts(f"time,{head}\n{AT},1\n", tmp_path).series
    assert (found.unit, found.points[0][1]) == (unit, value)


def test_a_share_in_percent_is_rounded_once(tmp_path: Path) -> None:
    (found,) = facts(f"time,cpu %\n{AT},57\n", tmp_path).series
    assert found.points[0][1] == 0.57


@pytest.mark.parametrize(
    ("content", "message", "remedy"),
    [
        (f"time,a\n{AT},1.2 GiB\n", "line 2: '1.2 GiB' is no number", "switch off `Formatted data`"),
        (f"time,a\n{AT},45%\n", "line 2: '45%' is no number", "the unit in the header"),
        (f"time;a\n{AT};1,5\n", "line 2: '1,5' is no number", "plain numbers"),
        (f"time,a\n{AT},NaN\n", "line 2: 'NaN' is no number", "plain numbers"),
        (f"time,a\n{AT},-\n", "line 2: '-' is no number", "plain numbers"),
        (f"time,a\n{AT},1,2\n", "line 2: 3 cells, where the header has 2", "export it again"),
        (
            "time,a\n2026-11-21 07:26:40,1\n",
            "line 2: the time 2026-11-21 07:26:40 has no zone",
            "Formatted data",
        ),
        ("time,a\n12,1\n", "line 2: '12' is no time", "seconds or milliseconds"),
        ("time,a\n2026-13-01T00:00:00Z,1\n", "line 2: '2026-13-01T00:00:00Z' is no time", "seconds or"),
        ("time,a\n1795246000000000,1\n", "neither in seconds nor in milliseconds", "2026-11-21T03:00:00Z"),
        ("time,a\n123456789,1\n", "line 2: 123456789 is no time in seconds since 1970", "export it again"),
        (f"time,a\n{AT},1\n{AT},2\n", "line 3: the times of a do not ascend", "export it again"),
        (f"time,a\n{AT},1\n\n{AT},1\n", "the table ended with the empty line 3", "Join by field"),
        (f"time,a,a\n{AT},1,1\n", "the series a stands twice", "export it again"),
        (f"time,a,\n{AT},1,1\n", "a name of at most", "export it again"),
        (f'time,a\n"{AT},1\n', "line 2: it is no CSV", "export it again"),
        (f"time,a\n{AT},1" + "0" * 60 + "\n", "is no number", "plain numbers"),
        (f"time,name,value\n{AT},a,1 GiB\n", "line 2: '1 GiB' is no number", "the unit into the name"),
        (f"time,name,value\n{AT},,1\n", "line 2: a series is called ''", "export it again"),
        (f"time,name,value,x,x\n{AT},a,1,2,3\n", "a column stands twice", "export it again"),
        (
            f'time,name,value,x\n{AT},"a{{x=""1""}}",1,2\n',
            "the label x stands in the name and in a column",
            "",
        ),
        (f"time,name,value\n{AT},a,1\n{AT},a,2\n", "line 3: the times of a do not ascend", "export it again"),
        (b"time,a\n\xff\xfe,1\n", "line 2 is not UTF-8 text", "export it again"),
    ],
)
def test_odd_tables_are_malformed(tmp_path: Path, content: str | bytes, message: str, remedy: str) -> None:
    found = refusal(content, tmp_path)
    assert found[0] is Reason.MALFORMED
    assert message in found[1]
    assert remedy in found[2]


@pytest.mark.parametrize(
    "content", ["time,a\n", f"time,a\n{AT},\n", f"time,a\n{AT},1", f"time,name,value\n{AT},a,\n"]
)
def test_a_table_without_a_whole_number_is_missing(tmp_path: Path, content: str) -> None:
    assert refusal(content, tmp_path)[0] is Reason.MISSING


def test_a_last_line_that_was_cut_does_not_count(tmp_path: Path) -> None:
    assert facts(f"{WIDE}2026-11-21T07:27:00Z,10", tmp_path) == facts(WIDE, tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        "a,b\n1,2\n",
        "timeStamp,elapsed,label,success\n1795246000000,1,a,true\n",
        "metric_name,timestamp,metric_value\na,1795246000,1\n",
        '"Timestamp","User Count","Type","Name"\n1795246000,1,GET,/\n',
        "time\n1\n",
        "",
    ],
)
def test_other_tables_are_not_metrics(tmp_path: Path, content: str) -> None:
    assert refusal(content, tmp_path)[0] is Reason.MALFORMED
    assert (
        "format is not known" in refusal(content, tmp_path)[1]
        or "it is empty" in refusal(content, tmp_path)[1]
    )


def test_many_rows_without_numbers_end_somewhere(tmp_path: Path) -> None:
    rows = "".join(f"{BEGIN + at},\n" for at in range(100_002))
    assert "more than 100,000 rows" in refusal(f"time,a\n{rows}", tmp_path)[1]


@pytest.mark.parametrize(("format_", "content"), [("wide-csv", "a,b\n"), ("long-csv", WIDE)])
def test_a_format_that_is_named_wrongly_is_refused(tmp_path: Path, format_: str, content: str) -> None:
    assert "is no header" in refusal(content, tmp_path, format=format_)[1]
