"""Headers with which a service tells browsers what not to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator

from readiness.check import Check, Finding, Outcome, Params, Stricter
from readiness.evidence.endpoint import Endpoint, HttpAnswer
from readiness.evidence.model import Reason
from readiness.units import Duration

from ._headers_rules import (
    CSP,
    HSTS,
    NOSNIFF,
    REFERRER,
    Flaw,
    csp_flaw,
    frame_rule,
    hsts_flaw,
    nosniff_flaw,
    referrer_flaw,
)
from ._observed import unproven

_SHOWN = 120
_YEARS = timedelta(days=730)


def _positive(value: timedelta) -> timedelta:
    if value < timedelta(seconds=1):
        raise ValueError("is at least 1s")
    return value


class HeadersParams(Params):
    """Which headers are needed, and how strong they are."""

    # By the alphabet `web`, which asks for more, comes after `api`.
    profile: Annotated[Literal["api", "web"], Stricter.HIGHER] = "web"
    """`web` for pages: HSTS, nosniff, a content security policy, who may frame it, and the referrer; `api` for what no
    browser shows: HSTS and nosniff."""
    min_hsts: Annotated[Duration, AfterValidator(_positive), Stricter.HIGHER] = _YEARS
    """The least `max-age` of Strict-Transport-Security; two years, 63072000 seconds, by default."""
    include_subdomains: Annotated[bool, Stricter.HIGHER] = False
    """Whether Strict-Transport-Security must have `includeSubDomains`."""


class Headers(Check[HeadersParams]):
    """The answers tell browsers to stay safe.

    Every answer of every try is judged. An answer that is no success, such as a login's redirect or an error page,
    shows nothing about the page that was meant.

    ## Why it matters

    A browser trusts a page with whatever the page does not forbid. Without HSTS the first request of a visit goes out
    in the clear, to be answered by anybody; without a content security policy one injected script is the whole
    session; without a word on frames the page can be laid, unseen, under somebody else's buttons.

    ## How to fix it

    - `Strict-Transport-Security: max-age=63072000; includeSubDomains`, from the place that ends TLS
    - `X-Content-Type-Options: nosniff`, and `Referrer-Policy: strict-origin-when-cross-origin`
    - `Content-Security-Policy: default-src 'self'; frame-ancestors 'none'`; scripts that must be inline get a nonce,
      new for each answer. `Content-Security-Policy-Report-Only` is for trying out, and enforces nothing.
    - nginx sends `add_header` with errors too only when it ends in `always`, and a block that has an `add_header` of
      its own inherits none. Send each header once: the service and the proxy before it may both add it.

    ## References

    - RFC 6797, HTTP Strict Transport Security
    - W3C, Content Security Policy Level 3, and Referrer Policy
    - OWASP Secure Headers Project; OWASP REST Security Cheat Sheet, Security Headers
    """

    def judge(self, endpoint: Endpoint) -> Iterator[Finding]:
        """One finding for each header that is not good, with how many answers have it so."""
        yield from _unanswered(endpoint)
        judged = [answer for answer in endpoint.http if 200 <= answer.status < 300]
        seen: dict[tuple[str, str], list[Flaw]] = {}
        good = 0
        for answer in judged:
            for name, flaw in self._flaws(endpoint, answer):
                if flaw is None:
                    good += 1
                else:
                    seen.setdefault((name, flaw.what), []).append(flaw)
        for (name, _), flaws in seen.items():
            yield _finding(endpoint, name, flaws[0], len(flaws), len(judged))
        if good:
            yield self._good(endpoint, judged, good)

    def _flaws(self, endpoint: Endpoint, answer: HttpAnswer) -> Iterator[tuple[str, Flaw | None]]:
        headers, params = answer.headers, self.params
        if endpoint.url.startswith("https://"):
            yield (
                HSTS,
                hsts_flaw(headers.get(HSTS), params.min_hsts, with_subdomains=params.include_subdomains),
            )
        else:
            yield HSTS, Flaw("counts over https only", "http", "an endpoint of https")
        yield NOSNIFF, nosniff_flaw(headers.get(NOSNIFF))
        if params.profile == "web":
            yield CSP, csp_flaw(headers)
            yield frame_rule(headers)
            yield REFERRER, referrer_flaw(headers.get(REFERRER))

    def _good(self, endpoint: Endpoint, judged: Sequence[HttpAnswer], good: int) -> Finding:
        answers = "1 answer" if len(judged) == 1 else f"{len(judged)} answers"
        return Finding(
            outcome=Outcome.PASS,
            message=f"{endpoint.method} {endpoint.url}: {good} headers as expected in {answers}",
            expected=f"the headers of the profile {self.params.profile}",
            count=good,
        )


def _unanswered(endpoint: Endpoint) -> Iterator[Finding]:
    """The tries that show no headers of the page that was meant."""
    what = f"{endpoint.method} {endpoint.url}"
    for failure in endpoint.failures:
        yield unproven(failure.reason, f"{what}: {failure.message}", failure.remedy)
    for status in sorted({answer.status for answer in endpoint.http if not 200 <= answer.status < 300}):
        yield unproven(
            Reason.INSUFFICIENT,
            f"{what}: it answers {status}, which is not the page whose headers are asked for",
            "name in `url` what answers 2xx, with `headers` for its login where it needs one",
        )
    if not endpoint.tries:
        message = f"{endpoint.url}: it was not asked over HTTP, so its headers are not known"
        yield unproven(Reason.MISSING, message, "give the check an endpoint of https")


def _finding(endpoint: Endpoint, name: str, flaw: Flaw, count: int, answers: int) -> Finding:
    often = f" (in {count} of {answers} answers)" if answers > 1 else ""
    return Finding(
        outcome=Outcome.FAIL,
        message=f"{endpoint.method} {endpoint.url}: {name} {flaw.what}{often}",
        observed=_cut(flaw.observed),
        expected=flaw.expected,
        next=f"send {name} once, in the place that answers last before the client",
    )


def _cut(text: str) -> str:
    shown = "".join(c if c.isprintable() else " " for c in text)
    return shown if len(shown) <= _SHOWN else f"{shown[: _SHOWN - 3]}..."
