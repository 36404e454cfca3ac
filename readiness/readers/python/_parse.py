"""Python text -> a tree, by the parser of the interpreter that runs the gate. Nothing is imported or run."""

from __future__ import annotations

import ast
import platform
import warnings

from readiness.evidence.model import Reason, Unproven

_OWN = "it is parsed by Python {}: run the gate with the Python of the code, or exclude the file"


def parse(content: bytes, shown: str) -> ast.Module:
    """The module; Unproven (malformed), with its file and line, when it cannot be parsed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes in strings: they are the linter's to tell
            return ast.parse(content, filename=shown)
    except SyntaxError as error:
        where = f"{shown}:{error.lineno}" if error.lineno else shown
        remedy = _OWN.format(platform.python_version())
        raise Unproven(Reason.MALFORMED, f"{where}: it is no Python: {error.msg}", remedy) from None
    except (RecursionError, MemoryError):
        raise Unproven(Reason.MALFORMED, f"{shown}: it is nested too deeply", "exclude it") from None
    except (
        ValueError,
        LookupError,
        UnicodeError,
    ) as error:  # null bytes, and encodings that are none of text
        raise Unproven(Reason.MALFORMED, f"{shown}: it is no Python: {error}", "exclude it") from None
