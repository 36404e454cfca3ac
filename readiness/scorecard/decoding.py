"""The text of a scorecard file -> the scorecard, strictly in its shape; what it says is weighed afterwards."""

from __future__ import annotations

from readiness.errors import UsageError
from readiness.evidence.model import Unproven
from readiness.readers.strict_json import parse_json, shape
from readiness.scorecard.model import SCHEMA, Scorecard
from readiness.version import version


def decode(text: str, name: str) -> Scorecard:
    """The scorecard; UsageError for anything else: other JSON, another schema, duplicate keys, NaN.

    `name` is how messages call it. Fields that this version does not know are refused, although fields are added
    over time: one of them may say what an older version cannot weigh, as `partial` does. Fields that were added
    since the file was written have their defaults.
    """
    try:
        return _shaped(parse_json(text))
    except Unproven as error:
        raise UsageError(f"{name} cannot be used: {error.message}{_advice(error.message)}") from None
    except ValueError as error:
        raise UsageError(f"{name} cannot be used: {error}") from None


def _shaped(data: object) -> Scorecard:
    if not isinstance(data, dict) or "schema" not in data:
        raise ValueError("it is no scorecard, as readiness check -o json=PATH writes it: it has no `schema`")
    if data["schema"] != SCHEMA:
        said = str(data["schema"])[:80]
        raise ValueError(f"its schema is {said!r}; readiness {version()} reads {SCHEMA!r}")
    return shape(data, Scorecard, "scorecard")


def _advice(message: str) -> str:
    if "unknown field" not in message:
        return ""
    return f"; this is readiness {version()}: use the version that wrote it, or a newer one"
