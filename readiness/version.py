"""The version of the installed package."""

from __future__ import annotations

from importlib.metadata import version as installed


def version() -> str:
    """As in `pyproject.toml`."""
    return installed("readiness")
