"""Stamps: a small JSON file beside a piece of evidence that says when and for which commit it was made."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import msgspec

from readiness.evidence.model import Reason, Unproven
from readiness.readers.strict_json import parse_json, shape

SUFFIX = ".stamp.json"
CLOCK_SKEW = timedelta(minutes=5)
_MAX_BYTES = 65_536
_RESTAMP = "stamp the file again: readiness evidence stamp FILE"


class Stamp(msgspec.Struct, frozen=True, kw_only=True):
    """What `readiness evidence stamp` writes.

    `observed_at` is when the stamped file was last written; `stamped_at` when the stamp was made.
    """

    schema: Literal["readiness/stamp/1"] = "readiness/stamp/1"
    file: str
    sha256: str
    bytes: int
    observed_at: datetime
    stamped_at: datetime
    commit: str | None = None
    version: str | None = None
    run: str | None = None
    command: str | None = None


def path_of(path: Path) -> Path:
    """Where the stamp of a file stands."""
    return path.with_name(path.name + SUFFIX)


def read(path: Path, sha256: str) -> Stamp | None:
    """The stamp of a file, or None when there is none; Unproven when it is broken or of other content."""
    try:
        # Not blocking, so that a pipe of that name cannot hold the gate.
        descriptor = os.open(path_of(path), os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            content = file.read(_MAX_BYTES + 1) or b""
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Unproven(
            Reason.MALFORMED, f"its stamp cannot be read: {os.strerror(error.errno or 0)}"
        ) from None
    if len(content) > _MAX_BYTES:
        raise Unproven(Reason.MALFORMED, "its stamp is too large to be one", _RESTAMP)
    stamp = _parse(content)
    if stamp.sha256 != sha256:
        raise Unproven(Reason.MALFORMED, "its stamp is of other content: the file changed after it", _RESTAMP)
    return stamp


def _parse(content: bytes) -> Stamp:
    try:
        stamp = shape(parse_json(content.decode()), Stamp, "stamp")
    except UnicodeDecodeError:
        raise Unproven(Reason.MALFORMED, "its stamp is not UTF-8", _RESTAMP) from None
    except Unproven as error:
        raise Unproven(Reason.MALFORMED, f"its stamp is broken: {error.message}", _RESTAMP) from None
    if stamp.observed_at.tzinfo is None or stamp.stamped_at.tzinfo is None:
        raise Unproven(Reason.MALFORMED, "its stamp has a time without a zone", _RESTAMP)
    if stamp.observed_at - stamp.stamped_at > CLOCK_SKEW:
        raise Unproven(
            Reason.MALFORMED, "its stamp says that the file was written after it was stamped", _RESTAMP
        )
    try:
        return msgspec.structs.replace(stamp, observed_at=stamp.observed_at.astimezone(UTC))
    except OverflowError:
        raise Unproven(Reason.MALFORMED, "its stamp has a time that is out of range", _RESTAMP) from None
