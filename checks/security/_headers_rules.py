"""What single headers of an answer must say. Each rule gives the flaw of a value, or None when it has none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple

from readiness.units import show_duration

from ._headers_csp import Policy, frame_flaw, read_policy, script_flaw

HSTS, CSP, NOSNIFF = "strict-transport-security", "content-security-policy", "x-content-type-options"
FRAME, REFERRER = "x-frame-options", "referrer-policy"
# The policies that tell other sites the origin at most, and nothing over HTTP: W3C Referrer Policy, section 3.
_REFERRERS = frozenset({"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"})
_FRAMES = frozenset({"deny", "sameorigin"})
_BLANK = " \t"  # no other space is one to a browser
_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_DIRECTIVE = re.compile(rf'{_WORD}(?:[ \t]*=[ \t]*(?:{_WORD}|"[^"]*"))?')
_AGE = re.compile(r'max-age[ \t]*=[ \t]*("?)(\d{1,12})\1', re.ASCII | re.IGNORECASE)


class Flaw(NamedTuple):
    """What is wrong, with what was seen and what was expected."""

    what: str
    observed: str
    expected: str


def hsts_flaw(value: str | None, least: timedelta, *, with_subdomains: bool) -> Flaw | None:
    """RFC 6797, section 6.1: `max-age` once, long enough; no directive twice; nothing else that is odd."""
    expected = f"max-age={least // timedelta(seconds=1)}" + ("; includeSubDomains" if with_subdomains else "")
    if value is None:
        return Flaw("is missing", "absent", expected)
    parts = [part.strip(_BLANK) for part in value.split(";") if part.strip(_BLANK)]
    names = [part.partition("=")[0].strip(_BLANK).lower() for part in parts]
    ages = [found for part in parts if (found := _AGE.fullmatch(part))]
    is_well_formed = all(_DIRECTIVE.fullmatch(part) for part in parts)
    has_odd_value = "includesubdomains" in set(names) - parts_of(parts)
    if "," in value or len(set(names)) != len(names) or len(ages) != 1 or not is_well_formed or has_odd_value:
        return Flaw("is not as RFC 6797 writes it, so that browsers may ignore it", value, expected)
    seconds = int(ages[0][2])
    if seconds < least // timedelta(seconds=1):
        held = show_duration(timedelta(seconds=min(seconds, 10**10)))
        return Flaw(f"holds for {held} only, and {show_duration(least)} is the least", value, expected)
    if with_subdomains and "includesubdomains" not in parts_of(parts):
        return Flaw("leaves subdomains out", value, expected)
    return None


def parts_of(parts: list[str]) -> frozenset[str]:
    """Directives without a value, in lower case."""
    return frozenset(part.lower() for part in parts if "=" not in part)


def nosniff_flaw(value: str | None) -> Flaw | None:
    """`nosniff`, once."""
    if value is None:
        return Flaw("is missing", "absent", "nosniff")
    return None if value.strip(_BLANK).lower() == "nosniff" else Flaw("is not `nosniff`", value, "nosniff")


def csp_flaw(headers: Mapping[str, str]) -> Flaw | None:
    """A policy that is enforced, and says which scripts may run."""
    expected = "a script-src, or default-src, that names its sources"
    value = headers.get(CSP)
    if value is None:
        is_told = f"{CSP}-report-only" in headers
        what = "is missing: report-only enforces nothing" if is_told else "is missing"
        return Flaw(what, "report-only" if is_told else "absent", expected)
    policy = read_policy(value)
    flaw = policy if isinstance(policy, str) else script_flaw(policy)
    return None if flaw is None else Flaw(flaw, value, expected)


def frame_rule(headers: Mapping[str, str]) -> tuple[str, Flaw | None]:
    """The header that decides who may frame the page, and its flaw: `frame-ancestors` goes before the older one."""
    policy = read_policy(headers.get(CSP, ""))
    if isinstance(policy, Policy) and "frame-ancestors" in policy.directives:
        flaw = frame_flaw(policy)
        return CSP, None if flaw is None else Flaw(flaw, headers[CSP], "frame-ancestors 'none' or 'self'")
    expected = "DENY or SAMEORIGIN, or frame-ancestors in a content-security-policy"
    value = headers.get(FRAME)
    if value is None:
        return FRAME, Flaw("is missing, and so is frame-ancestors", "absent", expected)
    is_good = value.strip(_BLANK).lower() in _FRAMES
    return FRAME, None if is_good else Flaw("is neither DENY nor SAMEORIGIN", value, expected)


def referrer_flaw(value: str | None) -> Flaw | None:
    """A policy, or several of which a browser takes the last that it knows: so each must do."""
    expected = "no-referrer, same-origin, strict-origin or strict-origin-when-cross-origin"
    if value is None:
        return Flaw("is missing", "absent", expected)
    said = [part.strip(_BLANK).lower() for part in value.split(",")]
    if all(part in _REFERRERS for part in said):
        return None
    return Flaw("lets other sites see too much, or is no policy", value, expected)
