"""An entry of a policy that uses a check, complete enough to be accepted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from pydantic import ValidationError

from readiness.check.contract import AnyCheck, Slot, slots_of
from readiness.check.parameters import Parameter, parameters_of

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*|\d+(?:\.\d+)?(?:ms|s|m|h|d|%|/s|[kKMGi]*B)")
_USUAL = "p95"  # of limits that may each be left out, the one that most people set
_DOTTED = frozenset({"p99.9"})
_WORDS_OF_YAML = frozenset({"true", "false", "null", "yes", "no", "on", "off"})


def example_of(id_: str, check: AnyCheck) -> str:
    """YAML for `checks:`: the check, its evidence, and as few parameters as it takes; ends with a newline."""
    lines = [f"- use: {id_}", f"  from: {_feeds(slots_of(check))}"]
    if chosen := example_params(check):
        lines.append("  with:")
        lines += [f"    {key}: {_yaml(value)}" for key, value in chosen.items()]
    return "\n".join(lines) + "\n"


def example_params(check: AnyCheck) -> dict[str, object]:
    """The first set of parameters that the check accepts: those that are needed, and one more where that helps.

    Where all have defaults, the first limit is shown with its default. Empty when the check takes none.
    """
    found = [
        one for one in parameters_of(check.params_type) if "." not in one.key or one.key.startswith("p99.")
    ]
    needed = {one.key: one.example for one in found if one.default is None and one.example is not None}
    for more in _additions(found):
        chosen = {**needed, **more}
        try:
            check.params_type.model_validate(chosen)
        except ValidationError:
            continue
        return chosen
    return needed


def _additions(found: list[Parameter]) -> Iterator[dict[str, object]]:
    """What may be added, best first: a limit at its default, nothing, or one more parameter."""
    limits = [one for one in found if one.stricter and one.default not in (None, "none")]
    if limits and all(one.default is not None for one in found):
        first = limits[0]
        yield {first.key: first.default}
    yield {}
    for one in sorted(found, key=lambda one: one.key != _USUAL):
        if one.default is not None and one.example is not None:
            yield {one.key: one.example}


def _feeds(slots: tuple[Slot, ...]) -> str:
    if len(slots) == 1:
        return slots[0].name
    return "{" + ", ".join(f"{slot.name}: {slot.name}" for slot in slots) + "}"


def _yaml(value: object) -> str:
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _WORDS_OF_YAML:
        return value
    return json.dumps(value, ensure_ascii=False)
