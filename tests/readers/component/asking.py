"""Asking a component in a test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from readiness.evidence.component import Component, ComponentTry
from readiness.evidence.model import Item
from readiness.testing import read_evidence


def ask(root: Path, url: str, **keys: Any) -> Item:
    """The item of one evidence."""
    (item,) = read_evidence("component", root, url=url, **{"deadline": "5s", **keys}).items
    return item


def only_try(item: Item) -> ComponentTry:
    """The one try of an item that has facts."""
    assert isinstance(item.facts, Component), item
    (one,) = item.facts.tries
    return one
