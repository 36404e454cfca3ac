"""Versions as releases, tags and projects write them, made comparable."""

from __future__ import annotations

import re

from packaging.version import Version

_MAX = 128
_BARE_NUMBER = re.compile(r"[^-+]*-\d+(\+.*)?", re.ASCII)


def parse_version(text: str) -> Version:
    """`v1.2.3`, `1.2.3` or `1.2.3-rc.1`, normalised by the rules of PEP 440; ValueError for what is no version.

    `1.2.3-4` is refused: it is a pre-release in SemVer, and a post-release in PEP 440.
    """
    if len(text) > _MAX:
        raise ValueError("it is too long for a version")
    if _BARE_NUMBER.fullmatch(text.strip()):
        raise ValueError(f"{text!r} is a pre-release in SemVer, but a post-release in PEP 440")
    try:
        return Version(text)
    except ValueError:
        raise ValueError(f"{text!r} is no version, such as 1.2.3 or v1.2.3-rc.1") from None
