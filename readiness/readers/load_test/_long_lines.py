"""Lines of a file that may have none."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence.model import Reason, Unproven
from readiness.readers.load_test._vet import AGAIN
from readiness.readers.source import Source

MAX_LINE = 16 * 2**20


def bounded_lines(source: Source) -> Iterator[tuple[bytes, bool]]:
    """Each line without its end, and whether it has one: the last may not. Unproven beyond 16 MiB."""
    rest = b""
    for block in source.blocks():
        *whole, rest = (rest + block).split(b"\n")
        for line in whole:
            yield line, True
        if len(rest) > MAX_LINE:
            raise Unproven(Reason.MALFORMED, f"a line is longer than {MAX_LINE:,} bytes", AGAIN)
    if rest:
        yield rest, False
