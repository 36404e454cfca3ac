"""The claim audit as one HTML file, kin to the scorecard's: no script, nothing fetched, the same on paper."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from readiness.claims.formats.view import View, at, beside
from readiness.report import escape

MOST_TEXT = 600


def render(view: View) -> str:
    """The whole audit; ends with a newline."""
    return _environment().get_template("claims.html.j2").render(view=view, audit=view.audit) + "\n"


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FunctionLoader(_source),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    made.filters.update(at=at, beside=beside)
    made.globals["css"] = Markup(_source("scorecard.css") + _source("claims.css"))  # noqa: S704
    return made


def _source(name: str) -> str:
    return files("readiness.templates").joinpath(name).read_text("utf-8")


def _finalize(value: Any) -> Any:
    """Whatever a template puts out is cleaned before it is escaped; nothing but our own markup is spared."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return escape.shorten(escape.clean(value), MOST_TEXT)
