"""The kind `python`: a tree of Python files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from readiness.evidence.model import Item, Provenance, Unproven
from readiness.evidence.python_source import PythonSource
from readiness.readers.base import Context, Kind, Spec
from readiness.readers.patterns import parse_pattern
from readiness.readers.python._files import Tree
from readiness.readers.python._tallies import facts_of

GENERATED = ("*_pb2.py", "*_pb2.pyi", "*_pb2_grpc.py", "_vendor/", "vendored/", "node_modules/")
"""What is left out unless the policy says otherwise: written by protoc, or by others."""


def _pattern(text: str) -> str:
    parse_pattern(text)
    return text


class PythonSpec(Spec):
    """Python files."""

    path: Annotated[str, Field(min_length=1)]
    """A folder, or one file, relative to the root. Every `.py` and `.pyi` file below the folder is read."""
    exclude: Sequence[Annotated[str, Field(min_length=1), AfterValidator(_pattern)]] = GENERATED
    """What is generated or vendored, as patterns of `.gitignore` from `path` on; what they leave out is counted."""


class PythonKind(Kind[PythonSpec, PythonSource]):
    """Python source as it is in the folder: parsed by the interpreter that runs the gate, and never imported."""

    spec: ClassVar[type[Spec]] = PythonSpec
    facts = PythonSource

    def collect(self, spec: PythonSpec, context: Context) -> Iterator[Item]:
        """One item for the whole tree; never raises."""
        origin = Provenance(spec.path, "python")
        try:
            tree = Tree.walk(context.root / spec.path, spec.path, spec.exclude)
            facts = facts_of(tree)
        except Unproven as error:
            yield Item(origin, None, error.reason, error.message, error.remedy)
            return
        commit = tree.commit() if context.commit else None
        yield Item(
            Provenance(
                spec.path,
                "python",
                tree.sha256,
                tree.size,
                observed_at=context.now,
                observed_from="content",
                commit=commit,
            ),
            facts,
        )
