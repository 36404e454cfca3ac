"""Whether anything is served in the clear."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from readiness.check import Check, Finding, Outcome, Params
from readiness.evidence.endpoint import Endpoint, FailedTry, HttpAnswer
from readiness.evidence.model import Reason

from ._observed import unproven

_PORTS = {"http": 80, "https": 443}
# Strict on purpose: what is written in any other way, browsers may read in any other way.
_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::(?P<port>\d{1,5}))?(?:[/?#][^\s\\]*)?",
    re.ASCII | re.IGNORECASE,
)
_LASTING = frozenset({301, 308})
_PASSING = frozenset({302, 307})
_REDIRECT = "answer every request there with `308` (or 301) and a Location of https on the same host, or close the port"


class Place(NamedTuple):
    """Where a URL leads."""

    scheme: str
    host: str
    port: int


class HttpsOnly(Check[Params]):
    """Nothing is served in the clear.

    The plain port redirects to https on the same host, or is closed. Closed is believed when the connection was
    refused and the same host answered over https meanwhile: a silent port may be a firewall between it and the gate.
    Where `secure` is given, it must not lead back to http either.

    ```yaml
    evidence:
      shop: {kind: endpoint, url: "https://shop.acme/"}
      shop-plain: {kind: endpoint, url: "http://shop.acme/", may-refuse: true}
    checks:
      - {use: security/https-only, from: {plain: shop-plain, secure: shop}}
    ```

    ## Why it matters

    What goes over HTTP can be read and changed by everybody between the two ends: a session cookie, a form, the page
    itself. A redirect to another host, or one that passes by http first, hands the visitor to whoever answers there.
    And a page that is served on both ports is found by search engines, old links and attackers on the plain one.

    ## How to fix it

    - nginx: a server block for port 80 with `return 308 https://$host$request_uri;` and nothing else
    - Kubernetes: `nginx.ingress.kubernetes.io/ssl-redirect: "true"`; Gateway API: a RequestRedirect filter to `https`
    - Redirect to the same host first, and from there to another one, so that HSTS holds for both.
    - Where nobody needs the plain port, close it, and set `may-refuse: true` on its endpoint.

    ## References

    - RFC 9110, section 15.4: redirections; RFC 6797, section 7.2: requests that come over HTTP
    - OWASP Transport Layer Security Cheat Sheet: Use TLS for All Pages
    """

    def judge(self, plain: Endpoint, secure: Endpoint | None = None) -> Iterator[Finding]:
        """Every try at the plain port; `secure` is the control for a refusal, and where a redirect should lead."""
        here = place_of(plain.url)
        if here is None or here.scheme != "http":
            message = f"{plain.url}: this is not a plain port, so nothing is shown of one"
            yield unproven(Reason.INSUFFICIENT, message, "give `plain` an endpoint of `http://`")
            return
        there = _control(here, secure)
        if isinstance(there, Finding):
            yield there
            return
        if not plain.tries:
            yield unproven(Reason.MISSING, f"{plain.url}: the plain port was not asked")
        if secure is not None:
            yield from _downgrades(secure)
        good: list[Finding] = []
        for finding in _tries(plain, here, there):
            if finding.outcome is Outcome.PASS:
                good.append(finding)
            else:
                yield finding
        if good:
            yield good[0].but(count=len(good))
        if any(answer.status in _PASSING for answer in plain.http):
            yield _note(plain)


def place_of(url: str) -> Place | None:
    """Where an absolute URL of http or https leads; None for any that is not written plainly."""
    found = _URL.fullmatch(url)
    if found is None:
        return None
    scheme = found["scheme"].lower()
    port = int(found["port"]) if found["port"] else _PORTS[scheme]
    return Place(scheme, found["host"].lower().removesuffix("."), port) if 0 < port < 65_536 else None


def _control(here: Place, secure: Endpoint | None) -> Place | Finding | None:
    """Where the host answered over https; None when no such endpoint was given, a finding when it shows nothing."""
    if secure is None:
        return None
    there = place_of(secure.url)
    next_ = "give `secure` the endpoint of `https://` on the same host, which answers"
    if there is None or there.scheme != "https" or there.host != here.host or there.port == here.port:
        message = f"{secure.url} is not the same host over https, so it is no control for the plain port"
        return unproven(Reason.INSUFFICIENT, message, next_)
    if not secure.http:
        told = f" ({secure.failures[0].message})" if secure.failures else ""
        message = f"{secure.url} gave no answer{told}, so it is no control for the plain port"
        return unproven(Reason.INSUFFICIENT, message, next_)
    return there


def _downgrades(secure: Endpoint) -> Iterator[Finding]:
    """Answers over https that lead back to http."""
    for answer in secure.http:
        location = answer.headers.get("location", "")
        if 300 <= answer.status < 400 and location.lower().startswith("http:"):
            yield _fail(
                f"{secure.url}: it answers {answer.status}, leading from https back to {_cut(location)}",
                _cut(location),
            )


def _tries(plain: Endpoint, here: Place, there: Place | None) -> Iterator[Finding]:
    for failure in plain.failures:
        yield _failed(plain, failure, there)
    for answer in plain.http:
        yield _answered(plain, answer, here, there)


def _failed(plain: Endpoint, failure: FailedTry, there: Place | None) -> Finding:
    if failure.cause != "refused":
        return unproven(failure.reason, f"{plain.url}: {failure.message}", failure.remedy)
    if there is None:
        return unproven(
            Reason.INSUFFICIENT,
            f"{plain.url}: the connection was refused, and nothing shows that the host is there at all",
            "give `secure` the endpoint of `https://` on the same host",
        )
    return Finding(
        outcome=Outcome.PASS,
        message=f"{plain.url}: the plain port is closed, while https://{there.host}:{there.port} answers",
        observed="connection refused",
        expected="closed, or a redirect to https",
    )


def _answered(plain: Endpoint, answer: HttpAnswer, here: Place, there: Place | None) -> Finding:
    location = answer.headers.get("location", "")
    what = f"{plain.url}: it answers {answer.status}"
    if answer.status >= 500:
        message = f"{what} in the clear, which shows neither a redirect nor a closed port"
        return unproven(Reason.INSUFFICIENT, message, _REDIRECT)
    if answer.status not in _LASTING | _PASSING:
        return _fail(f"{what} in the clear, without a redirect to https", str(answer.status))
    if answer.redirects:
        message = f"{what} only after {answer.redirects} redirects within http"
        return _fail(message, f"{answer.redirects} redirects within http")
    return _redirected(f"{what}, leading to {_cut(location) or 'nowhere'}", location, here, there)


def _redirected(what: str, location: str, here: Place, there: Place | None) -> Finding:
    target = place_of(location)
    if target is None or target.scheme != "https":
        return _fail(f"{what}, which is not https", _cut(location) or "no Location")
    if target.host != here.host:
        return _fail(f"{what}, which is another host", _cut(location))
    if there is not None and target.port != there.port:
        return unproven(
            Reason.INSUFFICIENT,
            f"{what}, whose port is not {there.port}, the one that was seen to answer",
            "give `secure` the endpoint to which the redirect leads",
        )
    return Finding(
        outcome=Outcome.PASS,
        message=what,
        observed=_cut(location),
        expected="a redirect to https on the same host, or closed",
    )


def _fail(message: str, observed: str) -> Finding:
    return Finding(
        outcome=Outcome.FAIL,
        message=message,
        observed=observed,
        expected="a redirect to https on the same host, or closed",
        next=_REDIRECT,
    )


def _note(plain: Endpoint) -> Finding:
    return Finding(
        outcome=Outcome.PASS,
        note=True,
        message=f"{plain.url}: its redirect is a passing one; 308 and 301 are remembered by browsers",
    )


def _cut(text: str) -> str:
    shown = "".join(c if c.isprintable() else " " for c in text)
    return shown if len(shown) <= 120 else f"{shown[:117]}..."
