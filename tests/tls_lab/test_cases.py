"""Every server of the lab is seen as what it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from readiness.evidence.endpoint import Endpoint
from tests.tls_lab.cases import CASES, Case
from tests.tls_lab.observing import seen


def at(thing: Any, path: str) -> Any:
    """What stands at a path: attributes, keys and numbers; `_` in a key stands for a dot."""
    for part in path.split("."):
        if isinstance(thing, Mapping):
            thing = thing[part.replace("_", ".")] if part not in thing else thing[part]
        else:
            thing = thing[int(part)] if part.isdigit() else getattr(thing, part)
    return thing


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_server_is_seen_as_what_it_is(case: Case) -> None:
    item = seen(case)
    if item.facts is not None:
        assert msgspec.json.decode(msgspec.json.encode(item.facts), type=Endpoint) == item.facts
    for path, truth in case.expect.items():
        found = at(item, path)
        assert truth(found) if callable(truth) else found == truth, (path, found, item)


def test_the_names_of_the_cases_are_their_own() -> None:
    assert len({case.name for case in CASES}) == len(CASES)
