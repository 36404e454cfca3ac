"""Every server of the lab is seen as what it is."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from readiness.evidence.endpoint import Endpoint
from readiness.evidence.model import Item
from readiness.testing import read_evidence
from tests.tls_lab.cases import CASES, Case
from tests.tls_lab.pki import Pki


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return Pki(tmp_path_factory.mktemp("lab"))


def look(case: Case, folder: Path, port: int) -> Item:
    keys = {"ca": "root.pem", "deadline": "8s", **case.keys}
    (item,) = read_evidence("endpoint", folder, url=case.url.format(port=port), **keys).items
    return item


def at(thing: Any, path: str) -> Any:
    """What stands at a path: attributes, keys and numbers; `_` in a key stands for a dot."""
    for part in path.split("."):
        if isinstance(thing, Mapping):
            thing = thing[part.replace("_", ".")] if part not in thing else thing[part]
        else:
            thing = thing[int(part)] if part.isdigit() else getattr(thing, part)
    return thing


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_server_is_seen_as_what_it_is(case: Case, pki: Pki) -> None:
    if "s_server" in case.start.__qualname__ and shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    with case.start(pki) as port:
        item = look(case, pki.folder, port)
    if item.facts is not None:
        assert msgspec.json.decode(msgspec.json.encode(item.facts), type=Endpoint) == item.facts
    for path, truth in case.expect.items():
        seen = at(item, path)
        assert truth(seen) if callable(truth) else seen == truth, (path, seen, item)


def test_the_names_of_the_cases_are_their_own() -> None:
    assert len({case.name for case in CASES}) == len(CASES)
