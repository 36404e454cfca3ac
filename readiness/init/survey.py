"""A repository -> what it can show: plausible by name, confirmed by content."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from readiness.evidence.model import Unproven
from readiness.evidence.project import Project
from readiness.init import manifests
from readiness.init.grouping import Group, alone, group
from readiness.init.looker import LOOKS, ROLLBACK, Confirmed, Looker, adopted, wanted
from readiness.init.model import Found, Survey
from readiness.init.release import release_of
from readiness.init.tree import BUILDERS, Tree, walk
from readiness.plugins import Registry
from readiness.readers.base import Context, FileSpec
from readiness.readers.source import Source

MOST = 8
_POLICY_FOLDERS = frozenset(("policies", "policy", "release", "ci"))
_PROJECTS = ("pyproject.toml", "package.json", "Chart.yaml")
NAMES = {
    "load-test": "load",
    "test-report": "tests",
    "coverage": "coverage",
    "manifests": "deploy",
    "document": "rollback",
    "project": "project",
}
"""What the policy calls evidence of each kind that is looked for."""


def survey(root: Path, registry: Registry) -> Survey:
    """Look at a folder. UsageError when it is none that can be read."""
    tree = walk(root)
    context = Context(root, datetime.now(UTC), plugins=registry.evidence_packages)
    looker = Looker(registry, context)
    rendered_from = manifests.sources(tree.files)
    confirmed = list(looker.confirm(wanted(tree, manifests.candidates(tree.files, rendered_from))))
    confirmed += list(adopted(looker.broken, confirmed))
    found = [one for kind in LOOKS for one in _grouped(kind, confirmed, tree)]
    prober = manifests.Prober(looker.kinds["manifests"], context, tree, rendered_from)
    sets = list(prober.sets(_files(confirmed, "manifests")))
    found += [
        Found(_name("manifests", i), "manifests", "kubernetes", one.path, one.files, one.problem)
        for i, one in enumerate(sets)
    ]
    projects = list(_projects(looker, tree, context))
    stating = [project for project in projects if project.released]
    found += [Found(_name("project", i), "project", one.form, one.path) for i, one in enumerate(stating)]
    found, left = _few(found)
    notes = (*tree.notes, *looker.notes, *_policies(tree))
    return Survey(
        release=release_of(root, projects),
        evidence=tuple(found),
        sources=rendered_from,
        builders=_builders(tree),
        folders=tree.folders,
        files=tree.seen,
        notes=notes,
        left=tuple(left),
    )


def _files(confirmed: Sequence[Confirmed], kind: str) -> list[str]:
    return [one.file for one in confirmed if one.kind == kind]


def _grouped(kind: str, confirmed: Sequence[Confirmed], tree: Tree) -> Iterator[Found]:
    own = {one.file: one for one in confirmed if one.kind == kind}
    for i, one in enumerate(_groups(kind, list(own), tree)):
        formats = ", ".join(sorted({own[file].format for file in one.files}))
        problem = next((own[file].problem for file in one.files if own[file].problem), "")
        yield Found(_name(kind, i), kind, formats, one.path, len(one.files), problem)


def _groups(kind: str, files: list[str], tree: Tree) -> Iterator[Group]:
    """Counts of coverage cannot be added up, and each document is judged apart: these are never grouped."""
    if kind in ("coverage", "document"):
        named = [file for file in files if kind == "coverage" or ROLLBACK.search(PurePosixPath(file).name)]
        return alone(named or files)
    return group(files, tree.files)


def _name(kind: str, i: int) -> str:
    return NAMES[kind] if i == 0 else f"{NAMES[kind]}-{i + 1}"


def _few(found: Sequence[Found]) -> tuple[list[Found], list[str]]:
    """At most `MOST` of a kind; what is left out is told, for nobody should take the policy for complete."""
    kept: list[Found] = []
    left: list[str] = []
    for kind in NAMES:
        own = [one for one in found if one.kind == kind]
        kept += own[:MOST]
        if len(own) > MOST:
            left.append(
                f"{len(own) - MOST} more are there of kind {kind}, such as {own[MOST].path}: add them by hand"
            )
    return kept, left


def _builders(tree: Tree) -> frozenset[str]:
    return frozenset(name for name in (*BUILDERS, "locustfile.py") if name in tree.files)


def _policies(tree: Tree) -> Iterator[str]:
    """Policies that are there already, by whatever name, in the root or in a folder of them."""
    there = [
        file for file in tree.files if _may_be_policy(PurePosixPath(file)) and _is_policy(tree.root / file)
    ]
    if there:
        more = f" and {len(there) - 1} more" if len(there) > 1 else ""
        yield f"there is a policy already: {there[0]}{more}"


def _may_be_policy(path: PurePosixPath) -> bool:
    near = len(path.parts) == 1 or (len(path.parts) == 2 and path.parts[0] in _POLICY_FOLDERS)
    return near and path.suffix in (".yaml", ".yml")


def _is_policy(path: Path) -> bool:
    try:
        with Source.open(path) as source:
            return re.search(rb"^readiness:\s*1\s*(#.*)?$", source.head, re.MULTILINE) is not None
    except Unproven:
        return False


def _projects(looker: Looker, tree: Tree, context: Context) -> Iterator[Project]:
    """The project files in the root, in the order in which they are believed."""
    kind = looker.kinds["project"]
    for name in _PROJECTS:
        if name not in tree.files:
            continue
        for item in kind.collect(FileSpec(kind="project", path=name), context):
            if isinstance(item.facts, Project):
                yield item.facts
            else:
                looker.notes.append(f"{name} was left out: {item.message}")
