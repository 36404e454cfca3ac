"""A repository -> what it can show: plausible by name, confirmed by content."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from readiness.evidence.model import Unproven
from readiness.evidence.project import Project
from readiness.init import folders, manifests, rendering
from readiness.init.grouping import Group, alone, group, literal
from readiness.init.looker import Confirmed, Looker
from readiness.init.looks import LOOKS, is_made_for_tests, wanted
from readiness.init.model import Found, Survey
from readiness.init.model import Source as Rendered
from readiness.init.release import release_of
from readiness.init.scans import Sorter
from readiness.init.topics import ROLLBACK, is_named_for_rollback
from readiness.init.tree import BUILDERS, Tree, walk
from readiness.plugins import Registry
from readiness.readers.base import Context, FileSpec
from readiness.readers.formats import formats_of
from readiness.readers.source import Source

MOST = 8
_POLICY_FOLDERS = frozenset(("policies", "policy", "release", "ci"))
_PROJECTS = ("pyproject.toml", "package.json", "Chart.yaml")
_ENTRIES: Mapping[str, str] = {
    "test-report": "tests",
    "load-test": "load",
    "audit-log": "audit-log",
    "dockerfile": "image",
    "pipeline": "ci",
    "alert-rules": "alerts",
    "promtool": "rule-tests",
    "alertmanager": "routes",
    "alert-drill": "alert-drills",
    "slo": "objectives",
    "dashboards": "boards",
    "catalog": "owners",
    "statement": "statements",
}
"""What the policy calls evidence of a kind, where that is not the kind itself."""
_APART = frozenset(("coverage", "compose", "scan", "alertmanager", "sbom", "catalog"))
"""Files of these kinds say each something of its own: together they would be malformed, or say less."""
_KEYS: Mapping[str, str] = dict.fromkeys(("statements", "alert-drills", "chaos"), "max-age: 90d")
"""What is done or said once a quarter is not too old after a week."""


def survey(root: Path, registry: Registry) -> Survey:
    """Look at a folder. UsageError when it is none that can be read."""
    tree = walk(root)
    context = Context(root, datetime.now(UTC), plugins=registry.evidence_packages)
    looker = Looker(registry, context)
    rendered_from = manifests.sources([file for file in tree.files if not is_made_for_tests(file)])
    confirmed = list(looker.confirm(wanted(tree, manifests.candidates(tree.files, rendered_from))))
    confirmed += list(looker.adopted(confirmed))
    sorter = Sorter(looker.kinds["scan"], list(formats_of(type(looker.kinds["scan"]), {})), context)
    prober = manifests.Prober(looker.kinds["manifests"], context, tree, rendered_from)
    projects = list(_projects(looker, tree, context))
    release = release_of(root, projects)
    found = [one for kind in LOOKS for one in _grouped(kind, confirmed, tree)]
    found += [
        Found(one.entry, one.entry, "scan", one.format, literal(one.file), 1, one.problem, one.keys)
        for one in sorter.reports([one for one in confirmed if one.kind == "scan"])
    ]
    found += _deployed(prober, rendered_from, _files(confirmed, "manifests"), root)
    found += [Found("project", "project", "project", one.form, one.path) for one in projects if one.released]
    found += folders.found(root, in_git=release.in_git)
    kept, left = _few(found)
    return Survey(
        release=release,
        evidence=tuple(kept),
        sources=rendered_from,
        builders=frozenset(name for name in (*BUILDERS, "locustfile.py") if name in tree.files),
        folders=tree.folders,
        files=tree.seen,
        notes=(*tree.notes, *looker.notes, *sorter.notes, *_policies(tree)),
        left=tuple(left),
    )


def _files(confirmed: Sequence[Confirmed], kind: str) -> list[str]:
    return [one.file for one in confirmed if one.kind == kind]


def _deployed(
    prober: manifests.Prober, sources: Sequence[Rendered], files: Sequence[str], root: Path
) -> list[Found]:
    """The manifests that are there; else what they are rendered from, as the gate would."""
    made = [
        Found("deploy", "deploy", "manifests", "kubernetes", one.path, one.files, one.problem)
        for one in prober.sets(files)
    ]
    return made or list(rendering.found(sources, prober, root))


def _grouped(kind: str, confirmed: Sequence[Confirmed], tree: Tree) -> Iterator[Found]:
    own = {one.file: one for one in confirmed if one.kind == kind}
    topics = dict.fromkeys(one.topic for one in own.values())
    for topic in topics if kind != "scan" else ():
        entry = topic or _ENTRIES.get(kind, kind)
        for one in _groups(kind, topic, [file for file in own if own[file].topic == topic], tree):
            formats = ", ".join(sorted({own[file].format for file in one.files}))
            problem = next((own[file].problem for file in one.files if own[file].problem), "")
            keys = _KEYS.get(entry, "")
            yield Found(entry, entry, kind, formats, one.path, len(one.files), problem, keys)


def _groups(kind: str, topic: str, files: list[str], tree: Tree) -> Iterator[Group]:
    """Each way back is a document of its own; runbooks stand together."""
    if topic == ROLLBACK:
        return alone([file for file in files if is_named_for_rollback(file)] or files)
    if kind in _APART:
        return alone(files)
    return group(files, tree.files)


def _few(found: Sequence[Found]) -> tuple[list[Found], list[str]]:
    """At most `MOST` of an entry, with names that tell them apart; what is left out is told.

    Nobody should take the policy for complete.
    """
    kept: list[Found] = []
    left: list[str] = []
    for entry in dict.fromkeys(one.entry for one in found):
        own = [one for one in found if one.entry == entry]
        kept += [
            one._replace(name=entry if i == 0 else f"{entry}-{i + 1}") for i, one in enumerate(own[:MOST])
        ]
        if len(own) > MOST:
            more = len(own) - MOST
            count = "1 more is" if more == 1 else f"{more} more are"
            left.append(f"{count} there of kind {own[0].kind}, such as {own[MOST].path}: add by hand")
    return kept, left


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
