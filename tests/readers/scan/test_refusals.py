"""What is refused: reports that contradict themselves, are cut, empty, or of nothing that is known."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.evidence.model import Reason, Unproven
from readiness.evidence.scan import Scan, ScanRun
from readiness.readers.scan._made import bounded, finding
from readiness.readers.scan._made import run as made
from readiness.readers.scan._severity import severity_of
from readiness.readers.scan.kind import ScanKind
from readiness.testing import read_evidence
from tests.readers.scan.support import REPORTS, loaded, read, refusal, run, written

Change = Callable[[Any], None]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "report.json"


def _set(*path: str | int, to: Any) -> Change:
    def change(report: Any) -> None:
        for step in path[:-1]:
            report = report[step]
        report[path[-1]] = to

    return change


def _drop(*path: str | int) -> Change:
    def change(report: Any) -> None:
        for step in path[:-1]:
            report = report[step]
        del report[path[-1]]

    return change


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        (
            "eslint.json",
            _set(0, "errorCount", to=0),
            "/srv/shop/web/cart.js: it says 0 errors and 2 warnings, and lists 2 and 2",
        ),
        (
            "eslint.json",
            _set(0, "fatalErrorCount", to=1),
            "/srv/shop/web/cart.js: it says 1 fatal errors, and lists 0",
        ),
        (
            "dclint.json",
            _set(0, "messages", to=[]),
            "compose.yaml: it says 3 errors and 4 warnings, and lists 0 and 0",
        ),
        ("bandit.json", _drop("metrics", "_totals"), "it has no `metrics._totals`"),
        (
            "bandit.json",
            _set("metrics", "_totals", "SEVERITY.HIGH", to=0),
            "it says 0 findings of severity HIGH, and its files come to 1",
        ),
        ("bandit.json", _set("generated_at", to="today"), "generated_at 'today' is no time"),
        (
            "pylint.json",
            _set("messages", to=[]),
            "it says 1 messages of type warning, and lists 0",
        ),
        (
            "pyright.json",
            _set("summary", "errorCount", to=0),
            "it says 0 of severity error, and lists 1",
        ),
        ("pyright.json", _set("time", to="now"), "time 'now' is no time in milliseconds since 1970"),
        (
            "pip-audit.json",
            _drop("dependencies", 1, "vulns"),
            "idna: it was either audited or skipped, and the report does not say which",
        ),
        (
            "npm-audit.json",
            _set("metadata", "vulnerabilities", "high", to=0),
            "it says 0 packages of severity high, and lists 2",
        ),
        ("npm-audit.json", _set("auditReportVersion", to=3), "its auditReportVersion is 3; 2 is read"),
        (
            "osv-scanner.json",
            _set("results", 0, "packages", 0, "groups", 0, "ids", to=["GHSA-x84v-xcm2-53pg"]),
            "requests: its groups are not those of its vulnerabilities",
        ),
        ("trivy.json", _set("SchemaVersion", to=1), "its SchemaVersion is 1; 2 is read"),
        (
            "kubeconform.json",
            _set("summary", "invalid", to=0),
            "its summary says 0 invalid, and it lists 1",
        ),
        (
            "kubeconform.json",
            _set("resources", 0, "status", to="statusFine"),
            "nobody here knows the status 'statusFine'",
        ),
        ("kube-linter.json", _set("Reports", to=None), "its status is 'Failed', and it lists 0 findings"),
        (
            "checkov.json",
            _set("summary", "failed", to=0),
            "kubernetes: its summary says 0 failed checks, and it lists 19",
        ),
        ("checkov-empty.json", _set("passed", to=4), "it is a summary without its results"),
        (
            "detect-secrets.json",
            _set("plugins_used", to=[]),
            "it used no plugin, so it could find nothing",
        ),
        (
            "radon.json",
            _set("shop/cart.py", 0, "complexity", to=40),
            "shop/cart.py:7: a complexity of 40 has not the rank 'A'",
        ),
        (
            "trivy.json",
            _drop("Results", 2, "Misconfigurations"),
            "deploy/shop.yaml: it says 1 failures, and lists 0",
        ),
        ("codeql.sarif", _drop("runs", 0, "tool", "extensions"), "a result points at extension 0, of 0"),
        (
            "codeql.sarif",
            _drop("runs", 0, "tool", "extensions", 0, "rules"),
            "a result points at rule 0, of 0",
        ),
        (
            "polaris.json",
            _drop("Results", 0, "PodResult"),
            "it is no report of Polaris: Object missing required field `PodResult` - at `$.Results[0]`",
        ),
        ("codeql.sarif", _set("version", to="2.0.0"), "it is SARIF 2.0.0; 2.1.0 is read"),
        ("codeql.sarif", _set("runs", to=[]), "it holds no run: no tool has written into it"),
        (
            "codeql.sarif",
            _set("runs", 0, "invocations", 0, "endTimeUtc", to="soon"),
            "endTimeUtc 'soon' is no time",
        ),
        (
            "codeql.sarif",
            _drop("runs", 0, "invocations", 0, "executionSuccessful"),
            "it is no SARIF: Object missing required field `executionSuccessful` - at `$.runs[0].invocations[0]`",
        ),
        (
            "codeql.sarif",
            _set("runs", 0, "results", 0, "level", to="fine"),
            "it is no SARIF: Invalid enum value 'fine' - at `$.runs[0].results[0].level`",
        ),
    ],
)
def test_a_report_that_contradicts_itself_is_refused(
    file: Path, name: str, change: Change, said: str
) -> None:
    report = copy.deepcopy(loaded(name))
    change(report)
    assert refusal(file, report) == said


def test_an_error_of_npm_is_no_audit() -> None:
    item = read(REPORTS / "npm-audit-error.json")
    assert item.reason is Reason.MALFORMED
    assert item.message.startswith("it holds an error in the place of an audit: 405 Method Not Allowed")
    assert item.remedy == "let npm reach a registry that audits, and run it again"


@pytest.mark.parametrize("content", ["[]", "[]\n", " [ ] "])
def test_an_empty_list_does_not_tell_which_tool_ran(file: Path, content: str) -> None:
    said = "it is an empty list, as several tools write it: nothing in it tells which of them ran"
    assert refusal(file, content) == said
    assert read(file).remedy == "name the tool with `format:`, or let it write SARIF"


@pytest.mark.parametrize("format_", ["ruff", "gitleaks", "hadolint", "zizmor", "actionlint"])
def test_an_empty_list_of_a_named_tool_says_nothing_of_what_was_scanned(file: Path, format_: str) -> None:
    one = run(written(file, "[]"), format=format_)
    assert (one.tool, one.scanned, one.findings) == (format_, None, ())


@pytest.mark.parametrize("format_", ["eslint", "dclint", "kube-score"])
def test_an_empty_list_of_files_is_a_scan_of_nothing(file: Path, format_: str) -> None:
    assert run(written(file, "[]"), format=format_).scanned == 0


def test_an_empty_report_of_radon_is_a_scan_of_nothing() -> None:
    assert run(REPORTS / "radon-empty.json", format="radon").scanned == 0


@pytest.mark.parametrize("content", ["", "\n", "{}", "null", "[1]", "{", "x", "\x00", '{"runs": 1}'])
def test_what_is_no_report_is_malformed(file: Path, content: str) -> None:
    assert refusal(file, content)


@pytest.mark.parametrize("content", ["", "\n"])
def test_an_empty_file_of_mypy_is_unproven_whoever_names_the_format(file: Path, content: str) -> None:
    item = read(written(file, content), format="mypy")
    assert (item.facts, item.reason) == (None, Reason.INSUFFICIENT)
    assert (
        item.message
        == "it is empty: mypy writes that when it finds nothing, and so does a run that never began"
    )
    assert item.remedy.startswith("keep mypy's own text instead")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it is empty: not even mypy's summary is in it"),
        ("a.py:1: error: wrong  [x]\n", "its last line is no summary of mypy: it may have been cut"),
        ("Found 1 error in 1 file (checked 2 source files)\n", "it says 1 errors, and lists 0"),
        (
            "a.py:1: error: wrong  [x]\nSuccess: no issues found in 2 source files\n",
            "it says 0 errors, and lists 1",
        ),
        (
            "Traceback\nSuccess: no issues found in 2 source files\n",
            "'Traceback' is no line of mypy",
        ),
    ],
)
def test_a_text_of_mypy_without_its_proof_is_refused(file: Path, text: str, said: str) -> None:
    assert refusal(file, text, format="mypy-text") == said


def test_a_line_of_mypy_that_is_cut_is_named(file: Path) -> None:
    lines = (REPORTS / "mypy.jsonl").read_text()
    assert refusal(file, lines[:-20]).startswith("line 2: it is not JSON")


def test_a_word_that_no_scale_knows_is_an_unknown_severity(file: Path) -> None:
    report = loaded("ruff.json")
    report[0]["severity"] = "fine"
    assert run(written(file, report)).counts == {severity_of("ruff", "?"): 1, severity_of("ruff", "error"): 3}


def test_several_reports_are_several_runs(tmp_path: Path) -> None:
    for name in ("eslint.json", "ruff.json"):
        (tmp_path / name).write_bytes((REPORTS / name).read_bytes())
    facts = read_evidence("scan", tmp_path, path="*.json", files=2).whole.facts
    assert isinstance(facts, Scan)
    assert [one.tool for one in facts.runs] == ["eslint", "ruff"]
    assert facts.summary()["runs"] == [
        {"tool": "eslint", "version": "", "scanned": 1, "unit": "files", "errors": 0, "skipped": 0}
        | {"critical": 0, "high": 2, "unknown": 0, "medium": 2, "low": 0, "suppressed": 1},
        {"tool": "ruff", "version": "", "scanned": None, "unit": "files", "errors": 0, "skipped": 0}
        | {"critical": 0, "high": 4, "unknown": 0, "medium": 0, "low": 0, "suppressed": 0},
    ]


def test_too_many_runs_are_refused() -> None:
    parts = [Scan(runs=(made("ruff", []),))] * 301
    with pytest.raises(Unproven, match="it comes to 301 runs; at most 300 are read as one evidence"):
        ScanKind().combine(parts, None)  # type: ignore[arg-type]


def test_of_many_findings_all_are_counted_and_the_worst_are_listed() -> None:
    low = [finding("L", severity_of("bandit", "low"), "x" * 300) for _ in range(30_000)]
    high = [finding("H", severity_of("bandit", "high"), "x" * 300)]
    (one,) = bounded([made("bandit", [*low, *high])]).runs
    assert one.counts == {severity_of("bandit", "low"): 30_000, severity_of("bandit", "high"): 1}
    assert one.findings[0].rule == "H"
    assert 0 < len(one.findings) < 10_000
    assert sum(one.unlisted.values()) == 30_001 - len(one.findings)


def test_texts_are_one_line_without_control_characters() -> None:
    one = finding("R\n1", severity_of("bandit", "low"), "a\x1b[31m\n b" + "x" * 400, file="f" * 300, line=0)
    assert (one.rule, one.line, len(one.message), len(one.file)) == ("R 1", None, 300, 200)
    assert "\x1b" not in one.message


MUTATED = [
    "bandit.json",
    "codeql.sarif",
    "eslint.json",
    "grype.json",
    "kubeconform.json",
    "mypy.txt",
    "mypy.jsonl",
    "npm-audit.json",
    "osv-scanner.json",
    "pip-audit.json",
    "polaris.json",
    "pylint.json",
    "pyright.json",
    "radon.json",
    "ruff.json",
    "semgrep.json",
    "trivy.json",
    "gitleaks.json",
    "dclint.json",
    "kube-linter.json",
]


@pytest.mark.parametrize("name", MUTATED)
def test_a_report_that_is_cut_is_malformed(tmp_path: Path, name: str) -> None:
    content = (REPORTS / name).read_bytes().rstrip()
    path = tmp_path / "cut"
    # A line of JSON lines is whole without the ones after it, and the plural of mypy's summary adds nothing to it.
    for cut in range(1, len(content) - 2, max(1, len(content) // 25)):
        path.write_bytes(content[:cut])
        item = read(path)
        is_line = name == "mypy.jsonl" and content[:cut].endswith(b"}")
        assert item.facts is None or is_line, cut
        assert not item.message.startswith("the reader")


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_damage_never_breaks_a_reader(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(MUTATED))
    content = (REPORTS / name).read_bytes()
    at = data.draw(st.integers(0, len(content)))
    noise, gone = data.draw(st.binary(max_size=3)), data.draw(st.integers(0, 3))
    path = tmp_path_factory.getbasetemp() / "damaged"
    path.write_bytes(content[:at] + noise + content[at + gone :])
    item = read(path)
    assert not item.message.startswith("the reader")
    assert item.facts is None or isinstance(item.facts, Scan)


_LEAVES = st.none() | st.booleans() | st.integers(-2, 10**20) | st.floats() | st.text(max_size=5)
_JSON = st.recursive(
    _LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner)
)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_value_in_the_place_of_any_other_is_malformed_or_read(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from([name for name in MUTATED if not name.startswith("mypy")]))
    report = loaded(name)
    node, steps = report, data.draw(st.integers(1, 9))
    for step in range(steps):
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not keys:
            break
        key = data.draw(st.sampled_from(keys))
        if step == steps - 1 or not isinstance(node[key], dict | list):
            node[key] = data.draw(_JSON)
            break
        node = node[key]
    path = tmp_path_factory.getbasetemp() / "changed"
    path.write_text(json.dumps(report))
    item = read(path)
    assert not item.message.startswith("the reader"), item.message
    if isinstance(item.facts, Scan):
        assert all(_is_sound(one) for one in item.facts.runs)


def _is_sound(one: ScanRun) -> bool:
    listed = len([found for found in one.findings if found.suppressed is None])
    return (one.scanned is None or one.scanned >= 0) and sum(one.counts.values()) >= listed


def test_a_scan_is_bound_to_the_commit_of_the_release() -> None:
    assert ScanKind.binds == "commit"
