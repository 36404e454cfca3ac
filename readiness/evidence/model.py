"""Facts, where they came from, and why they may be missing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Literal, Self

import msgspec

ObservedFrom = Literal["content", "stamp", "mtime"]


class Reason(StrEnum):
    """Why something is not shown either way."""

    MISSING = "missing"
    UNDATED = "undated"
    STALE = "stale"
    UNBOUND = "unbound"
    WRONG_RELEASE = "wrong-release"
    MALFORMED = "malformed"
    INSUFFICIENT = "insufficient"
    UNREACHABLE = "unreachable"


class Unproven(Exception):  # noqa: N818 - it is an outcome, not an error
    """The only thing that a reader may raise: these bytes show nothing, why, and what would help.

    `message` tells what is wrong, without naming the file; `remedy` tells what to do next.
    """

    def __init__(self, reason: Reason, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.reason, self.message, self.remedy = reason, message, remedy


class Value(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of everything the program makes: typed, frozen, and the same after a journey through JSON."""

    def but(self, **changes: Any) -> Self:
        """The same with other values for some fields; TypeError for a field that it does not have."""
        return msgspec.structs.replace(self, **changes)


class Facts(Value, frozen=True):
    """Base of every evidence type: what was read, bounded in size; never a judgement."""

    kind: ClassVar[str]

    def summary(self) -> Mapping[str, object]:
        """The normalised numbers that the scorecard shows as `facts`; plain JSON."""
        return {}

    def objects(self) -> frozenset[str]:
        """The names that a waiver's `object:` may use, as `Kind/[namespace/]name[:container]`."""
        return frozenset()


class Provenance(Value, frozen=True):
    """Where a piece of evidence came from: one file, or one endpoint.

    `source` is a path or a URL without credentials; `observed_at` is the end of the observation.
    """

    source: str
    format: str = ""
    sha256: str = ""
    bytes: int = 0
    observed_at: datetime | None = None
    observed_from: ObservedFrom | None = None
    commit: str | None = None
    version: str | None = None


class Item(Value, frozen=True):
    """One file or endpoint: its facts, or the reason why there are none."""

    provenance: Provenance
    facts: Facts | None = None
    reason: Reason | None = None
    message: str = ""
    remedy: str = ""

    def __post_init__(self) -> None:
        if (self.facts is None) == (self.reason is None):
            raise ValueError("an item has either facts or a reason")


class Evidence(Value, frozen=True):
    """One named evidence of the policy: each file or endpoint apart, and all of them as one.

    `pooled` says that its files are parts of one thing, also for checks that take every file apart.
    """

    name: str
    kind: str
    items: tuple[Item, ...]
    whole: Item
    role: str | None = None
    bind: str | None = None
    max_age: str | None = None
    pooled: bool = False
