"""The wheel holds every file of the tree and gives a user one name; a forgotten folder would be absent in silence."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.packaging.installation import PACKAGES, Environment, build, copy_of_the_tree, run
from tests.support import ROOT

pytestmark = pytest.mark.packaging


def contents(wheel: Path) -> dict[str, int]:
    """The checksum of every file that the wheel installs, beside its own metadata."""
    with zipfile.ZipFile(wheel) as archive:
        return {info.filename: info.CRC for info in archive.infolist() if ".dist-info/" not in info.filename}


def tree() -> set[str]:
    """Every file of the packages, under the name that it has when it is installed."""
    files = (path for name in PACKAGES for path in (ROOT / name).rglob("*") if path.is_file())
    names = (path.relative_to(ROOT) for path in files if "__pycache__" not in path.parts)
    return {str(name if name.parts[0] == "readiness" else "readiness" / name) for name in names}


def test_the_wheel_holds_the_tree_and_nothing_else(wheel: Path) -> None:
    assert set(contents(wheel)) == tree()


def test_the_only_name_at_the_top_is_readiness(wheel: Path) -> None:
    assert {name.partition("/")[0] for name in contents(wheel)} == {"readiness"}


def test_the_wheel_brings_the_licence(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert [name for name in names if name.endswith(".dist-info/licenses/LICENSE")]


def test_the_wheel_that_the_sdist_makes_is_the_same(wheel: Path, tmp_path: Path) -> None:
    made = copy_of_the_tree(tmp_path / "tree")
    through_sdist = build(made, tmp_path / "out")  # by default `build` makes the sdist, and the wheel from it
    assert contents(through_sdist) == contents(wheel)


def folder_with_namesakes(folder: Path) -> Path:
    """A project that has packages of its own with the names of our folders, and that break when they are imported."""
    for name in (*PACKAGES[1:], "cli"):
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text(
            f"raise ImportError('the {name} of the user was imported')\n"
        )
    return folder


def test_the_command_minds_its_own_folders(installed: Environment, tmp_path: Path) -> None:
    folder = folder_with_namesakes(tmp_path)
    done = installed.readiness("checks", folder=folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert "deployment/" in done.stdout
    assert installed.readiness("--version", folder=folder).stdout.startswith("readiness ")


def test_the_module_minds_its_own_folders(installed: Environment, tmp_path: Path) -> None:
    folder = folder_with_namesakes(tmp_path)
    for asked in ("--version", "checks", "plugins"):
        done = run([installed.python, "-m", "readiness", asked], folder=folder)
        assert done.stderr == ""


def test_the_installed_policies_and_templates_are_found(installed: Environment, tmp_path: Path) -> None:
    script = """
from importlib.resources import files
for package in ("readiness.policies", "readiness.templates"):
    print(*sorted(one.name for one in files(package).iterdir()))
"""
    printed = run([installed.python, "-c", script], folder=tmp_path).stdout
    for path in (*(ROOT / "policies").glob("*.yaml"), *(ROOT / "templates").glob("*.j2")):
        assert path.name in printed.split()


def test_a_check_of_our_own_is_added_by_one_file(tmp_path: Path) -> None:
    tree_ = copy_of_the_tree(tmp_path / "tree")
    sibling = tree_ / "checks" / "testing" / "results.py"
    (tree_ / "checks" / "code").mkdir(exist_ok=True)
    (tree_ / "checks" / "code" / "__init__.py").touch()
    (tree_ / "checks" / "code" / "one_more.py").write_text(sibling.read_text())
    environment = Environment.make(tmp_path / "environment")
    environment.install(build(tree_, tmp_path / "out", "--wheel"))
    assert "code/one-more" in environment.readiness("checks", folder=tmp_path).stdout


def test_the_command_tells_the_version_of_the_wheel(
    wheel: Path, installed: Environment, tmp_path: Path
) -> None:
    assert (
        installed.readiness("--version", folder=tmp_path).stdout == f"readiness {wheel.name.split('-')[1]}\n"
    )
