"""Words that findings about documents share."""

from __future__ import annotations

import re
from collections.abc import Mapping

from packaging.version import InvalidVersion, Version

from readiness.check import Release

from ._document_items import Item

EXPECTED: Mapping[Item, str] = {
    Item.TRIGGERS: "a number with a unit and a comparison or window, as in `error rate > 2 % for 5 min`",
    Item.OWNER: "who decides, by name or role",
    Item.TARGET: "the version to go back to, which is not this release",
    Item.VERIFICATION: "a command or metric, and the value that it must show afterwards",
    Item.DATA: "whether data and migrations can go back, or `not applicable` and why",
    Item.TIME: "a duration with its unit, as in `10 minutes`",
    Item.REHEARSAL: "the ISO date of the last rehearsal that went well, as in `2026-05-31`",
}
_LONGEST = 120


def shorten(text: str) -> str:
    """One line of at most 120 characters."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 3] + "..."


def is_same_version(version: str, release: Release) -> bool:
    """Whether it is the version or the commit of the release, however it is written."""
    plain = version.casefold().removeprefix("v")
    if release.commit and len(plain) >= 7 and release.commit.casefold().startswith(plain):
        return True
    own = (release.version or "").casefold().removeprefix("v")
    try:
        return Version(plain) == Version(own)
    except InvalidVersion:
        return plain == own


def is_newer(version: str, release: Release) -> bool:
    """Whether it comes after the release, or is a build of it; what cannot be compared is not newer."""
    try:
        own = Version((release.version or "").removeprefix("v"))
    except InvalidVersion:
        return False
    try:
        other = Version(version.casefold().removeprefix("v"))
    except InvalidVersion:  # a suffix of no known order, such as 1.2.3-hotfix
        numbers = re.match(r"v?(\d+(?:\.\d+)*)", version, re.IGNORECASE)
        return bool(numbers) and Version(str(numbers and numbers[1])) >= Version(own.base_version)
    return Version(other.public) >= Version(own.public)
