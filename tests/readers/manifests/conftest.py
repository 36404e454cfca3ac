"""Where renderings are tried: a root with an overlay and a chart, and a PATH with nothing on it but our programs."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.readers.manifests.renderers import Bin
from tests.support import FIXTURES


@pytest.fixture
def bin_(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bin:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return Bin(folder)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A root with copies of our overlay and our chart, called `deploy` and `chart`."""
    root = tmp_path / "root"
    shutil.copytree(FIXTURES / "manifests" / "kustomize", root / "deploy")
    shutil.copytree(FIXTURES / "manifests" / "chart", root / "chart")
    return root
