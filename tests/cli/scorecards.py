"""Scorecard files for tests of commands: a good one, as plain data that a test spoils."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

COMMIT = "3f2a9c1d5b7e8a0c4d6f1e2b3a4c5d6e7f8091a2"
DIGEST = "sha256:" + "9c" * 32
POLICY = "sha256:" + "7b" * 32
Card = dict[str, Any]


def ago(**age: float) -> str:
    """A moment before now, as a scorecard writes it."""
    return (datetime.now(UTC) - timedelta(**age)).isoformat()


def finding(outcome: str = "pass", **more: Any) -> Card:
    """A finding of that outcome."""
    reason = "missing" if outcome == "unproven" else None
    return {"outcome": outcome, "message": "seen", "reason": reason, "count": 1, **more}


def result(id_: str, outcome: str = "pass", **more: Any) -> Card:
    """A result with one finding of its outcome."""
    return {
        "id": id_,
        "check": id_,
        "title": id_,
        "category": id_.partition("/")[0],
        "enforce": "scored",
        "weight": 1,
        "with": {},
        "outcome": outcome,
        "reason": None,
        "waiver": None,
        "summary": "seen",
        "evidence": ["load"],
        "remediation": "",
        "findings": [finding(outcome)],
        **more,
    }


def waiver(**more: Any) -> Card:
    """A waiver that is in force."""
    return {
        "check": "performance/latency",
        "object": None,
        "covers": None,
        "reason": "migration",
        "owner": "platform",
        "expires": ago(days=-30),
        "state": "in-force",
        **more,
    }


def card(**more: Any) -> Card:
    """A GO that agrees with itself, judged an hour ago."""
    item = {
        "format": "k6-summary",
        "source": "load.json",
        "sha256": "ab" * 32,
        "bytes": 12,
        "observed_at": ago(hours=2),
        "observed_from": "content",
        "commit": COMMIT,
        "reason": None,
        "message": "",
        "facts": {},
    }
    return {
        "schema": "readiness/scorecard/1",
        "decision": "go",
        "score": 100.0,
        "score_if_no_waivers": 100.0,
        "proven": 100.0,
        "reasons": [],
        "blockers": [],
        "release": {
            "name": "shop",
            "version": "2.4.0",
            "commit": COMMIT,
            "environment": "production",
            "artifacts": [{"name": "registry.acme/shop", "digest": DIGEST}],
        },
        "policy": {
            "name": "prod",
            "path": "prod.yaml",
            "sha256": POLICY.removeprefix("sha256:"),
            "parents": [],
            "overrides": [],
            "decision": {
                "go": "90%",
                "conditional": "75%",
                "max-waived": "25%",
                "floors": {"performance": "80%"},
            },
        },
        "run": {
            "id": "1",
            "judged_at": ago(hours=1),
            "readiness_version": "0.1.0",
            "plugins": [],
            "ci": {},
            "root": "/builds/shop",
        },
        "categories": [
            {"name": "performance", "score": 100.0, "proven": 100.0, "weight": 2, "floor": 80.0},
        ],
        "results": [result("performance/latency", enforce="required"), result("performance/error-rate")],
        "waivers": [],
        "sign_offs": [],
        "valid_until": ago(days=-1),
        "evidence": [
            {
                "name": "load",
                "kind": "load-test",
                "role": None,
                "bind": "commit",
                "max_age": "7d",
                "facts": {},
                "items": [item],
            }
        ],
        "proven_bad": False,
        **more,
    }


def write(folder: Path, content: Card | str | bytes) -> str:
    """The content as a file; its path."""
    path = folder / "scorecard.json"
    text = json.dumps(content) if isinstance(content, dict) else content
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)
