"""Distributions of this tree, and environments to try them in: nothing comes from a registry."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support import ROOT

PACKAGES = ("readiness", "checks", "policies", "templates")
_FILES = ("pyproject.toml", "setup.py", "README.md", "LICENSE")
_PLACES = ("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "VIRTUAL_ENV")


def copy_of_the_tree(folder: Path) -> Path:
    """What a release is made of, without what earlier builds have left behind."""
    for name in PACKAGES:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in _FILES:
        shutil.copy2(ROOT / name, folder / name)
    return folder


def build(tree: Path, target: Path, *what: str) -> Path:
    """The distribution that `python -m build` makes with the setuptools of this environment."""
    run([sys.executable, "-m", "build", "--no-isolation", *what, "--outdir", target, tree])
    (made,) = target.glob("*.tar.gz" if what == ("--sdist",) else "*.whl")
    return made


@dataclass(frozen=True)
class Environment:
    """A virtual environment of its own, which sees the packages of this one behind its own."""

    folder: Path

    @classmethod
    def make(cls, folder: Path) -> Environment:
        """An environment without pip; that of this environment installs into it."""
        run([sys.executable, "-m", "venv", "--without-pip", folder])
        made = cls(folder)
        site = Path(run([made.python, "-c", "import site; print(site.getsitepackages()[0])"]).stdout.strip())
        (site / "behind.pth").write_text(sysconfig.get_path("purelib") + "\n")
        return made

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    def install(self, what: Path) -> None:
        """Install a wheel or a tree, and nothing that it depends on."""
        alone = ["--no-deps", "--no-index", "--no-build-isolation", "--ignore-installed", "--quiet"]
        run([sys.executable, "-m", "pip", "--python", self.python, "install", *alone, what])

    def readiness(
        self, *arguments: str | Path, folder: Path, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """What the installed command does in a folder."""
        command = [self.folder / "bin" / "readiness", *arguments]
        return run(command, folder=folder, env=env, check=False)


def run(
    command: Sequence[str | Path],
    *,
    folder: Path | None = None,
    env: Mapping[str, str] | None = None,
    check: bool = True,
) -> subprocess.CompletedProcess[str]:
    """A command, away from the places where this process finds its modules; AssertionError when it fails."""
    clean = {name: value for name, value in os.environ.items() if name not in _PLACES}
    done = subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env={**clean, **(env or {})},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert not check or done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done
