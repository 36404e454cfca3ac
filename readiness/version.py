"""The version of this package; `pyproject.toml` takes it from here.

It is not asked of the installed metadata: reading that costs as much as all of `readiness --version` beside it.
"""

from __future__ import annotations

VERSION = "0.1.0"


def version() -> str:
    """As in the metadata of the installed package."""
    return VERSION
