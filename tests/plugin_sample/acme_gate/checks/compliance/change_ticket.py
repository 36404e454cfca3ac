"""Whether the change was approved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from acme_gate.change import Change
from readiness.check import Check, Finding, Measure, Outcome, Params, Stricter


class ChangeTicketParams(Params):
    """What an approved change is."""

    approvals: Annotated[int, Field(ge=1), Stricter.HIGHER] = 1
    """The least number of people who approved it."""


class ChangeTicket(Check[ChangeTicketParams]):
    """The change is approved by enough people.

    ## Why it matters
    A change that nobody else has seen is found out by the customers.

    ## How to fix it
    Ask for the approvals that are missing in Acme, export the change again, and run the gate again.

    ## References
    - Acme handbook, chapter 4
    """

    def judge(self, change: Change) -> Iterator[Finding]:
        """One finding for the change."""
        count, least = len(change.approvers), self.params.approvals
        good = change.state == "approved" and count >= least
        yield Finding(
            outcome=Outcome.PASS if good else Outcome.FAIL,
            message=f"{change.ticket} is {change.state} by {count}; at least {least} must approve it",
            observed=f"{change.state} by {count}",
            expected=f"approved by {least} or more",
            measure=Measure(count, least, "approvals", "higher"),
        )
