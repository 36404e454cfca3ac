"""Thresholds, as people write them into documents: a number with its unit, and something that compares it."""

from __future__ import annotations

import re
from datetime import timedelta

from readiness.evidence.documents.durations import DIGITS, Span, before, durations

_COUNTED = (
    r"%|percent\b|per ?cent\b|pct\b|percentage points\b|/\s?s\b|/\s?min\b|per (?:second|minute|hour)\b|rps\b|qps\b"
    r"|req/s\b|[kMGT]i?B\b|x\b"
    r"|(?:[a-z0-9]{1,20}\s)?(?:requests?|errors?|failures?|5xx|users?|customers?|orders?|payments?"
    r"|checkouts?|logins?"
    r"|tickets?|complaints?|reports?|alerts?|pages|pods?|replicas?|restarts?|crash(?:es)?|messages?|jobs?|events?"
    r"|times|points|timeouts?|retries|checks?|probes?)\b"
)
_QUANTITY = re.compile(rf"(?<![\w.,])({DIGITS})\s?(?:{_COUNTED})", re.IGNORECASE | re.ASCII)
_NO_NUMBER_OF = re.compile(r"\b(?:https?|status|code|version|step|port|release|p)\s*$", re.IGNORECASE)
_COMPARED = re.compile(
    r"(?:[<>≥≤]|=|\babove|\bover|\bexceed\w*|\b(?:more|less|fewer|greater|higher|lower|longer|slower|worse) than"
    r"|\bbelow|\bunder|\bbeyond|\bat (?:least|most)|\breach\w*|\bpast"
    r"|\b(?:rise|rose|drop|fall|climb|increase|grow|decrease|go|goe|stay|remain)\w* (?:to|at|by)"
    r"|\bthreshold|\blimit|\bmaximum|\bmax|\bminimum)"
    r":?\s?(?:(?:a|an|the|about|around|roughly|of|is|~)\s?){0,2}$",
    re.IGNORECASE,
)
_COMPARED_AFTER = re.compile(
    r"\s?(?:or|and) (?:more|higher|above|less|lower|longer|fewer|below)\b", re.IGNORECASE
)
_WINDOW = re.compile(
    r"\b(?:for|within|in|over|during|per|every|window|duration|last|past|first)\b:?"
    r"(?:\s(?:the|any|a|an|last|past|first|at least|more than|of|longer than|about)){0,3}\s*[<>≥≤=~]*\s?$",
    re.IGNORECASE,
)
_OVER = re.compile(r"\bover\s(?:(?:the|any|a|an|last)\s){0,2}$", re.IGNORECASE)
_LASTS = re.compile(
    r"\b(?:latenc\w+|p\d{2,3}|response|durations?|lag|age|delay\w*|time to|stale|slow\w*|down\b|downtime|outage"
    r"|un(?:available|reachable|healthy|ready)|not ready|fail(?:s|ing)\b|pending|stuck|ttfb|lcp|stall\w*"
    r"|(?:does not|doesn't) (?:answer|respond|start|recover))",
    re.IGNORECASE,
)


def is_threshold(text: str, *, window_suffices: bool = True) -> bool:
    """Whether it compares a number that has a unit: `error rate > 2 % for 5 min`, `p95 above 800 ms`.

    A window alone is no threshold, and a time is one only of something that lasts: `error rate > 5 min` is none.
    """
    times = durations(text)
    window = window_suffices and any(_WINDOW.search(before(text, span.start)) for span in times)
    for found in _QUANTITY.finditer(text):
        if _NO_NUMBER_OF.search(before(text, found.start())):
            continue
        if window or _is_compared(text, found.start(), found.end()):
            return True
    return bool(_LASTS.search(text)) and any(_is_time_limit(text, span) for span in times)


def _is_time_limit(text: str, span: Span) -> bool:
    if span.value >= timedelta(minutes=1) and _OVER.search(before(text, span.start)):
        return False
    return _is_compared(text, span.start, span.end)


def _is_compared(text: str, start: int, end: int) -> bool:
    return bool(_COMPARED.search(before(text, start)) or _COMPARED_AFTER.match(text, end))
