"""How long certificates still hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from fractions import Fraction
from typing import NamedTuple

from readiness.check import Finding, Measure, Outcome
from readiness.evidence.certificate import Certificate
from readiness.evidence.model import Reason
from readiness.units import show_age, show_duration, show_share

from ._observed import unproven

SHORT_LIVED = timedelta(days=10)
"""Up to this lifetime a certificate is replaced by a machine many times a month, and days say nothing about it."""
_DAY = timedelta(days=1)


class Limits(NamedTuple):
    """How much time must be left: `share` of a short lifetime, else `least`; below `warn` it is only just good."""

    least: timedelta
    warn: timedelta | None
    share: Fraction


class Span(NamedTuple):
    """What is left of a certificate, how much must be, and below how much it is only just good."""

    left: timedelta
    least: timedelta
    expected: str
    warn: timedelta | None


def judge_dates(what: str, certificate: Certificate, limits: Limits, now: datetime) -> Iterator[Finding]:
    """What is not good about its dates; `what` names the certificate in messages."""
    begins, ends = certificate.not_before, certificate.not_after
    if begins is None or ends is None or begins.tzinfo is None or ends.tzinfo is None:
        yield unproven(Reason.MALFORMED, f"{what} tells no dates", "issue a certificate with proper dates")
    elif now >= ends:
        yield Finding(
            outcome=Outcome.FAIL,
            message=f"{what} expired {show_age(now - ends)} ago, on {ends:%Y-%m-%d %H:%M} UTC",
            observed=f"valid until {_day(ends)}",
            expected=f"valid on {_day(now)}",
            next="renew it, and let the server load the new one",
        )
    elif now < begins:
        yield Finding(
            outcome=Outcome.FAIL,
            message=f"{what} is not valid yet: it begins in {show_age(begins - now)}, on {begins:%Y-%m-%d %H:%M} UTC",
            observed=f"valid from {_day(begins)}",
            expected=f"valid on {_day(now)}",
            until=begins,
            next="wait for it, put the former one back, or correct the clocks",
        )
    else:
        yield from _remaining(what, span_of(begins, ends, limits, now), ends)


def judge_lifetime(what: str, certificate: Certificate, most: timedelta | None) -> Iterator[Finding]:
    """A lifetime that is longer than it may be; one that is not told is a matter of `judge_dates`."""
    begins, ends = certificate.not_before, certificate.not_after
    if most is None or begins is None or ends is None or begins.tzinfo is None or ends.tzinfo is None:
        return
    if ends - begins > most:
        yield Finding(
            outcome=Outcome.FAIL,
            message=f"{what} lives {show_age(ends - begins)}, and {show_duration(most)} is the most",
            observed=show_age(ends - begins),
            expected=f"at most {show_duration(most)}",
            next="issue it for a shorter time, and renew it by a machine",
        )


def _remaining(what: str, span: Span, ends: datetime) -> Iterator[Finding]:
    if span.left < span.least:
        yield Finding(
            outcome=Outcome.FAIL,
            message=f"{what} has {show_age(span.left)} left, and {span.expected} is the least",
            observed=f"{show_age(span.left)} left, until {_day(ends)}",
            expected=f"at least {span.expected}",
            measure=measure_of(span),
            next="see why it was not renewed in time, renew it, and let the server load the new one",
        )
    elif span.warn is not None and span.left < span.warn:
        yield Finding(
            outcome=Outcome.WARN,
            message=f"{what} has {show_age(span.left)} left, and {show_duration(span.warn)} would be good",
            observed=f"{show_age(span.left)} left, until {_day(ends)}",
            expected=f"at least {show_duration(span.warn)}",
            measure=measure_of(span),
            until=ends - span.least,
            next="renew it soon",
        )


def span_of(begins: datetime, ends: datetime, limits: Limits, now: datetime) -> Span:
    """What is left of a lifetime that has begun."""
    lifetime = ends - begins
    if lifetime <= SHORT_LIVED:
        least = lifetime * limits.share.numerator / limits.share.denominator
        shown = f"{show_share(limits.share)} of {show_age(lifetime)}"
        return Span(ends - now, least, shown, None)
    return Span(ends - now, limits.least, show_duration(limits.least), limits.warn)


def changes_at(certificate: Certificate, limits: Limits, now: datetime) -> datetime | None:
    """When a certificate whose dates are good stops being so; None when it tells no dates."""
    if certificate.not_before is None or certificate.not_after is None:
        return None
    span = span_of(certificate.not_before, certificate.not_after, limits, now)
    return certificate.not_after - max(span.least, span.warn or timedelta(0))


def measure_of(span: Span) -> Measure:
    """The days that are left against the least."""
    return Measure(span.left / _DAY, span.least / _DAY, "d", "higher")


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"
