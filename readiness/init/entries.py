"""What a release is asked to show: each evidence with its checks, there or still to be made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from readiness.init.asks import ASKS, Ask
from readiness.init.model import Found, Survey
from readiness.init.recipes import Recipe, recipe
from readiness.init.words import scalar


class CheckText(NamedTuple):
    """One entry under `checks:` as lines of YAML, with a comment. What is not asked yet is commented out."""

    id: str
    is_asked: bool
    why: str
    lines: tuple[str, ...]


class Entry(NamedTuple):
    """One evidence: `found`, or else the `keys` it will have, and `how` it is made."""

    category: str
    name: str
    what: str
    how: str
    keys: str
    found: tuple[Found, ...]
    checks: tuple[CheckText, ...]
    is_always_asked: bool = False


class _Kind(NamedTuple):
    """An entry before anything was found: `what` it is called in a to-do, empty for what is no matter of course."""

    category: str
    name: str
    kind: str
    what: str = ""


_KINDS = (
    _Kind("testing", "tests", "test-report", "the report of the tests"),
    _Kind("testing", "coverage", "coverage", "coverage of the tests"),
    _Kind("code", "lint", "scan", "the report of a linter"),
    _Kind("code", "types", "scan"),
    _Kind("code", "complexity", "scan"),
    _Kind("code", "code", "python"),
    _Kind("security", "vulnerabilities", "scan", "known vulnerabilities of what is shipped"),
    _Kind("security", "secrets", "scan", "a scan for secrets"),
    _Kind("security", "sast", "scan"),
    _Kind("security", "sbom", "sbom", "the bill of materials"),
    _Kind("security", "git", "repository"),
    _Kind("security", "audit-log", "audit-log"),
    _Kind("performance", "load", "load-test", "a load test"),
    _Kind("infrastructure", "deploy", "manifests", "Kubernetes manifests, rendered"),
    _Kind("infrastructure", "schema", "scan"),
    _Kind("infrastructure", "infra-scan", "scan"),
    _Kind("infrastructure", "compose", "compose"),
    _Kind("infrastructure", "image", "dockerfile"),
    _Kind("deployment", "ci", "pipeline"),
    _Kind("deployment", "rollback", "document", "the way back, written down"),
    _Kind("deployment", "project", "project", "the version, stated by the project as well as in `release`"),
    _Kind("operations", "alerts", "alert-rules", "rules of Prometheus that alert"),
    _Kind("operations", "rule-tests", "promtool"),
    _Kind("operations", "routes", "alertmanager"),
    _Kind("operations", "alert-drills", "alert-drill"),
    _Kind("operations", "objectives", "slo"),
    _Kind("operations", "boards", "dashboards"),
    _Kind("operations", "chaos", "chaos"),
    _Kind("operations", "runbooks", "document", "what to do when an alert fires, written down"),
    _Kind("operations", "recovery", "document", "the way back from a disaster, written down"),
    _Kind("operations", "owners", "catalog"),
    _Kind("operations", "statements", "statement"),
)
_ALWAYS = "tests"
_OF_CODE = frozenset(("coverage", "lint", "load"))
_MANY = frozenset(("runbook",))
"""Parameters of checks that take several evidences, where they are fed beside another one."""
# They concern whoever has alerts already: for all others they would be noise.
_AFTER_ALERTS = (
    _Kind("operations", "rule-tests", "promtool", "unit tests of the alerts"),
    _Kind("operations", "routes", "alertmanager", "where alerts go"),
)
_URL = "https://service.example/health"


def entries(found: Survey) -> tuple[Entry, ...]:
    """Everything that is asked, in the order of the policy. The tests are asked always: no release goes without."""
    made = [_entry(found, kind) for kind in _kinds(found)]
    fed = (
        {kind.name for kind in _AFTER_ALERTS if not ASKS.get(kind.name)} if not found.of("alerts") else set()
    )
    return (*(one for one in made if (one.found or one.what) and one.name not in fed), _endpoint())


def _kinds(found: Survey) -> Iterator[_Kind]:
    after = {kind.name: kind for kind in _AFTER_ALERTS} if found.of("alerts") else {}
    for kind in _KINDS:
        is_of_code = kind.name in _OF_CODE and _holds_no_code(found)
        yield kind._replace(what="") if is_of_code else after.get(kind.name, kind)


def _holds_no_code(found: Survey) -> bool:
    """Whether this is a repository of rules, charts or manifests alone, as far as can be seen."""
    return not found.builders and any(found.of(name) for name in ("alerts", "deploy"))


def _entry(found: Survey, kind: _Kind) -> Entry:
    own, always = found.of(kind.name), kind.name == _ALWAYS
    made = recipe(kind.name, found) if kind.what else Recipe("", "")
    asks = (ask for ask in ASKS.get(kind.name, ()) if _concerns(ask, own))
    checks = tuple(_check(ask, kind.name, found, always=always) for ask in asks)
    keys = f"{{kind: {kind.kind}, path: {scalar(made.path)}}}" if made.path else ""
    return Entry(kind.category, kind.name, kind.what, made.how, keys, own, checks, always)


def _concerns(ask: Ask, own: Sequence[Found]) -> bool:
    return not ask.formats or any(one.format in ask.formats for one in own)


def _endpoint() -> Entry:
    """Nothing in a repository tells where the service will answer, so that this is always left to do."""
    ask = ASKS["api"][0]
    checks = (CheckText(ask.id, False, ask.why, tuple(_lines(ask, "api"))),)
    keys = f'{{kind: endpoint, url: "{_URL}"}}'
    how = "write the URL that is to be asked"
    return Entry("operations", "api", "the service's health", how, keys, (), checks)


def _check(ask: Ask, entry: str, found: Survey, *, always: bool) -> CheckText:
    own = [one for one in found.of(entry) if not ask.formats or one.format in ask.formats]
    beside = {slot: [one.name for one in found.of(other)] for slot, other in ask.beside.items()}
    fed = _named([one.name for one in own] or [entry])
    others = [
        f"{slot}: {_named(names)}"
        for slot, names in beside.items()
        if len(names) == 1 or (names and slot in _MANY)
    ]
    if others:
        fed = f"{{{', '.join([f'{ask.slot}: {fed}', *others])}}}"
    return CheckText(ask.id, bool(own or always) and not ask.is_todo, ask.why, tuple(_lines(ask, fed)))


def _lines(ask: Ask, fed: str) -> Iterator[str]:
    yield f"- use: {ask.id}"
    yield from (f"  {line}" for line in (f"from: {fed}", *ask.more))


def _named(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"[{', '.join(names)}]" if names else ""
