"""What each document of a chain says for itself, made whole by the policy that they come to.

For itself means with what it extends, and with nothing else: a policy that another one puts beside it, before it or
behind it, is none of its own. A parent may leave something open that a child must fill in: a limit, a path, a name.
Taken alone it would not be valid, and what is not valid could not be compared with what a child makes of it. So each
is read with what it lacks, and nothing else, from the whole policy.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from readiness.check import slots_of
from readiness.places import Map, Seq
from readiness.policy.documents import Document
from readiness.policy.draft import CheckDraft, Draft, EvidenceDraft
from readiness.policy.feeds import Candidate, feed
from readiness.policy.merge import check_id
from readiness.policy.models import CheckSection, DecisionSection, DefaultsSection
from readiness.policy.problems import Problems

M = TypeVar("M", bound=BaseModel)
Plain = Mapping[str, Any]


@dataclass(frozen=True)
class Step:
    """One document with what it extends: the tree as it is written, and what it says.

    `documents` are those that the tree was merged from, the document itself last. `unclear` are the paths of what could
    not be understood even with the help of the whole policy.
    """

    documents: Sequence[Document]
    tree: Map
    draft: Draft
    unclear: tuple[str, ...] = ()

    @property
    def document(self) -> Document:
        """The document itself."""
        return self.documents[-1]


def step_below(documents: Sequence[Document], tree: Map, after: Step) -> Step:
    """The step of a document, whose tree lacks what the whole policy, `after`, fills in."""
    unclear: list[str] = []
    defaults = _whole(DefaultsSection, _map(tree, "evidence-defaults"), {})
    if defaults is None:
        unclear.append("evidence-defaults")
    decision = _whole(DecisionSection, _map(tree, "decision"), _map(after.tree, "decision"))
    if decision is None:
        unclear.append("decision")
    evidence = {}
    for name, raw in _map(tree, "evidence").items():
        if name in after.draft.evidence:
            own = _evidence(raw, _map(after.tree, "evidence")[name], after.draft.evidence[name], defaults)
            if own is None:
                unclear.append(f"evidence.{name}")
            else:
                evidence[name] = own
    checks = {}
    for id_, raw, behind in _shared_checks(tree, after):
        made = _check(raw, behind, after.draft.checks[id_], evidence, tree)
        if made is None:
            unclear.append(f"checks.{id_}")
        checks[id_] = made or after.draft.checks[id_]
    draft = Draft(decision or after.draft.decision, defaults or after.draft.defaults, None, evidence, checks)
    return Step(documents, tree, draft, tuple(unclear))


def _shared_checks(tree: Map, after: Step) -> Iterator[tuple[str, Map, Map]]:
    behind = {check_id(entry): entry for entry in _list(after.tree, "checks")}
    for entry in _list(tree, "checks"):
        id_ = check_id(entry)
        if id_ is not None and id_ in after.draft.checks and isinstance(entry, Map):
            yield id_, entry, behind[id_]


def _evidence(
    raw: Any, behind: Any, after: EvidenceDraft, defaults: DefaultsSection | None
) -> EvidenceDraft | None:
    if not isinstance(raw, Map) or raw.get("kind", after.spec.kind) != after.spec.kind:
        return None
    given = _plain(after.spec, behind)
    own = {key: given.get(key) if has_variable(value) else value for key, value in raw.items()}
    spec = _whole(type(after.spec), {**own, "kind": after.spec.kind}, given)
    if spec is None or defaults is None:
        return None
    return EvidenceDraft(after.kind, spec, defaults.age(spec.max_age))


def _plain(spec: BaseModel, behind: Plain) -> Plain:
    """What is written behind, with variables as they were put in."""
    put_in = spec.model_dump(by_alias=True)
    return {key: put_in.get(key, value) if has_variable(value) else value for key, value in behind.items()}


def _check(
    raw: Map, behind: Map, after: CheckDraft, evidence: Mapping[str, EvidenceDraft], tree: Map
) -> CheckDraft | None:
    if raw.get("use", after.said.use) != after.said.use:
        return None
    said = _whole(CheckSection, {**raw, "use": after.said.use}, {})
    params = _whole(after.check.params_type, raw.get("with") or {}, behind.get("with") or {})
    if said is None or params is None:
        return None
    candidates = {name: Candidate(one.kind.facts, one.spec.role) for name, one in evidence.items()}
    declared = frozenset(_map(tree, "evidence"))
    feeds = feed(slots_of(after.check), said.from_, candidates, declared, (), Problems(tree))
    return CheckDraft(after.place, said, after.check, params, raw.get("with") or {}, feeds)


def _whole(model: type[M], own: Plain, behind: Plain) -> M | None:
    """A model from its own keys, and from as few keys of what is behind it as it needs; None when that fails."""
    lacking = [key for key in behind if key not in own]
    singles = ({**own, key: behind[key]} for key in lacking)
    growing = ({**own, **{key: behind[key] for key in lacking[: i + 1]}} for i in range(len(lacking)))
    for said in chain([own], singles, growing):
        try:
            return model.model_validate_json(json.dumps(said, default=str), by_alias=True, by_name=False)
        except ValidationError:
            continue
    return None


def _map(tree: Map, key: str) -> Map:
    node = tree.get(key)
    return node if isinstance(node, Map) else Map(tree.place)


def _list(tree: Map, key: str) -> list[Any]:
    node = tree.get(key)
    return node if isinstance(node, Seq) else []


def has_variable(value: Any) -> bool:
    """Whether a value, or one in it, takes something from the environment."""
    return "${" in str(value)
