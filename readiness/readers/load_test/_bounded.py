"""Numbers of documents, no larger than what a load test can measure: Python has integers that no float can hold."""

from __future__ import annotations

from typing import Annotated

import msgspec

Many = Annotated[int, msgspec.Meta(ge=0, le=10**15)]
"""A number of requests, answers or errors."""

Nanoseconds = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
"""A time, or a sum of times, as Go keeps it."""

Measured = Annotated[float, msgspec.Meta(ge=0, le=1e12)]
"""A time in seconds, a rate or a share."""

Took = Annotated[int, msgspec.Meta(ge=0, le=10**18)]
"""How long a request took, in nanoseconds."""
