"""Pipelines of GitLab."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from readiness.evidence.model import Reason, Unproven
from readiness.evidence.pipeline import Include, Job, Pipeline, Workflow
from readiness.places import LinedMap
from readiness.readers.base import Reader, Reading
from readiness.readers.likeness import Likeness
from readiness.readers.nodes import Node, documents_of, malformed
from readiness.readers.pipeline._gitlab_job import Draft
from readiness.readers.pipeline._gitlab_tree import COMPILE, REFERENCE, Tree
from readiness.readers.source import Source

MAX_JOBS = 500
_TAGS = frozenset((REFERENCE,))
_GLOBAL = frozenset(
    (
        "after_script", "before_script", "cache", "default", "image", "include", "services", "spec", "stages",
        "variables", "workflow",
    )
)  # fmt: skip
_STAGES = ("build", "test", "deploy")
_OF_JOBS = frozenset(("script", "trigger", "extends", "run"))
_MAYBE = re.compile(
    r"""(?:^[ \t]+|[{,][ \t]*)["']?(?:script|trigger|extends|run)["']?\s*:|^(?:include|stages)\s*:""", re.M
)
_OTHER = frozenset(("apiVersion", "kind", "jobs", "on"))


class GitlabCi(Reader[Pipeline]):
    """The format of GitLab's documentation, CI/CD YAML syntax reference."""

    def recognises(self, source: Source) -> bool:
        """A map in which jobs have scripts, or which includes what has."""
        if not _MAYBE.search(source.text):
            return False
        found = documents_of(source, _TAGS)
        if not found or not found[-1].is_map:
            return False
        top = found[-1].value
        if not _OTHER.isdisjoint(top):
            return False
        jobs = [one for key, one in top.items() if key not in _GLOBAL and isinstance(one, LinedMap)]
        named = any(map(_is_job, jobs))
        return named or ("include" in top and not isinstance(top.get("services"), LinedMap))

    def likeness(self, source: Source) -> Likeness:
        """Its own where all but the keywords are jobs, as GitLab has it; else whoever knows it better goes first."""
        if not self.recognises(source):
            return Likeness.NONE
        top = documents_of(source, _TAGS)[-1].value
        others = (one for key, one in top.items() if key not in _GLOBAL and not key.startswith("."))
        return Likeness.OWN if all(isinstance(one, LinedMap) for one in others) else Likeness.GENERAL

    def read(self, source: Source) -> Reading[Pipeline]:
        """The pipeline; Unproven (malformed) where GitLab would refuse it."""
        found = documents_of(source, _TAGS)
        if len(found) == 2 and found[0].is_map and "spec" in found[0].value:
            found = found[1:]
        if len(found) != 1 or not found[0].is_map:
            raise Unproven(Reason.MALFORMED, f"{len(found)} documents, where one map is meant", COMPILE)
        top = found[0]
        includes = tuple(_includes(top.get("include")))
        jobs = tuple(_jobs(top, open_ended=bool(includes)))
        if not jobs and not includes:
            raise Unproven(Reason.MALFORMED, "it has no job", "name a pipeline")
        workflow = Workflow(path=source.name, form="gitlab", place=top.place, jobs=jobs, includes=includes)
        return Reading(Pipeline(workflows=(workflow,)))


def _is_job(value: LinedMap) -> bool:
    """Whether it has one of the keys of jobs; `run`, which others use as well, is a list of steps."""
    return any(isinstance(value[key], list) or key != "run" for key in _OF_JOBS & value.keys())


def _jobs(top: Node, *, open_ended: bool) -> Iterator[Job]:
    tree = Tree(top, open_ended=open_ended)
    default = top.get("default")
    names = [key for key, _ in top.pairs() if key not in _GLOBAL and not key.startswith(".")]
    # What `default` does not say, the same keys at the top do.
    if len(names) > MAX_JOBS:
        raise malformed(top.place, f"it has {len(names):,} jobs; at most {MAX_JOBS:,} are read")
    drafts = [
        Draft(name, tree, default if default and default.is_map and default.get("before_script") else top)
        for name in names
    ]
    order = _order(top.get("stages"), drafts, open_ended=open_ended)
    ranks = {stage: rank for rank, stage in reversed(list(enumerate(order)))}
    for draft in drafts:
        own = ranks[draft.stage]
        earlier = tuple(other.name for other in drafts if ranks[other.stage] < own)
        yield draft.made(earlier, frozenset(names))


def _order(stages: Node | None, drafts: Sequence[Draft], *, open_ended: bool) -> list[str]:
    named = [one.text for one in stages.texts()] if stages else list(_STAGES)
    unknown = [draft for draft in drafts if draft.stage not in (*named, ".pre", ".post")]
    if unknown and not open_ended and not any(draft.unseen for draft in unknown):
        one = unknown[0]
        raise malformed(
            one.node.place, f"{one.name} is in the stage {one.stage}, which is not among the stages"
        )
    # A stage whose place is not known comes first: then nothing counts as done before it.
    strange = dict.fromkeys(draft.stage for draft in unknown)
    return [*strange, ".pre", *named, ".post"]


def _includes(node: Node | None) -> Iterator[Include]:
    if node is None:
        return
    for one in node.items() if node.is_list else (node,):
        yield _include(one)


def _include(node: Node) -> Include:
    if not node.is_map:
        text = node.text()
        return Include(text, "remote" if re.match(r"https?://", text) else "local", node.place)
    found = {
        key: one for key in ("local", "project", "remote", "template", "component") if (one := node.get(key))
    }
    if len(found) != 1:
        raise malformed(node.place, f"{node.path} names no file, or several sorts of them")
    ((kind, one),) = found.items()
    ref, integrity = node.get("ref"), node.get("integrity")
    text = one.text()
    if kind == "project":
        return Include(text, "project", node.place, ref.text() if ref else "")
    if kind == "remote":
        return Include(text, "remote", node.place, integrity.text() if integrity else "")
    if kind == "component":
        return Include(text, "component", node.place, text.rpartition("@")[2] if "@" in text else "")
    return Include(text, "template" if kind == "template" else "local", node.place)
