"""Every format of coverage: what tools wrote of one program agrees, and what contradicts itself is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.evidence.coverage import Coverage
from readiness.evidence.model import Reason
from tests.readers.coverage.support import REPORTS, Counts, metrics, read, refusal

NYC: Counts = {"line": (6, 7), "branch": (1, 2), "function": (1, 2)}
C8: Counts = {"line": (11, 12), "branch": (3, 4), "function": (1, 2)}
JEST: Counts = {"line": (5, 6), "branch": (1, 2), "function": (1, 2)}
KNOWN: dict[str, tuple[str, Counts]] = {
    "nyc-final.json": ("istanbul", {**NYC, "statement": (7, 8)}),
    "nyc-summary.json": ("istanbul-summary", {**NYC, "statement": (7, 8)}),
    "nyc-clover.xml": ("clover", NYC),
    "nyc-cobertura.xml": ("cobertura", NYC),
    "nyc.info": ("lcov", NYC),
    "c8-final.json": ("istanbul", {**C8, "statement": (11, 12)}),
    "c8-summary.json": ("istanbul-summary", {**C8, "statement": (11, 12)}),
    "c8-clover.xml": ("clover", C8),
    "c8-cobertura.xml": ("cobertura", C8),
    "c8.info": ("lcov", C8),
    "jest-final.json": ("istanbul", {**JEST, "statement": (5, 6)}),
    "jest-summary.json": ("istanbul-summary", {**JEST, "statement": (5, 6)}),
    "jest-clover.xml": ("clover", JEST),
    "vitest-final.json": (
        "istanbul",
        {"line": (8, 8), "statement": (8, 8), "branch": (2, 3), "function": (1, 2)},
    ),
    "vitest-clover.xml": ("clover", {"line": (8, 8), "branch": (2, 3), "function": (1, 2)}),
    "node.info": ("lcov", {"line": (20, 21), "branch": (8, 9), "function": (5, 7)}),
    "jacoco.xml": ("jacoco", {"line": (10, 17), "branch": (4, 8), "function": (3, 8)}),
    "openclover.xml": (
        "clover",
        {"line": (6, 10), "statement": (6, 10), "branch": (2, 6), "function": (2, 5)},
    ),
    "phpunit-clover.xml": ("clover", {"line": (3, 4), "statement": (3, 4), "function": (1, 2)}),
    "coverlet-cobertura.xml": ("cobertura", {"line": (4, 5), "branch": (1, 2), "function": (2, 2)}),
    "gcovr-cobertura.xml": ("cobertura", {"line": (5, 6), "branch": (2, 4), "function": (3, 4)}),
    "gcovr-sonarqube.xml": ("sonarqube", {"line": (5, 6), "branch": (2, 4)}),
    "gcovr-clover.xml": ("clover", {"line": (5, 6), "statement": (6, 7)}),
    "gcovr-jacoco.xml": ("jacoco", {"line": (6, 7), "branch": (3, 6), "function": (3, 4)}),
    "gcovr.info": ("lcov", {"line": (5, 6), "branch": (2, 4), "function": (3, 4)}),
    "lcov-2.info": ("lcov", {"line": (3, 4), "branch": (1, 3), "function": (1, 2)}),
    "go-set.out": ("go-profile", {"statement": (5, 13)}),
    "go-count.out": ("go-profile", {"statement": (5, 13)}),
    "go-atomic.out": ("go-profile", {"statement": (5, 13)}),
    "go-coverpkg.out": ("go-profile", {"statement": (10, 13)}),
    "llvm-cov.json": ("llvm-cov", {"line": (13, 15), "function": (3, 4)}),
    "simplecov-resultset.json": ("simplecov", {"line": (7, 7), "branch": (1, 2)}),
    "diff-cover.json": ("diff-cover", {"new-code": (3, 4)}),
    "diff-cover-nothing-new.json": ("diff-cover", {"new-code": (0, 0)}),
}
ENDED = [name for name in KNOWN if Path(name).suffix in (".xml", ".json")]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "coverage"


@pytest.mark.parametrize("name", KNOWN)
def test_what_tools_write_is_told_apart_and_counted(name: str) -> None:
    format_, expected = KNOWN[name]
    item = read(REPORTS / name)
    assert item.provenance.format == format_
    assert metrics(REPORTS / name) == expected


@pytest.mark.parametrize("name", KNOWN)
def test_the_counts_of_files_come_to_those_of_the_whole(name: str) -> None:
    facts = read(REPORTS / name).facts
    assert isinstance(facts, Coverage)
    for metric, counts in facts.metrics.items():
        own = facts.by_path(metric).values()
        assert sum(one.covered for one in own) == counts.covered
        assert sum(one.total for one in own) == counts.total


@pytest.mark.parametrize("name", ENDED)
def test_a_report_cut_at_any_byte_is_unproven(name: str, file: Path) -> None:
    content = (REPORTS / name).read_bytes().rstrip()
    for cut in range(0, len(content), max(7, len(content) // 15)):
        assert refusal(file, content[:cut])


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(sorted(KNOWN)),
    place=st.floats(0, 1),
    noise=st.sampled_from(
        [b"", b"0", b"9", b"-", b'"', b"<", b">", b"{", b"\x00", b"\xff", b"1e400", b"NaN", b"\n"]
    ),
    gone=st.integers(0, 40),
)
def test_damage_is_unproven_or_justified(
    tmp_path_factory: pytest.TempPathFactory, name: str, place: float, noise: bytes, gone: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged-coverage"
    content = (REPORTS / name).read_bytes()
    at = int(place * len(content))
    path.write_bytes(content[:at] + noise + content[at + gone :])
    item = read(path)
    if item.facts is None:
        assert item.reason is Reason.MALFORMED
        assert not item.message.startswith("the reader")
    else:
        assert isinstance(item.facts, Coverage)
        assert all(0 <= one.covered <= one.total for one in item.facts.metrics.values())


def changed(name: str, before: str, after: str) -> str:
    text = (REPORTS / name).read_text()
    assert before in text
    return text.replace(before, after, 1)


@pytest.mark.parametrize(
    ("name", "before", "after", "said"),
    [
        (
            "jacoco.xml",
            '<counter type="METHOD" missed="5" covered="3"/><counter type="CLASS" missed="2" covered="1"/></report>',
            '<counter type="METHOD" missed="0" covered="8"/><counter type="CLASS" missed="2" covered="1"/></report>',
            "line 1: <report> 'shop' says METHOD 8 of 8, and its parts come to 3 of 8",
        ),
        (
            "jacoco.xml",
            'ci="2" mb="0" cb="0"/><line nr="7"',
            'ci="0" mb="0" cb="0"/><line nr="7"',
            "line 1: <sourcefile> 'Cart.java' says LINE 10 of 14, and its lines come to 9 of 14",
        ),
        (
            "jacoco.xml",
            '<counter type="METHOD" missed="0" covered="1"/></method><method name="add"',
            '<counter type="METHOD" missed="1" covered="0"/></method><method name="add"',
            "line 1: <class> 'shop/Cart' says METHOD 3 of 4, and its methods come to 2 of 4",
        ),
        (
            "jacoco.xml",
            'missed="6" covered="0"',
            'missed="-6" covered="0"',
            "line 1: missed='-6' is no count",
        ),
        (
            "openclover.xml",
            'classes="3" statements="10"',
            'classes="3" statements="6"',
            "line 3: <project> says 6 of 6 statements, and its files come to 6 of 10",
        ),
        (
            "openclover.xml",
            '<line num="11" count="0" type="stmt"/>',
            '<line num="11" count="1" type="stmt"/>',
            "line 7: /srv/shop/src/main/java/shop/Cart.java says 6 of 9 statements, and its lines come to 7 of 9",
        ),
        (
            "nyc-clover.xml",
            'coveredstatements="6"',
            'coveredstatements="9"',
            "line 4: coveredstatements=9 of statements=7 are covered",
        ),
        (
            "nyc-summary.json",
            '"covered":6,"skipped":0,"pct":85.71',
            '"covered":6,"skipped":0,"pct":95.71',
            "total: 6 of 7 lines are not 95.71%",
        ),
        (
            "nyc-summary.json",
            '"lines":{"total":7,"covered":6,"skipped":0,"pct":85.71}',
            '"lines":{"total":7,"covered":7,"skipped":0,"pct":100}',
            "total says 7 of 7 lines, and its files come to 6 of 7",
        ),
        (
            "nyc-final.json",
            '"f":{"0":1,"1":0}',
            '"f":{"0":1}',
            "/srv/shop/cart.js: 2 functions have places, and 1 are counted, or they are others",
        ),
        (
            "nyc-final.json",
            '"b":{"0":[1,0]}',
            '"b":{"0":[1]}',
            "/srv/shop/cart.js: branch 0 has 2 arms, and 1 are counted",
        ),
        (
            "nyc-final.json",
            '"f":{"0":1,"1":0}',
            '"f":{"0":1,"1":-1}',
            "it is no report of Istanbul: Expected `int` >= 0 - at `$[...].f[...]`",
        ),
        (
            "gcovr-sonarqube.xml",
            'lineNumber="3" covered="false"',
            'lineNumber="3" covered="false" branchesToCover="2" coveredBranches="1"',
            "line 2: a line that is not covered has branches that are",
        ),
        (
            "gcovr-sonarqube.xml",
            'branchesToCover="2" coveredBranches="1"',
            'branchesToCover="2" coveredBranches="3"',
            "line 2: coveredBranches=3 of branchesToCover=2 are covered",
        ),
        (
            "gcovr-sonarqube.xml",
            'covered="false"',
            'covered="maybe"',
            "line 2: covered='maybe' is neither true nor false",
        ),
        ("go-set.out", " 1 1\n", " 1 2\n", "line 2: a count of 2 in a profile of 'mode: set'"),
        (
            "go-set.out",
            "mode: set",
            "mode: guess",
            "line 1: 'mode: guess' is no mode of go's: set, count or atomic",
        ),
        (
            "go-coverpkg.out",
            "cart.go:14.2,15.12 2 0",
            "cart.go:14.2,15.12 9 0",
            "line 15: a block of 9 statements, which has 2 before",
        ),
        (
            "go-set.out",
            " 1 1\n",
            " -1 1\n",
            "line 2: 'example.com/shop/pay/pay.go:7.50,8.17 -1 1' is not as go writes a block",
        ),
        (
            "llvm-cov.json",
            '"lines":{"count":15,"covered":13',
            '"lines":{"count":15,"covered":15',
            "totals says 15 of 15 lines, and its files come to 13 of 15",
        ),
        (
            "diff-cover.json",
            '"total_num_violations": 1',
            '"total_num_violations": 0',
            "it says that 0 of 4 lines are missing, and its files come to 1 of 4",
        ),
        (
            "diff-cover.json",
            '"total_percent_covered": 75',
            '"total_percent_covered": 95',
            "3 of 4 lines are not 95%",
        ),
        (
            "diff-cover.json",
            '"report_name": "XML"',
            '"report_name": "flake8"',
            "it is about 'flake8', not coverage",
        ),
        (
            "diff-cover.json",
            '"num_changed_lines": 12',
            '"num_changed_lines": 2',
            "4 lines are measured of 2 that were changed",
        ),
        (
            "simplecov-resultset.json",
            '"lines": [1, 1, 0, null, 1, "ignored", null, 0]',
            '"lines": [1, 1, 0]',
            "/srv/shop/lib/cart.rb: it has 8 lines, and 3 in another command",
        ),
        (
            "simplecov-resultset.json",
            '"ignored"',
            '"perhaps"',
            "/srv/shop/lib/cart.rb: line 6 was run 'perhaps' times",
        ),
    ],
)
def test_what_contradicts_itself_is_refused(
    file: Path, name: str, before: str, after: str, said: str
) -> None:
    assert refusal(file, changed(name, before, after)) == said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('<report name="x"/>', "its format is not known"),
        ('<report><package name="a"/></report>', "it counts nothing"),
        ('<report><sessioninfo dump="x"/></report>', "it counts nothing"),
        ('<coverage clover="4"><project><metrics/></project></coverage>', "it tells of no source file"),
        ('<coverage version="1"/>', "it tells of no source file"),
        (
            '<coverage version="1"><x><file path="a"><lineToCover/></file></x></coverage>',
            "it has 1 <file> elements, of which 0 stand where they belong",
        ),
        ("mode: set\n", "it tells of no source file"),
        ("mode: set\na.go:1.1,2.2 1 1", "its last line has no end: it ends too early"),
        (
            '{"total": {"lines": {"total": 0, "covered": 0, "pct": 100}}}',
            "it is no summary of Istanbul: Object missing required field `statements`",
        ),
        ('{"type": "llvm.coverage.json.export", "data": []}', "it holds 0 exports, where one is meant"),
        ('{"RSpec": {"coverage": {}, "timestamp": 1795254671}}', "it tells of no source file"),
        ('{"RSpec": {"coverage": {}, "timestamp": 5}}', "it is no result set of SimpleCov"),
        ('{"total": 1, "x": {"statementMap": {}}}', "its format is not known"),
        (
            '<!DOCTYPE report [<!ENTITY a "b">]><report><counter/></report>',
            "its DOCTYPE declares entities or the like, and those are not expanded (line 1)",
        ),
        (
            '<!DOCTYPE report SYSTEM "file:///etc/passwd"><report name="&x;"><counter/></report>',
            "it uses the entity 'x', and entities are not expanded",
        ),
    ],
)
def test_what_shows_nothing_is_refused(file: Path, content: str, said: str) -> None:
    assert refusal(file, content).startswith(said)


@pytest.mark.parametrize("name", ["jacoco.xml", "openclover.xml", "gcovr-sonarqube.xml"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_other_encodings_are_read(file: Path, name: str, encoding: str) -> None:
    text = (REPORTS / name).read_text()
    declared = text.partition("?>")[0]
    kept = text.replace(declared, declared.replace('"UTF-8"', '"UTF-16"').replace("'utf-8'", '"UTF-16"'), 1)
    file.write_bytes((kept if encoding == "utf-16" else text).encode(encoding))
    assert metrics(file) == KNOWN[name][1]


def test_a_dtd_that_is_named_is_never_fetched(file: Path) -> None:
    text = changed("jacoco.xml", '"report.dtd"', '"http://127.0.0.1:9/report.dtd"')
    file.write_text(text)
    assert metrics(file) == KNOWN["jacoco.xml"][1]


def test_modules_of_an_aggregated_report_of_jacoco_are_told_apart(file: Path) -> None:
    line = '<line nr="1" mi="0" ci="2" mb="0" cb="0"/>'
    counter = '<counter type="LINE" missed="0" covered="{}"/>'
    source = f'<sourcefile name="A.java">{line}{counter.format(1)}</sourcefile>'
    package = f'<package name="p">{source}{counter.format(1)}</package>'
    groups = "".join(f'<group name="{name}">{package}{counter.format(1)}</group>' for name in "ab")
    file.write_text(f'<report name="all">{groups}{counter.format(2)}</report>')
    facts = read(file).facts
    assert isinstance(facts, Coverage)
    assert sorted(facts.files) == ["a/p/A.java", "b/p/A.java"]


def test_jacoco_without_debug_information_has_no_lines(file: Path) -> None:
    counter = '<counter type="METHOD" missed="1" covered="1"/>'
    one = f'<class name="p/A" sourcefilename="A.java">{counter}</class>'
    file.write_text(f'<report name="x"><package name="p">{one}{counter}</package>{counter}</report>')
    assert metrics(file) == {"function": (1, 2)}


def test_tests_of_clover_are_no_source(file: Path) -> None:
    facts = read(REPORTS / "openclover.xml").facts
    assert isinstance(facts, Coverage)
    assert not any("src/test" in path for path in facts.files)


def test_an_older_diff_cover_tells_only_what_is_missing(file: Path) -> None:
    report: dict[str, Any] = json.loads((REPORTS / "diff-cover.json").read_text())
    for one in report["src_stats"].values():
        del one["covered_lines"]
    file.write_text(json.dumps(report))
    assert metrics(file) == {"new-code": (3, 4)}


def test_a_percentage_of_nothing_may_be_unknown(file: Path) -> None:
    none = {"total": 0, "covered": 0, "skipped": 0, "pct": "Unknown"}
    one = {"total": 2, "covered": 1, "skipped": 0, "pct": 50}
    summary = {"lines": one, "statements": one, "functions": none, "branches": none}
    file.write_text(json.dumps({"total": summary, "C:\\shop\\cart.js": summary}))
    assert metrics(file) == {"line": (1, 2), "statement": (1, 2), "function": (0, 0), "branch": (0, 0)}
