"""The kind `sbom`: one bill of materials a file, each of one artifact."""

from __future__ import annotations

from typing import ClassVar

from readiness.evidence.model import Facts
from readiness.evidence.sbom import Sbom
from readiness.readers.files import FileKind


class SbomKind(FileKind[Sbom]):
    """What a release is made of. Bills of several artifacts are judged apart."""

    facts: ClassVar[type[Facts]] = Sbom
