"""Whether live endpoints say that they are well."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, Field, StrictBool, StrictFloat, StrictInt, StrictStr

from readiness.check import Check, Finding, Measure, Outcome, Params, Release, Stricter
from readiness.evidence.endpoint import Endpoint, HttpAnswer
from readiness.evidence.fields import parse_path
from readiness.evidence.model import Reason
from readiness.units import Duration

from ._answers import is_json_type, judge_media_type, judge_status, may_be_a_page, no_json
from ._components import judge_counts, judge_elements, judge_ratio
from ._fields import judge_field, judge_version
from ._latency import in_ms, judge_answer, judge_percentiles


def _path(text: str) -> str:
    parse_path(text)
    return text


def _one_place(text: str) -> str:
    if parse_path(text).has_wildcard:
        raise ValueError("leads to one place, and has no `*`")
    return text


def _positive(value: timedelta | None) -> timedelta | None:
    if value is not None and value <= timedelta(0):
        raise ValueError("is more than 0")
    return value


def _two_places(counts: dict[str, str]) -> dict[str, str]:
    if any(part == whole for part, whole in counts.items()):
        raise ValueError("compares two fields, and not one with itself")
    return counts


Scalar = StrictBool | StrictInt | StrictFloat | StrictStr | None
FieldName = Annotated[str, AfterValidator(_path)]
OnePlace = Annotated[str, AfterValidator(_one_place)]
Limit = Annotated[Duration | None, AfterValidator(_positive), Stricter.LOWER]
Status = Annotated[int, Field(ge=100, le=599)]


class HealthParams(Params):
    """What a healthy endpoint answers, on every try."""

    status: Annotated[list[Status], Field(min_length=1)] = Field(default=[200])
    """The status codes that are good. A redirect to another place is not followed, and is a status of its own."""
    max_latency: Limit = None
    """The longest that a whole answer may take, as in `500ms`, counted from before the connection; every try counts."""
    p50: Limit = None
    """The longest that the faster half of the tries may take; two tries at least."""
    p90: Limit = None
    """The longest that 90% of the tries may take; ten tries at least."""
    p95: Limit = None
    """The longest that 95% of the tries may take; twenty tries at least."""
    min_tries: Annotated[int, Field(ge=1, le=20), Stricter.HIGHER] = 1
    """The least number of answers; `tries` of the endpoint says how many are asked for."""
    fields: dict[FieldName, Scalar | Annotated[list[Scalar], Field(min_length=1)]] = Field(default={})
    """What the JSON body must say: dotted paths and their values, or lists of allowed values, as in
    `{status: UP, "components.*.status": [UP, UNKNOWN]}`. `*` is every element, a number an index. Types count: the
    text "true" is not true. With this, or any of the four below, the body must be JSON."""
    counts: Annotated[dict[OnePlace, OnePlace], AfterValidator(_two_places)] = Field(default={})
    """Numbers that must be equal, and at least 1, as in `{"workers.active": "workers.total"}`."""
    ratios: list[OnePlace] = Field(default=[])
    """Texts such as `21/21`, `21 of 21` or `21/21 active`, whose two numbers must be equal, and at least 1."""
    elements: Annotated[dict[OnePlace, Annotated[int, Field(ge=1)]], Stricter.HIGHER] = Field(default={})
    """How many elements a list or object has at least, as in `{components: 21}`: a component that is missing is not
    well."""
    version: OnePlace | None = None
    """Where the body tells the version that runs, which must be `release.version`; a `v` before either is no
    difference."""
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

    Where an endpoint counts its components, compare the numbers: `counts` for two fields, `ratios` for text such as
    `12/21`, `elements` for how many must be listed. A limit for many tries, such as `p90`, needs `tries` to match.

    ## References
    - RFC 9110, HTTP Semantics, section 15: status codes
    - Kubernetes documentation: Configure Liveness, Readiness and Startup Probes
    - Spring Boot reference: Production-ready Features, Health Information
    """

    def judge(self, endpoint: Endpoint, release: Release) -> Iterator[Finding]:
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
        for finding in self._answers(endpoint, release):
            if finding is None:
                good += 1
            else:
                yield finding
        if good:
            yield self._summary(endpoint, good)

    def _answers(self, endpoint: Endpoint, release: Release) -> Iterator[Finding | None]:
        for answer in endpoint.http:
            place = _place(endpoint, answer.attempt)
            yield from self._answer(endpoint.method, answer, place)
            if self._asks_the_body and answer.is_json:
                yield from self._body(answer, place, release)
            elif self._asks_the_body:
                yield no_json(answer, place)
        limits = {50: self.params.p50, 90: self.params.p90, 95: self.params.p95}
        given = {percent: limit for percent, limit in limits.items() if limit is not None}
        yield from judge_percentiles(endpoint.http, given, _place(endpoint))
        if endpoint.tries and len(endpoint.http) < self.params.min_tries:
            yield _too_few(endpoint, self.params.min_tries)

    @property
    def _asks_the_body(self) -> bool:
        params = self.params
        return bool(params.fields or params.counts or params.ratios or params.elements or params.version)

    def _answer(self, method: str, answer: HttpAnswer, place: str) -> Iterator[Finding | None]:
        """A finding for what is not good, None for what is."""
        wrong = judge_status(answer, self.params.status, place)
        yield wrong
        if self.params.max_latency is not None:
            yield judge_answer(answer, self.params.max_latency, place)
        if self.params.content_type is not None:
            other = judge_media_type(answer, self.params.content_type, place)
            yield other
            is_claimed = other is None and method != "HEAD" and is_json_type(self.params.content_type)
            if is_claimed and not answer.is_json and not self._asks_the_body:
                yield no_json(answer, place)
        elif wrong is None and not self._asks_the_body and (page := may_be_a_page(answer, place)) is not None:
            yield page

    def _body(self, answer: HttpAnswer, place: str, release: Release) -> Iterator[Finding | None]:
        params = self.params
        for path, expected in params.fields.items():
            yield from judge_field(answer, path, expected, place)
        for part, whole in params.counts.items():
            yield judge_counts(answer.json, part, whole, place)
        for path in params.ratios:
            yield judge_ratio(answer.json, path, place)
        for path, least in params.elements.items():
            yield judge_elements(answer.json, path, least, place)
        if params.version is not None:
            yield judge_version(answer, params.version, release.version, place)

    def _summary(self, endpoint: Endpoint, good: int) -> Finding:
        slowest = max(answer.elapsed_ms for answer in endpoint.http)
        most = None if self.params.max_latency is None else in_ms(self.params.max_latency)
        answers, values = _counted(len(endpoint.http), "answer"), _counted(good, "value")
        return Finding(
            outcome=Outcome.PASS,
            message=f"{endpoint.method} {endpoint.url}: {values} as expected in {answers}, "
            f"the slowest in {slowest:.0f} ms",
            count=good,
            measure=None if most is None or slowest > most else Measure(slowest, most, "ms"),
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


def _too_few(endpoint: Endpoint, least: int) -> Finding:
    return Finding(
        outcome=Outcome.UNPROVEN,
        reason=Reason.INSUFFICIENT,
        message=f"{_place(endpoint)}: it answered {len(endpoint.http)} times, and {least} is the least",
        observed=_counted(len(endpoint.http), "answer"),
        expected=f"at least {_counted(least, 'answer')}",
        next=f"set `tries: {least}` on the endpoint in the policy",
    )


def _place(endpoint: Endpoint, attempt: int = 0) -> str:
    nth = f", try {attempt} of {endpoint.tries}" if attempt and endpoint.tries > 1 else ""
    return f"{endpoint.method} {endpoint.url}{nth}"
