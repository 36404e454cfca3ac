"""What strangers can make a workflow of GitHub run."""

from __future__ import annotations

import re
from collections.abc import Iterator

from readiness.check import Finding
from readiness.evidence.pipeline import Job, Pipeline, Step, Workflow

from ._ci_findings import failed, within

_PRIVILEGED = frozenset(("pull_request_target", "workflow_run", "issue_comment"))
_HEAD = re.compile(
    r"github\.head_ref|pull_request\.head\.|workflow_run\.head_|refs/pull/|head\.repo|event\.number|issue\.number",
    re.I,
)
_FETCHES = re.compile(
    r"\bgh\s+pr\s+checkout\b|\bgit\b[^\n]{0,200}\b(?:refs/)?pull/|\bgit\b[^\n]{0,200}\$\{\{[^}]{0,200}head",
    re.I,
)
_EXPRESSION = re.compile(r"\$\{\{(.{0,2000}?)\}\}", re.S)
_EVENT = re.compile(
    r"github\s*(?:\.\s*event\b|\[\s*['\"]event['\"]\s*\])((?:\s*\.\s*[\w*-]+|\s*\[[^\]]{0,100}\])*)", re.I
)
_HEAD_REF = re.compile(r"github\s*\.\s*head_ref\b|github\s*\[\s*['\"]head_ref['\"]\s*\]", re.I)
# Of an event, what GitHub itself makes: numbers, hashes, states, names of accounts.
_MADE_BY_GITHUB = frozenset(
    (
        "action", "additions", "after", "author_association", "before", "changed_files", "commits_url", "compare",
        "conclusion", "created", "created_at", "deleted", "deletions", "draft", "event", "forced", "fork", "full_name",
        "head_sha", "id", "installation", "locked", "login", "merge_commit_sha", "mergeable", "merged", "merged_at",
        "node_id", "number", "prerelease", "private", "run_attempt", "run_id", "run_number", "sha", "state", "status",
        "type", "updated_at", "visibility", "workflow_id",
    )
)  # fmt: skip
_OWNED = frozenset(("repository", "organization", "enterprise", "installation"))
_SCRIPTS = ("script", "run", "command", "commands", "inline-script", "inlinescript")
_TO_ENV = 'hand it over as a variable: env: {TITLE: ${{ ... }}}, and write "$TITLE" in the script'
_NO_HEAD = "use pull_request, or do not check out what the pull request brings"


def untrusted(pipeline: Pipeline) -> Iterator[Finding]:
    """Checkouts of foreign code with a token that may write, and foreign text in scripts."""
    for workflow in pipeline.workflows:
        if workflow.form != "github":
            continue
        privileged = sorted(_PRIVILEGED.intersection(workflow.triggers))
        for job in workflow.jobs:
            for step in job.steps:
                if privileged:
                    yield from _checked_out(workflow, job, step, privileged[0])
                yield from _injected(workflow, job, step)


def _checked_out(workflow: Workflow, job: Job, step: Step, trigger: str) -> Iterator[Finding]:
    """A checkout of what a pull request brings, under a trigger that has the secrets of the repository."""
    is_checkout = step.uses.partition("@")[0].lower() == "actions/checkout"
    said = " ".join(step.inputs.get(key, "") for key in ("ref", "repository"))
    if (is_checkout and _HEAD.search(said)) or _FETCHES.search(step.run):
        what = f"checks the code of a pull request out under {trigger}, with the secrets of the repository"
        yield failed(workflow, job, step.place, what, _NO_HEAD, observed=trigger)


def _injected(workflow: Workflow, job: Job, step: Step) -> Iterator[Finding]:
    texts = [step.run] if step.run else [text for key, text in step.inputs.items() if key.lower() in _SCRIPTS]
    for text in texts:
        for found in _EXPRESSION.finditer(text):
            shown = _foreign(found[1])
            if shown:
                place = (
                    within(step.place, text, text.count("\n", 0, found.start())) if step.run else step.place
                )
                what = f"puts {shown} into a script: whoever writes it can run commands"
                yield failed(workflow, job, place, what, _TO_ENV, observed=shown, expected="a variable")


def _foreign(expression: str) -> str:
    """The part of an expression that strangers write; empty when there is none."""
    if _HEAD_REF.search(expression):
        return "github.head_ref"
    for found in _EVENT.finditer(expression):
        steps = re.findall(r"[\w*-]+", found[1])
        owned = bool(steps) and (steps[0] in _OWNED or steps[:2] == ["pull_request", "base"])
        if not owned and (not steps or steps[-1].lower() not in _MADE_BY_GITHUB):
            return ".".join(("github.event", *steps))
    return ""
