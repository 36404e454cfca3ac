"""Which files of a Python tree a report of coverage tells of, by their paths."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set

from readiness.evidence.python_source import PythonSource


def unreported(python: PythonSource, paths: Iterable[str]) -> Sequence[str]:
    """The files with code that no path stands for, from the top of the tree on.

    The paths of a report begin at one root, whatever that is called where the tests ran: it is the one below which most
    of the tree is found. They may also begin deeper than the tree, as Cobertura's do; then each stands for one file.
    """
    reported = {_plain(path) for path in paths}
    tree = _plain(python.path)
    if tree.endswith((".py", ".pyi")):
        tree = tree.rpartition("/")[0]
    tree = "" if tree == "." else f"{tree.rstrip('/')}/" if tree else ""
    whole = _below_one_root(tree, set(python.coded), reported)
    deeper = _one_each(python.coded, reported)
    found = whole if len(whole) >= len(deeper) else deeper
    return [path for path in python.coded if path not in found]


def _below_one_root(tree: str, coded: Set[str], reported: Set[str]) -> Set[str]:
    roots: defaultdict[str, set[str]] = defaultdict(set)
    for path in reported:
        for root, inside in _cuts(path):
            if inside in coded and _may_be_root(root, tree):
                roots[root].add(inside)
    return max(roots.values(), key=len, default=set())


def _may_be_root(root: str, tree: str) -> bool:
    """Where tests run elsewhere, paths are absolute; a relative root is that of the tree, seen from above or within."""
    is_absolute = root.startswith("/") or root[1:3] == ":/"
    return is_absolute or f"/{tree}".endswith(f"/{root}") or f"/{root}".endswith(f"/{tree}")


def _one_each(coded: Sequence[str], reported: Set[str]) -> Set[str]:
    """The files that end with a path which stands for no other; the longest end first."""
    free, found = set(reported), set[str]()
    for path in coded:
        end = next((inside for root, inside in _cuts(path) if root and inside in free), None)
        if end is not None:
            free.remove(end)
            found.add(path)
    return found


def _cuts(path: str) -> Iterator[tuple[str, str]]:
    """A path, cut at each of its folders, as `a/` and `b/c.py`; the whole of it first."""
    at = 0
    while True:
        yield path[:at], path[at:]
        at = path.find("/", at) + 1
        if not at:
            return


def _plain(path: str) -> str:
    return path.replace("\\", "/").removeprefix("./")
