"""The manifests below a folder, and the signs that it has yet to be rendered."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from readiness.evidence.model import Reason, Unproven
from readiness.readers import git, stamps

MAX_FOLDERS = 10_000
_SUFFIXES = (".yaml", ".yml", ".json")
KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")
CHART = "Chart.yaml"


def is_folder(path: Path) -> bool:
    """Whether a path is a folder; False where that cannot be told, so that opening it tells why."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def manifests_below(folder: Path, shown: str) -> list[Path]:
    """The manifests below a folder, in the order of their paths; each file once, loops of links notwithstanding.

    `shown` is what messages call the folder. Raises Unproven when it holds kustomize's or Helm's input (malformed),
    when a part of it cannot be read, when git has a manifest there that is not there any more, or when it holds none
    (missing).
    """
    found: dict[str, Path] = {}
    for root, names in _folders(folder):
        _refuse_input(Path(shown) / root.relative_to(folder), names)
        for name in names:
            if _is_manifest(name):
                found.setdefault(os.path.realpath(root / name), root / name)
    _refuse_deleted(folder, shown)
    if not found:
        message = "there is no .yaml, .yml or .json file below this folder"
        raise Unproven(Reason.MISSING, message, "render the manifests into it, or correct the path")
    return sorted(found.values())


def _is_manifest(name: str) -> bool:
    return name.endswith(_SUFFIXES) and not name.endswith(stamps.SUFFIX)


def _refuse_deleted(folder: Path, shown: str) -> None:
    """What is left is not what the commit ships; outside a repository nothing can be told."""
    listed = git.ask(folder, "ls-tree", "-r", "-z", "--name-only", "HEAD", "./") or ""
    gone = [name for name in listed.split("\0") if _is_manifest(name) and not os.path.lexists(folder / name)]
    if gone:
        more = f", and {len(gone) - 1} more" if len(gone) > 1 else ""
        message = f"the commit that is checked out has {Path(shown) / gone[0]}{more}, which is not there"
        raise Unproven(Reason.MISSING, message, "bring it back, or commit that it is gone")


def _folders(top: Path) -> Iterator[tuple[Path, list[str]]]:
    """Every folder once, by its real path, with the names of its files."""
    seen: set[str] = set()
    for root, folders, names in os.walk(top, onerror=_refuse_unreadable, followlinks=True):
        folders.sort()
        real = os.path.realpath(root)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        if len(seen) > MAX_FOLDERS:
            raise Unproven(Reason.MALFORMED, f"there are more than {MAX_FOLDERS:,} folders below it")
        yield Path(root), sorted(names)


def _refuse_unreadable(error: OSError) -> None:
    message = f"{error.filename} cannot be read: {os.strerror(error.errno or 0)}"
    raise Unproven(Reason.MISSING, message, "let the gate's user read it") from None


def _refuse_input(shown: Path, names: list[str]) -> None:
    if any(name in KUSTOMIZATIONS for name in names):
        message = f"{shown} holds a kustomization that was not rendered: its files are not what is applied"
        remedy = f"let `path` name the overlay that is applied, such as {shown}: it is rendered then"
        raise Unproven(Reason.MALFORMED, message, remedy)
    if CHART in names:
        message = f"{shown} holds a Helm chart that was not rendered: its templates are not what is applied"
        remedy = f"let `path` name the chart, {shown}: it is rendered then"
        raise Unproven(Reason.MALFORMED, message, remedy)
