"""The text simulation.log of Gatling 3.0 to 3.12: one record a line, fields parted by tabs, times in ms since 1970.

Fields as in io.gatling.core.stats.writer.LogFileDataWriter: in early versions users, requests and groups carry the
number of the user, in later ones not. Gatling 2 wrote other fields, and is not read; 3.13 and later write a binary
file.
"""

from __future__ import annotations

from collections.abc import Sequence

from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Reason, Unproven
from readiness.readers.base import Reader, Reading
from readiness.readers.load_test._gatling import Records, path_of
from readiness.readers.load_test._long_lines import bounded_lines
from readiness.readers.load_test._vet import AGAIN
from readiness.readers.source import Source

_ASSERTION = b"ASSERTION\t"
_RUN = b"RUN\t"
_RUN_FIELDS = 6
_FIELDS = {"REQUEST": 7, "USER": 4, "GROUP": 6}
_VERDICTS = {"OK": True, "KO": False}
_EVENTS = {"START": True, "END": False}


class GatlingText(Reader[LoadTest]):
    """Every request is there, with Gatling's verdict by its checks; the verdicts of assertions are not."""

    def recognises(self, source: Source) -> bool:
        """The first line, or the first behind those of assertions, is of the run."""
        head = source.head
        while head.startswith(_ASSERTION):
            head = head.partition(b"\n")[2]
        line = head.partition(b"\n")[0]
        return line.startswith(_RUN) and len(line.split(b"\t")) == _RUN_FIELDS

    def read(self, source: Source) -> Reading[LoadTest]:
        """One run, which ends with its last request."""
        log = _Log()
        for number, (line, _) in enumerate(bounded_lines(source), 1):
            try:
                log.take(line.decode().removesuffix("\r"))
            except UnicodeDecodeError:
                raise Unproven(Reason.MALFORMED, f"line {number:,}: it is not UTF-8 text", AGAIN) from None
            except Unproven as error:
                told = f"line {number:,}: {error.message}"
                raise Unproven(error.reason, told, error.remedy or AGAIN) from None
        test = log.facts()
        return Reading(test, test.ended_at)


class _Log:
    """Lines -> records."""

    def __init__(self) -> None:
        self._records: Records | None = None
        self._user_fields: int | None = None

    def take(self, line: str) -> None:
        """One line. Raises Unproven (malformed) when it is none of this version's records."""
        fields = line.split("\t")
        kind = fields[0]
        if kind == "RUN":
            self._start(fields)
        elif kind != "ASSERTION":
            self._take(kind, fields)

    def facts(self) -> LoadTest:
        """The run."""
        if self._records is None:
            raise Unproven(Reason.MALFORMED, "it has no line of the run", AGAIN)
        return self._records.facts()

    def _start(self, fields: Sequence[str]) -> None:
        if self._records is not None:
            raise Unproven(Reason.MALFORMED, "a second run starts", "keep each run in a file of its own")
        version = fields[5].split(".") if len(fields) == _RUN_FIELDS else []
        if len(version) < 2 or version[0] != "3" or not version[1].isdecimal():
            told = f"it is of Gatling {fields[-1][:20]!r}, and versions 3.0 to 3.12 are read"
            raise Unproven(Reason.MALFORMED, told, "run the test with Gatling 3")
        self._records = Records(_ms(fields[3]))

    def _take(self, kind: str, fields: Sequence[str]) -> None:
        if self._records is None:
            raise Unproven(Reason.MALFORMED, "it stands before the line of the run")
        extra = self._numbered(kind, fields)
        if kind == "REQUEST" and len(fields) == _FIELDS[kind] + extra:
            groups, name, start, end, verdict, message = fields[1 + extra :]
            path = path_of(groups.split(",") if groups else (), name)
            self._records.request(path, _ms(start), _ms(end), _told(_VERDICTS, verdict), message)
        elif kind == "USER" and len(fields) == _FIELDS[kind] + 2 * extra:
            _ms(fields[-1])
            self._records.user(starts=_told(_EVENTS, fields[2 + extra]))
        elif kind == "GROUP" and len(fields) == _FIELDS[kind] + extra:
            _told(_VERDICTS, fields[-1])
        elif kind == "ERROR" and len(fields) == 3:
            _ms(fields[2])
            self._records.error()
        else:
            raise _no_record(fields)

    def _numbered(self, kind: str, fields: Sequence[str]) -> int:
        """How many fields of a user's number records have, by the first that is known: one or none."""
        if kind not in _FIELDS:
            return 0
        if self._user_fields is None:
            self._user_fields = int(len(fields) != _FIELDS[kind])
        place = 2 if kind == "USER" else 1
        if self._user_fields and not (
            len(fields) > place and fields[place].isascii() and fields[place].isdigit()
        ):
            raise _no_record(fields)
        return self._user_fields


def _no_record(fields: Sequence[str]) -> Unproven:
    told = f"it is no record of this version: {fields[0][:20]!r}, {len(fields)} fields"
    return Unproven(Reason.MALFORMED, told)


def _ms(text: str) -> int:
    """A time. Thirteen digits: none that was cut is taken."""
    if not (text.isascii() and text.isdigit() and len(text) == 13):
        raise Unproven(Reason.MALFORMED, f"{text[:40]!r} is no time in ms since 1970")
    return int(text)


def _told(words: dict[str, bool], word: str) -> bool:
    if word not in words:
        raise Unproven(Reason.MALFORMED, f"{word[:40]!r} is none of {', '.join(words)}")
    return words[word]
