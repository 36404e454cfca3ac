"""The columns of JMeter's CSV: which there are, what separates them, and how times are written.

Names and their order are those of org.apache.jmeter.save.CSVSaveService; which are written, the delimiter, the header
and the format of times are set by jmeter.save.saveservice.* in bin/jmeter.properties.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from datetime import datetime

from readiness.evidence.model import Reason, Unproven

NAMES = (
    *(
        "timeStamp",
        "elapsed",
        "label",
        "responseCode",
        "responseMessage",
        "threadName",
        "dataType",
        "success",
    ),
    *("failureMessage", "bytes", "sentBytes", "grpThreads", "allThreads", "URL", "Filename", "Latency"),
    *("Encoding", "SampleCount", "ErrorCount", "Hostname", "IdleTime", "Connect"),
)
_LEAST = 4
_DELIMITER = re.compile(r'"?[A-Za-z]+"?([^A-Za-z0-9"\s]|\t)')
# Without a header: the columns that JMeter writes unless it is told otherwise, since 5.0 and from 3.1 to 4.0.
_LATE = [*NAMES[:14], "Latency", "IdleTime", "Connect"]
_EARLY = [name for name in _LATE if name != "URL"]
_COUNTS = ("bytes", "sentBytes", "grpThreads", "allThreads", "Latency", "IdleTime", "Connect")
_TIME = re.compile(
    r"(\d{4})[/-](\d\d)[/-](\d\d)[ T](\d\d:\d\d:\d\d)(?:[.,](\d{3}))?(Z|[+-]\d\d:?\d\d)?", re.ASCII
)
_NAIVE_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - times without a zone
_LEAST_EPOCH_MS = 10**11


def header_of(line: str) -> tuple[str, list[str]] | None:
    """The delimiter and the columns of a header, None when the line is no header of JMeter.

    Columns that are not JMeter's own are variables of the test.
    """
    found = _DELIMITER.match(line)
    if found is None:
        return None
    columns = split(line, found[1])
    known = [name for name in columns or [] if name in NAMES]
    if columns is None or len(known) < _LEAST or not {"elapsed", "timeStamp", "success"} & set(known):
        return None
    return found[1], columns


def default_columns(line: str) -> tuple[str, list[str]] | None:
    """The delimiter and the columns of a row in a file without a header; None when it is not JMeter's default."""
    for delimiter in ",;\t|":
        fields = split(line, delimiter) or []
        columns = {len(_LATE): _LATE, len(_EARLY): _EARLY}.get(len(fields))
        if columns is not None and _looks_right(dict(zip(columns, fields, strict=True))):
            return delimiter, columns
    return None


def split(record: str, delimiter: str) -> list[str] | None:
    """The fields of one record; None when its quotes do not close."""
    if '"' not in record:
        return record.split(delimiter)
    try:
        rows = list(csv.reader([record], delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def milliseconds(text: str) -> tuple[int, bool]:
    """A time stamp in ms since 1970, and whether it tells its zone. Raises Unproven for other formats."""
    if text.isascii() and text.isdigit() and len(text) < 16 and int(text) >= _LEAST_EPOCH_MS:
        return int(text), True
    found = _TIME.fullmatch(text)
    try:
        if found is None:
            raise ValueError(text)
        year, month, day, clock, fraction, zone = found.groups()
        moment = datetime.fromisoformat(f"{year}-{month}-{day}T{clock}.{fraction or '000'}{zone or ''}")
        if zone and (offset := moment.utcoffset()) is not None:
            moment = moment.replace(tzinfo=None) - offset
        return round((moment - _NAIVE_EPOCH).total_seconds() * 1000), bool(zone)
    except (ValueError, OverflowError):
        message = f"the time stamp {text[:40]!r} is not read"
        raise Unproven(
            Reason.MALFORMED, message, "keep jmeter.save.saveservice.timestamp_format=ms"
        ) from None


def _looks_right(row: dict[str, str]) -> bool:
    stamped: Sequence[str] = (row["timeStamp"], row["elapsed"], *(row[name] for name in _COUNTS))
    whole = all(text.isascii() and text.isdigit() for text in stamped)
    return whole and len(row["timeStamp"]) == 13 and row["success"] in ("true", "false")
