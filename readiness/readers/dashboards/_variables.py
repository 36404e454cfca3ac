"""Expressions with Grafana's variables, which must be filled in before they can be parsed.

https://grafana.com/docs/grafana/latest/dashboards/variables/variable-syntax/
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from readiness.evidence.model import Unproven
from readiness.evidence.promql import Expression, Selection
from readiness.evidence.written import Place
from readiness.readers.promql import expression

STAND_IN = "readiness_variable"
_VARIABLE = re.compile(r"\$\{[^{}$]{1,200}\}|\[\[[^\[\]]{1,200}\]\]|\$__[A-Za-z_]+|\$[A-Za-z_]\w*")
_QUOTED = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|`[^`]*`')
_NUMBERS = {
    "__interval_ms": "15000",
    "__rate_interval_ms": "60000",
    "__range_s": "3600",
    "__range_ms": "3600000",
}
_DURATIONS = frozenset({"__interval", "__rate_interval", "__range"})


def filled(text: str, place: Place, what: str) -> Expression:
    """What it reads; names that a variable stands in for are left out. Unproven as `expression` raises it."""
    if _VARIABLE.search(text) is None:
        return expression(text, place, what)
    refusal: Unproven | None = None
    for otherwise in (STAND_IN, "1", "5m"):
        try:
            made = expression(_filled(text, otherwise), place, what)
        except Unproven as error:
            refusal = refusal or error
        else:
            return made.but(text=text, selections=tuple(map(_told, made.selections)))
    raise refusal or AssertionError("there is a first try")


def _filled(text: str, otherwise: str) -> str:
    return "".join(_parts(text, otherwise))


def _parts(text: str, otherwise: str) -> Iterator[str]:
    """Within quotes a name stands in; in brackets, and after `offset`, a duration; elsewhere `otherwise`."""
    end = 0
    for found in _QUOTED.finditer(text):
        yield _bare(text[end : found.start()], otherwise)
        yield _VARIABLE.sub(STAND_IN, found[0])
        end = found.end()
    yield _bare(text[end:], otherwise)


def _bare(text: str, otherwise: str) -> str:
    return _VARIABLE.sub(lambda found: _stand_in(text, found, otherwise), text)


def _stand_in(text: str, found: re.Match[str], otherwise: str) -> str:
    name = found[0].strip("$[]{}").partition(":")[0]
    if name in _NUMBERS:
        # as in [${__range_s}s]: digits, whatever stands around them
        return _NUMBERS[name]
    before = text[: found.start()]
    if name in _DURATIONS or before.count("[") > before.count("]") or re.search(r"\boffset\s*-?\s*$", before):
        return "5m" if not re.match(r"\w", text[found.end() :]) else "5"
    return otherwise


def _told(one: Selection) -> Selection:
    """The selector without the names and values that a variable stands in for."""
    labels = tuple(label for label in one.labels if STAND_IN not in label.name + label.value)
    return one.but(metric="" if STAND_IN in one.metric else one.metric, labels=labels)
