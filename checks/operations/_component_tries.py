"""One try of a component, judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from readiness.check import Finding, Outcome, unproven
from readiness.evidence.component import Component, ComponentFailure, ComponentTry
from readiness.evidence.fields import same_scalar
from readiness.evidence.model import Reason

from ._fields import cut

# What a component says itself, or shows beyond doubt; every other failure leaves open how it is.
_PROVEN_BAD = frozenset({"wrong-protocol", "not-ready", "login-refused", "query-failed"})
_AUTH_REMEDY = {
    "tcp": "name its protocol in `url`: a port alone tells nothing",
    "kafka": "let its listener take part in SASL handshakes, or judge its TLS with kind endpoint",
}


def place_of(component: Component, one: ComponentTry) -> str:
    """The component and the try, as messages name them."""
    among = f", try {one.attempt} of {len(component.tries)}" if len(component.tries) > 1 else ""
    return f"{component.url}{among}"


def failed(failure: ComponentFailure, place: str) -> Finding:
    """What a try that ended early shows."""
    message = f"{place}: {failure.message}"
    if failure.cause in _PROVEN_BAD:
        return _bad(message, failure.cause, "an answer in its protocol", failure.remedy)
    return unproven(failure.reason, message, failure.remedy)


def unspoken(component: Component, one: ComponentTry, place: str) -> Finding | None:
    """A try without a failure that shows too little all the same."""
    is_shown = one.reachable if component.protocol == "tcp" else one.reachable and one.speaks
    if one.login == "refused":
        return _bad(f"{place}: it refuses the login", "refused", "accepted", "correct `user` and `password`")
    if one.speaks is False:
        return _bad(
            f"{place}: it does not speak {component.protocol}", "another protocol", component.protocol, ""
        )
    if is_shown and (not component.asks or one.rows is not None):
        return None
    what = "its query gave no answer" if is_shown else f"nothing tells that it speaks {component.protocol}"
    return unproven(Reason.INSUFFICIENT, f"{place}: {what}", "run the gate again")


def said(component: Component, one: ComponentTry) -> str:
    """What a good try showed, as a clause."""
    if component.protocol == "tcp":
        return "it accepts connections, which is all that was asked"
    login = {"accepted": ", lets the credentials in"}.get(one.login or "", "")
    auth = {"required": ", and requires a login", "none": ", and requires no login"}.get(one.auth or "", "")
    return f"it speaks {component.protocol}{login}{auth}"


def observed(component: Component, one: ComponentTry) -> str:
    """The protocol, and the version as it is told."""
    return cut(f"{component.protocol} {one.version}".strip())


def _shown(value: object) -> str:
    return f'"{cut(value)}"' if isinstance(value, str) else "null" if value is None else str(value).lower()


def _bad(message: str, observed: str, expected: str, next_: str) -> Finding:
    return Finding(outcome=Outcome.FAIL, message=message, observed=observed, expected=expected, next=next_)


def judge_auth(
    component: Component, one: ComponentTry, place: str, *, wants_login: bool
) -> Iterator[Finding]:
    """Whether strangers are turned away, and, where that is wanted, friends let in."""
    if one.auth == "none":
        yield _bad(
            f"{place}: it lets in somebody without credentials",
            "no login is required",
            "a login is required",
            "demand a password, or a client certificate, and let nobody be trusted by his address",
        )
    elif one.auth is None:
        message = f"{place}: nothing tells whether it lets in somebody without credentials"
        yield unproven(Reason.INSUFFICIENT, message, _AUTH_REMEDY.get(component.protocol, "see why above"))
    if wants_login and one.login is None:
        message = f"{place}: nothing tells whether it lets in the credentials of the release"
        yield unproven(Reason.INSUFFICIENT, message, "give the evidence `user` and `password`")


def judge_result(
    component: Component, one: ComponentTry, place: str, allowed: Sequence[object]
) -> Iterator[Finding]:
    """Whether the query gave one of these values; nothing where the try failed, which is a finding of its own."""
    expected = " or ".join(_shown(value) for value in allowed)
    if not component.asks and component.protocol != "grpc":
        message = f"{place}: nothing was asked of it, where {expected} is expected"
        yield unproven(Reason.INSUFFICIENT, message, "give the evidence a `query`")
    elif one.rows is None:
        if one.failure is None:
            yield unproven(Reason.INSUFFICIENT, f"{place}: its query gave no answer", "run the gate again")
    elif one.rows == 0 or not any(same_scalar(one.result, value) for value in allowed):
        seen = _shown(one.result) if one.rows else "no row"
        next_ = "ask the same with the component's own client"
        yield _bad(f"{place}: its query gives {seen}, and not {expected}", seen, expected, next_)
