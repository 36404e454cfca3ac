"""Everything that is wrong with a policy, collected with its place, so that it is all told at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from readiness.diagnostics import render_all, suggest
from readiness.errors import PolicyError
from readiness.places import Map, Path, Place, Problem, Seq, Text

M = TypeVar("M", bound=BaseModel)
_HIDDEN = "***"
# What may hold credentials when it stands in the policy itself, and not in a variable.
_SECRET = frozenset({"headers", "password", "query", "user"})

_MUST_BE: Mapping[str, str] = MappingProxyType(
    {
        "string_type": "text",
        "int_type": "a whole number",
        "int_from_float": "a whole number",
        "int_parsing": "a whole number",
        "float_type": "a number",
        "bool_type": "true or false",
        "bool_parsing": "true or false",
        "list_type": "a list",
        "tuple_type": "a list",
        "dict_type": "a mapping",
        "model_type": "a mapping",
        "model_attributes_type": "a mapping",
    }
)


class Problems:
    """Collects problems of one tree. `stop` raises them, if there are any."""

    def __init__(self, tree: Map) -> None:
        self.tree = tree
        self.found: list[Problem] = []
        self._secret: set[Problem] = set()

    def add(self, path: Path, message: str, help_: str = "", *, at_key: bool = False) -> None:
        """Note a problem at the value (or the key) of a path, or at the nearest part of it that exists."""
        self.found.append(Problem(place_of(self.tree, path, at_key=at_key), message, help_))

    def add_unknown(self, path: Path, what: str, word: str, known: Iterable[str], note: str = "") -> None:
        """Note a name that is not known, with the nearest one that is."""
        self.add(path, f"there is no {what} called {word!r}", suggest(word, known) or note)

    def read(self, model: type[M], node: Any, path: Path) -> M | None:
        """A section as its model; None when it is wrong, and every way in which it is has been noted."""
        try:
            return model.model_validate_json(json.dumps(node), by_alias=True, by_name=False)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                self._translate(model, detail, path)
            return None

    def stop(self) -> None:
        """Raise PolicyError when there are problems."""
        if self.found:
            raise PolicyError(render_all(_veiled(one) if one in self._secret else one for one in self.found))

    def _translate(self, model: type[BaseModel], detail: ErrorDetails, path: Path) -> None:
        where = (*path, *detail["loc"])
        word = str(detail["loc"][-1]) if detail["loc"] else ""
        match detail["type"]:
            case "extra_forbidden":
                keys = _keys_at(model, detail["loc"][:-1])
                help_ = _key_help(word, keys)
                self.add(where, f"there is no key '{word}' here", help_, at_key=True)
            case "missing":
                self.add(where[:-1], f"the key '{word}' is missing")
            case _:
                at_key = bool(detail["loc"]) and detail["loc"][-1] == "[key]"
                place = where[:-1] if at_key else where
                if not self._is_told(place):
                    self.add(place, _sentence(detail), at_key=at_key)
                    if detail["input"] == _HIDDEN and _may_be_secret(self.found[-1].place, detail):
                        self._secret.add(self.found[-1])

    def _is_told(self, path: Path) -> bool:
        """Whether something is wrong at the place already: what follows from it is not told again."""
        place = place_of(self.tree, path)
        return any(problem.place == place for problem in self.found)


def _may_be_secret(place: Place, detail: ErrorDetails) -> bool:
    """Whether a value that is not named may be one of those that must not be shown either."""
    written = place.text.lines[place.line - 1][place.column - 1 :]
    is_open = "url" in detail["loc"] and not {"@", "?"} & set(written)
    return not is_open and not {*_SECRET, "url"}.isdisjoint(map(str, detail["loc"]))


def _veiled(problem: Problem) -> Problem:
    """The same, with stars in the line that is shown, from the value to the end."""
    place = problem.place
    lines = list(place.text.lines)
    line, start = lines[place.line - 1], place.column - 1
    lines[place.line - 1] = line[:start] + "*" * len(line[start:])
    return problem._replace(place=place._replace(text=Text(place.text.name, "\n".join(lines))))


def place_of(tree: Any, path: Path, *, at_key: bool = False) -> Place:
    """The place of a value, or of its key; what pydantic adds to a path, and what is not there, is left out."""
    place: Place = tree.place
    for i, part in enumerate(path):
        last = i == len(path) - 1
        if isinstance(tree, Map) and part in tree:
            place = tree.key_places[str(part)] if at_key and last else tree.value_places[str(part)]
            tree = tree[str(part)]
        elif isinstance(tree, Seq) and isinstance(part, int) and part < len(tree):
            place, tree = tree.value_places[part], tree[part]
    return place


def _key_help(word: str, keys: list[str]) -> str:
    return suggest(word.replace("_", "-"), keys) or (
        f"there are: {', '.join(keys)}" if keys else "it takes none"
    )


def _keys_at(model: type[BaseModel], loc: tuple[str | int, ...]) -> list[str]:
    """The keys of the model that stands at a location below another, as far as it can be told."""
    for part in loc:
        field = next((f for n, f in model.model_fields.items() if part in (f.alias, n)), None)
        nested = next(iter(models_in(field.annotation)), None) if field else None
        model = nested or model
    return [field.alias or name for name, field in model.model_fields.items()]


def models_in(annotation: Any) -> Iterable[type[BaseModel]]:
    """The models that a type holds, at any depth."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from models_in(part)


def _sentence(detail: ErrorDetails) -> str:
    """Pydantic's finding in the words of this tool."""
    kind, context, shown = detail["type"], detail.get("ctx", {}), _shown(detail["input"])
    if kind in _MUST_BE:
        quotes = (
            "; put it in quotes"
            if kind == "string_type" and isinstance(detail["input"], (int, float))
            else ""
        )
        return f"{shown} is not {_MUST_BE[kind]}{quotes}"
    match kind:
        case "value_error":
            return f"{shown} {context['error']}"
        case "literal_error" | "enum":
            return f"{shown} is not one of {context['expected']}"
        case "greater_than_equal":
            return f"{shown} is less than {context['ge']}"
        case "less_than_equal":
            return f"{shown} is more than {context['le']}"
        case "string_pattern_mismatch":
            return f"{shown} does not have the form {context['pattern']}"
        case "string_too_short" | "too_short":
            return f"{shown} is empty" if not detail["input"] else f"{shown} is too short"
        case _:
            said = f"{detail['msg'][:1].lower()}{detail['msg'][1:]}"
            return said if detail["input"] == _HIDDEN else f"{shown}: {said}"


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    if value is None:
        return "an empty value"
    return text if len(text) <= 60 else f"{text[:57]}..."
