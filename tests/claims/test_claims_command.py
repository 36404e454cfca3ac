"""`readiness claims`, as a user meets it."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from readiness.cli import run
from readiness.report.json import render
from tests.claims.support import FIXTURES
from tests.cli.scorecards import card, result, write
from tests.report.cards import HOSTILE, go, no_go

Capture = pytest.CaptureFixture[str]
HONEST, WRONG = str(FIXTURES / "honest_release.md"), str(FIXTURES / "contradictory.md")


def report(folder: Path, text: str | bytes) -> str:
    path = folder / "report.md"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def scorecard(folder: Path, made: object) -> str:
    path = folder / "scorecard.json"
    path.write_text(render(made), encoding="utf-8")  # type: ignore[arg-type]
    return str(path)


def test_a_report_that_refutes_itself_is_exit_1_with_lines_and_arithmetic(capsys: Capture) -> None:
    assert run(["claims", WRONG]) == 1
    shown = capsys.readouterr().out
    assert "✗ REFUTED" in shown
    assert "line 19: Breakpoint | <300 ops/sec | 300 ops/sec" in shown
    assert "300/s against < 300/s" in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_an_honest_report_is_exit_0(capsys: Capture) -> None:
    assert run(["claims", HONEST]) == 0
    assert "none is refuted" in capsys.readouterr().out


def test_a_report_without_a_claim_is_exit_5(tmp_path: Path, capsys: Capture) -> None:
    assert run(["claims", report(tmp_path, "# Notes\n\nWe met on Tuesday.\n")]) == 5
    assert "No claim was found" in capsys.readouterr().out


def test_a_scorecard_that_proves_nothing_is_exit_5(tmp_path: Path, capsys: Capture) -> None:
    path = report(tmp_path, "- ✅ The office is painted\n")
    assert run(["claims", path, "--scorecard", scorecard(tmp_path, go())]) == 5
    assert "NOT SHOWN" in capsys.readouterr().out


def test_what_is_proven_and_what_is_contradicted_is_shown(tmp_path: Path, capsys: Capture) -> None:
    path = report(tmp_path, "Decision: GO\n\n- ✅ TLS version\n- ✅ Rollback document\n")
    assert run(["claims", path, "--scorecard", scorecard(tmp_path, go())]) == 0
    assert "PROVEN (3)" in capsys.readouterr().out
    assert run(["claims", path, "--scorecard", scorecard(tmp_path, no_go())]) == 1
    shown = capsys.readouterr().out
    assert "CONTRADICTED (2)" in shown
    assert "PROVEN (1)" in shown


def test_strict_wants_every_claim_proven(tmp_path: Path, capsys: Capture) -> None:
    path, proof = report(tmp_path, "- ✅ TLS version\n- ✅ Painted\n"), scorecard(tmp_path, go())
    assert run(["claims", path, "--scorecard", proof]) == 0
    assert run(["claims", path, "--scorecard", proof, "--strict"]) == 5
    assert run(["claims", path, "--strict"]) == 2
    assert "--strict needs a scorecard" in capsys.readouterr().err


def test_every_format_is_written(tmp_path: Path, capsys: Capture) -> None:
    names = {"md": "a.md", "markdown": "b.md", "html": "a.html", "json": "a.json", "terminal": "a.txt"}
    options = [word for name, file in names.items() for word in ("-o", f"{name}={tmp_path / file}")]
    assert run(["claims", WRONG, *options]) == 1
    made = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert made["schema"] == "readiness/claims/1"
    first = next(claim for claim in made["claims"] if claim["line"] == 19)
    assert (first["label"], first["reasons"][0]["rule"]) == ("self-inconsistent", "target-missed")
    assert "### line 19: self-inconsistent" in (tmp_path / "a.md").read_text(encoding="utf-8")
    assert "<blockquote>Breakpoint | &lt;300 ops/sec" in (tmp_path / "a.html").read_text(encoding="utf-8")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ("", "it is empty"),
        ("\n \n", "it is empty"),
        (b"\x00\x01\x02", "it is binary"),
        (b"\xff\xfe\xfd", "it is not UTF-8 text"),
        (b"- \x1b[31m\xe2\x9c\x85", "control character"),
        ("x" * 500_001, "at most 500,000"),
        ("x" * 4_001, "line 1 has 4,001 characters"),
        ("[" * 201, "brackets"),
        ("- ✅ a\n" * 10_001, "more than 10,000 statements"),
        ("> " * 200 + "✅", "nested too deeply"),
        ("|" + "a|" * 61 + "\n|" + "-|" * 61 + "\n|" + "1|" * 61, "61 columns"),
        ("# a\n```\n✅ cut off", "never closed"),
        ('{"schema": 1}', "no report in Markdown"),
        ("<!doctype html><p>✅</p>", "no report in Markdown"),
        ("<script>alert(1)</script>", "may hide text"),
        ("---\na: [\n---\n# x", "front matter"),
    ],
)
def test_what_is_no_report_is_one_line_and_exit_2(
    tmp_path: Path, capsys: Capture, content: str | bytes, shown: str
) -> None:
    assert run(["claims", report(tmp_path, content), "-o", f"html={tmp_path / 'out.html'}"]) == 2
    told = capsys.readouterr().err
    assert shown in told
    assert told.startswith("readiness: ")
    assert not (tmp_path / "out.html").exists()


def test_a_missing_report_is_wrong_usage(tmp_path: Path, capsys: Capture) -> None:
    assert run(["claims", str(tmp_path / "none.md")]) == 2
    assert run(["claims", str(tmp_path)]) == 2
    assert run(["claims", HONEST, HONEST]) == 2
    assert "named twice" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("made", "shown"),
    [
        ({"schema": "readiness/scorecard/9"}, "readiness/scorecard/9"),
        ({"schema": "readiness/claims/1"}, "readiness/claims/1"),
        (card(results=[result("performance/latency", "fail", enforce="required")]), "contradicts itself"),
        (card(proven_bad=True), "contradicts itself"),
    ],
)
def test_a_wrong_or_forged_scorecard_is_refused(
    tmp_path: Path, capsys: Capture, made: dict[str, object], shown: str
) -> None:
    assert run(["claims", HONEST, "--scorecard", write(tmp_path, made)]) == 2
    assert shown in capsys.readouterr().err


def test_an_output_never_takes_the_place_of_what_is_read(tmp_path: Path, capsys: Capture) -> None:
    path = report(tmp_path, "- ✅ a\n")
    assert run(["claims", path, "-o", f"md={path}"]) == 2
    assert "is read by this command" in capsys.readouterr().err
    assert Path(path).read_text(encoding="utf-8") == "- ✅ a\n"


def test_an_unknown_format_is_answered_with_a_hint(capsys: Capture) -> None:
    assert run(["claims", HONEST, "-o", "htm=x"]) == 2
    assert "did you mean 'html'?" in capsys.readouterr().err


def test_an_old_output_does_not_outlive_a_refusal(tmp_path: Path) -> None:
    out = tmp_path / "out.html"
    out.write_text("an honest report", encoding="utf-8")
    assert run(["claims", report(tmp_path, ""), "-o", f"html={out}"]) == 2
    assert not out.exists()


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        self.links += [name for name, _ in attrs if name.startswith("on") or name in ("src", "href")]


def test_a_hostile_report_is_shown_and_never_obeyed(tmp_path: Path, capsys: Capture) -> None:
    clean = re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", "", HOSTILE)
    lines = "".join(
        f"- [x] 3/6 passed {line}\n"
        for line in clean.splitlines()
        if "[link]" not in line and "<script" not in line
    )
    path = report(
        tmp_path, f"# {'<b>hi</b>'}\n\n{lines}- [x] 1/2 passed `<img src=x onerror=alert(1)>` {{{{ 7*7 }}}}\n"
    )
    html, text, md = (tmp_path / name for name in ("o.html", "o.txt", "o.md"))
    assert run(["claims", path, "-o", f"html={html}", "-o", f"terminal={text}", "-o", f"md={md}"]) == 1
    tags = _Tags()
    tags.feed(html.read_text(encoding="utf-8"))
    assert not tags.found & {"script", "img", "svg", "iframe", "b2"}
    assert set(tags.links) <= {"href"}
    assert "\x1b" not in text.read_text(encoding="utf-8")
    assert not any(line.startswith("::") for line in text.read_text(encoding="utf-8").splitlines())
    assert "<img" not in md.read_text(encoding="utf-8")
    assert "{{ 7*7 }}" in html.read_text(encoding="utf-8")


def test_a_scorecard_of_hostile_words_is_shown_and_never_obeyed(tmp_path: Path) -> None:
    made = no_go()
    path = report(tmp_path, "**PRODUCTION READY**\n")
    evil = json.loads(render(made))
    evil["reasons"] = [HOSTILE.encode("utf-8", "replace").decode()]
    proof = tmp_path / "evil.json"
    proof.write_text(json.dumps(evil), encoding="utf-8")
    html = tmp_path / "o.html"
    assert run(["claims", path, "--scorecard", str(proof), "-o", f"html={html}"]) == 1
    tags = _Tags()
    tags.feed(html.read_text(encoding="utf-8"))
    assert not tags.found & {"script", "img", "svg"}


def test_the_same_report_gives_the_same_audit_to_the_byte(tmp_path: Path) -> None:
    first, second = tmp_path / "1.json", tmp_path / "2.json"
    for path in (first, second):
        assert run(["claims", WRONG, "-o", f"json={path}"]) == 1
    assert first.read_bytes() == second.read_bytes()


def test_two_reports_are_told_apart(tmp_path: Path, capsys: Capture) -> None:
    one, two = tmp_path / "one.md", tmp_path / "two.md"
    one.write_text(
        "# Phase 6\n\n**Date:** 2026-01-12\n\n- [x] Load tested\n- ✅ All tests pass\n", encoding="utf-8"
    )
    two.write_text(
        "# Phase 6, so far\n\n**Date:** January 12, 2026\n\n- Core: 18/24 tests passing\n- ⏳ Run the load tests\n",
        encoding="utf-8",
    )
    assert run(["claims", str(one), str(two), "-o", f"json={tmp_path / 'a.json'}", "-o", "terminal"]) == 1
    shown = "".join(capsys.readouterr().out.split())
    assert "one.md:5" in shown
    assert "two.md:6" in shown
    assert run(["claims", str(one)]) == 0


def test_what_refutes_a_claim_stands_before_what_proves_it(tmp_path: Path, capsys: Capture) -> None:
    path = report(tmp_path, "Decision: GO\n\n- ❌ Export failed\n")
    assert run(["claims", path, "--scorecard", scorecard(tmp_path, go())]) == 1
    shown = " ".join(capsys.readouterr().out.split())
    assert shown.index("one line of the report says that it is not") < shown.index(
        "the decision of the scorecard"
    )


def test_a_refuted_report_is_told_what_to_do(capsys: Capture) -> None:
    assert run(["claims", WRONG]) == 1
    assert "Next: correct each line below" in capsys.readouterr().out


def test_long_times_and_large_sizes_are_told_in_units_for_people(tmp_path: Path, capsys: Capture) -> None:
    rows = "| Restore time | ≤ 2 h | 3 h | ✅ |\n| Memory | ≤ 1 GiB | 1.5 GiB | ✅ |\n"
    head = "| Metric | Target | Achieved | Status |\n|---|---|---|---|\n"
    assert run(["claims", report(tmp_path, head + rows)]) == 1
    shown = capsys.readouterr().out
    assert "3 h against <= 2 h" in shown
    assert "1.5 GiB against <= 1 GiB" in shown
