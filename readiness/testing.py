"""For authors of checks and readers: judge a check, read a file, without a policy."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from readiness.check import AnyCheck, Release, dashed
from readiness.evidence.model import Evidence, Facts, Item
from readiness.gather import make_whole
from readiness.judge import Judgement, ask, settle
from readiness.plugins import Registry, discover
from readiness.readers.base import Context

M = TypeVar("M", bound=BaseModel)
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
"""The moment at which `judge_check` judges unless it is told another."""


def judge_check(
    check: str | AnyCheck,
    params: Mapping[str, Any] | None = None,
    *,
    now: datetime = NOON,
    release: Release | None = None,
    **facts: Facts | tuple[Facts, ...] | None,
) -> Judgement:
    """What a check, named by id or class, concludes from typed facts; `params` are as a policy writes them.

    Raises pydantic.ValidationError for wrong params and KeyError for an unknown id.
    """
    made = discover().checks[check] if isinstance(check, str) else check
    ready = made(_as_written(made.params_type, dict(params or {})))
    given = {"now": now, "release": release or Release("shop", "1.2.3", None, "production")}
    return settle(lambda: ask(ready, facts, given))


def read_evidence(
    kind: str, root: Path, *, now: datetime | None = None, commit: str | None = None, **keys: Any
) -> Evidence:
    """One evidence, read as the gate would, without judging its age or commit; `keys` are as a policy writes them.

    A key with a dash is written with an underscore. Raises pydantic.ValidationError for wrong keys.
    """
    registry: Registry = discover()
    made = registry.kinds[kind]()
    spec = _as_written(made.spec, {"kind": kind, **{dashed(key): value for key, value in keys.items()}})
    context = Context(root, now or datetime.now(UTC), commit, plugins=registry.evidence_packages)
    items: tuple[Item, ...] = tuple(made.collect(spec, context))
    return Evidence(kind, kind, items, make_whole(kind, made, spec, items), pooled=made.pools(spec))


def _as_written(model: type[M], said: Mapping[str, Any]) -> M:
    """A model from plain values, just as a policy's would be read."""
    return model.model_validate_json(json.dumps(said), by_alias=True, by_name=False)
