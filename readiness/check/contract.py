"""The contract between readiness and a check."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from types import NoneType, UnionType
from typing import Any, ClassVar, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

from readiness.check.finding import Finding
from readiness.check.params import Params
from readiness.evidence.model import Facts, Value


class Artifact(Value, frozen=True):
    """One thing that is shipped."""

    name: str
    digest: str | None = None


class Release(Value, frozen=True):
    """What is judged."""

    name: str
    version: str | None = None
    commit: str | None = None
    environment: str | None = None
    artifacts: tuple[Artifact, ...] = ()


class Slot(Value, frozen=True):
    """One evidence that a check asks for: a parameter of its `judge`."""

    name: str
    facts: type[Facts]
    many: bool
    optional: bool


P = TypeVar("P", bound=Params)


class Check(ABC, Generic[P]):
    """One question about a release, answered by a pure function of evidence.

    `judge` says by its parameters what it needs: `load: LoadTest` is one evidence, its files combined;
    `load: tuple[LoadTest, ...]` is every file apart; `= None` or `= ()` means that the policy need not declare
    it; `now: datetime` and `release: Release` are handed in. The docstring's first line is the title, the rest
    is what `readiness explain` shows.
    """

    title: ClassVar[str]
    params_type: ClassVar[type[Params]]

    def __init__(self, params: P) -> None:
        self.params = params

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "title" not in vars(cls):
            cls.title = (inspect.cleandoc(cls.__doc__ or cls.__name__)).partition("\n")[0].rstrip(".")
        for base in getattr(cls, "__orig_bases__", ()):
            found = [a for a in get_args(base) if isinstance(a, type) and issubclass(a, Params)]
            if found and issubclass(get_origin(base) or object, Check):
                cls.params_type = found[0]

    @abstractmethod
    def judge(self, *args: Any, **kwargs: Any) -> Iterator[Finding]:
        """Yield what the evidence shows. No input, no output, no clock."""


AnyCheck = type[Check[Any]]
_GIVEN: Mapping[type, str] = {datetime: "now", Release: "release"}


@cache
def slots_of(check: AnyCheck) -> tuple[Slot, ...]:
    """The evidence that `judge` asks for, in the order of its parameters; TypeError when it asks for more."""
    return tuple(
        _slot(check, parameter, hint)
        for parameter, hint in _parameters(check)
        if not (isinstance(hint, type) and hint in _GIVEN)
    )


@cache
def given_to(check: AnyCheck) -> Mapping[str, str]:
    """The parameters of `judge` that are no evidence: name -> `now` or `release`."""
    return {
        parameter.name: _GIVEN[hint]
        for parameter, hint in _parameters(check)
        if isinstance(hint, type) and hint in _GIVEN
    }


def _parameters(check: AnyCheck) -> Iterator[tuple[inspect.Parameter, Any]]:
    hints = get_type_hints(check.judge)
    for parameter in list(inspect.signature(check.judge).parameters.values())[1:]:
        yield parameter, hints.get(parameter.name)


def _slot(check: AnyCheck, parameter: inspect.Parameter, hint: Any) -> Slot:
    if get_origin(hint) in (Union, UnionType):
        (hint,) = [a for a in get_args(hint) if a is not NoneType]
    many = get_origin(hint) is tuple
    facts = get_args(hint)[0] if many else hint
    if not (isinstance(facts, type) and issubclass(facts, Facts)):
        raise TypeError(f"{check.__qualname__}.judge: {parameter.name} is not evidence, but {hint!r}")
    return Slot(parameter.name, facts, many, parameter.default is not parameter.empty)


def category_of(id_: str) -> str:
    """The category in a check's id: that of `acme:security/scan` is `security`."""
    return id_.rpartition(":")[2].partition("/")[0]
