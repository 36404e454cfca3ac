"""Whether CODEOWNERS gives the files owners."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from readiness.check import Finding, Location, Measure, unproven
from readiness.evidence.model import Reason
from readiness.evidence.ownership import CodeOwners
from readiness.units import show_share

from ._ownership_findings import bad, missing

_SHOWN = 10


def judged_code_owners(owners: CodeOwners, min_owned: Fraction) -> Iterator[Finding]:
    """Lines that are skipped, and the share of files with an owner; nothing where all is well."""
    for problem in owners.problems[:_SHOWN]:
        message = f"{owners.path}: {problem.message}: the line is skipped"
        yield bad(message, "correct the line").but(location=Location(owners.path, problem.line))
    if owners.owned is None:
        message = f"{owners.path}: {owners.rules:,} rules and {owners.files:,} files are too many to tell"
        yield unproven(Reason.INSUFFICIENT, message, "use fewer rules")
    elif not owners.files or not owners.rules:
        yield missing(f"{owners.path} holds no rule", "begin it with `* @org/team`")
    else:
        yield from _share(owners, owners.owned, min_owned)


def _share(owners: CodeOwners, owned: int, min_owned: Fraction) -> Iterator[Finding]:
    share = Fraction(owned, owners.files)
    if share < min_owned or not owned:
        named = ", ".join(owners.unowned[:_SHOWN])
        yield bad(
            f"{owners.path} gives {owned:,} of {owners.files:,} files an owner: {show_share(share)}; "
            f"none has {named}",
            "begin it with a line for everything: `* @org/team`",
        ).but(
            observed=show_share(share),
            expected=f">= {show_share(min_owned)}",
            measure=Measure(float(share * 100), float(min_owned * 100), "%", "higher"),
        )
