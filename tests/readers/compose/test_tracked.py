"""Compose files, Dockerfiles and pipelines are of the commit that holds them unchanged."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from readiness.testing import read_evidence

FILES = {
    "compose": "services: {web: {image: 'a:1'}}\n",
    "dockerfile": "FROM a:1\n",
    "pipeline": "on: push\njobs: {test: {steps: [{run: pytest}]}}\n",
}


def git(folder: Path, *words: str) -> str:
    who = ["-c", "user.name=a", "-c", "user.email=a@b.example"]
    done = subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.mark.parametrize("kind", sorted(FILES))
def test_what_is_tracked_and_unchanged_is_of_the_commit(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "file"
    path.write_text(FILES[kind])
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "first")
    head = git(tmp_path, "rev-parse", "HEAD")
    (item,) = read_evidence(kind, tmp_path, commit=head, path="file").items
    assert item.provenance.commit == head
    path.write_text(FILES[kind] + "# changed\n")
    (item,) = read_evidence(kind, tmp_path, commit=head, path="file").items
    assert item.provenance.commit is None
