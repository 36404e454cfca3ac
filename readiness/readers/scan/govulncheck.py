"""govulncheck's JSON (`govulncheck -format json ./...`): objects one behind the other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from readiness.evidence.scan import Scan, ScanFinding
from readiness.readers.base import Reader, Reading
from readiness.readers.scan._made import bounded, finding, instant, refuse, run
from readiness.readers.scan._severity import severity_of
from readiness.readers.source import Source
from readiness.readers.strict_json import parse_json, shape
from readiness.readers.texts import clip

_TOOL = "govulncheck"
_MODES = ("source", "binary")
_OPENING = 1_000
_BEGAN = ("Checking", "Scanning")
"""How the progress begins that comes behind the packages and the database."""
_SOLID = re.compile(r"\S")
_AGAIN = "look at what govulncheck says on its standard error, and keep the report of a whole run"


class _Config(msgspec.Struct):
    scanner_name: str
    scanner_version: str = ""
    db_last_modified: str | None = None
    scan_level: str = ""
    scan_mode: str = "source"


class _Module(msgspec.Struct):
    path: str


class _Sbom(msgspec.Struct):
    modules: list[_Module]


class _Progress(msgspec.Struct):
    message: str = ""


class _Osv(msgspec.Struct):
    id: str
    aliases: list[str] = []
    summary: str = ""


class _Frame(msgspec.Struct):
    module: str
    version: str = ""
    package: str | None = None
    function: str | None = None


class _Finding(msgspec.Struct):
    osv: str
    trace: list[_Frame]
    fixed_version: str = ""


class _Message(msgspec.Struct):
    config: _Config | None = None
    sbom: _Sbom | None = msgspec.field(name="SBOM", default=None)
    progress: _Progress | None = None
    osv: _Osv | None = None
    finding: _Finding | None = None


class Govulncheck(Reader[Scan]):
    """The Go database has no severities: what the code calls is unknown; what it only imports or requires is less.

    That is told apart only where the scan went down to symbols. Modules are counted. A run that could not load the
    packages writes no more than its configuration, and is refused; one that was cut between two findings looks whole.
    """

    def recognises(self, source: Source) -> bool:
        """By its first object, which is the configuration."""
        head = b"".join(source.head[:_OPENING].split())
        return head.startswith((b'{"config":{', b'\xef\xbb\xbf{"config":{')) and b'"protocol_version"' in head

    def read(self, source: Source) -> Reading[Scan]:
        """What was found, each vulnerability of a module once, as near as the code comes to it."""
        said = [shape(one, _Message, "report of govulncheck") for one in _objects(source.text)]
        config = next((one.config for one in said if one.config), None)
        sbom = next((one.sbom for one in said if one.sbom), None)
        if config is None or config.scan_mode not in _MODES:
            raise refuse("it has no configuration that is known", _AGAIN)
        began = any(one.progress and one.progress.message.startswith(_BEGAN) for one in said)
        if sbom is None or not began:
            raise refuse("it ends before anything was checked: the packages could not be loaded", _AGAIN)
        known = {one.osv.id: one.osv for one in said if one.osv}
        nearest = _nearest([one.finding for one in said if one.finding])
        made = run(
            _TOOL,
            [_made(one, known, config.scan_level) for one in nearest],
            version=config.scanner_version,
            database_at=instant(config.db_last_modified, "db_last_modified")
            if config.db_last_modified
            else None,
            scanned=len({one.path for one in sbom.modules}),
            unit="modules",
        )
        return Reading(bounded([made]))


def _objects(text: str) -> Iterator[Any]:
    """The documents of a text; each is parsed strictly once its end is known."""
    decoder, at = json.JSONDecoder(), _next(text, 0)
    while at < len(text):
        try:
            _, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            parse_json(text[at:])
            raise refuse("it is not JSON", _AGAIN) from None
        yield parse_json(text[at:end])
        at = _next(text, end)


def _next(text: str, at: int) -> int:
    """Where the next document begins."""
    found = _SOLID.search(text, at)
    return found.start() if found else len(text)


def _nearest(found: Sequence[_Finding]) -> list[_Finding]:
    """Of each vulnerability and module, the finding that comes nearest: a function, else a package, else the module."""
    kept: dict[tuple[str, str, str], _Finding] = {}
    for one in found:
        if not one.trace:
            raise refuse(f"the finding of {clip(one.osv, 40)} has no trace", _AGAIN)
        key = (one.osv, one.trace[0].module, one.trace[0].version)
        if key not in kept or _depth(one) > _depth(kept[key]):
            kept[key] = one
    return list(kept.values())


def _depth(one: _Finding) -> int:
    return 2 if one.trace[0].function else 1 if one.trace[0].package else 0


def _made(one: _Finding, known: dict[str, _Osv], scan_level: str) -> ScanFinding:
    osv = known.get(one.osv) or _Osv(one.osv)
    place = one.trace[0]
    level = ("required", "imported", "called")[_depth(one)] if scan_level == "symbol" else "found"
    advice = f", fixed in {one.fixed_version}" if one.fixed_version else ""
    return finding(
        one.osv,
        severity_of(_TOOL, level),
        f"{osv.summary or 'a vulnerability'} ({level}{advice})",
        level=level,
        object=f"{place.module} {place.version}".strip(),
        fix=bool(one.fixed_version),
        aliases=tuple(osv.aliases),
    )
