"""Renderers for tests: the real ones where they are installed, and small programs that misbehave."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from readiness.evidence.manifests import Manifests
from readiness.evidence.model import Item
from readiness.testing import read_evidence

needs_kustomize = pytest.mark.skipif(
    not (shutil.which("kustomize") or shutil.which("kubectl")),
    reason="neither kustomize nor kubectl is on the PATH",
)
needs_helm = pytest.mark.skipif(not shutil.which("helm"), reason="helm is not on the PATH")
needs_library = pytest.mark.skipif(
    find_spec("helm_python") is None, reason="helm-python-sdk is not installed"
)

OBJECT = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: made}\n"
PRINTS = f"print({OBJECT!r})"


class Bin:
    """The only folder on the PATH."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(self, name: str, program: str) -> None:
        """A program in Python; `sys`, `os` and `time` are there."""
        path = self.folder / name
        path.write_text(f"#!{sys.executable} -IS\nimport os, sys, time\n{program}\n")
        path.chmod(0o755)


PROD = "deploy/overlays/prod"


def item(root: Path, path: str, **keys: Any) -> Item:
    return read_evidence("manifests", root, path=path, **keys).items[0]


def places(found: Item) -> dict[str, str]:
    assert isinstance(found.facts, Manifests), f"{found.message} | {found.remedy}"
    return {one.identity: f"{one.file}:{one.line}" for one in found.facts.resources}


def body(found: Item, identity: str) -> Any:
    assert isinstance(found.facts, Manifests), f"{found.message} | {found.remedy}"
    return next(one.body for one in found.facts.resources if one.identity == identity)


def refusal(found: Item) -> str:
    assert found.facts is None
    assert found.remedy
    assert not found.message.startswith("the reader")
    return f"{found.reason}: {found.message}"


def commit(root: Path) -> str:
    """Everything below a folder as one commit."""
    git = shutil.which("git") or "git"
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    for words in (["init", "-q"], ["add", "-A"], [*who, "commit", "-qm", "all"]):
        subprocess.run([git, "-C", str(root), *words], check=True, capture_output=True)
    done = subprocess.run(
        [git, "-C", str(root), "rev-parse", "HEAD"], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()
