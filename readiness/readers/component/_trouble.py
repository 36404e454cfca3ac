"""What goes wrong with a component, typed. The text of servers and libraries is never shown: it may hold a secret."""

from __future__ import annotations

from readiness.evidence.component import Cause, ComponentFailure
from readiness.evidence.model import Reason, Unproven
from readiness.readers.network.trouble import causes, explain

_REASONS: dict[Cause, Reason] = {
    "wrong-protocol": Reason.MALFORMED,
    "malformed": Reason.MALFORMED,
    "query-failed": Reason.INSUFFICIENT,
    "insufficient": Reason.INSUFFICIENT,
}
_BY_ERROR: tuple[tuple[type[BaseException], Cause], ...] = (
    (ConnectionRefusedError, "refused"),
    (TimeoutError, "timeout"),
    (ConnectionResetError, "reset"),
    (BrokenPipeError, "reset"),
    (EOFError, "closed"),
)
_CLOSED = "it closed the connection before its answer was complete"


class Trouble(Unproven):
    """Why a try did not come to its end, with what a check needs to know of it."""

    def __init__(self, cause: Cause, message: str, remedy: str = "") -> None:
        super().__init__(_REASONS.get(cause, Reason.UNREACHABLE), message, remedy)
        self.cause: Cause = cause


def wrong(protocol: str, seen: str) -> Trouble:
    """What came back cannot be that protocol."""
    return Trouble(
        "wrong-protocol",
        f"it does not speak {protocol}: {seen}",
        "correct host and port in `url`, and whether it speaks over TLS (`tls: true`)",
    )


def failure_of(error: BaseException) -> ComponentFailure:
    """Any exception of a try as the reason why it showed no more."""
    told = _told(error)
    return ComponentFailure(cause=told.cause, reason=told.reason, message=told.message, remedy=told.remedy)


def _told(error: BaseException) -> Trouble:
    chain = list(causes(error))
    for one in chain:
        if isinstance(one, Trouble):
            return one
    if any(isinstance(one, EOFError) for one in chain):
        return Trouble("closed", _CLOSED, "look into its log, and whether this address may connect")
    plain = explain(error)
    found = _cause(chain)
    if found is None:
        found = "malformed" if plain.reason is Reason.MALFORMED else "unreachable"
    made = Trouble(found, plain.message, plain.remedy)
    made.reason = plain.reason
    return made


def _cause(chain: list[BaseException]) -> Cause | None:
    import ssl

    if any(isinstance(one, ssl.SSLError) for one in chain):
        return "tls"
    return next((cause for one in chain for kind, cause in _BY_ERROR if isinstance(one, kind)), None)
