"""Readiness as users have it: what makes a tree editable would slow every process of this environment."""

from __future__ import annotations

from pathlib import Path

from tests.packaging.installation import Environment, build, copy_of_the_tree


def installed(folder: Path) -> Environment:
    """An environment below a folder with the wheel of this tree."""
    environment = Environment.make(folder / "environment")
    environment.install(build(copy_of_the_tree(folder / "tree"), folder / "wheel", "--wheel"))
    return environment
