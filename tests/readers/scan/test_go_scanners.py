"""gosec and govulncheck: what they count, what they could not load, and what they say against themselves."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.evidence.model import Reason
from readiness.evidence.scan import Severity
from readiness.testing import read_evidence
from tests.readers.scan.support import REPORTS, counts, loaded, read, refusal, run, written

VULNERABLE = (REPORTS / "govulncheck.json").read_text()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "report.json"


def test_code_that_does_not_compile_is_an_error_of_gosec() -> None:
    one = run(REPORTS / "gosec-broken.json")
    assert (one.scanned, one.error_count) == (0, 5)
    assert one.errors[0].endswith("./cart.go:3:14: syntax error: unexpected {, expected )")


def test_what_gosec_suppresses_is_counted_with_its_reason_where_it_is_listed() -> None:
    assert run(REPORTS / "gosec.json").suppressed == {Severity.UNKNOWN: 1}
    tracked = run(REPORTS / "gosec-tracked.json")
    assert tracked.suppressed == {Severity.MEDIUM: 1}
    assert [one.suppressed for one in tracked.findings if one.suppressed] == ["of a file name"]


def test_gosec_that_counts_other_issues_than_it_lists_is_refused(file: Path) -> None:
    report = loaded("gosec.json")
    report["Issues"] = []
    assert refusal(file, report) == "it says 4 issues, and lists 0"


def test_a_line_of_gosec_may_be_several_and_must_be_one(file: Path) -> None:
    report = loaded("gosec.json")
    report["Issues"][0]["line"] = "12-14"
    assert 12 in [one.line for one in run(written(file, report)).findings]
    report["Issues"][0]["line"] = "somewhere"
    assert refusal(file, report) == "/srv/shop/bad/cart.go: line 'somewhere' is no line"


def test_a_vulnerability_that_is_called_is_of_no_known_severity() -> None:
    (one,) = run(REPORTS / "govulncheck.json").counted
    assert (one.rule, one.severity, one.level) == ("GO-2026-9001", Severity.UNKNOWN, "called")
    assert (one.object, one.fix, one.aliases) == ("example.com/dep v1.0.0", True, ("CVE-2026-99999",))
    assert one.message == "A hole in example.com/dep that does not exist (called, fixed in v1.2.0)"


def test_one_that_is_only_imported_is_less() -> None:
    (one,) = run(REPORTS / "govulncheck-uncalled.json").counted
    assert (one.severity, one.level) == (Severity.MEDIUM, "imported")


def test_a_scan_that_did_not_go_down_to_symbols_does_not_know_what_is_called(file: Path) -> None:
    report = (REPORTS / "govulncheck-uncalled.json").read_text()
    shallow = report.replace('"scan_level": "symbol"', '"scan_level": "module"')
    assert counts(run(written(file, shallow))) == {"unknown": 1}


def test_the_age_of_the_database_is_told() -> None:
    assert str(run(REPORTS / "govulncheck.json").database_at) == "2026-11-01 00:00:00+00:00"


def test_a_run_that_could_not_load_its_packages_shows_nothing() -> None:
    item = read(REPORTS / "govulncheck-broken.json")
    assert (item.facts, item.reason) == (None, Reason.MALFORMED)
    assert item.message == "it ends before anything was checked: the packages could not be loaded"
    assert item.remedy.startswith("look at what govulncheck says on its standard error")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"scan_mode": "source"', '"scan_mode": "extract"', "it has no configuration that is known"),
        ('"SBOM"', '"sbom"', "it ends before anything was checked: the packages could not be loaded"),
        ("Checking the code", "Waiting", "it ends before anything was checked: the packages could not be"),
        ("2026-11-01T00:00:00Z", "soon", "db_last_modified 'soon' is no time"),
    ],
)
def test_odd_reports_of_govulncheck_are_refused(file: Path, old: str, new: str, said: str) -> None:
    assert refusal(file, VULNERABLE.replace(old, new)).startswith(said)


def test_a_finding_without_a_trace_is_refused(file: Path) -> None:
    report = VULNERABLE + '{"finding": {"osv": "GO-1", "trace": []}}'
    assert refusal(file, report) == "the finding of GO-1 has no trace"


@settings(max_examples=25, deadline=None)
@given(at=st.integers(0, len(VULNERABLE.rstrip()) - 1))
def test_a_cut_report_of_govulncheck_is_refused_or_cut_between_two_objects(
    tmp_path_factory: pytest.TempPathFactory, at: int
) -> None:
    folder = tmp_path_factory.mktemp("cut")
    (folder / "report").write_text(VULNERABLE[:at])
    item = read_evidence("scan", folder, path="report").whole
    assert not item.message.startswith("the reader")
    assert item.facts is None or VULNERABLE[:at].rstrip().endswith("\n}")
