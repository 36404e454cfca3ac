"""What is built once for all tests here."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.packaging.installation import Environment, build, copy_of_the_tree


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this tree."""
    tree = copy_of_the_tree(tmp_path_factory.mktemp("tree"))
    return build(tree, tmp_path_factory.mktemp("wheel"), "--wheel")


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment with the wheel."""
    environment = Environment.make(tmp_path_factory.mktemp("installed"))
    environment.install(wheel)
    return environment
