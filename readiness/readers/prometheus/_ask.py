"""Asking a live Prometheus: many questions, one deadline."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec

from readiness.evidence.endpoint import FailedTry
from readiness.evidence.model import Reason, Unproven
from readiness.readers.base import Context
from readiness.readers.network.caller import Caller
from readiness.readers.network.deadline import Deadline
from readiness.readers.network.redaction import Scrubber
from readiness.readers.network.resolve import resolve
from readiness.readers.network.session import origin
from readiness.readers.network.tls.contexts import Contexts
from readiness.readers.network.transport import Request
from readiness.readers.network.wire import Line
from readiness.readers.prometheus._spec import PrometheusSpec
from readiness.readers.strict_json import shape
from readiness.units import show_age

_APART = timedelta(minutes=5)
_LOOK = "ask for the same with curl, from where the gate runs"


class _Envelope(msgspec.Struct):
    status: str
    data: Any = None
    errorType: str = ""  # noqa: N815 - Prometheus' own name
    error: str = ""
    warnings: list[str] = []
    infos: list[str] = []
    isPartial: bool = False  # noqa: N815 - of VictoriaMetrics


@dataclass(frozen=True)
class Said:
    """A whole answer: its data, what it warns of, and how long it took in milliseconds."""

    data: Any
    warnings: tuple[str, ...]
    infos: tuple[str, ...]
    elapsed_ms: float


class Asking:
    """One observation under way; within `deadline`, which is entered by whoever makes it."""

    def __init__(self, spec: PrometheusSpec, context: Context, deadline: Deadline) -> None:
        self._spec, self._context, self._deadline = spec, context, deadline
        _, host, port = origin(urlsplit(spec.url))
        self._place = (host, port)
        self._contexts = Contexts(self._request(spec.url), context.shared, lambda: deadline.left)
        addresses = context.shared.once(
            ("addresses", host, port), lambda: resolve(host, port, deadline.left), within_s=deadline.left
        )
        self._line = Line(addresses, deadline, name=host)

    def ask(self, path: str, *pairs: tuple[str, str]) -> Said:
        """What it answers to `/api/v1/<path>`; Unproven when that is not a whole success."""
        query = f"?{urlencode(pairs)}" if pairs else ""
        request = self._request(f"{self._spec.url}/api/v1/{path}{query}")
        context = None if urlsplit(request.url).scheme == "http" else self._contexts.strict()
        # Queries are no secrets, and answers repeat them: only headers are kept out.
        scrubber = Scrubber("", request.headers)
        caller = Caller(request, self._line, context, self._contexts, self._lane, scrubber)
        answer = caller.attempt(1)
        if isinstance(answer, FailedTry):
            raise Unproven(answer.reason, answer.message, answer.remedy)
        if not answer.is_json:
            message = f"it answers {answer.status}, and no JSON: {answer.problem[:200]}"
            raise Unproven(Reason.MALFORMED, message, "correct `url`: it is what stands before /api/v1")
        _check_clocks(answer.headers.get("date", ""))
        return _whole(answer.json, answer.status, answer.elapsed_ms)

    def _request(self, url: str) -> Request:
        spec, root = self._spec, self._context.root
        return Request(
            url=url,
            method="GET",
            headers=spec.headers,
            tries=1,
            deadline_s=spec.deadline.total_seconds(),
            max_body=spec.max_body,
            ca=root / spec.ca if spec.ca is not None else None,
            client=(root / spec.client.cert, root / spec.client.key) if spec.client is not None else None,
            trust=spec.ca or "system",
        )

    def _lane(self) -> AbstractContextManager[None]:
        return self._context.shared.lane(self._place, lambda: self._deadline.left)


def _check_clocks(date: str) -> None:
    """Unproven where the gate would ask for a time that is not the server's now: RFC 9110 section 6.6.1."""
    try:
        there = parsedate_to_datetime(date)
    except (ValueError, TypeError, OverflowError):
        return
    apart = abs(datetime.now(UTC) - (there if there.tzinfo is not None else there.replace(tzinfo=UTC)))
    if apart > _APART:
        message = f"its clock is {show_age(apart)} apart from that of the gate"
        raise Unproven(Reason.MALFORMED, message, "set both clocks: the gate asks for what is measured now")


def _whole(data: Any, status: int, elapsed_ms: float) -> Said:
    made = shape(data, _Envelope, "answer of Prometheus")
    if made.status != "success" or status != 200:
        told = f"{made.errorType[:40]}: {made.error[:300]}" if made.error else made.status[:40]
        reason = Reason.UNREACHABLE if status in (401, 403, 429) or status >= 500 else Reason.MALFORMED
        raise Unproven(reason, f"it answers {status}: {told}", _LOOK)
    if made.isPartial:
        raise Unproven(
            Reason.INSUFFICIENT, "its answer is partial: a store did not answer", "ask again when all answer"
        )
    return Said(made.data, tuple(made.warnings[:20]), tuple(made.infos[:20]), elapsed_ms)
