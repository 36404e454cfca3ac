"""Which evidence fills which slot of a check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import NamedTuple

from readiness.check import Slot
from readiness.evidence.model import Facts
from readiness.places import Path
from readiness.policy.problems import Problems

Said = tuple[str, ...] | Mapping[str, tuple[str, ...]] | None


class Candidate(NamedTuple):
    """One evidence of the policy, as far as slots are concerned."""

    facts: type[Facts]
    role: str | None


def feed(
    slots: Sequence[Slot],
    said: Said,
    evidence: Mapping[str, Candidate],
    declared: frozenset[str],
    path: Path,
    problems: Problems,
) -> Mapping[str, tuple[str, ...]] | None:
    """The names of the evidence for each slot; None when that cannot be told, which has been noted.

    What was declared and could not be understood has been noted where it stands, and is passed over here.
    """
    before = len(problems.found)
    named = _by_slot(slots, said, evidence, declared, path, problems)
    feeds: dict[str, tuple[str, ...]] = {}
    for slot in slots:
        others = {other.name for other in slots if other is not slot}
        taken = {name for group in (*named.values(), *feeds.values()) for name in group} | others
        names = named.get(slot.name) or _implied(slot, evidence, taken, path, problems)
        wrong = [name for name in names if name in evidence and not _fits(slot, evidence[name])]
        for name in wrong:
            kind = slot.facts.kind
            problems.add(
                (*path, "from"), f"'{name}' is no evidence of kind {kind}, which `{slot.name}` takes"
            )
        feeds[slot.name] = names
    _refuse_shared(feeds, path, problems)
    clouded = any(name not in evidence for names in feeds.values() for name in names)
    unknown = declared - evidence.keys()
    for slot in slots:
        if not (slot.optional or feeds[slot.name] or unknown or len(problems.found) > before):
            _add_missing(slot, path, problems)
    return None if clouded or len(problems.found) > before or not _is_fed(slots, feeds) else feeds


def _is_fed(slots: Sequence[Slot], feeds: Mapping[str, tuple[str, ...]]) -> bool:
    return all(slot.optional or feeds[slot.name] for slot in slots)


def _by_slot(
    slots: Sequence[Slot],
    said: Said,
    evidence: Mapping[str, Candidate],
    declared: frozenset[str],
    path: Path,
    problems: Problems,
) -> Mapping[str, tuple[str, ...]]:
    if said is None:
        return {}
    if isinstance(said, Mapping):
        known = [slot.name for slot in slots]
        for name in said.keys() - set(known):
            problems.add_unknown(
                (*path, "from", name), "parameter of this check", name, known, f"it has: {', '.join(known)}"
            )
        named = dict(said)
    else:
        first = next((evidence[name] for name in said if name in evidence), None)
        fits = [slot for slot in slots if first is None or _fits(slot, first)]
        needed = [slot for slot in fits if not slot.optional]
        target = (needed or fits or list(slots))[0] if slots else None
        if target is None:
            problems.add((*path, "from"), "this check takes no evidence", "leave `from:` out", at_key=True)
        named = {target.name: said} if target else {}
    for name in dict.fromkeys(name for names in named.values() for name in names):
        if name not in declared:
            problems.add_unknown((*path, "from"), "evidence", name, declared, "declare it under `evidence:`")
    return named


def _implied(
    slot: Slot,
    evidence: Mapping[str, Candidate],
    taken: Set[str],
    path: Path,
    problems: Problems,
) -> tuple[str, ...]:
    fits = {name: one for name, one in evidence.items() if _fits(slot, one) and name not in taken}
    if slot.name in fits:
        return (slot.name,)
    by_role = [name for name, one in fits.items() if one.role == slot.name]
    free = [] if slot.optional or by_role else [name for name, one in fits.items() if one.role is None]
    found = by_role or free
    if len(found) > 1:
        problems.add(
            path,
            f"which evidence is its `{slot.name}`: {', '.join(found)}?",
            f"say it, as in `from: {found[0]}`",
        )
    return tuple(found[:1])


def _fits(slot: Slot, candidate: Candidate) -> bool:
    return issubclass(candidate.facts, slot.facts)


def _refuse_shared(feeds: Mapping[str, tuple[str, ...]], path: Path, problems: Problems) -> None:
    owner: dict[str, str] = {}
    for slot, names in feeds.items():
        for name in names:
            if owner.setdefault(name, slot) != slot:
                problems.add(
                    (*path, "from"), f"'{name}' feeds both {owner[name]} and {slot}; one evidence feeds one"
                )


def _add_missing(slot: Slot, path: Path, problems: Problems) -> None:
    kind = slot.facts.kind
    help_ = f"add one under `evidence:`, as in `{slot.name}: {{kind: {kind}, ...}}`"
    problems.add((*path, "use"), f"this check needs evidence of kind {kind}, and none is declared", help_)
