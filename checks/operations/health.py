"""Whether live endpoints say that they are well."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, Field, StrictBool, StrictFloat, StrictInt, StrictStr

from readiness.check import Check, Finding, Measure, Outcome, Params, Stricter
from readiness.evidence.endpoint import Endpoint, HttpAnswer
from readiness.evidence.fields import parse_path
from readiness.evidence.model import Reason
from readiness.units import Duration, show_duration

from ._fields import cut, judge_field

_MILLISECOND = timedelta(milliseconds=1)


def _path(text: str) -> str:
    parse_path(text)
    return text


def _positive(value: timedelta | None) -> timedelta | None:
    if value is not None and value <= timedelta(0):
        raise ValueError("is more than 0")
    return value


Scalar = StrictBool | StrictInt | StrictFloat | StrictStr | None
FieldName = Annotated[str, AfterValidator(_path)]
Status = Annotated[int, Field(ge=100, le=599)]


class HealthParams(Params):
    """What a healthy endpoint answers, on every try."""

    status: Annotated[list[Status], Field(min_length=1)] = Field(default=[200])
    """The status codes that are good. A redirect to another place is not followed, and is a status of its own."""
    max_latency: Annotated[Duration | None, AfterValidator(_positive), Stricter.LOWER] = None
    """The longest that a whole answer may take, as in `500ms`, counted from before the connection; every try counts."""
    fields: dict[FieldName, Scalar | Annotated[list[Scalar], Field(min_length=1)]] = Field(default={})
    """What the JSON body must say: dotted paths and their values, or lists of allowed values, as in
    `{status: UP, "components.*.status": [UP, UNKNOWN]}`. `*` is every element, a number an index. Types count: the
    text "true" is not true. With fields, the body must be JSON."""
    content_type: Annotated[str, Field(pattern=r"^[^\s/;]+/[^\s/;]+$")] | None = None
    """The media type of the answer, without its parameters, as in `application/json`."""


class Health(Check[HealthParams]):
    """Every endpoint answers that it is well.

    ## Why it matters
    A release that was deployed and does not serve is the cheapest failure to find and the dearest to miss. A port that
    accepts connections proves little: a login page, a redirect or a proxy's error page answer too. So the answer
    itself is judged: its status, what it says about each component, and how long it took, on every try.

    ## How to fix it
    Ask the endpoint by hand, with the headers and certificates of the policy, and read which component it names. Let
    the health endpoint answer 200 only when the service and what it cannot do without are ready, without a login
    and without redirects. Name what must hold in `fields`, as in `{"components.*.status": UP}`. When some tries
    fail and others do not, look for one bad instance behind the load balancer.

    ## References
    - RFC 9110, HTTP Semantics, section 15: status codes
    - Kubernetes documentation: Configure Liveness, Readiness and Startup Probes
    - Spring Boot reference: Production-ready Features, Health Information
    """

    def judge(self, endpoint: Endpoint) -> Iterator[Finding]:
        """Each try apart; the worst counts."""
        good = 0
        if not endpoint.tries:
            yield _not_asked(endpoint)
        for failure in endpoint.failures:
            yield Finding(
                outcome=Outcome.UNPROVEN,
                reason=failure.reason,
                message=f"{_place(endpoint, failure.attempt)}: {failure.message}",
                next=failure.remedy,
            )
        for answer in endpoint.http:
            for finding in self._answer(answer, _place(endpoint, answer.attempt)):
                if finding is None:
                    good += 1
                else:
                    yield finding
        if good:
            yield self._summary(endpoint, good)

    def _answer(self, answer: HttpAnswer, place: str) -> Iterator[Finding | None]:
        """A finding for what is not good, None for what is."""
        yield self._status(answer, place)
        if self.params.max_latency is not None:
            yield _latency(answer, self.params.max_latency, place)
        if self.params.content_type is not None:
            yield _media_type(answer, self.params.content_type, place)
        if not self.params.fields:
            page = None if self.params.content_type else _may_be_a_page(answer, place)
            if page is not None:
                yield page
            return
        if answer.is_json:
            for path, expected in self.params.fields.items():
                yield from judge_field(answer, path, expected, place)
        else:
            yield _no_json(answer, place)

    def _status(self, answer: HttpAnswer, place: str) -> Finding | None:
        if answer.status in self.params.status:
            return None
        location = answer.headers.get("location", "")
        led = f", leading to {cut(location)}," if location and 300 <= answer.status < 400 else ""
        expected = " or ".join(str(status) for status in self.params.status)
        return Finding(
            outcome=Outcome.FAIL,
            message=f"{place}: it answers {answer.status}{led} where {expected} is expected",
            observed=str(answer.status),
            expected=expected,
            next=_STATUS_REMEDY.get(answer.status, "read the service's log for this request"),
        )

    def _summary(self, endpoint: Endpoint, good: int) -> Finding:
        slowest = max(answer.elapsed_ms for answer in endpoint.http)
        most = None if self.params.max_latency is None else self.params.max_latency / _MILLISECOND
        answers, values = _counted(len(endpoint.http), "answer"), _counted(good, "value")
        return Finding(
            outcome=Outcome.PASS,
            message=f"{endpoint.method} {endpoint.url}: {values} as expected in {answers}, "
            f"the slowest in {slowest:.0f} ms",
            count=good,
            measure=None if most is None or slowest > most else Measure(slowest, most, "ms"),
        )


_STATUS_REMEDY = {
    401: "send credentials with `headers` or `client`",
    403: "send credentials that may ask for this with `headers` or `client`",
    404: "correct the path in `url`",
    429: "lower `tries`, or let the gate's address ask more often",
    503: "see which of its components is not ready",
} | dict.fromkeys(
    (301, 302, 303, 307, 308), "name in `url` the place that answers without a redirect or a login"
)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _not_asked(endpoint: Endpoint) -> Finding:
    return Finding(
        outcome=Outcome.UNPROVEN,
        reason=Reason.MISSING,
        message=f"{endpoint.url}: it was not asked over HTTP, so nothing tells whether it is well",
        next="give the check an endpoint of http or https; `tls://` shows TLS alone",
    )


def _place(endpoint: Endpoint, attempt: int) -> str:
    nth = f", try {attempt} of {endpoint.tries}" if endpoint.tries > 1 else ""
    return f"{endpoint.method} {endpoint.url}{nth}"


def _latency(answer: HttpAnswer, limit: timedelta, place: str) -> Finding | None:
    most = limit / _MILLISECOND
    if answer.elapsed_ms <= most:
        return None
    return Finding(
        outcome=Outcome.FAIL,
        message=f"{place}: it took {answer.elapsed_ms:.0f} ms, and {show_duration(limit)} is the most",
        observed=f"{answer.elapsed_ms:.0f} ms",
        expected=f"at most {show_duration(limit)}",
        measure=Measure(answer.elapsed_ms, most, "ms"),
        next="see what it waits for; the time includes connection and TLS",
    )


def _media_type(answer: HttpAnswer, expected: str, place: str) -> Finding | None:
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


def _no_json(answer: HttpAnswer, place: str) -> Finding:
    told = answer.content_type.partition(";")[0].strip()
    return Finding(
        outcome=Outcome.UNPROVEN,
        reason=Reason.MALFORMED,
        message=f"{place}: its body shows no fields: {answer.problem or 'it is not JSON'}",
        observed=f"{answer.body_bytes} bytes of {cut(told) or 'an untold type'}",
        expected="a JSON body",
        next="use `method: GET` and the URL of the health endpoint itself, not of a page",
    )


def _may_be_a_page(answer: HttpAnswer, place: str) -> Finding | None:
    """A login or an error page answers 200 too: where nothing is asked of the body, HTML and redirects show nothing."""
    is_page = answer.content_type.partition(";")[0].strip().casefold() == "text/html"
    if not answer.redirects and not is_page:
        return None
    seen = "an HTML page" if is_page else "an answer after a redirect"
    return Finding(
        outcome=Outcome.UNPROVEN,
        reason=Reason.INSUFFICIENT,
        message=f"{place}: it is {seen}, as a login page would be",
        observed=answer.content_type or f"{answer.redirects} redirects",
        expected="something that only the healthy service says",
        next="name `fields`, or `content-type`, in the policy; or ask a path that answers for itself",
    )
