"""Documents -> one tree: later ones win; maps merge, checks by id; lists replace; nothing is removed."""

from __future__ import annotations

from typing import Any

from readiness.diagnostics import render_all
from readiness.errors import PolicyError
from readiness.places import Map, Problem, Seq

OWN = ("extends", "may-change")
"""What each document says for itself, and does not hand on."""


def merge(base: Map, over: Map) -> Map:
    """A new tree; places are kept, so that each value knows which document it came from."""
    made = _merged_maps(base, over, skip=("checks", "waivers", *OWN))
    _put(made, "checks", over, _merged_checks(base.get("checks"), over.get("checks")), base)
    _put(made, "waivers", over, _joined(base.get("waivers"), over.get("waivers")), base)
    return made


def without_own(tree: Map) -> Map:
    """The tree without what is not handed on."""
    return _copy(tree, skip=OWN)


def check_id(entry: Any) -> str | None:
    """The id of an entry of `checks:`, or None when it has none."""
    if not isinstance(entry, Map):
        return None
    id_ = entry.get("id", entry.get("use"))
    return id_ if isinstance(id_, str) else None


def _copy(tree: Map, skip: tuple[str, ...] = ()) -> Map:
    made = Map(tree.place)
    for key in tree:
        if key not in skip:
            _set(made, key, tree[key], tree)
    return made


def _set(made: Map, key: str, value: Any, source: Map) -> None:
    made[key] = value
    made.key_places[key] = source.key_places[key]
    made.value_places[key] = source.value_places[key]


def _put(made: Map, key: str, over: Map, value: Any, base: Map) -> None:
    if value is not None or key in over or key in base:
        _set(made, key, value, over if key in over else base)


def _merged_maps(base: Map, over: Map, skip: tuple[str, ...] = ()) -> Map:
    made = _copy(base, skip)
    made.place = over.place
    for key, value in over.items():
        if key in skip:
            continue
        old = made.get(key)
        if value is None and old is not None:
            problem = Problem(
                over.value_places[key], f"'{key}' is set by a parent, and nothing is taken away"
            )
            raise PolicyError(render_all([problem]))
        both = isinstance(old, Map) and isinstance(value, Map)
        _set(made, key, _merged_maps(old, value) if both else value, over)  # type: ignore[arg-type]
    return made


def _merged_checks(base: Any, over: Any) -> Any:
    if not isinstance(base, Seq) or not isinstance(over, Seq):
        return base if over is None else over
    made = Seq(over.place)
    made.extend(base)
    made.value_places.extend(base.value_places)
    at = {check_id(entry): i for i, entry in enumerate(base)}
    fresh = len(base)
    for entry, place in zip(over, over.value_places, strict=True):
        id_ = check_id(entry)
        if id_ is not None and at.get(id_, fresh) < fresh:
            made[at[id_]] = _merged_maps(made[at[id_]], entry)
        else:
            made.append(entry)
            made.value_places.append(place)
    return made


def _joined(base: Any, over: Any) -> Any:
    if not isinstance(base, Seq) or not isinstance(over, Seq):
        return base if over is None else over
    made = Seq(over.place)
    for part in (base, over):
        made.extend(part)
        made.value_places.extend(part.value_places)
    return made
