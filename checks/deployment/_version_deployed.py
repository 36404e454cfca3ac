"""The version against the one that runs in production now."""

from __future__ import annotations

from collections.abc import Iterator

from packaging.version import Version as Parsed

from readiness.check import Finding, Outcome, unproven
from readiness.evidence.endpoint import Endpoint
from readiness.evidence.model import Reason

from ._version_claims import Claim, said_by_endpoint
from ._version_text import parse_version


def judged_deployed(deployed: Endpoint, field: str, version: Parsed, step: str) -> Iterator[Finding]:
    """Every answer must say a version that the release is higher than."""
    seen: list[Parsed] = []
    for one in said_by_endpoint(deployed, field):
        if not isinstance(one, Claim):
            yield unproven(one.reason, f"what runs now: {one.who}: {one.message}", one.next)
            continue
        try:
            running = parse_version(one.version)
        except ValueError as error:
            yield unproven(Reason.MALFORMED, f"what runs now: {one.who}: {error}", "let it tell a version")
            continue
        if bad := _not_higher(version, running, step):
            yield bad
        else:
            seen.append(running)
    if seen:
        shown = ", ".join(sorted({str(one) for one in seen}))
        word = "higher than" if step == "higher" else "not lower than"
        message = f"{version} is {word} what runs now: {shown}"
        yield Finding(
            outcome=Outcome.PASS, message=message, observed=shown, expected=f"< {version}", count=len(seen)
        )


def _not_higher(version: Parsed, running: Parsed, step: str) -> Finding | None:
    if version > running or (step == "same-or-higher" and version == running):
        return None
    relation = "the same as" if version == running else "lower than"
    return Finding(
        outcome=Outcome.FAIL,
        message=f"{version} is {relation} what runs now: {running}",
        observed=str(running),
        expected=f"{'<=' if step == 'same-or-higher' else '<'} {version}",
        next="release a higher version; to deploy the same one again, set `step: same-or-higher`",
    )
