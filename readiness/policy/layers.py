"""The steps of a policy -> what is decided at each of them, and what was loosened of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from fnmatch import fnmatchcase

from readiness.places import Map
from readiness.policy.documents import Document
from readiness.policy.draft import CheckDraft
from readiness.policy.merge import check_id
from readiness.policy.models import DecisionSection
from readiness.policy.parents import Step
from readiness.policy.rules import Enforce, Layer, Override, Stake, Thresholds
from readiness.policy.strictness import loosened


def overrides(steps: Sequence[Step]) -> Iterator[Override]:
    """What the policy, which is the last step, makes milder than a parent says; each path once.

    Whether it is a child of the parent that does it or another parent of that child is all the same.
    """
    seen: set[str] = set()
    for step in steps[:-1]:
        for change in loosened(step, steps[-1]):
            if change.path not in seen and not _is_left_open(step, change.path):
                seen.add(change.path)
                yield Override(change.path, step.document.name, change.old, change.new)


def _is_left_open(step: Step, path: str) -> bool:
    """Whether every document of a step that says something about the thing at a path allows to change it."""
    setters = [document for document in step.documents if _says(document, path)] or step.documents
    return all(_allows(document.tree, path) for document in setters)


def _says(document: Document, path: str) -> bool:
    section, _, rest = path.partition(".")
    said, name = document.tree.get(section), rest.partition(".")[0]
    if section == "checks":
        return any(check_id(entry) == name for entry in said or ())
    return isinstance(said, Map) and name in said


def _allows(tree: Map, path: str) -> bool:
    said = tree.get("may-change")
    patterns = said if isinstance(said, list) else ()
    return any(fnmatchcase(path, pattern) or fnmatchcase(path, f"{pattern}.*") for pattern in patterns)


def layers(steps: Sequence[Step], now: datetime) -> Iterator[Layer]:
    """What each rule means, and which limits hold, to each document that has checks."""
    final = steps[-1].draft
    for step in steps:
        if not step.draft.checks:
            continue
        stakes = {
            id_: _stake(id_, check, final.checks[id_], step, now)
            for id_, check in step.draft.checks.items()
            if id_ in final.checks
        }
        yield Layer(step.document.name, _thresholds(final.decision, step), stakes)


def _stake(id_: str, own: CheckDraft, last: CheckDraft, step: Step, now: datetime) -> Stake:
    enforce = last if _is_left_open(step, f"checks.{id_}.enforce") else own
    weight = last if _is_left_open(step, f"checks.{id_}.weight") else own
    category = last if _is_left_open(step, f"checks.{id_}.category") else own
    return Stake(enforced(enforce, now), weight.said.weight or 1, category.said.heading)


def _thresholds(final: DecisionSection, step: Step) -> Thresholds:
    def limits(key: str) -> DecisionSection:
        return final if _is_left_open(step, f"decision.{key}") else step.draft.decision

    return Thresholds(
        limits("go").go,
        limits("conditional").conditional,
        limits("floors").floors,
        limits("max-waived").max_waived,
    )


def enforced(check: CheckDraft, now: datetime) -> Enforce:
    """What a check does today: it is advisory until its `enforce-from`."""
    start = check.said.enforce_from
    return Enforce.ADVISORY if start is not None and now.date() < start else check.said.enforce
