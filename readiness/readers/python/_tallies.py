"""Definitions -> counts, and examples of what lacks something."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from readiness.evidence.model import Reason, Unproven
from readiness.evidence.python_source import Bare, PythonSource, Reach, Sort, Tally
from readiness.readers.python._definitions import Definition, definitions, has_code
from readiness.readers.python._files import Tree
from readiness.readers.python._parse import parse

MAX_EXAMPLES = 500
_ORDER: tuple[Reach, ...] = ("public", "dunder", "private", "nested")


def facts_of(tree: Tree) -> PythonSource:
    """The facts of a tree; Unproven when one of its files cannot be parsed, or none of them defines anything."""
    by_file: dict[str, list[Definition]] = {}
    stubs = 0
    coded: list[str] = []
    for file, content in tree.read():
        module = parse(content, file.shown)
        by_file[file.inside] = list(definitions(module, file))
        stubs += file.is_stub
        if not file.is_stub and has_code(module):
            coded.append(file.inside)
    found = [one for group in _with_stubs(by_file) for one in group]
    if not found:
        message = f"its {len(by_file):,} Python files define nothing: they are empty"
        raise Unproven(Reason.MISSING, message, "name the folder that holds the code")
    return PythonSource(
        path=tree.shown,
        files=len(by_file),
        stubs=stubs,
        tallies=tuple(_tallied(found)),
        unannotated=_examples(
            Bare(file=d.file, line=d.line, name=d.name, sort=d.sort, reach=d.reach, lacks=_cut(d.lacks_hints))
            for d in found
            if d.is_callable and d.lacks_hints
        ),
        undocumented=_examples(
            Bare(file=d.file, line=d.line, name=d.name, sort=d.sort, reach=d.reach, lacks="a docstring")
            for d in found
            if d.documented is False
        ),
        excluded=tree.excluded,
        passed=tree.passed,
        coded=tuple(coded),
    )


def _with_stubs(by_file: Mapping[str, list[Definition]]) -> Iterable[list[Definition]]:
    """Where `x.pyi` stands beside `x.py`, its annotations are those of the functions that both have.

    https://typing.python.org/en/latest/spec/distributing.html#import-resolution-ordering
    """
    for inside, group in by_file.items():
        if inside.endswith(".pyi"):
            if inside[:-1] not in by_file:
                yield group
            continue
        declared = {one.name: one for one in by_file.get(f"{inside}i", ()) if one.is_callable}
        yield [
            _as_declared(one, stub) if one.is_callable and (stub := declared.get(one.name)) else one
            for one in group
        ]


def _as_declared(one: Definition, stub: Definition) -> Definition:
    """With the annotations of its stub, which must not leave parameters out."""
    fewer = stub.parameters < one.parameters and not stub.lacks_hints
    lacks = "parameters that the stub leaves out" if fewer else stub.lacks_hints
    return replace(one, lacks_hints=lacks, is_vague=stub.is_vague and not fewer)


def _tallied(found: Iterable[Definition]) -> Iterable[Tally]:
    counts: dict[tuple[Sort, Reach], list[int]] = {}
    for one in found:
        row = counts.setdefault((one.sort, one.reach), [0] * 5)
        row[0] += one.is_callable
        row[1] += one.is_callable and not one.lacks_hints
        row[2] += one.is_vague
        row[3] += one.documented is not None
        row[4] += one.documented is True
    for (sort, reach), (callables, annotated, vague, documentable, documented) in sorted(counts.items()):
        yield Tally(
            sort=sort,
            reach=reach,
            callables=callables,
            annotated=annotated,
            vague=vague,
            documentable=documentable,
            documented=documented,
        )


def _examples(found: Iterable[Bare]) -> tuple[Bare, ...]:
    ordered = sorted(found, key=lambda one: (_ORDER.index(one.reach), one.file, one.line))
    return tuple(ordered[:MAX_EXAMPLES])


def _cut(text: str) -> str:
    return text if len(text) <= 80 else text[:77] + "..."
