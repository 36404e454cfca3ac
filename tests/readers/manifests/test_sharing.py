"""Manifests that two processes read between them: the facts are those that one of them would read alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.manifest_files import documents, write
from readiness.evidence.manifests import Manifests
from readiness.evidence.model import Reason
from readiness.readers.manifests import kind
from readiness.readers.manifests._ahead import Ahead
from readiness.readers.manifests._block_style import plains_of
from readiness.testing import read_evidence
from tests.support import ROOT

# In a process of its own: a fork wants to be the only thread, which a worker of pytest is not.
_SCRIPT = """
import os, sys
from pathlib import Path
from readiness.readers.manifests import _ahead, _documents, _halves
from readiness.testing import read_evidence

def read():
    return repr(read_evidence("manifests", Path(sys.argv[1]), path="deploy").whole)

def forked():
    _halves.may_share = _documents.may_share = lambda: True
    _halves.MUCH = _documents.MUCH = 1
    seen, fork = [], os.fork
    os.fork = lambda: seen.append(1) or fork()
    BREAK
    made = read()
    assert seen, "no process was asked"
    return made

alone = read()
assert forked() == alone
try:
    os.waitpid(-1, os.WNOHANG)
except ChildProcessError:
    print("the same,", alone.count("Resource("), "objects")
"""


def _compared(folder: Path, break_: str = "") -> str:
    command = [sys.executable, "-c", _SCRIPT.replace("BREAK", break_), str(folder)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_many_files_are_read_by_two_processes_as_by_one(tmp_path: Path) -> None:
    write(600, tmp_path / "deploy")
    assert _compared(tmp_path) == "the same, 600 objects\n"


def test_one_large_file_is_read_by_two_processes_as_by_one(tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    text = "---\n".join(document for _, document in documents(100))
    (tmp_path / "deploy" / "all.yaml").write_text(
        text + "---\nkind: Odd  # é\napiVersion: v1\nmetadata: {name: x}\n"
    )
    assert _compared(tmp_path) == "the same, 101 objects\n"


@pytest.mark.parametrize("end", ["os._exit(0)", "os._exit(1)", "os.kill(os.getpid(), 9)", "1 / 0"])
def test_what_a_process_that_broke_did_not_read_is_read_here(tmp_path: Path, end: str) -> None:
    write(400, tmp_path / "deploy")
    break_ = f"_ahead.plains_of = lambda parts: {end}"
    assert _compared(tmp_path, break_) == "the same, 400 objects\n"


def test_what_another_process_made_of_another_content_is_not_taken() -> None:
    ahead = Ahead({"a: 1\n": ["a: 1\n"]})
    try:
        assert ahead.plains("a: 2\n") is None
        assert ahead.plains("a: 1\n") == plains_of(["a: 1\n"])
    finally:
        ahead.end()


def test_a_set_beyond_all_bounds_is_unproven(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(400, tmp_path / "deploy")
    monkeypatch.setattr(kind, "MAX_TOTAL", 100_000)
    whole = read_evidence("manifests", tmp_path, path="deploy").whole
    assert whole.reason is Reason.MALFORMED
    assert "more than 100,000 bytes together" in whole.message


def test_ten_thousand_documents_are_judged_and_summed_up(tmp_path: Path) -> None:
    write(10_000, tmp_path / "deploy")
    facts = read_evidence("manifests", tmp_path, path="deploy").whole.facts
    assert isinstance(facts, Manifests)
    assert facts.summary()["objects"] == 10_000
    assert len(facts.index.workloads) == 1_250
