"""builtin:production-review over a worked example: GO as it is, and never GO when one thing is broken."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from msgspec.structs import replace

from readiness.assess import assess
from readiness.check import Release
from readiness.evidence.manifests import Manifests
from readiness.evidence.manifests.chart import Chart, Lint
from readiness.evidence.model import Item, Reason
from readiness.gather import Live
from readiness.plugins import discover
from readiness.policy.resolve import resolve
from readiness.policy.rules import Enforce, Feed, Policy
from readiness.scorecard import Scorecard
from readiness.testing import read_evidence
from tests.production_review.example import VERSION, identity, write
from tests.production_review.faults import Breakage, breakages
from tests.production_review.live import Certificates, How, running
from tests.production_review.reports import Measured
from tests.readers.repository.made import Repo
from tests.release import check

REGISTRY = discover()
TABLE = breakages()
ITEMS = {
    *("type hints", "documentation", "code style", "linting"),
    *("unit tests", "integration tests", "test execution", "error handling"),
    *("loop latency", "retrieval latency", "detection latency", "memory usage"),
    *("SPIFFE", "mutual TLS", "secrets", "audit log"),
    *("Docker", "Kubernetes", "CI/CD", "Prometheus"),
    *("version", "release process", "rollback plan", "health checks"),
}
CATEGORIES = {
    "architecture-and-design": 95,
    "security-and-compliance": 100,
    "containerization": 100,
    "orchestration": 95,
    "monitoring-and-observability": 100,
    "performance-and-capacity": 90,
    "testing-and-quality": 85,
    "documentation": 95,
    "deployment-automation": 90,
    "disaster-recovery": 85,
    "operational-readiness": 85,
}
HELM, INGRESS = "kubernetes/helm", "kubernetes/ingress-tls"
"""What the example, which has neither a chart nor an Ingress, is not asked."""
NOWHERE = {"SERVICE_URL": "https://127.0.0.1:1/health", "PROMETHEUS_URL": "http://127.0.0.1:1"}
GOOD = Breakage("nothing", "", frozenset(), (), {}, {}, {})


class Kept:
    """Files below a folder, and the network; but for what was read before and is given here."""

    def __init__(self, root: Path, answers: Mapping[str, tuple[Item, ...]]) -> None:
        self._live, self._answers = Live(root, REGISTRY.evidence_packages), answers
        self.told: dict[str, tuple[Item, ...]] = {}

    def collect(self, feed: Feed, release: Release, now: datetime) -> tuple[Item, ...]:
        known = self._answers.get(feed.name)
        self.told[feed.name] = self._live.collect(feed, release, now) if known is None else known
        return self.told[feed.name]


class Review(NamedTuple):
    """The example as it is: where it lies, what was read, and how it was judged."""

    root: Path
    certificates: Certificates
    now: datetime
    commit: str
    policy: Policy
    read: Mapping[str, tuple[Item, ...]]
    card: Scorecard

    def again(self, instead: Mapping[str, tuple[Item, ...]], now: datetime | None = None) -> Scorecard:
        """Judged once more, with some of the evidence replaced."""
        return assess(self.policy, Kept(self.root, {**self.read, **instead}), now or datetime.now(UTC))

    def unchanged(self, root: Path, commit: str) -> Mapping[str, tuple[Item, ...]]:
        """What need not be read again: the network, and of the same commit the files that are the same."""
        same = {name for name, items in self.read.items() if all(self._is_same(root, one) for one in items)}
        names = {"api", "prometheus"} | (same | {"repository"} if commit == self.commit else set())
        return {name: self.read[name] for name in names}

    def _is_same(self, root: Path, item: Item) -> bool:
        before, now = (folder / item.provenance.source for folder in (self.root, root))
        return before.is_file() and now.is_file() and before.read_bytes() == now.read_bytes()


def variables(commit: str, addresses: Mapping[str, str]) -> dict[str, str]:
    release = {"RELEASE_NAME": "tidewatch", "RELEASE_VERSION": VERSION, "RELEASE_COMMIT": commit}
    return {**release, **addresses}


def made(root: Path, certificates: Certificates, now: datetime, broken: Breakage) -> str:
    """Write the example with one thing broken; its commit."""
    svid = broken.svid
    leaf = identity(now, svid.get("domain", "harbour.example"), timedelta(minutes=svid.get("minutes", 45)))
    commit = write(root, now, broken.edits, Measured(**broken.measured), leaf)
    for file in ("ca.pem", "client.pem", "client.key"):
        (root / "certs" / file).write_bytes((certificates.folder / file).read_bytes())
    return commit


def resolved(root: Path, commit: str, addresses: Mapping[str, str]) -> Policy:
    return resolve(str(root / "prod.yaml"), REGISTRY, variables(commit, addresses), datetime.now(UTC))


def bad(card: Scorecard) -> dict[str, str]:
    """The checks that are not good, and what they say."""
    good = ("pass", "not-applicable")
    return {one.id: one.summary for one in card.results if one.outcome not in good}


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Review]:
    folder, now = tmp_path_factory.mktemp("review"), datetime.now(UTC)
    certificates, root = Certificates(folder / "certificates"), folder / "tidewatch"
    commit = made(root, certificates, now, GOOD)
    sources = Kept(root, {})
    with running(certificates, How()) as addresses:
        policy = resolved(root, commit, addresses)
        card = assess(policy, sources, datetime.now(UTC))
        yield Review(root, certificates, now, commit, policy, sources.told, card)


def test_the_example_is_go_and_everything_is_proven(good: Review) -> None:
    assert (good.card.decision, good.card.score, bad(good.card)) == ("go", 100, {})
    assert {one.id for one in good.card.results if one.outcome == "not-applicable"} == {HELM, INGRESS}
    assert good.policy.overrides == ()


def test_the_gate_says_go_to_the_whole_of_it(good: Review) -> None:
    with running(good.certificates, How()) as addresses:
        known = variables(good.commit, addresses)
        done = check(
            good.root,
            "-o",
            "json=reports/card.json",
            "-o",
            "terminal=-",
            policy="prod.yaml",
            environment=known,
        )
    assert done.code == 0, done.err
    card = json.loads((good.root / "reports" / "card.json").read_text())
    told = {one["name"]: (one["score"], one["proven"], one["floor"]) for one in card["categories"]}
    assert (card["decision"], card["score"]) == ("go", 100)
    assert told == {name: (100, 100, floor) for name, floor in CATEGORIES.items()}
    assert all(name in done.out for name in CATEGORIES)


@pytest.mark.parametrize("broken", TABLE, ids=lambda one: one.name)
def test_one_thing_that_is_broken_is_found_by_its_check_alone(
    broken: Breakage, good: Review, tmp_path: Path
) -> None:
    root = tmp_path / "tidewatch"
    commit = made(root, good.certificates, good.now, broken)
    if broken.live:
        with running(good.certificates, How(**broken.live)) as addresses:
            card = assess(resolved(root, commit, addresses), Kept(root, {}), datetime.now(UTC))
    else:
        kept = good.unchanged(root, commit)
        card = assess(resolved(root, commit, NOWHERE), Kept(root, kept), datetime.now(UTC))
    assert set(bad(card)) == broken.fails, bad(card)
    assert card.decision != "go"


def opened(root: Path) -> Repo:
    """The repository of an example that was written."""
    repo = Repo.__new__(Repo)
    repo.folder = root
    return repo


def move_on(repo: Repo) -> None:
    repo.commit({"docs/rollout.md": "# Another plan\n"})


def change(repo: Repo) -> None:
    repo.write({"docs/notes.md": "# Not committed\n"})


def untag(repo: Repo) -> None:
    repo.git("tag", "-d", f"v{VERSION}")


def retag(repo: Repo) -> None:
    repo.git("tag", "-f", f"v{VERSION}", "HEAD~1")


@pytest.mark.parametrize("act", [move_on, change, untag, retag])
def test_what_is_judged_is_what_was_committed_and_tagged(
    act: Callable[[Repo], None], good: Review, tmp_path: Path
) -> None:
    root = tmp_path / "tidewatch"
    commit = made(root, good.certificates, good.now, GOOD)
    act(opened(root))
    kept = {name: good.read[name] for name in ("api", "prometheus")}
    card = assess(resolved(root, commit, NOWHERE), Kept(root, kept), datetime.now(UTC))
    assert "version" in bad(card)
    assert card.decision == "no-go"


def test_a_report_that_changed_after_its_stamp_shows_nothing(good: Review, tmp_path: Path) -> None:
    root = tmp_path / "tidewatch"
    commit = made(root, good.certificates, good.now, GOOD)
    (root / "reports" / "types.txt").write_text("Success: no issues found in 40 source files\n")
    kept = good.unchanged(root, commit)
    card = assess(resolved(root, commit, NOWHERE), Kept(root, kept), datetime.now(UTC))
    assert set(bad(card)) == {"type-hints/checked"}
    assert card.decision == "no-go"


def test_every_item_is_broken_by_itself_and_so_is_every_check(good: Review) -> None:
    alone = {one.item for one in TABLE if len(one.fails) == 1}
    assert {one.item for one in TABLE if one.item} == ITEMS == alone - {""}
    found = set[str]().union(*(one.fails for one in TABLE))
    assert {rule.id for rule in good.policy.rules} - found == {HELM}


def test_every_item_is_required() -> None:
    policy = resolve("builtin:production-review", REGISTRY, variables("a" * 40, NOWHERE), datetime.now(UTC))
    required = {rule.id for rule in policy.rules if rule.enforce is Enforce.REQUIRED}
    assert set[str]().union(*(one.fails for one in TABLE if one.item)) <= required


def test_all_categories_weigh_the_same_and_have_a_floor(good: Review) -> None:
    weights = Counter[str]()
    for rule in good.policy.rules:
        weights[rule.category] += rule.weight
    assert weights == dict.fromkeys(CATEGORIES, 12)


def test_whatever_evidence_is_missing_the_release_does_not_go(good: Review) -> None:
    for name, items in good.read.items():
        gone = Item(items[0].provenance, None, Reason.MISSING, "it is not there", "make it")
        card = good.again({name: (gone,)})
        users = {one.id for one in card.results if name in one.evidence}
        assert card.decision == "no-go", name
        assert users, name
        assert users == set(bad(card)), name


def test_what_a_pipeline_measured_counts_for_the_commit_of_the_release_only(good: Review) -> None:
    bound = [name for name, feed in good.policy.evidence.items() if feed.bind == "commit"]
    assert len(bound) >= 10
    for name in bound:
        items = tuple(
            replace(one, provenance=replace(one.provenance, commit="b" * 40)) for one in good.read[name]
        )
        card = good.again({name: items})
        assert card.decision == "no-go", name
        assert {one.reason for one in card.results if one.id in bad(card)} == {"wrong-release"}, name


def test_what_was_good_long_ago_is_not_good_any_more(good: Review) -> None:
    card = good.again({}, good.now + timedelta(days=400))
    old = {one.id for one in card.results if one.reason == "stale"}
    aged = {name for name, feed in good.policy.evidence.items() if feed.max_age is not None}
    assert old >= {one.id for one in card.results if aged & set(one.evidence)}
    assert {"rollback-plan", "recovery-plan", "documentation/runbooks", "alert-drill", "spiffe"} <= set(
        bad(card)
    )


@pytest.mark.parametrize(
    ("more", "decision", "outcome"), [("", "no-go", "unproven"), (", uncounted: warn", "go", "warn")]
)
def test_the_word_of_a_linter_that_counts_nothing_is_taken_only_where_the_policy_says_so(
    more: str, decision: str, outcome: str, good: Review, tmp_path: Path
) -> None:
    """Ruff, as docs/production-review.md tells it."""
    (tmp_path / "ruff.json").write_text("[]\n")
    facts = read_evidence("scan", tmp_path, path="ruff.json", format="ruff").whole.facts
    told = {name: (replace(good.read[name][0], facts=facts),) for name in ("lint", "style")}
    text = (good.root / "prod.yaml").read_text()
    for name in ("linting", "code-style"):
        before = f"id: {name}\n    with: {{min-scanned: 4"
        assert before in text
        text = text.replace(before, before + more)
    (tmp_path / "prod.yaml").write_text(text)
    policy = resolved(tmp_path, good.commit, NOWHERE)
    card = assess(policy, Kept(good.root, {**good.read, **told}), datetime.now(UTC))
    assert policy.overrides == ()
    assert (card.decision, set(bad(card))) == (decision, {"linting", "code-style"})
    assert {one.outcome for one in card.results if one.id in bad(card)} == {outcome}


@pytest.mark.parametrize(("version", "outcome"), [("2.4.0", "pass"), ("2.3.1", "fail")])
def test_a_chart_where_there_is_one_is_asked_too(version: str, outcome: str, good: Review) -> None:
    """Without Helm on this machine: the facts are those of a chart that was rendered."""
    items = good.read["deploy"]
    resources = tuple(
        one for item in items if isinstance(item.facts, Manifests) for one in item.facts.resources
    )
    lines = dict.fromkeys(("apiVersion", "name", "version", "appVersion"), 1)
    chart = Chart(
        file="deploy/Chart.yaml",
        lines=lines,
        name="tidewatch",
        version="0.9.0",
        api_version="v2",
        app_version=version,
        lint=Lint(messages=(), counts={}),
    )
    rendered = replace(items[0], facts=Manifests(resources=resources, chart=chart))
    card = good.again({"deploy": (rendered,)})
    assert {one.outcome for one in card.results if one.id == HELM} == {outcome}
    assert (card.decision == "go") == (outcome == "pass")
