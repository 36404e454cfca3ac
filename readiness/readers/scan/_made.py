"""What readers of scans share: runs with exact counts, and facts of a bounded size."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

import msgspec

from readiness.evidence.model import Reason, Unproven
from readiness.evidence.scan import Purpose, Scan, ScanFinding, ScanRun, Severity
from readiness.readers.scan._tools import purposes_of
from readiness.readers.source import Source
from readiness.readers.texts import clip
from readiness.units import parse_instant

MAX_RUNS = 300
MAX_FINDINGS_BYTES = 2_000_000
MAX_OBJECTS = 20_000
_SHOWN = 3
REWRITE = "write the report again, whole and by the tool itself"


def refuse(message: str, remedy: str = REWRITE) -> Unproven:
    """A file that is not what it claims to be."""
    return Unproven(Reason.MALFORMED, message, remedy)


def finding(
    rule: str | None, severity: Severity, message: str, *, line: int | None = None, **more: Any
) -> ScanFinding:
    """A finding of bounded size; a line below 1 is none."""
    texts: dict[str, Any] = {
        key: clip(value) if isinstance(value, str) else value for key, value in more.items()
    }
    texts["aliases"] = tuple(clip(one, 60) for one in texts.get("aliases", ())[:10])
    at = line if line is not None and line >= 1 else None
    return ScanFinding(
        rule=clip(rule or "", 120), severity=severity, message=clip(message, 300), line=at, **texts
    )


def run(
    tool: str,
    findings: Iterable[ScanFinding],
    *,
    version: str | None = None,
    rules: str | None = None,
    database_at: datetime | None = None,
    purposes: tuple[Purpose, ...] | None = None,
    scanned: int | None = None,
    unit: str = "files",
    errors: Sequence[str] = (),
    skipped: Sequence[str] = (),
    hidden: Mapping[Severity, int] | None = None,
    suppressed: Mapping[Severity, int] | None = None,
    objects: Iterable[str] = (),
    left_out: Iterable[str] = (),
) -> ScanRun:
    """A run, its findings counted. `hidden` and `suppressed` count those that the report tells of without listing."""
    listed = tuple(findings)
    counts = Counter(one.severity for one in listed if one.suppressed is None)
    counts.update(hidden or {})
    quiet = Counter(one.severity for one in listed if one.suppressed is not None)
    quiet.update(suppressed or {})
    return ScanRun(
        tool=clip(tool, 80),
        version=clip(version or "", 60),
        rules=clip(rules or ""),
        database_at=database_at,
        purposes=purposes_of(tool) if purposes is None else purposes,
        scanned=scanned,
        unit=unit,
        errors=tuple(clip(one) for one in errors[:_SHOWN]),
        error_count=len(errors),
        skipped=tuple(clip(one) for one in skipped[:_SHOWN]),
        skipped_count=len(skipped),
        counts={name: count for name, count in counts.items() if count},
        suppressed={name: count for name, count in quiet.items() if count},
        findings=listed,
        objects=tuple(clip(one) for one in islice(objects, MAX_OBJECTS)),
        left_out=tuple(clip(one) for one in islice(left_out, MAX_OBJECTS)),
    )


def bounded(runs: Sequence[ScanRun]) -> Scan:
    """All runs, with as many of their findings as fit: the worst of those that count first."""
    if len(runs) > MAX_RUNS:
        message = f"it comes to {len(runs)} runs; at most {MAX_RUNS} are read as one evidence"
        raise Unproven(Reason.MALFORMED, message, "declare them as several evidences")
    found = ((at, one) for at, run in enumerate(runs) for one in run.findings)
    ranked = sorted(found, key=lambda pair: (_badness(pair[1]), pair[0]))
    kept: list[list[ScanFinding]] = [[] for _ in runs]
    room = MAX_FINDINGS_BYTES
    for at, one in ranked:
        room -= len(msgspec.json.encode(one))
        if room < 0:
            break
        kept[at].append(one)
    named = _named(runs)
    return Scan(
        runs=tuple(
            run.but(findings=tuple(some), objects=objects, left_out=left_out)
            for run, some, (objects, left_out) in zip(runs, kept, named, strict=True)
        )
    )


def _named(runs: Sequence[ScanRun]) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """The objects of each run, those that were left out first, until there is no more room for all runs together."""
    room = MAX_OBJECTS
    for run in runs:
        left_out = run.left_out[:room]
        room -= len(left_out)
        objects = run.objects[:room]
        room -= len(objects)
        yield objects, left_out


def _badness(one: ScanFinding) -> tuple[bool, int, int]:
    """Worst first: those that count, the severest, the greatest."""
    return one.suppressed is not None, one.severity.rank, -(one.value or 0)


def entries(source: Source, what: str) -> list[Any]:
    """The elements of a report that is one list; Unproven when it is something else."""
    data = source.json
    if not isinstance(data, list):
        raise refuse(f"it is no {what}: it is no list")
    return data


def is_list_of(source: Source, *keys: str, without: Sequence[str] = ()) -> bool:
    """Whether the content is a list whose first element is an object with these keys, and without those."""
    if not _begins(source, b"["):
        return False
    data = source.json
    first = data[0] if isinstance(data, list) and data else None
    return isinstance(first, dict) and all(k in first for k in keys) and not any(k in first for k in without)


def is_object_with(source: Source, *keys: str) -> bool:
    """Whether the content is an object with these keys."""
    if not _begins(source, b"{"):
        return False
    data = source.json
    return isinstance(data, dict) and all(key in data for key in keys)


def instant(text: str, what: str) -> datetime:
    """A moment as the report writes it; Unproven when it is none."""
    try:
        return parse_instant(text)
    except ValueError:
        raise refuse(f"{what} {clip(text, 40)!r} is no time") from None


def _begins(source: Source, sign: bytes) -> bool:
    return source.head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(sign)
