"""Documents -> a policy that can be judged, with everything that is wrong told at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase

from readiness.check import Artifact, Release
from readiness.errors import PolicyError
from readiness.places import Map
from readiness.plugins import Registry
from readiness.policy.documents import Document, read_chain
from readiness.policy.draft import CheckDraft, Draft, EvidenceDraft, draft
from readiness.policy.merge import check_id, merge, without_own
from readiness.policy.models import PolicySections
from readiness.policy.problems import Problems, place_of
from readiness.policy.rules import (
    Enforce,
    Feed,
    Layer,
    Origin,
    Override,
    Policy,
    Rule,
    Stake,
    Thresholds,
    Waiver,
)
from readiness.policy.strictness import loosened
from readiness.policy.variables import substitute


@dataclass(frozen=True)
class Step:
    """One document of the chain: the tree with everything before it merged in, and what that says."""

    document: Document
    tree: Map
    draft: Draft


def resolve(wanted: str, registry: Registry, environment: Mapping[str, str], now: datetime) -> Policy:
    """The policy of a path, `builtin:NAME` or `package:PACKAGE/NAME`.

    Raises PolicyError with every problem, and NoVerdictError when a plugin that it uses does not load.
    """
    chain = read_chain(wanted)
    trees = merged(chain)
    problems = Problems(trees[-1])
    problems.read(PolicySections, trees[-1], ())
    tree = substitute(trees[-1], environment, problems)
    final = draft(tree, registry, problems)
    _refuse_unjudgeable(final, problems, now)
    _refuse_unknown_waived(tree, final, problems)
    problems.stop()
    steps = [*_parents(chain, trees, registry, environment), Step(chain[-1], tree, final)]
    changes = list(_overrides(steps))
    release = _release(final)
    return Policy(
        name=str(tree["name"]),
        path=str(chain[-1].path),
        sha256=digest(chain),
        release=release,
        evidence={name: _feed(name, one, release) for name, one in final.evidence.items()},
        rules=tuple(_rule(id_, check, release, now) for id_, check in final.checks.items()),
        waivers=tuple(_resolved_waivers(final, tree)),
        layers=tuple(_layers(steps, now)),
        parents=tuple(Origin(one.name, str(one.path)) for one in chain[:-1]),
        overrides=tuple(changes),
        notes=tuple(_notes(final, now)),
    )


def merged(chain: Sequence[Document]) -> list[Map]:
    """The tree after each document of a chain."""
    trees = [without_own(chain[0].tree)]
    for document in chain[1:]:
        trees.append(merge(trees[-1], document.tree))
    return trees


def digest(chain: Sequence[Document]) -> str:
    """`sha256:...` of everything that the documents say, in their order; comments and layout do not count."""
    said = [{key: value for key, value in document.tree.items() if key != "extends"} for document in chain]
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()


def _parents(
    chain: Sequence[Document], trees: Sequence[Map], registry: Registry, environment: Mapping[str, str]
) -> Iterator[Step]:
    """The steps before the last. What is wrong in them, and not in the last, has been put right by a child."""
    for document, tree in zip(chain[:-1], trees[:-1], strict=True):
        silent = Problems(tree)
        yield Step(document, tree, draft(substitute(tree, environment, silent), registry, silent))


def _refuse_unjudgeable(final: Draft, problems: Problems, now: datetime) -> None:
    for id_, check in final.checks.items():
        _refuse_when_of_nothing(check, final, problems)
        if check.said.enforce is Enforce.ADVISORY and check.said.enforce_from is not None:
            problems.add(
                (*check.place, "enforce-from"),
                f"'{id_}' is advisory anyway",
                "set `enforce:` to what it becomes",
            )
    _refuse_unbindable(final, problems)
    for path, waiver in final.waivers:
        furthest = now + timedelta(days=final.decision.max_days + 1)
        if waiver.expires > furthest:
            most = f"at most {final.decision.max_days} days ahead are allowed (`decision: max-days`)"
            problems.add((*path, "expires"), f"the waiver lasts too long: {most}")


def _refuse_unknown_waived(tree: Map, final: Draft, problems: Problems) -> None:
    entries = tree.get("checks")
    known = {id_ for entry in (entries if isinstance(entries, list) else ()) if (id_ := check_id(entry))}
    for path, waiver in final.waivers:
        if waiver.check not in known:
            problems.add_unknown((*path, "check"), "check in this policy", waiver.check, known)


def _refuse_unbindable(final: Draft, problems: Problems) -> None:
    """A binding that was asked for needs something to bind to."""
    for name, one in final.evidence.items():
        to = one.spec.bind
        if to in ("commit", "version") and final.release is not None and getattr(final.release, to) is None:
            message = f"release.{to} is not set, so nothing can be bound to it"
            problems.add(("evidence", name, "bind"), message, "set it under `release:`")


def _refuse_when_of_nothing(check: CheckDraft, final: Draft, problems: Problems) -> None:
    """A `when:` of a field that is not set would switch the check off in silence."""
    for field in check.said.when or {}:
        if final.release is not None and getattr(final.release, field) is None:
            where = (*check.place, "when", field)
            problems.add(
                where,
                f"release.{field} is not set, so nobody can tell whether this applies",
                "set it under `release:`",
            )


def _overrides(steps: Sequence[Step]) -> Iterator[Override]:
    seen: set[str] = set()
    for i in range(1, len(steps)):
        before, after = steps[i - 1], steps[i]
        for change in loosened(before.draft, after.draft):
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


def _layers(steps: Sequence[Step], now: datetime) -> Iterator[Layer]:
    final = steps[-1]
    for i, step in enumerate(steps):
        if not step.draft.checks:
            continue
        owners = steps[: i + 1]
        decision = step.draft.decision if step is not final else final.draft.decision
        stakes = {
            id_: _stake(id_, check, final.draft.checks[id_], owners, now)
            for id_, check in step.draft.checks.items()
            if id_ in final.draft.checks
        }
        yield Layer(step.document.name, _thresholds(decision, final.draft, owners), stakes)


def _stake(id_: str, own: CheckDraft, last: CheckDraft, owners: Sequence[Step], now: datetime) -> Stake:
    enforce = last if _is_left_open(owners, f"checks.{id_}.enforce") else own
    weight = last if _is_left_open(owners, f"checks.{id_}.weight") else own
    return Stake(_enforced(enforce, now), weight.said.weight or 1)


def _thresholds(own: object, final: Draft, owners: Sequence[Step]) -> Thresholds:
    def limit(name: str, path: str) -> object:
        return getattr(final.decision if _is_left_open(owners, path) else own, name)

    return Thresholds(
        limit("go", "decision.go"),  # type: ignore[arg-type]
        limit("conditional", "decision.conditional"),  # type: ignore[arg-type]
        limit("floors", "decision.floors"),  # type: ignore[arg-type]
        limit("max_waived", "decision.max-waived"),  # type: ignore[arg-type]
    )


def _enforced(check: CheckDraft, now: datetime) -> Enforce:
    start = check.said.enforce_from
    return Enforce.ADVISORY if start is not None and now.date() < start else check.said.enforce


def _rule(id_: str, check: CheckDraft, release: Release, now: datetime) -> Rule:
    enforce = _enforced(check, now)
    early = enforce is not check.said.enforce
    return Rule(
        id=id_,
        use=check.said.use,
        check=check.check(check.params),
        category=check.said.use.rpartition(":")[2].partition("/")[0],
        enforce=enforce,
        weight=check.said.weight or 1,
        feeds=check.feeds or {},
        written=dict(check.written),
        off=_off(check, release),
        note=f"advisory until {check.said.enforce_from}, then {check.said.enforce}" if early else None,
    )


def _off(check: CheckDraft, release: Release) -> str | None:
    for field, allowed in (check.said.when or {}).items():
        value = getattr(release, field)
        if value not in allowed:
            return f"not asked: the {field} is {value}, and this is for {' or '.join(allowed)}"
    return None


def _feed(name: str, one: EvidenceDraft, release: Release) -> Feed:
    bind = one.spec.bind or one.kind.binds
    if bind in ("commit", "version") and getattr(release, bind) is None:
        bind = None
    return Feed(name=name, label=one.spec.kind, kind=one.kind, spec=one.spec, max_age=one.max_age, bind=bind)


def _release(final: Draft) -> Release:
    said = final.release
    if said is None:
        raise PolicyError(["the policy says nothing of the release"])
    artifacts = tuple(Artifact(one.name, one.digest) for one in said.artifacts)
    return Release(said.name, said.version, said.commit, said.environment, artifacts)


def _resolved_waivers(final: Draft, tree: Map) -> Iterator[Waiver]:
    for path, one in final.waivers:
        place = place_of(tree, (*path, "object" if one.object else "check"))
        yield Waiver(
            check=one.check,
            object=one.object,
            covers=one.for_,
            reason=one.reason,
            owner=one.owner,
            until=one.expires,
            place=f"{place.text.name}:{place.line}:{place.column}",
        )


def _notes(final: Draft, now: datetime) -> Iterator[str]:
    used = {
        name for check in final.checks.values() for names in (check.feeds or {}).values() for name in names
    }
    for name in final.evidence:
        if name not in used:
            yield f"evidence '{name}' is declared, and no check uses it"
    if not any(_enforced(check, now) is Enforce.REQUIRED for check in final.checks.values()):
        yield "no check is required, so this policy can never say GO"
