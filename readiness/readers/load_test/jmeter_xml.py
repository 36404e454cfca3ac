"""What JMeter writes with jmeter.save.saveservice.output_format=xml: a JTL in XML, one element for each sample.

Attributes as in jmeter.apache.org/usermanual/listeners.html ("XML Log format 2.1"): `t` elapsed and `it` idle time in
ms, `ts` the start in ms since 1970, `s` JMeter's verdict, `lb` label, `rc` and `rm` response, `tn` thread, `na` active
threads, `sc` and `ec` counts of a batch, `hn` the host. Runs of JMeter 5.6 agree.
"""

from __future__ import annotations

import re
from typing import NoReturn
from xml.parsers import expat

from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Reason, Unproven
from readiness.readers.base import Reader, Reading
from readiness.readers.load_test._jmeter import PREFIX, Sample, Samples
from readiness.readers.load_test._vet import AGAIN
from readiness.readers.source import Source

_ROOT = "testResults"
_SAMPLES = ("httpSample", "sample", "statSample")
_FIRST = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,4000}?-->\s*)*<testResults[\s>/]",
    re.DOTALL,
)
_VERDICTS = {"true": True, "false": False}
_MAX_DEPTH = 100
_MAX_TOKEN = 32 * 2**20


class JmeterXml(Reader[LoadTest]):
    """Samples inside of a sample are its redirects and resources, and not counted; those of a transaction are."""

    def recognises(self, source: Source) -> bool:
        """The root is `testResults`."""
        return _FIRST.match(source.head) is not None

    def read(self, source: Source) -> Reading[LoadTest]:
        """One run, which ends with its last sample. No DOCTYPE is accepted: JMeter writes none."""
        document = _Document()
        for block in source.blocks():
            document.feed(block)
        document.feed(b"", final=True)
        test = document.facts()
        return Reading(test, test.ended_at)


class _Document:
    """Expat's events -> samples, element by element: nothing of the file is kept."""

    def __init__(self) -> None:
        self._samples: Samples | None = None
        self._path: list[str] = []
        self._inside = self._fed = 0
        self._parser = expat.ParserCreate("UTF-8")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.XmlDeclHandler = self._declaration
        self._parser.StartDoctypeDeclHandler = self._doctype

    def feed(self, block: bytes, *, final: bool = False) -> None:
        """The next bytes. Raises Unproven where they are no XML, or no sample."""
        try:
            self._parser.Parse(block, final)
            self._fed += len(block)
            if self._fed - self._parser.CurrentByteIndex > _MAX_TOKEN:
                self._refuse("a tag does not close")
        except expat.ExpatError as error:
            where = f"line {error.lineno:,}, column {error.offset + 1}"
            cut = ": it ends too early" if final else ""
            message = f"it is not XML: {expat.ErrorString(error.code)} ({where}){cut}"
            raise Unproven(Reason.MALFORMED, message, AGAIN) from None

    def facts(self) -> LoadTest:
        """The run."""
        if self._samples is None:
            raise Unproven(Reason.MISSING, "it has no sample", "let the test plan send requests")
        return self._samples.facts()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(name)
        if len(self._path) == 1 and name != _ROOT:
            self._refuse(f"its root is {name[:40]}, not {_ROOT}")
        if len(self._path) > _MAX_DEPTH:
            self._refuse(f"it is nested more than {_MAX_DEPTH} levels deep")
        if name not in _SAMPLES:
            if len(self._path) == 2:
                self._refuse(f"{name[:40]} is no sample that is known")
            return
        transaction = attributes.get("rm", "").startswith(PREFIX)
        if not self._inside:
            self._take(attributes)
        if self._inside or not transaction:
            self._inside += 1

    def _end(self, name: str) -> None:
        self._path.pop()
        if name in _SAMPLES and self._inside:
            self._inside -= 1

    def _take(self, attributes: dict[str, str]) -> None:
        try:
            if self._samples is None:
                verdicts = bool({"s", "rc"} & attributes.keys())
                self._samples = Samples(transactions_told="rm" in attributes, verdicts=verdicts)
            sample = _sample(attributes)
            self._samples.sample(sample)
            if active := attributes.get("na"):
                self._samples.users(attributes.get("hn", ""), _whole(active, "na"), sample.start)
        except Unproven as error:
            where = f"line {self._parser.CurrentLineNumber:,}: {error.message}"
            raise Unproven(error.reason, where, error.remedy or AGAIN) from None

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.upper() != "UTF-8":
            self._refuse(f"its encoding {encoding[:40]!r} is not read; write it in UTF-8")

    def _doctype(self, *_: object) -> None:
        self._refuse("it has a DOCTYPE, which JMeter does not write")

    def _refuse(self, message: str) -> NoReturn:
        raise Unproven(Reason.MALFORMED, f"{message} (line {self._parser.CurrentLineNumber:,})", AGAIN)


def _sample(attributes: dict[str, str]) -> Sample:
    verdict = attributes.get("s")
    if verdict is not None and verdict not in _VERDICTS:
        raise Unproven(Reason.MALFORMED, f"s is {verdict[:40]!r}, neither true nor false")
    numbers = {
        key: _whole(attributes[key], key) for key in ("t", "ts", "it", "sc", "ec") if attributes.get(key)
    }
    return Sample(
        thread=attributes.get("tn", ""),
        label=attributes.get("lb"),
        start=numbers.get("ts"),
        elapsed=numbers.get("t"),
        idle=numbers.get("it", 0),
        code=attributes.get("rc"),
        message=attributes.get("rm", ""),
        success=None if verdict is None else _VERDICTS[verdict],
        count=numbers.get("sc", 1),
        failed=numbers.get("ec"),
    )


def _whole(text: str, name: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise Unproven(Reason.MALFORMED, f"{name} is {text[:40]!r}, which is no whole number")
    return int(text)
