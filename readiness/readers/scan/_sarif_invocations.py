"""How a run of SARIF went, and how much it looked at."""

from __future__ import annotations

import re
from collections.abc import Iterator

from readiness.readers.scan._sarif_model import Invocation, Notification, Run

_UNREAD = re.compile(r"pars|syntax|timeout|extraction", re.IGNORECASE)
_EXTRACTED = "successfully-extracted-files"
"""How the notifications of CodeQL end that name a file which it read."""
_OMITS_EMPTY = {"staticcheck"}
"""Tools that write no `results` where they found nothing, which says by the format that nothing was analysed."""
_LISTS_ALL = {"eslint"}
"""Tools whose artifacts are all files that they looked at; those of others may be only the ones with results."""


def run_errors(run: Run) -> list[str]:
    """What went wrong, in sentences: a run that failed, a file that was not read, results that are not here."""
    errors = [text for one in run.invocations or [] for text in _of_invocation(one)]
    elsewhere = run.external_property_file_references
    if elsewhere is not None and elsewhere.results:
        errors.append("its results stand in other files, which are not read")
    elif run.results is None and not _leaves_out_nothing(run):
        errors.append("it has no `results`, which says that nothing was analysed")
    return errors


def _leaves_out_nothing(run: Run) -> bool:
    """Whether a tool that leaves `results` out where it found nothing says that it came to its end."""
    ended = bool(run.invocations) and all(one.execution_successful for one in run.invocations or [])
    return ended and run.tool.driver.name.lower() in _OMITS_EMPTY


def scanned_files(run: Run) -> int | None:
    """How many files were looked at, where the run says so; None where nothing in it does."""
    targets = [one for one in run.artifacts or [] if "analysisTarget" in (one.roles or [])]
    if targets:
        return len(targets)
    if run.tool.driver.name.lower() in _LISTS_ALL:
        return len(run.artifacts or [])
    return sum(_is_extracted(note) for note in _notifications(run)) or None


def ended_at(run: Run) -> str | None:
    """When the last invocation of the run ended; None when one does not tell."""
    ends = [one.end_time_utc for one in run.invocations or []]
    return max((end for end in ends if end), default=None) if all(ends) else None


def _of_invocation(one: Invocation) -> Iterator[str]:
    failed = [note for note in _of(one) if _says_failure(note)]
    for note in failed:
        yield f"{_file(note)}{note.message.text or note.message.markdown or 'it says no more'}"
    if not one.execution_successful and not failed:
        code = f"exit code {one.exit_code}" if one.exit_code is not None else "it says no more"
        yield f"the run was not successful: {one.exit_code_description or code}"


def _says_failure(note: Notification) -> bool:
    about = note.descriptor.id if note.descriptor else ""
    return note.level == "error" or (note.level == "warning" and bool(_UNREAD.search(about)))


def _is_extracted(note: Notification) -> bool:
    return note.descriptor is not None and note.descriptor.id.endswith(_EXTRACTED)


def _notifications(run: Run) -> Iterator[Notification]:
    for one in run.invocations or []:
        yield from _of(one)


def _of(one: Invocation) -> Iterator[Notification]:
    yield from one.tool_execution_notifications or []
    yield from one.tool_configuration_notifications or []


def _file(note: Notification) -> str:
    for location in note.locations or []:
        physical = location.physical_location
        if physical and physical.artifact_location and physical.artifact_location.uri:
            return f"{physical.artifact_location.uri}: "
    return ""
