"""What the tests of readers of metrics share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from readiness.evidence.model import Item, Reason
from readiness.evidence.series import Metrics
from readiness.testing import read_evidence
from tests.support import FIXTURES

SAMPLES = FIXTURES / "metrics"
BEGIN = 1_795_246_000
MATRIX = "prometheus-range"


def read(content: bytes | str, folder: Path, **keys: Any) -> Item:
    """Content as an evidence."""
    path = folder / "metrics"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_evidence("metrics", folder, path=path.name, **keys).whole


def facts(content: bytes | str, folder: Path, **keys: Any) -> Metrics:
    """The facts of content that is good."""
    item = read(content, folder, **keys)
    assert isinstance(item.facts, Metrics), item.message
    return item.facts


def refusal(content: bytes | str, folder: Path, **keys: Any) -> tuple[Reason | None, str, str]:
    """Why content shows nothing, and what would help."""
    item = read(content, folder, **keys)
    assert item.facts is None
    assert "please report" not in item.remedy, item.message
    return item.reason, item.message, item.remedy


def sample(name: str) -> bytes:
    """A file as the tool wrote it."""
    return (SAMPLES / name).read_bytes()


def matrix(*result: dict[str, Any], **more: Any) -> str:
    """An answer of Prometheus to a range query."""
    data = {"resultType": "matrix", "result": list(result)}
    return json.dumps({"status": "success", "data": data, **more})


def one(name: str | None = "a_bytes", *values: Any, **labels: str) -> dict[str, Any]:
    """A series of such an answer; values are points, a second apart, where they are no pairs."""
    metric = {**({"__name__": name} if name else {}), **labels}
    points = [value if isinstance(value, list) else [BEGIN + at, value] for at, value in enumerate(values)]
    return {"metric": metric, "values": points}
