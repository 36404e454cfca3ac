"""Git repositories made for tests."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

from readiness.evidence.model import Item
from readiness.evidence.repository import Repository
from readiness.testing import read_evidence

_WHO = (
    "-c",
    "user.name=Ines",
    "-c",
    "user.email=ines@shop.example",
    "-c",
    "commit.gpgsign=false",
    "-c",
    "tag.gpgsign=false",
)
_ENVIRONMENT = {
    "GIT_AUTHOR_DATE": "2026-05-01T10:00:00Z",
    "GIT_COMMITTER_DATE": "2026-05-01T10:00:00Z",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
}
IGNORING = {".gitignore": ".env\n.env.*\n!.env.example\n"}


class Repo:
    """A repository in a folder, with one commit of `IGNORING` unless it is told otherwise."""

    def __init__(self, folder: Path, files: dict[str, str] | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.git("init", "-q", "-b", "main")
        self.commit(IGNORING if files is None else files)

    def git(self, *words: str) -> str:
        """What git prints."""
        done = subprocess.run(
            ["git", *_WHO, *words],
            cwd=self.folder,
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, **_ENVIRONMENT},
        )
        return done.stdout.strip()

    def write(self, files: dict[str, str]) -> None:
        """Write files, and do not add them."""
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def commit(self, files: dict[str, str], tag: str = "", *, annotated: bool = True) -> str:
        """Commit files, whatever is ignored, and tag the commit."""
        self.write(files)
        if files:
            self.git("add", "-f", "--", *files)
        self.git("commit", "-q", "--allow-empty", "-m", "a change")
        if tag:
            self.git("tag", *(["-a", "-m", tag] if annotated else []), tag)
        return self.git("rev-parse", "HEAD")

    def item(self, **keys: Any) -> Item:
        """The evidence as the gate reads it."""
        return read_evidence("repository", self.folder, path=".", **keys).whole

    def facts(self, **keys: Any) -> Repository:
        """What is read; the test fails where that is unproven."""
        item = self.item(**keys)
        assert isinstance(item.facts, Repository), item.message
        return item.facts
