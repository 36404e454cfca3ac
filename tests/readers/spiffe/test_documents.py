"""What the documentation says of SPIFFE: its keys are those of the kinds, and all of them."""

from __future__ import annotations

import json
from typing import Any

import yaml

from readiness.plugins import discover
from readiness.readers.base import FileSpec
from tests.pages import Page
from tests.support import ROOT


def test_every_key_of_a_kind_is_shown_once_at_least() -> None:
    (block,) = Page(ROOT / "docs" / "evidence.md").fences("yaml", "SPIFFE")
    text = block.text.replace("${SPIFFE_ENDPOINT_SOCKET}", "unix:///run/spire/agent.sock")
    said: dict[str, dict[str, Any]] = yaml.safe_load(text)
    shown: dict[str, set[str]] = {}
    for keys in said.values():
        spec = discover().kinds[keys["kind"]].spec
        spec.model_validate_json(json.dumps(keys))
        shown.setdefault(keys["kind"], set()).update(keys)
    for kind, told in shown.items():
        spec = discover().kinds[kind].spec
        own = {
            field.alias or name
            for name, field in spec.model_fields.items()
            if name not in FileSpec.model_fields
        }
        assert own <= told, kind
    assert set(shown) == {"x509-svid", "spiffe-bundle", "spiffe-jwt"}
