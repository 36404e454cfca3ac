"""What a kind of evidence and a reader of a format are."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, ClassVar, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from readiness.check import Stricter, dashed
from readiness.evidence.model import Facts, Item, Reason, Unproven
from readiness.readers.likeness import Likeness
from readiness.readers.shared import Shared
from readiness.readers.source import Source
from readiness.units import Duration

F = TypeVar("F", bound=Facts)
F_co = TypeVar("F_co", bound=Facts, covariant=True)
S = TypeVar("S", bound="Spec")

Binding = Literal["commit", "version", "none"]


class Spec(BaseModel):
    """What a policy says about one evidence; each kind adds its own keys."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        alias_generator=dashed,
        validate_by_name=True,
        validate_by_alias=True,
        arbitrary_types_allowed=True,
    )

    kind: str
    """The kind of evidence."""
    role: str | None = None
    """A name for its part, such as `baseline`; a check's parameter of that name takes it."""
    max_age: Annotated[Duration | None, Stricter.LOWER] = None
    """How old it may be, counted from the end of the observation; without it the age is not limited."""
    bind: Binding | None = None
    """What ties it to the release: `commit`, `version`, or `none`, which the scorecard shows."""


class FileSpec(Spec):
    """Evidence in files."""

    path: Annotated[str, Field(min_length=1)]
    """A file or a glob, relative to the root."""
    format: str | None = None
    """The format, where it must not be told from the content."""
    files: Annotated[int, Field(ge=1), Stricter.HIGHER] = 1
    """The least number of files that must be there."""


@dataclass(frozen=True, slots=True)
class Context:
    """What reading may depend on beside its spec.

    Paths are relative to `root`. `commit` is the release's, None when evidence is not bound to one; `max_age` is how
    old the evidence may be. `plugins` maps the names of plugins to their packages of evidence. `shared` is for what
    several evidences of one run observe together.
    """

    root: Path
    now: datetime
    commit: str | None = None
    max_age: timedelta | None = None
    plugins: Mapping[str, str] = field(default_factory=dict)
    shared: Shared = field(default_factory=Shared)


@dataclass(frozen=True, slots=True)
class Reading(Generic[F_co]):
    """Facts, and what the content itself tells about when and on what they were observed.

    `observed_at` is the end of the observation, with a time zone.
    """

    facts: F_co
    observed_at: datetime | None = None
    commit: str | None = None
    version: str | None = None


class Reader(ABC, Generic[F_co]):
    """One format: tells whether a file is its own, and reads it. Raises `Unproven` and nothing else."""

    @abstractmethod
    def recognises(self, source: Source) -> bool:
        """Whether the content is of this format; never by the file's name."""

    def likeness(self, source: Source) -> Likeness:
        """The same where no policy names a kind: how much of the content is this format's own."""
        return Likeness.OWN if self.recognises(source) else Likeness.NONE

    @abstractmethod
    def read(self, source: Source) -> Reading[F_co]:
        """The facts; Unproven when the content is not what it claims to be."""


class Kind(ABC, Generic[S, F]):
    """One kind of evidence: the keys that it takes in a policy, its facts, and how they are got.

    `binds` is what ties it to the release unless the policy says otherwise.
    """

    spec: ClassVar[type[Spec]]
    facts: ClassVar[type[Facts]]
    binds: ClassVar[Binding | None] = None
    networked: ClassVar[bool] = False

    def pools(self, spec: S) -> bool:  # noqa: ARG002 - for kinds whose policy decides it
        """Whether the policy calls the files parts of one thing: then no check takes them apart."""
        return False

    def combine(self, parts: Sequence[F], spec: S) -> F:  # noqa: ARG002 - for kinds whose policy decides it
        """Several files of one evidence as one; a kind that can do it overrides this. Raises Unproven."""
        if len(parts) != 1:
            remedy = "name one file"
            raise Unproven(Reason.MALFORMED, f"{len(parts)} files, where one is meant", remedy)
        return parts[0]

    @abstractmethod
    def collect(self, spec: S, context: Context) -> Iterator[Item]:
        """One item for each file or endpoint, readable or not; never raises."""


AnyKind = Kind[Any, Any]
AnyReader = Reader[Facts]
