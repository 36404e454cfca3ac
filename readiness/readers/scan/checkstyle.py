"""Checkstyle's XML, which ShellCheck, PHP_CodeSniffer, ktlint, detekt, golangci-lint and others write too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from xml.etree.ElementTree import Element

from readiness.evidence.scan import Scan, ScanFinding
from readiness.readers.base import Reader, Reading
from readiness.readers.scan._made import bounded, finding, refuse, run
from readiness.readers.scan._severity import severity_of
from readiness.readers.scan._unread import is_unread_by_any
from readiness.readers.source import Source
from readiness.readers.strict_xml import begins_like_xml
from readiness.readers.texts import clip

_ROOT = re.compile(rb"<checkstyle[\s/>]")
_OWN = "com.puppycrawl.tools.checkstyle."
_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)
_UNREAD = re.compile(r"^Got an exception - |^Unable to parse|does not exist")
"""How Checkstyle, and ShellCheck, begin or word what they say of a file that they could not read."""


class _Fault(NamedTuple):
    file: str
    rule: str
    severity: str
    message: str
    line: int | None


class Checkstyle(Reader[Scan]):
    """Who wrote it is not told, so the tool is called checkstyle.

    Some writers list every file that they looked at, others only those with faults: files are counted when one without
    a fault is among them, or when the rules are Checkstyle's own. An empty report tells nothing of what was looked at.
    """

    def recognises(self, source: Source) -> bool:
        """By the name of the root."""
        return begins_like_xml(source.head) and _ROOT.search(source.head) is not None

    def read(self, source: Source) -> Reading[Scan]:
        """What was found. A file that could not be read is an error of the run."""
        root = source.xml
        if root.tag != "checkstyle":
            raise refuse(f"its root is <{clip(root.tag, 40)}>, not <checkstyle>")
        files = [_file(element) for element in root]
        faults = [fault for element, name in files for fault in _faults(element, name)]
        unread = [one for one in faults if _is_unread(one)]
        names = {name for _, name in files}
        scanned = len(names - {one.file for one in unread}) if _lists_all(files, faults) else None
        made = run(
            "checkstyle",
            [_finding(one) for one in faults if not _is_unread(one)],
            version=root.get("version"),
            purposes=("lint",),
            scanned=scanned,
            errors=[f"{one.file}:{one.line or 0}: {one.message}" for one in unread],
        )
        return Reading(bounded([made]))


def _file(element: Element) -> tuple[Element, str]:
    name = element.get("name")
    if element.tag != "file" or not name:
        raise refuse(f"<{clip(element.tag, 40)}> is no file with a name")
    return element, name


def _faults(element: Element, name: str) -> Iterator[_Fault]:
    for child in element:
        if child.tag == "exception":
            yield _Fault(name, "", "error", f"Got an exception - {clip(child.text or '')}", None)
            continue
        severity, message = child.get("severity"), child.get("message")
        if child.tag != "error" or severity is None or message is None:
            raise refuse(f"{clip(name)}: <{clip(child.tag, 40)}> is no fault with a severity and a message")
        text = child.get("line", "")
        if text and not _NUMBER.fullmatch(text):
            raise refuse(f"{clip(name)}: line {clip(text, 20)!r} is no number")
        yield _Fault(name, child.get("source", ""), severity, message, int(text) if text else None)


def _lists_all(files: list[tuple[Element, str]], faults: list[_Fault]) -> bool:
    if any(not len(element) for element, _ in files):
        return True
    return bool(faults) and all(one.rule.startswith(_OWN) for one in faults)


def _is_unread(one: _Fault) -> bool:
    return is_unread_by_any(one.rule) or (one.severity == "error" and _UNREAD.search(one.message) is not None)


def _finding(one: _Fault) -> ScanFinding:
    rule = one.rule.rpartition(".")[2] if one.rule.startswith(_OWN) else one.rule
    severity = severity_of("checkstyle", one.severity)
    return finding(rule, severity, one.message, level=one.severity, file=one.file, line=one.line)
