"""Dockerfiles and Containerfiles."""

from __future__ import annotations

import re

from readiness.evidence.dockerfile import Dockerfile as Facts
from readiness.evidence.model import Reason, Unproven
from readiness.readers.base import Reader, Reading
from readiness.readers.dockerfile._instruction import instruction_of
from readiness.readers.dockerfile._lines import Lines
from readiness.readers.dockerfile._stages import stages_of
from readiness.readers.remarks import remarks_in
from readiness.readers.source import Source

MAX_CHARACTERS = 1_000_000
_BEGIN = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\r?\n)*[ \t]*(?:FROM|ARG)[ \t\\`]", re.I)
_FROM = re.compile(r"^[ \t]*FROM[ \t\\`]", re.I | re.M)


class Dockerfile(Reader[Facts]):
    """The format of the Dockerfile reference, with heredocs, parser directives, and stages."""

    def recognises(self, source: Source) -> bool:
        """Text whose first instruction is FROM, or an ARG before it."""
        text = source.text
        return _BEGIN.match(text) is not None and _FROM.search(text) is not None

    def read(self, source: Source) -> Reading[Facts]:
        """The stages; Unproven (malformed) with the line that BuildKit would refuse."""
        text = source.text
        if len(text) > MAX_CHARACTERS:
            raise Unproven(Reason.MALFORMED, f"it is longer than {MAX_CHARACTERS:,} characters")
        if "\0" in text:
            raise Unproven(Reason.MALFORMED, "it is no text: it holds a NUL")
        lines = Lines(text, source.name)
        instructions = [instruction_of(line, source.name, lines.escape) for line in lines.logical()]
        arguments, stages = stages_of(instructions, lines.escape)
        if not stages:
            raise Unproven(Reason.MALFORMED, "it has no FROM", "name a Dockerfile")
        remarks = remarks_in(text, source.name)
        return Reading(
            Facts(path=source.name, stages=stages, arguments=arguments, syntax=lines.syntax, remarks=remarks)
        )
