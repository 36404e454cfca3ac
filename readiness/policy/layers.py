"""The steps of a policy -> what is decided at each of them, and what a child loosened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from fnmatch import fnmatchcase

from readiness.places import Map
from readiness.policy.draft import CheckDraft
from readiness.policy.merge import check_id
from readiness.policy.models import DecisionSection
from readiness.policy.parents import Step
from readiness.policy.rules import Enforce, Layer, Override, Stake, Thresholds
from readiness.policy.strictness import loosened


def overrides(steps: Sequence[Step]) -> Iterator[Override]:
    """Every change to what a parent set that got no stricter, and that no parent left open; each path once."""
    seen: set[str] = set()
    for i in range(1, len(steps)):
        before, after = steps[i - 1], steps[i]
        for change in loosened(before, after):
            if change.path not in seen and not _is_left_open(steps[:i], change.path):
                seen.add(change.path)
                yield Override(change.path, before.document.name, change.old, change.new)


def _is_left_open(steps: Sequence[Step], path: str) -> bool:
    """Whether every document that says something about the thing at a path allows to change it."""
    setters = [step for step in steps if _says(step, path)] or steps
    return all(_allows(step.document.tree, path) for step in setters)


def _says(step: Step, path: str) -> bool:
    section, _, rest = path.partition(".")
    said, name = step.document.tree.get(section), rest.partition(".")[0]
    if section == "checks":
        return any(check_id(entry) == name for entry in said or ())
    return isinstance(said, Map) and name in said


def _allows(tree: Map, path: str) -> bool:
    said = tree.get("may-change")
    patterns = said if isinstance(said, list) else ()
    return any(fnmatchcase(path, pattern) or fnmatchcase(path, f"{pattern}.*") for pattern in patterns)


def layers(steps: Sequence[Step], now: datetime) -> Iterator[Layer]:
    """What each rule means, and which limits hold, after each document that has checks."""
    final = steps[-1]
    for i, step in enumerate(steps):
        if not step.draft.checks:
            continue
        owners = steps[: i + 1]
        stakes = {
            id_: _stake(id_, check, final.draft.checks[id_], owners, now)
            for id_, check in step.draft.checks.items()
            if id_ in final.draft.checks
        }
        yield Layer(
            step.document.name, _thresholds(step.draft.decision, final.draft.decision, owners), stakes
        )


def _stake(id_: str, own: CheckDraft, last: CheckDraft, owners: Sequence[Step], now: datetime) -> Stake:
    enforce = last if _is_left_open(owners, f"checks.{id_}.enforce") else own
    weight = last if _is_left_open(owners, f"checks.{id_}.weight") else own
    return Stake(enforced(enforce, now), weight.said.weight or 1)


def _thresholds(own: DecisionSection, final: DecisionSection, owners: Sequence[Step]) -> Thresholds:
    def limits(key: str) -> DecisionSection:
        return final if _is_left_open(owners, f"decision.{key}") else own

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
