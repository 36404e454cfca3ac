"""Versions as documents write them, against the release that is judged."""

from __future__ import annotations

import re

from packaging.version import InvalidVersion, Version

from readiness.check import Release


def is_older(version: str, release: Release) -> bool:
    """Whether it can be gone back to: it is neither the release nor after it."""
    return not is_same_version(version, release) and not is_newer(version, release)


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
