"""What a release is asked to show: each evidence with its checks, there or still to be made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from readiness.init.model import Found, Survey
from readiness.init.recipes import RENDERED, recipe, rendering
from readiness.init.words import scalar


class CheckText(NamedTuple):
    """One entry under `checks:` as lines of YAML, with a comment. What is not asked yet is commented out."""

    id: str
    is_asked: bool
    why: str
    lines: tuple[str, ...]


class Entry(NamedTuple):
    """One evidence: `found`, or else the `keys` it will have, and `how` it is made."""

    name: str
    what: str
    how: str
    keys: str
    found: tuple[Found, ...]
    checks: tuple[CheckText, ...]
    is_always_asked: bool = False


class _Ask(NamedTuple):
    """One use of a check. `more` are its lines after `from:`; a to-do takes a number that only people know."""

    id: str
    why: str
    more: tuple[str, ...]
    is_todo: bool = False


_REQUIRED = "enforce: required"
_TESTS = (
    _Ask(
        "testing/results",
        "The tests ran, and none failed. A little below their usual number, `min-tests` notices when tests vanish.",
        (_REQUIRED, "weight: 2", "with: {min-tests: 1, max-skipped: 10%}"),
    ),
)
_COVERAGE = (
    _Ask(
        "testing/coverage",
        "What no test has run, production runs first.",
        ("weight: 2", "with: {min: 80%}"),
    ),
)
_LOAD = (
    _Ask(
        "performance/latency",
        "Fast enough under load, shown by the number of requests. Write your own objective.",
        (_REQUIRED, "weight: 3", "with: {p95: 200ms, p99: 500ms}"),
    ),
    _Ask(
        "performance/error-rate",
        "Requests do not fail. To show 1% takes at least 299 requests, 0.1% at least 2,995.",
        (_REQUIRED, "weight: 3", "with: {max: 1%}"),
    ),
    _Ask(
        "performance/throughput",
        "TODO: write the rate that production will bring, and let the load test offer it.",
        ("with: {min: 100/s}",),
        is_todo=True,
    ),
)
_MANIFESTS = (
    _Ask(
        "infrastructure/workloads-present",
        "The manifests are whole. List in `names` what must be there.",
        (_REQUIRED, "with: {min: 1}"),
    ),
    _Ask(
        "infrastructure/image-tag",
        "What was tested is what runs: no image that may be another one tomorrow.",
        (_REQUIRED,),
    ),
    _Ask("infrastructure/readiness-probe", "No traffic goes to what is not ready.", (_REQUIRED,)),
    _Ask("infrastructure/resource-requests", "No node is full by surprise.", ()),
)
_ROLLBACK = (
    _Ask(
        "deployment/rollback-document",
        "There is a way back: written down, fast, and lately rehearsed.",
        (_REQUIRED, "weight: 2", "with: {max-time: 15m, max-rehearsal-age: 90d}"),
    ),
)
_PROJECT = (_Ask("deployment/version", "The project states the version that is released.", (_REQUIRED,)),)
_API = (
    _Ask(
        "operations/health",
        "What was deployed answers that it is well.",
        (_REQUIRED, "with: {status: [200], max-latency: 1s}"),
    ),
)


def entries(found: Survey) -> tuple[Entry, ...]:
    """Everything that is asked, in the order of the policy. The tests are asked always: no release goes without."""
    tests, coverage, load = (recipe(name, found) for name in ("tests", "coverage", "load"))
    rendered = rendering(found)
    return (
        _entry(
            found,
            "tests",
            "test-report",
            "JUnit XML of the tests",
            tests.how,
            tests.path,
            _TESTS,
            always=True,
        ),
        _entry(
            found, "coverage", "coverage", "coverage of the tests", coverage.how, coverage.path, _COVERAGE
        ),
        _entry(found, "load", "load-test", "a load test", load.how, load.path, _LOAD),
        _entry(
            found, "deploy", "manifests", "Kubernetes manifests, rendered", rendered.how, RENDERED, _MANIFESTS
        ),
        _entry(
            found, "rollback", "document", "the way back, written down", _WRITE, "docs/rollback.md", _ROLLBACK
        ),
        _entry(
            found,
            "project",
            "project",
            "the version, stated by the project as well as in `release`",
            _STATE,
            "pyproject.toml",
            _PROJECT,
        ),
        _endpoint(),
    )


_WRITE = "write docs/rollback.md (readiness explain deployment/rollback-document)"
_STATE = "state it in pyproject.toml, package.json or Chart.yaml"
_URL = "https://service.example/health"


def _entry(
    found: Survey,
    name: str,
    kind: str,
    what: str,
    how: str,
    path: str,
    asks: Sequence[_Ask],
    *,
    always: bool = False,
) -> Entry:
    own = found.of(kind)
    checks = tuple(_check(ask, name, own, always=always) for ask in asks)
    keys = f"{{kind: {kind}, path: {scalar(path)}}}"
    return Entry(name, what, how, keys, own, checks, always)


def _endpoint() -> Entry:
    """Nothing in a repository tells where the service will answer, so that this is always left to do."""
    checks = tuple(_check(ask, "api", (), always=False) for ask in _API)
    keys = f'{{kind: endpoint, url: "{_URL}"}}'
    return Entry("api", "the service's health", "write the URL that is to be asked", keys, (), checks)


def _check(ask: _Ask, name: str, found: Sequence[Found], *, always: bool) -> CheckText:
    names = [one.name for one in found] or [name]
    fed = names[0] if len(names) == 1 else f"[{', '.join(names)}]"
    lines = (f"- use: {ask.id}", *(f"  {line}" for line in (f"from: {fed}", *ask.more)))
    return CheckText(ask.id, bool(found or always) and not ask.is_todo, ask.why, lines)
