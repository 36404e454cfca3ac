"""What the gate reads before it judges, and what its reports must not replace."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from readiness.errors import UsageError
from readiness.plugins import Registry, discover
from readiness.policy.resolve import resolve
from readiness.policy.rules import Policy
from readiness.report.outputs import Output, remove_old


def read_inputs(
    wanted: str, root: str, outputs: Sequence[Output], now: datetime
) -> tuple[Registry, Path, Policy]:
    """What is installed, the root and the policy; whatever is wrong with them, the old reports are gone.

    Raises UsageError, and removes nothing, when a report would take the place of something that is read.
    """
    _spare(outputs, "the policy", [Path(wanted)])
    try:
        folder, registry = _folder(root), discover()
        policy = resolve(wanted, registry, os.environ, now)
    except BaseException:
        remove_old(outputs)
        raise
    _spare(outputs, "a parent of the policy", [Path(parent.path) for parent in policy.parents])
    _spare(outputs, "evidence", _literal_paths(policy, folder))
    remove_old(outputs)
    return registry, folder, policy


def _folder(root: str) -> Path:
    folder = Path(os.path.abspath(root))  # noqa: PTH100 - `resolve` would follow links
    if not folder.is_dir():
        raise UsageError(f"--root: there is no folder {folder}")
    return folder


def _spare(outputs: Sequence[Output], what: str, paths: Iterable[Path]) -> None:
    """A report in the place of something that is read would take it away."""
    taken = {os.path.realpath(path) for path in paths}
    for output in outputs:
        if output.path is not None and os.path.realpath(output.path) in taken:
            raise UsageError(f"-o {output.format}={output.path}: that is {what}")


def _literal_paths(policy: Policy, folder: Path) -> Iterator[Path]:
    """The files of evidence that is named without a pattern."""
    for feed in policy.evidence.values():
        path = getattr(feed.spec, "path", "")
        if path and not glob.has_magic(path) and "\0" not in path:
            yield folder / path
