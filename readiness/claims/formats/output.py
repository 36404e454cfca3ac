"""The audit in the formats that were asked for, written by the rules of all reports."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence

import msgspec

from readiness.claims.formats.view import View, view
from readiness.claims.model import Audit
from readiness.errors import NoVerdictError
from readiness.report.outputs import Output
from readiness.report.screen import PLAIN, screen_of
from readiness.report.write import write_contents

FORMATS: Mapping[str, str] = {
    "terminal": "lines for a terminal or a log",
    "markdown": "for a comment on a pull request",
    "md": "the same",
    "html": "one file to read and print",
    "json": "the whole audit, for programs",
}


def write_audit(audit: Audit, outputs: Sequence[Output]) -> None:
    """Render every format, write all, then name them; NoVerdictError when one cannot be made or written."""
    shown = view(audit)
    write_contents([(output, _rendered(shown, output)) for output in outputs])


def _rendered(shown: View, output: Output) -> bytes:
    try:
        text = _RENDERERS[output.format](shown, output)
    except Exception as error:
        raise NoVerdictError(
            f"the {output.format} report cannot be made: {type(error).__name__}: {error}"
        ) from error
    on_screen = output.path is None and output.format == "terminal"
    return text.encode((sys.stdout.encoding or "utf-8") if on_screen else "utf-8", "replace")


def _terminal(shown: View, output: Output) -> str:
    from readiness.claims.formats.terminal import render

    return render(shown, screen_of(sys.stdout, os.environ) if output.path is None else PLAIN)


def _markdown(shown: View, output: Output) -> str:
    from readiness.claims.formats.markdown import render

    del output
    return render(shown)


def _html(shown: View, output: Output) -> str:
    from readiness.claims.formats.html import render

    del output
    return render(shown)


def _json(shown: View, output: Output) -> str:
    del output
    return msgspec.json.format(msgspec.json.encode(shown.audit), indent=2).decode() + "\n"


_RENDERERS: Mapping[str, Callable[[View, Output], str]] = {
    "terminal": _terminal,
    "markdown": _markdown,
    "md": _markdown,
    "html": _html,
    "json": _json,
}
