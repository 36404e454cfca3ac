"""What a child changed of what its parents set: stricter is fine, anything else is an override."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from fractions import Fraction
from typing import Any, NamedTuple

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from readiness.check import Stricter
from readiness.places import Map
from readiness.policy.draft import CheckDraft, EvidenceDraft
from readiness.policy.parents import Step, has_variable
from readiness.units import show_duration, show_share

_ABSENT = object()
_HIDDEN = "***"


class Change(NamedTuple):
    """One path whose value got no stricter; dots separate its parts."""

    path: str
    old: Any
    new: Any


def loosened(before: Step, after: Step) -> Iterator[Change]:
    """The changes of `after` that a parent, which is `before`, must have left open."""
    for path in before.unclear:
        yield Change(path, "what cannot be read by itself", "what it is made of")
    yield from _models("decision", before.draft.decision, after.draft.decision)
    yield from _models("evidence-defaults", before.draft.defaults, after.draft.defaults)
    yield from _written("release", before.tree.get("release"), after.tree.get("release"))
    for name, evidence in before.draft.evidence.items():
        if name in after.draft.evidence:
            path = f"evidence.{name}"
            old, new = before.tree["evidence"][name], after.tree["evidence"][name]
            varying = {key: value for key, value in old.items() if has_variable(value)}
            changes = (
                *_written(path, varying, new),
                *_evidence(path, evidence, after.draft.evidence[name]),
            )
            yield from (_as_written(change, path, evidence.spec, old, new) for change in changes)
    for id_, check in before.draft.checks.items():
        if id_ in after.draft.checks:
            yield from _check(f"checks.{id_}", check, after.draft.checks[id_])


def _written(path: str, old: Any, new: Any) -> Iterator[Change]:
    """What is written otherwise: variables are compared by their names, so that what they hold changes nothing."""
    for key in old or {}:
        if old[key] != (new or {}).get(key):
            yield Change(f"{path}.{key}", _plain(old[key]), _plain((new or {}).get(key)))


def _as_written(change: Change, path: str, spec: BaseModel, old: Map, new: Map) -> Change:
    """A change in the words of the policies: what variables hold, and what a kind never shows, stays out of reports."""
    keys = change.path.removeprefix(f"{path}.").split(".")
    fields = {field.alias or name: field for name, field in type(spec).model_fields.items()}
    if not fields[keys[0]].repr:
        return Change(change.path, _HIDDEN, _HIDDEN)
    return Change(change.path, _said(old, keys, change.old), _said(new, keys, change.new))


def _said(node: Any, keys: list[str], otherwise: Any) -> Any:
    for key in keys:
        if not isinstance(node, Map) or key not in node:
            return otherwise
        node = node[key]
    return _plain(node)


def _evidence(path: str, old: EvidenceDraft, new: EvidenceDraft) -> Iterator[Change]:
    if type(old.spec) is not type(new.spec):
        yield Change(f"{path}.kind", old.spec.kind, new.spec.kind)
        return
    yield from _models(path, old.spec, new.spec, skip=("max_age",))
    if not _is_stricter(Stricter.LOWER, old.max_age, new.max_age):
        yield Change(f"{path}.max-age", _plain(old.max_age), _plain(new.max_age))


def _check(path: str, old: CheckDraft, new: CheckDraft) -> Iterator[Change]:
    was, is_ = old.said, new.said
    if was.use != is_.use:
        yield Change(f"{path}.use", was.use, is_.use)
        return
    if is_.enforce.rank < was.enforce.rank:
        yield Change(f"{path}.enforce", was.enforce.value, is_.enforce.value)
    if (was.weight or 1) != (is_.weight or 1):
        yield Change(f"{path}.weight", was.weight or 1, is_.weight or 1)
    if was.heading != is_.heading:
        yield Change(f"{path}.category", was.heading, is_.heading)
    for key, name in (("enforce-from", "enforce_from"), ("when", "when")):
        before, after = getattr(was, name), getattr(is_, name)
        if before != after:
            yield Change(f"{path}.{key}", _plain(before), _plain(after))
    feeds_changed = old.feeds is not None and old.feeds != new.feeds
    if feeds_changed or (was.from_ is not None and was.from_ != is_.from_):
        yield Change(f"{path}.from", _plain(old.feeds or was.from_), _plain(new.feeds))
    yield from _models(f"{path}.with", old.params, new.params)


def _models(path: str, old: BaseModel, new: BaseModel, skip: tuple[str, ...] = ()) -> Iterator[Change]:
    for name, field in type(old).model_fields.items():
        if name in skip:
            continue
        here = f"{path}.{field.alias or name}"
        before, after = getattr(old, name), getattr(new, name, _ABSENT)
        if before == after:
            continue
        yield from _field(here, field, before, after)


def _field(path: str, field: FieldInfo, before: Any, after: Any) -> Iterator[Change]:
    side = side_of(field)
    if isinstance(before, BaseModel) and type(before) is type(after):
        yield from _models(path, before, after)
    elif isinstance(before, Mapping) and isinstance(after, Mapping) and side is not None:
        for key in before:
            if not _is_stricter(side, before[key], after.get(key)):
                yield Change(f"{path}.{key}", _plain(before[key]), _plain(after.get(key)))
    elif before is None and isinstance(after, BaseModel) and _only_limits(after):
        return
    elif _are_named(before) and _are_named(after):
        yield from _named(path, before, after)
    elif side is None or not _is_stricter(side, before, after):
        yield Change(path, _plain(before), _plain(after))


def _are_named(value: Any) -> bool:
    """Whether it is a list of models that each have a name of their own (`named_by` tells the field)."""
    return isinstance(value, tuple) and all(isinstance(getattr(one, "named_by", None), str) for one in value)


def _named(path: str, before: tuple[Any, ...], after: tuple[Any, ...]) -> Iterator[Change]:
    """Each of them must still be there, and be no milder; more of them only tighten."""
    now = {getattr(one, one.named_by): one for one in after}
    for one in before:
        name = getattr(one, one.named_by)
        if name not in now:
            yield Change(f"{path}.{name}", _plain(one), None)
        else:
            yield from _models(f"{path}.{name}", one, now[name])


def _only_limits(model: BaseModel) -> bool:
    """Whether everything that is set in a model has a strict side, so that adding it can only tighten."""
    return all(side_of(type(model).model_fields[name]) is not None for name in model.model_fields_set)


def _is_stricter(side: Stricter, old: Any, new: Any) -> bool:
    """Whether the new limit is at least as strict; no limit at all is the mildest."""
    if old is None or new is None:
        return old is None
    try:
        return bool(new <= old if side is Stricter.LOWER else new >= old)
    except TypeError:
        return False


def side_of(field: FieldInfo) -> Stricter | None:
    """The strict side of a parameter; for a mapping, that of its values."""
    found = next((mark for mark in field.metadata if isinstance(mark, Stricter)), None)
    if found is not None:
        return found
    for part in getattr(field.annotation, "__args__", ()):
        for mark in getattr(part, "__metadata__", ()):
            if isinstance(mark, Stricter):
                return mark
    return None


def _plain(value: Any) -> Any:
    """A value as JSON can show it."""
    if isinstance(value, BaseModel):
        return {name: _plain(getattr(value, name)) for name in value.model_fields_set}
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, timedelta):
        return show_duration(value)
    return value if isinstance(value, (str, int, float, bool, type(None))) else _shown(value)


def _shown(value: Any) -> str:
    return show_share(value) if isinstance(value, Fraction) else str(value)
