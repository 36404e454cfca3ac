"""A policy file and its parents: found, read, and put into the order in which they count."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from readiness.diagnostics import render_all
from readiness.errors import PolicyError
from readiness.places import MAX_BYTES, Map, Place, Problem, Seq, Text, YamlError, load_policy

BUILTIN, PACKAGE = "builtin:", "package:"
_MAX_PARENTS = 20
_NOT_THERE = "`extends:` takes a file beside this one, builtin:NAME, or package:PACKAGE/NAME"


class Document(NamedTuple):
    """One policy file: `name` is how it was asked for, `path` where it stands.

    `ancestors` are the paths of everything that it extends, in the order in which it counts.
    """

    name: str
    path: Path
    tree: Map
    ancestors: tuple[Path, ...] = ()


Chain = tuple[Document, ...]


def read_chain(wanted: str) -> Chain:
    """A policy and everything that it extends, parents first, each once; the policy itself is the last.

    Raises PolicyError: a file that cannot be read, is no policy, or extends itself.
    """
    return _chain(wanted, Path.cwd(), None, (), {})


def _chain(
    wanted: str, beside: Path, said: Place | None, above: tuple[Path, ...], known: dict[Path, Chain]
) -> Chain:
    path = _locate(wanted, beside, said)
    if path in known:
        return known[path]
    if path in above:
        circle = " -> ".join(p.name for p in (*above[above.index(path) :], path))
        raise _refused(said, wanted, f"the policy extends itself: {circle}")
    if len(above) >= _MAX_PARENTS:
        raise _refused(said, wanted, f"more than {_MAX_PARENTS} policies extend each other")
    tree = _read(path, wanted, said)
    ancestors: dict[Path, Document] = {}
    for parent, place in _extends(tree):
        for ancestor in _chain(parent, path.parent, place, (*above, path), known):
            ancestors.setdefault(ancestor.path, ancestor)
    known[path] = (*ancestors.values(), Document(wanted, path, tree, tuple(ancestors)))
    return known[path]


def _extends(tree: Map) -> Iterator[tuple[str, Place]]:
    said = tree.get("extends")
    if said is None:
        return
    place = tree.value_places["extends"]
    entries = zip(said, said.value_places, strict=True) if isinstance(said, Seq) else ((said, place),)
    for entry, place in entries:
        if not isinstance(entry, str) or not entry:
            raise PolicyError(render_all([Problem(place, "is not the name of a policy", _NOT_THERE)]))
        yield entry, place


def _locate(wanted: str, beside: Path, said: Place | None) -> Path:
    if wanted.startswith(BUILTIN):
        return _in_package("readiness.policies", wanted.removeprefix(BUILTIN), wanted, said)
    if wanted.startswith(PACKAGE):
        package, _, name = wanted.removeprefix(PACKAGE).partition("/")
        return _in_package(package, name, wanted, said)
    return Path(os.path.abspath(beside / wanted))  # noqa: PTH100 - `resolve` would follow links


def _in_package(package: str, name: str, wanted: str, said: Place | None) -> Path:
    try:
        spec = find_spec(package) if package and name else None
    except (ImportError, ValueError):
        spec = None
    roots = [Path(root) for root in (spec.submodule_search_locations or ())] if spec else []
    for root in roots:
        path = root / f"{name}.yaml"
        if path.is_file() and path.parent.resolve() == root.resolve():
            return path
    there = ", ".join(sorted(path.stem for root in roots for path in root.glob("*.yaml")))
    help_ = f"there are: {there}" if there else f"there is no package {package!r} with policies in it"
    raise _refused(said, wanted, "there is no such policy", help_)


def _read(path: Path, wanted: str, said: Place | None) -> Map:
    name = wanted if said is None or wanted.startswith((BUILTIN, PACKAGE)) else _shown(path)
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        text = Text(name, content.decode("utf-8-sig"))
    except FileNotFoundError:
        help_ = "write one with `readiness init`" if said is None else _NOT_THERE
        raise _refused(said, wanted, f"there is no policy at {path}", help_) from None
    except IsADirectoryError:
        raise _refused(said, wanted, f"{path} is a folder, where a policy file is meant") from None
    except OSError as error:
        raise _refused(said, wanted, f"{path} cannot be read: {os.strerror(error.errno or 0)}") from None
    except UnicodeDecodeError as error:
        raise _refused(said, wanted, f"{path} is not UTF-8 text (byte {error.start:,})") from None
    except ValueError:
        raise _refused(said, wanted, "a path cannot hold a NUL character") from None
    return _parse(text)


def _shown(path: Path) -> str:
    """The path from here when it is below, else the whole path."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith(os.pardir) else relative


def _parse(text: Text) -> Map:
    try:
        tree, place = load_policy(text)
    except YamlError as error:
        raise PolicyError(render_all(error.problems)) from None
    if tree is None:
        raise PolicyError(
            render_all([Problem(place, "the policy is empty", "write one with `readiness init`")])
        )
    if not isinstance(tree, Map):
        raise PolicyError(
            render_all([Problem(place, "a policy is a mapping that begins with `readiness: 1`")])
        )
    version = tree.get("readiness")
    if type(version) is not int or version != 1:
        raise PolicyError(render_all([_wrong_version(tree, version)]))
    if problems := list(_wrong_paths(tree)):
        raise PolicyError(render_all(problems))
    return tree


def _wrong_paths(tree: Map) -> Iterator[Problem]:
    """What is wrong with `may-change`, which is not handed on and so is not met again in the whole policy."""
    said = tree.get("may-change")
    if said is None:
        return
    place, help_ = tree.value_places["may-change"], "as in [release.version, evidence.*.path]"
    if not isinstance(said, Seq):
        yield Problem(place, "is not a list of paths", help_)
        return
    for entry, at in zip(said, said.value_places, strict=True):
        if not isinstance(entry, str) or not entry:
            yield Problem(at, "is not a path", help_)


def _wrong_version(tree: Map, version: object) -> Problem:
    if "readiness" not in tree:
        return Problem(tree.place, "the version is missing", "a policy begins with `readiness: 1`")
    place = tree.value_places["readiness"]
    message = f"this is a policy of version {version!r}; this readiness reads version 1"
    return Problem(place, message, "write `readiness: 1`, or install the readiness that reads it")


def _refused(said: Place | None, wanted: str, message: str, help_: str = "") -> PolicyError:
    if said is not None:
        return PolicyError(render_all([Problem(said, message, help_)]))
    return PolicyError([f"{wanted}: error: {message}" + (f"\n  = help: {help_}" if help_ else "")])
