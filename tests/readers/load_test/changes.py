"""Documents of load tests with something changed in them, and what they then read as."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Reason
from tests.readers.load_test.support import read_json, sample

GONE = object()
"""Instead of a value: the key is taken away."""


def changed(name: str, values: Mapping[str, Any]) -> Any:
    """A fixture with values put at places such as `latency.max` or `results.0.name`."""
    data = sample(name)
    for place, value in values.items():
        put(data, place, value)
    return data


def put(data: Any, place: str, value: Any) -> None:
    """Set what stands at a place; parts that are numbers are of lists, and `|` parts names that have dots."""
    *path, last = place.split("|" if "|" in place else ".")
    for part in path:
        data = data[int(part)] if isinstance(data, list) else data[part]
    key = int(last) if isinstance(data, list) else last
    if value is GONE:
        del data[key]
    else:
        data[key] = value


def facts(folder: Path, document: Any) -> LoadTest:
    """The facts of a document that can be read."""
    item = read_json(folder, document)
    assert isinstance(item.facts, LoadTest), item.message
    return item.facts


def refusal(folder: Path, document: Any) -> str:
    """Why a document is malformed."""
    item = read_json(folder, document)
    assert item.facts is None
    assert item.reason is Reason.MALFORMED, item.message
    assert "please report" not in item.remedy, item.message
    return item.message
