"""The export of Acme's change management: `{"acme-change": 1, "ticket": ..., "state": ..., "approvals": [...]}`."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from acme_gate.change import Change
from readiness.evidence.model import Reason, Unproven
from readiness.readers.base import Reader, Reading
from readiness.readers.source import Source
from readiness.readers.strict_json import shape


class _Approval(msgspec.Struct):
    by: str


class _Export(msgspec.Struct, rename="kebab"):
    acme_change: Literal[1]
    ticket: str
    state: str
    exported_at: datetime
    approvals: list[_Approval]


class AcmeJson(Reader[Change]):
    """One person who approves twice is one approver."""

    def recognises(self, source: Source) -> bool:
        """An object with the key `acme-change`."""
        return source.head.startswith(b"{") and "acme-change" in source.json

    def read(self, source: Source) -> Reading[Change]:
        """The change. Raises Unproven when a field is missing or the export has no time zone."""
        export = shape(source.json, _Export, "Acme change")
        if export.exported_at.tzinfo is None:
            raise Unproven(
                Reason.MALFORMED, "exported-at has no time zone", "export it again with Acme 4 or later"
            )
        people = tuple(sorted({approval.by for approval in export.approvals}))
        change = Change(ticket=export.ticket, state=export.state, approvers=people)
        return Reading(change, observed_at=export.exported_at)
