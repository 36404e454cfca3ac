"""What `vegeta encode --to json` of Vegeta 12 writes: one JSON document a line, one line for each request.

lib/results.go and lib/results_easyjson.go: `latency` is in nanoseconds, `timestamp` when the request was sent,
`code` 0 when no answer came, `error` the status or what went wrong. Method and URL are there since 12.8.
"""

from __future__ import annotations

import re
from typing import Annotated

import msgspec

from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Unproven
from readiness.readers.base import Reader, Reading
from readiness.readers.load_test._bounded import Many, Nanoseconds
from readiness.readers.load_test._rows import bad_row
from readiness.readers.load_test._shapes import nanoseconds
from readiness.readers.load_test._vegeta import Results
from readiness.readers.source import Source
from readiness.readers.strict_json import parse_json, shape

_KEYS = {"attack", "seq", "code", "timestamp", "latency", "bytes_out", "bytes_in", "error"}
# Lines as Vegeta writes them, in which no key can stand twice; a line of another form is read by the strict parser.
_TEXT, _WHOLE = rb'"([^"\\\x00-\x1f]*)"', rb"(0|[1-9][0-9]{0,14})"
_LINE = re.compile(
    rb'\{"attack":%b,"seq":%b,"code":(0|[1-9][0-9]{0,2}),"timestamp":%b,"latency":%b,"bytes_out":[0-9]+,'
    rb'"bytes_in":[0-9]+,"error":%b,"body":(?:null|"[A-Za-z0-9+/=]*"),"method":%b,"url":%b,'
    rb'"headers":(?:null|\{[^{}]*\})\}' % (_TEXT, _WHOLE, _TEXT, _WHOLE, _TEXT, _TEXT, _TEXT)
)


class _Result(msgspec.Struct):
    attack: str
    seq: Many
    code: Annotated[int, msgspec.Meta(ge=0, le=999)]
    timestamp: str
    latency: Nanoseconds
    error: str
    method: str = ""
    url: str = ""


class VegetaJson(Reader[LoadTest]):
    """Every request is there, with its endpoint: method and URL."""

    def recognises(self, source: Source) -> bool:
        """The first line is a document of its own with Vegeta's names."""
        if source.head[:1] != b"{":
            return False
        try:
            document = parse_json(source.head.partition(b"\n")[0].decode())
        except (Unproven, UnicodeDecodeError):
            return False
        return isinstance(document, dict) and document.keys() >= _KEYS

    def read(self, source: Source) -> Reading[LoadTest]:
        """One run, which ends with its last answer."""
        results = Results()
        for number, line in enumerate(source.lines(), 1):
            try:
                _add(results, line)
            except (Unproven, UnicodeDecodeError) as error:
                raise bad_row(number, _said(error)) from None
        test = results.facts()
        return Reading(test, test.ended_at)


def _add(results: Results, line: bytes) -> None:
    found = _LINE.fullmatch(line)
    if found is None:
        _add_slowly(results, line)
        return
    attack, seq, code, time, latency, error, method, url = found.groups()
    results.add(
        attack=attack.decode(),
        seq=int(seq),
        code=int(code),
        start_ns=nanoseconds(time.decode()),
        latency_ns=int(latency),
        error=error.decode(),
        name=f"{method.decode()} {url.decode()}".strip(),
    )


def _add_slowly(results: Results, line: bytes) -> None:
    one = shape(parse_json(line.decode()), _Result, "result of Vegeta")
    results.add(
        attack=one.attack,
        seq=one.seq,
        code=one.code,
        start_ns=nanoseconds(one.timestamp),
        latency_ns=one.latency,
        error=one.error,
        name=f"{one.method} {one.url}".strip(),
    )


def _said(error: Unproven | UnicodeDecodeError) -> str:
    return error.message if isinstance(error, Unproven) else "it is not UTF-8 text"
