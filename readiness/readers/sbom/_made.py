"""What readers of bills of materials share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from readiness.evidence.model import Reason, Unproven
from readiness.evidence.sbom import Component, Sbom
from readiness.readers.texts import clip
from readiness.units import parse_instant

MAX_BYTES = 3_500_000
AGAIN = "let the tool write it again, whole"


def refuse(message: str, remedy: str = AGAIN) -> Unproven:
    """A file that is not what it claims to be."""
    return Unproven(Reason.MALFORMED, message, remedy)


def instant(text: str, what: str) -> datetime:
    """A moment as the tool writes it."""
    try:
        return parse_instant(text)
    except ValueError:
        raise refuse(f"{what} {clip(text, 40)!r} is no time") from None


def component(name: str, version: str | None, licences: Sequence[str]) -> Component:
    """A component of bounded size. Unproven when it has no name."""
    if not name.strip():
        raise refuse("a component has no name")
    texts = tuple(dict.fromkeys(clip(one, 1_000) for one in licences if one.strip()))
    return Component(name=clip(name), version=clip(version or "", 100), licences=texts)


def bounded(made: Sbom) -> Sbom:
    """The bill; Unproven when it is larger than evidence may be."""
    if (size := len(msgspec.json.encode(made))) > MAX_BYTES:
        message = (
            f"its {len(made.components):,} components come to {size:,} bytes; at most {MAX_BYTES:,} are kept"
        )
        raise refuse(message, "write one bill for each artifact")
    return made
