"""The scorecard as one HTML file: no script, nothing fetched, the same on paper; what people sign."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup
from markupsafe import escape as escape_html

from readiness.report import charts, escape, words
from readiness.report.view import view
from readiness.scorecard import ItemShown, Scorecard

MOST_FINDINGS = 100
MOST_CONCERNS = 5
MOST_FILES = 100
_CODE = Markup("<code>{}</code>")


def render(card: Scorecard) -> str:
    """The whole report; ends with a newline."""
    shown = view(card)
    total = charts.ring(card.score, words.percent(card.score), f"score {words.percent(card.score)}")
    template = _environment().get_template("scorecard.html.j2")
    return template.render(view=shown, card=card, now=card.run.judged_at, ring=Markup(total)) + "\n"  # noqa: S704


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
    made.filters.update(_FILTERS)
    made.globals.update(most=MOST_FINDINGS, most_concerns=MOST_CONCERNS, most_files=MOST_FILES)
    made.globals["css"] = Markup(_source("scorecard.css"))  # noqa: S704
    return made


def _source(name: str) -> str:
    return files("readiness.templates").joinpath(name).read_text("utf-8")


def _finalize(value: Any) -> Any:
    """Whatever a template puts out is cleaned before it is escaped; nothing but our own markup is spared."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return escape.shorten(escape.clean(value))


def _prose(text: str) -> Markup:
    """Text with code in backticks."""
    shown = [_CODE.format(part) if code else escape_html(part) for code, part in _clean_parts(text)]
    return Markup("").join(shown)


def _clean_parts(text: str) -> list[tuple[bool, str]]:
    return list(escape.code_parts(escape.shorten(escape.clean(text))))


def _linked(text: str) -> Markup:
    """A link when the text is a plain http or https address."""
    shown = escape.shorten(escape.clean(text))
    if not escape.is_link(shown):
        return escape_html(shown)
    return Markup('<a href="{0}" rel="noopener noreferrer">{0}</a>').format(shown)


def _unread_first(items: Sequence[ItemShown]) -> list[ItemShown]:
    return sorted(items, key=lambda item: item.reason is None)


def _agreed(sign_off: Any) -> str:
    return words.pairs(sign_off) if isinstance(sign_off, Mapping) else words.value(sign_off)


def _bar(score: float | None, floor: float | None) -> Markup:
    return Markup(charts.bar(score, floor))  # noqa: S704 - numbers only


_FILTERS: Mapping[str, Callable[..., Any]] = {
    "age_limit": words.age_limit,
    "agreed": _agreed,
    "bar": _bar,
    "binding": words.binding,
    "commit": words.commit,
    "dated": words.dated,
    "facts": words.facts,
    "linked": _linked,
    "moment": words.moment,
    "not_good": words.not_good,
    "outcome": words.outcome,
    "pairs": words.pairs,
    "paragraphs": lambda text: list(escape.paragraphs(text)),
    "percent": words.percent,
    "place": words.place,
    "plural": words.plural,
    "prose": _prose,
    "read": words.read,
    "unread_first": _unread_first,
    "value": words.value,
}
