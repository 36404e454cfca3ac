"""A merged tree -> what it says, by section; what is wrong is noted, and its follow-ups are left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from readiness.check import AnyCheck, Params, Slot, slots_of
from readiness.errors import NoVerdictError
from readiness.places import Map, Path, Seq
from readiness.plugins import Registry
from readiness.policy.feeds import Candidate, feed
from readiness.policy.merge import check_id
from readiness.policy.models import (
    CheckSection,
    DecisionSection,
    DefaultsSection,
    ReleaseSection,
    WaiverSection,
)
from readiness.policy.problems import Problems
from readiness.readers.base import AnyKind, Spec
from readiness.readers.files import FileKind
from readiness.readers.formats import formats_of


@dataclass(frozen=True)
class EvidenceDraft:
    """One evidence that could be understood."""

    kind: AnyKind
    spec: Spec
    max_age: timedelta | None


@dataclass(frozen=True)
class CheckDraft:
    """One use of a check that could be understood; `feeds` is None when its evidence could not."""

    place: Path
    said: CheckSection
    check: AnyCheck
    params: Params
    written: Mapping[str, Any]
    feeds: Mapping[str, tuple[str, ...]] | None


@dataclass(frozen=True)
class Draft:
    """Everything in a tree that could be understood."""

    decision: DecisionSection
    defaults: DefaultsSection
    release: ReleaseSection | None
    evidence: Mapping[str, EvidenceDraft]
    checks: Mapping[str, CheckDraft]
    waivers: tuple[tuple[Path, WaiverSection], ...] = field(default=())


def draft(tree: Map, registry: Registry, problems: Problems) -> Draft:
    """Read every section of a tree.

    Raises NoVerdictError when a plugin that the tree uses does not load.
    """
    decision = _section(tree, "decision", DecisionSection, problems) or DecisionSection()
    defaults = _section(tree, "evidence-defaults", DefaultsSection, problems) or DefaultsSection()
    release = _section(tree, "release", ReleaseSection, problems)
    evidence = dict(_evidence(tree, defaults, registry, problems))
    declared = tree.get("evidence")
    names = frozenset(declared if isinstance(declared, Map) else ())
    checks = dict(_checks(tree, registry, evidence, names, problems))
    waivers = tuple(_waivers(tree, problems))
    return Draft(decision, defaults, release, evidence, checks, waivers)


def _section(tree: Map, key: str, model: Any, problems: Problems) -> Any:
    node = tree.get(key)
    return problems.read(model, node, (key,)) if isinstance(node, Map) else None


def _evidence(
    tree: Map, defaults: DefaultsSection, registry: Registry, problems: Problems
) -> Iterator[tuple[str, EvidenceDraft]]:
    declared = tree.get("evidence")
    for name, raw in (declared if isinstance(declared, Map) else {}).items():
        path: Path = ("evidence", name)
        kind = _kind(raw, path, registry, problems)
        spec = problems.read(kind.spec, raw, path) if kind else None
        if kind and spec and _format_is_known(kind, spec, path, registry, problems):
            yield name, EvidenceDraft(kind, spec, defaults.age(spec.max_age))


def _kind(raw: Any, path: Path, registry: Registry, problems: Problems) -> AnyKind | None:
    if not isinstance(raw, Map):
        return None
    name = raw.get("kind")
    if not isinstance(name, str):
        problems.add(path, "the key 'kind' is missing", f"kinds of evidence are: {', '.join(registry.kinds)}")
        return None
    registry.require(name)
    if name not in registry.kinds:
        known = f"there are: {', '.join(registry.kinds)}"
        problems.add_unknown((*path, "kind"), "kind of evidence", name, registry.kinds, known)
        return None
    return registry.kinds[name]()


def _format_is_known(kind: AnyKind, spec: Spec, path: Path, registry: Registry, problems: Problems) -> bool:
    wanted = getattr(spec, "format", None)
    if wanted is None or not isinstance(kind, FileKind):
        return True
    known = formats_of(type(kind), registry.evidence_packages)
    if wanted not in known:
        problems.add_unknown((*path, "format"), "format", wanted, known, f"there are: {', '.join(known)}")
    return wanted in known


def _checks(
    tree: Map,
    registry: Registry,
    evidence: Mapping[str, EvidenceDraft],
    declared: frozenset[str],
    problems: Problems,
) -> Iterator[tuple[str, CheckDraft]]:
    entries = tree.get("checks")
    seen: dict[str, int] = {}
    for i, raw in enumerate(entries if isinstance(entries, Seq) else ()):
        if not isinstance(raw, Map):
            continue
        id_ = check_id(raw)
        if id_ is not None and seen.setdefault(id_, i) != i:
            where = ("checks", i, "id" if "id" in raw else "use")
            problems.add(where, f"two checks have the id '{id_}'", "give one of them an `id:` of its own")
            continue
        made = _check(raw, ("checks", i), registry, evidence, declared, problems)
        if made is not None:
            yield made.said.id or made.said.use, made


def _check(
    raw: Map,
    path: Path,
    registry: Registry,
    evidence: Mapping[str, EvidenceDraft],
    declared: frozenset[str],
    problems: Problems,
) -> CheckDraft | None:
    said = problems.read(CheckSection, raw, path)
    check = _known_check(raw, path, registry, problems)
    if check is None:
        return None
    written = raw.get("with")
    written = {} if written is None else written
    params = problems.read(check.params_type, written, (*path, "with")) if isinstance(written, dict) else None
    if said is None or params is None:
        return None
    if said.enforce == "advisory" and _are_beside(raw, "enforce", "weight"):
        problems.add((*path, "weight"), "an advisory check has no weight", "leave `weight:` out", at_key=True)
    candidates = {name: Candidate(one.kind.facts, one.spec.role) for name, one in evidence.items()}
    feeds = feed(_slots(said.use, check), said.from_, candidates, declared, path, problems)
    return CheckDraft(path, said, check, params, written, feeds)


def _are_beside(raw: Map, one: str, other: str) -> bool:
    """Whether one document says both; a child may well make advisory what a parent gave a weight."""
    return one in raw and other in raw and raw.key_places[one].text == raw.key_places[other].text


def _known_check(raw: Map, path: Path, registry: Registry, problems: Problems) -> AnyCheck | None:
    use = raw.get("use")
    if not isinstance(use, str):
        return None
    registry.require(use)
    if use not in registry.checks:
        problems.add_unknown((*path, "use"), "check", use, registry.checks, "`readiness checks` lists them")
        return None
    return registry.checks[use]


def _slots(use: str, check: AnyCheck) -> tuple[Slot, ...]:
    try:
        return slots_of(check)
    except (TypeError, ValueError, NameError) as error:
        raise NoVerdictError(f"the check {use} does not declare its evidence: {error}") from error


def _waivers(tree: Map, problems: Problems) -> Iterator[tuple[Path, WaiverSection]]:
    entries = tree.get("waivers")
    for i, raw in enumerate(entries if isinstance(entries, Seq) else ()):
        if isinstance(raw, Map) and (waiver := problems.read(WaiverSection, raw, ("waivers", i))):
            yield ("waivers", i), waiver
