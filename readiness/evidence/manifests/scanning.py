"""One look at all that an object says, before many at each part of it."""

from __future__ import annotations

import msgspec


def in_one(data: object) -> bytes:
    """Plain data as compact JSON, or as Python writes it where JSON has no words for it.

    It holds each text of the data as it is, but for quotes, backslashes, and what is no printable ASCII.
    """
    try:
        return msgspec.json.encode(data)
    except (TypeError, ValueError, OverflowError, RecursionError):
        return repr(data).replace("'", '"').encode("utf-8", "backslashreplace")
