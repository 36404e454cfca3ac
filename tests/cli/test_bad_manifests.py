"""Manifests that cannot be read, through the whole gate: bounded in time and memory, unproven, with a clear reason."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

POLICY = """\
readiness: 1
name: bad
release: {name: shop, version: 1.2.3}
decision: {go: 90%, conditional: 75%}
evidence:
  manifests: {kind: manifests, path: deploy}
checks:
  - {use: infrastructure/workloads-present, enforce: required}
  - use: infrastructure/image-tag
"""
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers: [{name: web, image: 'x:1'}]\n"
MOST_MEMORY = 700_000_000
"""Of addresses, not of what is used: the libraries alone take some 200 MB."""


def gate(root: Path) -> tuple[int, dict[str, Any]]:
    """The exit code and the scorecard of `readiness check`, in bounded memory and time."""
    (root / "policy.yaml").write_text(POLICY)
    done = subprocess.run(
        [sys.executable, "-m", "readiness", "check", "--policy", "policy.yaml", "-o", "json=out.json"],
        cwd=root,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY)),
    )
    assert "Traceback" not in done.stdout + done.stderr
    return done.returncode, json.loads((root / "out.json").read_text())


def bomb() -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n" + "\n".join(lines) + "\n"


def repeated(bytes_: int) -> bytes:
    one = f"{POD}---\n".encode()
    return one * (bytes_ // len(one))


CASES: dict[str, tuple[bytes, str]] = {
    "alias bomb": (bomb().encode(), "more than 2,000,000 values, through aliases"),
    "deep flow": (b"apiVersion: v1\nkind: Pod\nspec: " + b"[" * 200_000, "nested more than 100 levels deep"),
    "deep blocks": (
        b"apiVersion: v1\nkind: Pod\nspec:\n" + b"\n".join(b" " * n + b"- " for n in range(1, 3_000)),
        "nested more than 100 levels deep",
    ),
    "deep json": (
        b'{"apiVersion": "v1", "kind": "Pod", "spec": ' + b'{"a":' * 200_000,
        "nested more than 100 levels deep",
    ),
    "duplicate keys": (POD.encode() + b"kind: Service\n", "'kind' is here a second time"),
    "tabs": (b"apiVersion: v1\nkind: Pod\nmetadata:\n\tname: a\n", "not YAML"),
    "utf-16": (POD.encode("utf-16"), "it is not UTF-8 text"),
    "utf-16 without a mark": (POD.encode("utf-16-le"), "it is no Kubernetes manifest"),
    "utf-32": (POD.encode("utf-32"), "it is not UTF-8 text"),
    "latin-1": (POD.replace("x:1", "\xe9").encode("latin-1"), "it is not UTF-8 text"),
    "template": (
        b"apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Values.name }}\n",
        "a template that was not rendered",
    ),
    "template in text": (
        POD.replace("{name: a}", "{name: '{{ .Values.x }}'}").encode(),
        "a template that was not rendered",
    ),
    "binary": (bytes(range(256)) * 100, "it is not UTF-8 text"),
    "zeros": (b"\0" * 1_000_000, "no Kubernetes manifest"),
    "nul": (POD.encode() + b"a: \0\n", "a character that YAML forbids: U+0000"),
    "50 MB": (repeated(50_000_000), "larger than 10 MB"),
    "50 MB of one line": (b"apiVersion: v1\nkind: Pod\na: " + b"x" * 50_000_000, "larger than 10 MB"),
    "text": (b"hello\n", "it is no Kubernetes manifest"),
    "empty": (b"", "it is empty"),
    "cut json": (b'{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"', "not YAML"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_file_that_cannot_be_read_is_unproven_and_says_why(tmp_path: Path, name: str) -> None:
    content, said = CASES[name]
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy/good.yaml").write_text(POD.replace("{name: a}", "{name: good}"))
    (tmp_path / "deploy/bad.yaml").write_bytes(content)
    code, card = gate(tmp_path)
    assert code == 5
    assert card["decision"] == "no-go"
    assert {one["outcome"] for one in card["results"]} == {"unproven"}
    (blocker,) = card["blockers"]
    assert said in blocker["detail"]
    assert "bad.yaml" in blocker["detail"] or "bad.yaml" in json.dumps(card["evidence"])
    assert blocker["next"]


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + POD.encode(),
        POD.replace("\n", "\r\n").encode(),
        b"# a comment\n---\n" + POD.encode() + b"...\n--- # end\n",
        POD.encode()
        + b"---\napiVersion: acme.example/v1\nkind: Widget\nmetadata: {name: w}\nspec: {anything: [1, {a: b}]}\n",
        POD.encode()
        + b"---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"
        + b"metadata: {name: w.acme.example}\n",
    ],
)
def test_marks_line_ends_comments_and_unknown_kinds_are_taken(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy/a.yaml").write_bytes(content)
    code, card = gate(tmp_path)
    assert (code, card["decision"]) == (0, "go")


def test_loops_of_links_end(tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy/a.yaml").write_text(POD)
    (tmp_path / "deploy/loop").symlink_to("..")
    (tmp_path / "deploy/self").symlink_to("self")
    (tmp_path / "deploy/there").symlink_to("back")
    (tmp_path / "deploy/back").symlink_to("there")
    code, card = gate(tmp_path)
    # one level up is the policy itself, which is no manifest: it is told, and nothing runs in circles
    assert code == 5
    assert "policy.yaml" in json.dumps(card["evidence"])


@pytest.mark.parametrize("target", ["self.yaml", "nowhere.yaml"])
def test_a_manifest_that_is_a_link_to_nothing_is_missing(tmp_path: Path, target: str) -> None:
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy/a.yaml").write_text(POD)
    (tmp_path / "deploy/self.yaml").symlink_to(target)
    code, card = gate(tmp_path)
    assert (code, card["blockers"][0]["reason"]) == (5, "missing")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_a_manifest_that_may_not_be_read_is_missing(tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy/a.yaml").write_text(POD)
    (tmp_path / "deploy/b.yaml").write_text(POD.replace("{name: a}", "{name: b}"))
    (tmp_path / "deploy/b.yaml").chmod(0)
    code, card = gate(tmp_path)
    assert (code, card["blockers"][0]["reason"]) == (5, "missing")


@pytest.mark.parametrize("name", ["fifo.yaml", "folder.yaml"])
def test_what_is_no_file_is_not_waited_for(tmp_path: Path, name: str) -> None:
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy/a.yaml").write_text(POD)
    if name == "fifo.yaml":
        os.mkfifo(tmp_path / "deploy" / name)
        code, card = gate(tmp_path)
        assert code == 5
        assert "fifo.yaml" in json.dumps(card["evidence"])
    else:
        (tmp_path / "deploy" / name).mkdir()
        assert gate(tmp_path)[0] == 0
