"""Whether a reference to an image says which image it is, today and tomorrow."""

from __future__ import annotations

from typing import Literal

from readiness.evidence.manifests import parse_image

Pin = Literal["tag", "digest"]
SHORTER = {"tag": "a fixed tag or a digest", "digest": "a digest"}
_MOVING = "latest"


def loose_pin(reference: str, pin: Pin) -> str:
    """What is wrong with a reference, going on from its name; empty when it is pinned."""
    try:
        image = parse_image(reference)
    except ValueError as error:
        return f"is no image that can be pulled: {error}"
    if image.digest:
        return ""
    if not image.tag:
        return "has no tag, which is latest"
    if image.tag.lower() == _MOVING:
        return f"has the moving tag {image.tag}"
    return "" if pin == "tag" else "has no digest"
