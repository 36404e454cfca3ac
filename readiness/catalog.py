"""Things in files, by the id `<folder>/<file>`; a module is imported when its id is asked for."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from typing import Generic, NamedTuple, TypeVar

from readiness.errors import NoVerdictError

T = TypeVar("T")


class Entry(NamedTuple):
    """A module that is known by name and has not been imported; `origin` is who brought it."""

    module: str
    origin: str


class Catalog(Mapping[str, type[T]], Generic[T]):
    """Classes by id. Listing costs a directory scan for each folder; only `catalog[id]` imports."""

    def __init__(self, base: type[T], entries: Mapping[str, Entry]) -> None:
        self._base = base
        self._entries = entries

    def __getitem__(self, id_: str) -> type[T]:
        return only_class(self._entries[id_].module, self._base)

    def __contains__(self, id_: object) -> bool:
        return id_ in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def origin(self, id_: str) -> str:
        """Who brought it: `readiness`, or the name of a plugin."""
        return self._entries[id_].origin


def only_class(module_name: str, base: type[T]) -> type[T]:
    """The one public class of a module that is a `base`.

    Raises NoVerdictError when the module does not load, or holds none or several.
    """
    try:
        module = importlib.import_module(module_name)
    except (Exception, SystemExit) as error:
        raise NoVerdictError(f"{module_name} does not load: {type(error).__name__}: {error}") from error
    found = [
        item
        for name, item in vars(module).items()
        if isinstance(item, type)
        and issubclass(item, base)
        and item.__module__ == module.__name__
        and not name.startswith("_")
    ]
    if len(found) != 1:
        raise NoVerdictError(
            f"{module_name} holds {len(found)} public {base.__name__} classes, where one is meant"
        )
    return found[0]


def scan(package: str) -> Iterator[tuple[str, str, str]]:
    """`(folder, file, module)` of every module two levels below a package; names with dashes, sorted.

    Imports the package itself, and nothing below it. Raises ImportError when there is no such package.
    """
    spec = find_spec(package)
    if spec is None:
        raise ModuleNotFoundError(f"there is no package {package}")
    for root in spec.submodule_search_locations or ():
        for folder in _public(root):
            for file in _public(os.path.join(root, folder)):  # noqa: PTH118 - a hot path
                stem, dot, suffix = file.partition(".")
                if dot and suffix == "py":
                    yield folder.replace("_", "-"), stem.replace("_", "-"), f"{package}.{folder}.{stem}"


def _public(folder: str) -> list[str]:
    try:
        return sorted(name for name in os.listdir(folder) if not name.startswith(("_", ".")))  # noqa: PTH208
    except NotADirectoryError:
        return []


def claim(entries: dict[str, Entry], id_: str, entry: Entry) -> None:
    """Add an entry; NoVerdictError when the id is taken already."""
    if id_ in entries:
        raise NoVerdictError(f"'{id_}' is claimed twice: by {entries[id_].module} and by {entry.module}")
    entries[id_] = entry
