"""What the tests of load-test readers share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Item
from readiness.testing import read_evidence
from tests.support import FIXTURES

SAMPLES = FIXTURES / "load_test"


def item_of(path: Path) -> Item:
    """The one item that reading a file gives."""
    (item,) = read_evidence("load-test", path.parent, path=path.name).items
    return item


def read(path: Path) -> LoadTest:
    """The facts of a file that can be read."""
    item = item_of(path)
    assert isinstance(item.facts, LoadTest), item.message
    return item.facts


def read_bytes(folder: Path, content: bytes) -> Item:
    """What content reads as."""
    path = folder / "load.json"
    path.write_bytes(content)
    return item_of(path)


def read_json(folder: Path, document: Any) -> Item:
    """What a document reads as."""
    return read_bytes(folder, json.dumps(document).encode())


def sample(name: str) -> Any:
    """A fixture as plain data."""
    return json.loads((SAMPLES / name).read_text())
