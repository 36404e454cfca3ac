"""An answer over HTTP as a whole: its status, its type, and whether it may be somebody else's page."""

from __future__ import annotations

from collections.abc import Sequence

from readiness.check import Finding, Outcome
from readiness.evidence.endpoint import HttpAnswer
from readiness.evidence.model import Reason

from ._fields import cut

_STATUS_REMEDY = {
    401: "send credentials with `headers` or `client`",
    403: "send credentials that may ask for this with `headers` or `client`",
    404: "correct the path in `url`",
    429: "lower `tries`, or let the gate's address ask more often",
    503: "see which of its components is not ready",
} | dict.fromkeys(
    (301, 302, 303, 307, 308), "name in `url` the place that answers without a redirect or a login"
)


_PAGES = frozenset({"text/html", "application/xhtml+xml"})


def judge_status(answer: HttpAnswer, good: Sequence[int], place: str) -> Finding | None:
    """The status, which must be one of the good ones."""
    if answer.status in good:
        return None
    location = answer.headers.get("location", "")
    led = f", leading to {cut(location)}," if location and 300 <= answer.status < 400 else ""
    expected = " or ".join(str(status) for status in good)
    return Finding(
        outcome=Outcome.FAIL,
        message=f"{place}: it answers {answer.status}{led} where {expected} is expected",
        observed=str(answer.status),
        expected=expected,
        next=_STATUS_REMEDY.get(answer.status, "read the service's log for this request"),
    )


def judge_media_type(answer: HttpAnswer, expected: str, place: str) -> Finding | None:
    """The media type, without its parameters."""
    observed = answer.content_type.partition(";")[0].strip().lower()
    if observed == expected.lower():
        return None
    return Finding(
        outcome=Outcome.FAIL,
        message=f"{place}: its content type is {cut(observed) or 'not told'}, and not {expected}",
        observed=cut(observed) or "absent",
        expected=expected,
        next="see whether the answer is the service's own, or that of a proxy or a login page",
    )


def is_json_type(media_type: str) -> bool:
    """Whether a media type says that the body is JSON."""
    lower = media_type.lower()
    return lower == "application/json" or lower.endswith("+json")


def _media_types(answer: HttpAnswer) -> frozenset[str]:
    """Every one that it names: a header that was sent twice has them with commas between."""
    return frozenset(one.partition(";")[0].strip().lower() for one in answer.content_type.split(","))


def no_json(answer: HttpAnswer, place: str) -> Finding:
    """A body that has no fields to look at."""
    told = answer.content_type.partition(";")[0].strip()
    return Finding(
        outcome=Outcome.UNPROVEN,
        reason=Reason.MALFORMED,
        message=f"{place}: its body shows no fields: {answer.problem or 'it is not JSON'}",
        observed=f"{answer.body_bytes} bytes of {cut(told) or 'an untold type'}",
        expected="a JSON body",
        next="use `method: GET` and the URL of the health endpoint itself, not of a page",
    )


def may_be_a_page(answer: HttpAnswer, place: str) -> Finding | None:
    """A login or an error page answers 200 too: where nothing is asked of the body, HTML and redirects show nothing."""
    is_html = answer.is_page or not _PAGES.isdisjoint(_media_types(answer))
    if not answer.redirects and not is_html:
        return None
    seen = "an HTML page" if is_html else "an answer after a redirect"
    return Finding(
        outcome=Outcome.UNPROVEN,
        reason=Reason.INSUFFICIENT,
        message=f"{place}: it is {seen}, as a login page would be",
        observed=cut(answer.content_type) or ("HTML" if is_html else f"{answer.redirects} redirects"),
        expected="something that only the healthy service says",
        next="name `fields`, or `content-type`, in the policy; or ask a path that answers for itself",
    )
