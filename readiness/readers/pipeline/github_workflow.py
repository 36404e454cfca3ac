"""Workflows of GitHub Actions, and of those that take the same files (Gitea, Forgejo)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from readiness.evidence.model import Reason, Unproven
from readiness.evidence.pipeline import Job, Leniency, Permissions, Pipeline, Step, Workflow
from readiness.evidence.written import Place
from readiness.readers.base import Reader, Reading
from readiness.readers.nodes import Node, documents_of, malformed
from readiness.readers.source import Source

MAX_JOBS = 500
_JOBS = re.compile(r"""^["']?jobs["']?\s*:|"jobs"\s*:""", re.M)
_ON = re.compile(r"""^["']?on["']?\s*:|"on"\s*:""", re.M)
# Without one of these in its condition, a job does not start when one that it needs has failed.
_ANYWAY = re.compile(r"\b(?:always|failure|cancelled)\s*\(\s*\)", re.I)
_ACCESS = frozenset(("read", "write", "none"))


class GithubWorkflow(Reader[Pipeline]):
    """The format of GitHub's documentation, Workflow syntax for GitHub Actions."""

    def recognises(self, source: Source) -> bool:
        """A map with `on` and `jobs`."""
        if not (_JOBS.search(source.text) and _ON.search(source.text)):
            return False
        found = documents_of(source)
        return bool(found) and found[0].is_map and "on" in found[0].value and "jobs" in found[0].value

    def read(self, source: Source) -> Reading[Pipeline]:
        """The workflow; Unproven (malformed) where GitHub would refuse it."""
        found = documents_of(source)
        if len(found) != 1 or not found[0].is_map:
            raise Unproven(Reason.MALFORMED, f"{len(found)} documents, where one map is meant")
        top = found[0]
        jobs, on = top.get("jobs"), top.get("on")
        if jobs is None or on is None:
            raise Unproven(Reason.MALFORMED, "it has no `on`, or no `jobs`", "name a workflow")
        listed = list(jobs.pairs())
        if len(listed) > MAX_JOBS:
            raise malformed(jobs.place, f"it has {len(listed):,} jobs; at most {MAX_JOBS:,} are read")
        made = tuple(_job(name, node, _shell(top, "")) for name, node in listed)
        _refuse_unknown_needs(made)
        name, permissions = top.get("name"), top.get("permissions")
        workflow = Workflow(
            path=source.name,
            form="github",
            place=top.place,
            name=name.text() if name else "",
            triggers=tuple(_triggers(on)),
            after=tuple(_after(on)),
            permissions=_permissions(permissions) if permissions else None,
            jobs=made,
        )
        return Reading(Pipeline(workflows=(workflow,)))


def _triggers(on: Node) -> Iterator[str]:
    if on.is_map:
        yield from (name for name, _ in on.pairs())
    else:
        yield from (one.text for one in on.texts())


def _after(on: Node) -> Iterator[str]:
    run = on.get("workflow_run") if on.is_map else None
    names = run.get("workflows") if run else None
    if names:
        yield from (one.text for one in names.texts())


def _job(name: str, node: Node, shell: str) -> Job:
    title, calls, steps, needs = (node.get(key) for key in ("name", "uses", "steps", "needs"))
    if (calls is None) == (steps is None):
        raise malformed(node.place, f"{node.path} has neither steps nor a workflow that it uses, or both")
    condition, permissions = node.get("if"), node.get("permissions")
    text = condition.text() if condition else ""
    return Job(
        name=name,
        place=node.place,
        title=title.text() if title else "",
        steps=tuple(_step(one, _shell(node, shell)) for one in steps.items()) if steps else (),
        needs=tuple(one.text for one in needs.texts()) if needs else (),
        condition=text,
        runs_anyway=bool(_ANYWAY.search(text)),
        may_fail=_leniency(node.get("continue-on-error")),
        permissions=_permissions(permissions) if permissions else None,
        calls=calls.written() if calls else None,
        environment=_environment(node.get("environment")),
    )


def _step(node: Node, default: str) -> Step:
    shell = node.get("shell")
    name, run, uses, condition, inputs = (node.get(key) for key in ("name", "run", "uses", "if", "with"))
    if (run is None) == (uses is None):
        raise malformed(node.place, f"{node.path} neither runs nor uses something, or both")
    return Step(
        place=(run or uses or node).place,
        name=name.text() if name else "",
        run=run.text() if run else "",
        shell=shell.text() if shell else default,
        uses=uses.text() if uses else "",
        inputs=_inputs(inputs) if inputs else {},
        condition=condition.text() if condition else "",
        may_fail=_leniency(node.get("continue-on-error")),
    )


def _shell(node: Node, otherwise: str) -> str:
    """The shell that `defaults.run` of a workflow or a job names."""
    for step in ("defaults", "run", "shell"):
        found = node.get(step)
        if found is None:
            return otherwise
        node = found
    return node.text()


def _inputs(node: Node) -> Mapping[str, str]:
    return {name: "" if one.value is None else one.text() for name, one in node.pairs()}


def _leniency(node: Node | None) -> Leniency:
    """An expression decides while the job runs; any other text than `false` lets failures pass."""
    if node is None or node.value is False:
        return "no"
    text = node.text().strip()
    if "${{" in text:
        return "unknown"
    return "no" if text == "false" else "yes"


def _environment(node: Node | None) -> str:
    if node is None:
        return ""
    name = node.get("name") if node.is_map else node
    return name.text() if name else ""


def _permissions(node: Node) -> Permissions:
    if not node.is_map:
        every = node.text()
        if every not in ("read-all", "write-all"):
            raise malformed(node.place, f"{node.path} is neither read-all nor write-all")
        return Permissions(node.place, every)
    scopes = {name: one.text() for name, one in node.pairs()}
    if wrong := next((name for name, access in scopes.items() if access not in _ACCESS), None):
        raise malformed(node.place, f"{node.path}.{wrong} is neither read, write nor none")
    return Permissions(node.place, "", scopes)


def _refuse_unknown_needs(jobs: tuple[Job, ...]) -> None:
    names = {job.name for job in jobs}
    for job in jobs:
        for need in job.needs:
            if need not in names:
                raise malformed(
                    Place(job.place.file, job.place.line), f"jobs.{job.name} needs {need}, which is no job"
                )
