"""Reports in text with something changed in them, and what they then read as."""

from __future__ import annotations

from pathlib import Path

from readiness.evidence.load_test import Latency, LoadTest
from readiness.evidence.model import Item, Reason
from tests.readers.load_test.support import SAMPLES, read_bytes


def edited(name: str, *changes: tuple[str, str]) -> bytes:
    """A fixture in which texts stand instead of others, each of which was there."""
    text = (SAMPLES / name).read_text()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text.encode()


def facts_of(folder: Path, content: bytes) -> LoadTest:
    """The facts of content that can be read."""
    item = read_bytes(folder, content)
    assert isinstance(item.facts, LoadTest), item.message
    return item.facts


def latency_of(test: LoadTest) -> Latency:
    """Its latencies, which are there."""
    assert test.latency is not None
    return test.latency


def refused(folder: Path, content: bytes, reason: Reason = Reason.MALFORMED) -> Item:
    """What content that shows nothing reads as."""
    item = read_bytes(folder, content)
    assert item.facts is None
    assert item.reason is reason, item.message
    assert "please report" not in item.remedy, item.message
    return item
