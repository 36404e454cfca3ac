"""The kind `statement`: a dated statement of a person, one a file."""

from __future__ import annotations

from typing import ClassVar

from readiness.evidence.model import Facts
from readiness.evidence.statement import Statement
from readiness.readers.files import FileKind


class StatementKind(FileKind[Statement]):
    """What somebody states with name and date. It shows that it was stated, and no more."""

    facts: ClassVar[type[Facts]] = Statement
