"""Parents: what a child may do, what is an override, and what is worse than both."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from readiness.cli import run
from readiness.errors import PolicyError, UsageError
from readiness.plugins import discover
from readiness.policy.resolve import resolve
from readiness.policy.rules import Enforce, Policy

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
BASE = """\
readiness: 1
name: base
release: {name: shop, environment: production}
decision: {go: 90%, floors: {performance: 80%}}
evidence-defaults: {max-age: 7d}
evidence:
  load: {kind: load-test, path: load.json, files: 2}
  tests: {kind: test-report, path: junit.xml, max-age: 1d}
checks:
  - use: performance/latency
    enforce: required
    weight: 3
    with: {p95: 200ms}
  - use: testing/results
    with: {min-tests: 10}
may-change: [evidence.*.path, release.name]
"""


@pytest.fixture(autouse=True)
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("base.yaml").write_text(BASE)


def child(body: str, environment: Mapping[str, str] | None = None) -> Policy:
    Path("child.yaml").write_text(f"readiness: 1\nname: child\nextends: base.yaml\n{body}")
    return resolve("child.yaml", discover(), environment or {}, NOW)


def overridden(body: str) -> list[str]:
    return [one.path for one in child(body).overrides]


def test_a_child_that_only_adds_overrides_nothing() -> None:
    policy = child("checks: [{use: performance/error-rate, with: {max: 1%}}]\nrelease: {version: '1.0'}")
    assert policy.overrides == ()
    assert [rule.id for rule in policy.rules] == [
        "performance/latency",
        "testing/results",
        "performance/error-rate",
    ]
    assert [parent.name for parent in policy.parents] == ["base.yaml"]
    assert len(policy.layers) == 2


@pytest.mark.parametrize(
    "body",
    [
        "decision: {go: 95%}",
        "decision: {floors: {performance: 90%, testing: 50%}}",
        "decision: {max-waived: 10%}",
        "evidence-defaults: {max-age: 3d}",
        "evidence: {load: {files: 3}}",
        "evidence: {load: {path: other.json}}",
        "evidence: {tests: {max-age: 12h}}",
        "release: {name: other}",
        "checks: [{use: testing/results, enforce: required}]",
        "checks: [{use: performance/latency, with: {p95: 150ms}}]",
        "checks: [{use: performance/latency, with: {p99: 400ms}}]",
        "checks: [{use: testing/results, with: {min-tests: 20}}]",
        "checks: [{use: performance/latency, with: {max-errors: 1%}}]",
    ],
)
def test_what_is_stricter_or_left_open_is_no_override(body: str) -> None:
    assert overridden(body) == []


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ("decision: {go: 80%}", "decision.go"),
        ("decision: {conditional: 60%}", "decision.conditional"),
        ("decision: {floors: {performance: 10%}}", "decision.floors.performance"),
        ("decision: {max-waived: 100%}", "decision.max-waived"),
        ("evidence-defaults: {max-age: 30d}", "evidence.load.max-age"),
        ("evidence: {load: {files: 1}}", "evidence.load.files"),
        ("evidence: {load: {bind: none}}", "evidence.load.bind"),
        ("evidence: {load: {role: other}}", "evidence.load.role"),
        ("evidence: {tests: {max-age: 9d}}", "evidence.tests.max-age"),
        ("evidence: {tests: {format: junit}}", "evidence.tests.format"),
        ("release: {environment: staging}", "release.environment"),
        (
            "checks: [{use: performance/latency, category: elsewhere}, {use: performance/error-rate, with: {max: 1%}}]",
            "checks.performance/latency.category",
        ),
        (
            "checks: [{use: performance/latency, enforce: advisory}]",
            "checks.performance/latency.enforce",
        ),
        ("checks: [{use: performance/latency, enforce: scored}]", "checks.performance/latency.enforce"),
        ("checks: [{use: performance/latency, weight: 1}]", "checks.performance/latency.weight"),
        (
            "checks: [{use: performance/latency, enforce-from: 2027-01-01}]",
            "checks.performance/latency.enforce-from",
        ),
        ("checks: [{use: performance/latency, when: {environment: [x]}}]", "checks.performance/latency.when"),
        ("checks: [{use: performance/latency, with: {p95: 201ms}}]", "checks.performance/latency.with.p95"),
        (
            "checks: [{use: performance/latency, with: {scope: GET /x}}]",
            "checks.performance/latency.with.scope",
        ),
        (
            "checks: [{use: performance/latency, with: {confidence: point}}]",
            "checks.performance/latency.with.confidence",
        ),
        (
            "checks: [{use: performance/latency, with: {max-errors: 50%}}]",
            "checks.performance/latency.with.max-errors",
        ),
        ("checks: [{use: testing/results, with: {min-tests: 1}}]", "checks.testing/results.with.min-tests"),
        (
            "evidence: {mine: {kind: load-test, path: x}}\nchecks: [{use: performance/latency, from: mine}]",
            "checks.performance/latency.from",
        ),
    ],
)
def test_any_other_change_of_what_a_parent_set_is_an_override(body: str, path: str) -> None:
    assert path in overridden(body)


def test_new_evidence_that_takes_over_a_parents_check_is_an_override() -> None:
    Path("base.yaml").write_text(BASE.replace("  tests: {", "  junit: {"))
    assert overridden("evidence: {tests: {kind: test-report, path: easy.xml}}") == [
        "checks.testing/results.from"
    ]


def test_nothing_can_be_removed() -> None:
    policy = child("checks: [{use: performance/error-rate, with: {max: 1%}}]\nevidence: {}")
    assert {rule.id for rule in policy.rules} >= {"performance/latency", "testing/results"}


def test_the_parents_layer_keeps_its_weights_and_limits() -> None:
    policy = child(
        "decision: {go: 50%, conditional: 10%}\nchecks: [{use: performance/latency, weight: 1, enforce: scored}]"
    )
    parent, own = policy.layers
    assert (str(parent.thresholds.go), str(own.thresholds.go)) == ("9/10", "1/2")
    assert parent.stakes["performance/latency"].weight == 3
    assert parent.stakes["performance/latency"].enforce is Enforce.REQUIRED
    assert own.stakes["performance/latency"].enforce is Enforce.SCORED


def test_a_grandparent_must_leave_it_open_too() -> None:
    Path("middle.yaml").write_text(
        "readiness: 1\nname: middle\nextends: base.yaml\nmay-change: [checks.performance/latency.with.p95]\n"
        "checks: [{use: performance/latency, with: {p99: 1s}}]\n"
    )
    Path("child.yaml").write_text(
        "readiness: 1\nname: child\nextends: middle.yaml\n"
        "checks: [{use: performance/latency, with: {p95: 900ms, p99: 2s}}]\n"
    )
    policy = resolve("child.yaml", discover(), {}, NOW)
    assert [one.path for one in policy.overrides] == [
        "checks.performance/latency.with.p95",
        "checks.performance/latency.with.p99",
    ]
    assert [layer.name for layer in policy.layers] == ["base.yaml", "middle.yaml", "child.yaml"]


def test_several_parents_are_read_in_their_order_and_each_once() -> None:
    Path("a.yaml").write_text("readiness: 1\nname: a\nextends: base.yaml\ndecision: {go: 95%}\n")
    Path("b.yaml").write_text("readiness: 1\nname: b\nextends: base.yaml\ndecision: {go: 97%}\n")
    Path("child.yaml").write_text("readiness: 1\nname: child\nextends: [a.yaml, b.yaml]\n")
    policy = resolve("child.yaml", discover(), {}, NOW)
    assert [parent.name for parent in policy.parents] == ["base.yaml", "a.yaml", "b.yaml"]
    assert str(policy.layers[-1].thresholds.go) == "97/100"


def test_a_circle_is_refused_and_shown() -> None:
    Path("a.yaml").write_text("readiness: 1\nname: a\nextends: b.yaml\n")
    Path("b.yaml").write_text("readiness: 1\nname: b\nextends: a.yaml\n")
    with pytest.raises(PolicyError, match=r"a\.yaml -> b\.yaml -> a\.yaml"):
        resolve("a.yaml", discover(), {}, NOW)


def test_a_wrong_parent_is_told_with_its_own_place() -> None:
    Path("base.yaml").write_text(BASE.replace("p95: 200ms", "p95: 200"))
    with pytest.raises(PolicyError, match=r"base\.yaml:13:17: error: 200 is no duration"):
        child("")


def test_extends_is_relative_to_the_file_that_says_it(tmp_path: Path) -> None:
    (tmp_path / "teams").mkdir()
    Path("teams/child.yaml").write_text("readiness: 1\nname: child\nextends: ../base.yaml\n")
    assert resolve("teams/child.yaml", discover(), {}, NOW).parents[0].path == str(tmp_path / "base.yaml")


def test_the_digest_ignores_layout_and_variables_and_sees_everything_else() -> None:
    body = 'release: {commit: "${SHA}"}\n'
    first = child(body, {"SHA": "a" * 40})
    assert child(f"# a comment\n{body}", {"SHA": "b" * 40}).sha256 == first.sha256
    assert child(body + "decision: {go: 91%}\n", {"SHA": "a" * 40}).sha256 != first.sha256
    Path("base.yaml").write_text(BASE.replace("200ms", "300ms"))
    assert child(body, {"SHA": "a" * 40}).sha256 != first.sha256


def test_another_policy_than_the_expected_one_is_refused(capfd: pytest.CaptureFixture[str]) -> None:
    policy = child("")
    wrong = "sha256:" + "0" * 64
    assert run(["check", "--policy", "child.yaml", "--expect-policy", wrong]) == 2
    assert f"the resolved policy is {policy.sha256}, not {wrong}" in capfd.readouterr().err
    assert run(["check", "--policy", "child.yaml", "--expect-policy", policy.sha256]) in (1, 5)


def test_enforce_from_makes_a_check_advisory_until_then() -> None:
    Path("base.yaml").write_text(
        BASE.replace("enforce: required", "enforce: required\n    enforce-from: 2026-06-02")
    )
    early = child("").rules[0]
    assert (early.enforce, early.note) == (Enforce.ADVISORY, "advisory until 2026-06-02, then required")
    late = resolve("child.yaml", discover(), {}, datetime(2026, 6, 2, tzinfo=UTC)).rules[0]
    assert (late.enforce, late.note) == (Enforce.REQUIRED, None)


def test_when_switches_a_check_off_and_says_so() -> None:
    policy = child(
        "checks: [{use: performance/error-rate, with: {max: 1%}, when: {environment: [staging, test]}}]"
    )
    assert policy.rules[-1].off == "not asked: the environment is production, and this is for staging or test"


def test_show_tells_where_each_line_came_from(capsys: pytest.CaptureFixture[str]) -> None:
    child("checks: [{use: performance/latency, with: {p95: 150ms}}]")
    assert run(["policy", "show", "child.yaml"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any("p95: 150ms" in line and line.endswith("# child.yaml:4") for line in lines)
    assert any("weight: 3" in line and line.endswith("# base.yaml:12") for line in lines)


def test_a_wrong_deadline_is_wrong_usage() -> None:
    assert run(["check", "--policy", "base.yaml", "--deadline", "soon"]) == 2
    assert issubclass(PolicyError, UsageError)


def silent(parent: str, body: str, environment: Mapping[str, str] | None = None) -> list[str]:
    """The overrides of a child of a parent of one's own."""
    Path("base.yaml").write_text(f"readiness: 1\nname: base\n{parent}")
    return [one.path for one in child(body, environment).overrides]


LIMITLESS = "release: {name: shop}\nchecks: [{use: performance/latency, enforce: required, weight: 9}]\n"
LOAD = "evidence: {load: {kind: load-test, path: load.json}}\n"


def test_a_parent_that_leaves_a_limit_open_is_protected_all_the_same() -> None:
    body = LOAD + "checks: [{use: performance/latency, enforce: advisory, with: {p95: 1ms}}]"
    assert silent(LIMITLESS, body) == ["checks.performance/latency.enforce"]
    body = LOAD + "checks: [{use: performance/latency, with: {p95: 1s, confidence: point}}]"
    assert silent(LIMITLESS, body) == ["checks.performance/latency.with.confidence"]
    assert silent(LIMITLESS, LOAD + "checks: [{use: performance/latency, with: {p95: 1s}}]") == []


def test_the_second_decision_knows_a_parents_check_that_is_not_whole() -> None:
    silent(
        LIMITLESS, LOAD + "checks: [{use: performance/latency, with: {p95: 1s}, enforce: scored, weight: 1}]"
    )
    stake = resolve("child.yaml", discover(), {}, NOW).layers[0].stakes["performance/latency"]
    assert (stake.enforce, stake.weight) == (Enforce.REQUIRED, 9)


def test_a_parent_that_leaves_a_path_open_is_protected_all_the_same() -> None:
    parent = "release: {name: shop}\nevidence: {tests: {kind: test-report, max-age: 1s, bind: none}}\n"
    body = (
        "evidence: {tests: {path: x.xml, max-age: 300d}}\nchecks: [{use: testing/results, enforce: required}]"
    )
    assert silent(parent, body) == ["evidence.tests.max-age"]


def test_a_parent_that_leaves_the_name_open_still_fixes_the_environment() -> None:
    parent = "release: {environment: production}\n"
    parent += "checks: [{use: testing/results, enforce: required, when: {environment: [production]}}]\n"
    body = "release: {name: shop, environment: lab}\nevidence: {tests: {kind: test-report, path: x.xml}}"
    assert silent(parent, body) == ["release.environment"]


def test_variables_that_a_child_does_not_use_change_no_override() -> None:
    body = "release: {name: shop, version: '1', commit: " + "a" * 40 + ", environment: lab}\n"
    body += "evidence: {api: {url: 'http://127.0.0.1:9/'}}"
    Path("web.yaml").write_text(f"readiness: 1\nname: web\nextends: builtin:web-service\n{body}")
    unset = resolve("web.yaml", discover(), {}, NOW).overrides
    values = {
        "RELEASE_NAME": "shop",
        "RELEASE_VERSION": "1",
        "RELEASE_COMMIT": "b" * 40,
        "SERVICE_URL": "http://x/",
    }
    assert resolve("web.yaml", discover(), values, NOW).overrides == unset
    assert [one.path for one in unset] == ["release.environment"]


def test_a_parents_decision_that_is_not_valid_alone_keeps_its_floors() -> None:
    parent = "release: {name: shop}\ndecision: {go: 50%, floors: {testing: 90%}}\n"
    body = "decision: {conditional: 40%, floors: {testing: 10%}}\nevidence: {tests: {kind: test-report, path: x.xml}}\n"
    body += "checks: [{use: testing/results, enforce: required}]"
    assert silent(parent, body) == ["decision.floors.testing"]


@pytest.mark.parametrize(
    "body",
    [
        "release: {environment: null}",
        "evidence: {load: null}",
        "evidence: {tests: {max-age: null}}",
        "decision: null",
        "checks: [{use: performance/latency, with: null}]",
        "checks: [{use: performance/latency, with: {p95: null}}]",
        "checks: [{use: performance/latency, weight: null}]",
    ],
)
def test_nothing_is_taken_away_by_leaving_it_empty(body: str) -> None:
    with pytest.raises(PolicyError, match="is set by a parent, and nothing is taken away"):
        child(body)


def test_a_floor_of_a_category_that_is_not_asked_is_told() -> None:
    with pytest.raises(PolicyError, match="no check here is of the category 'testin'"):
        child("decision: {floors: {testin: 10%}}")


def test_a_commit_may_be_written_in_capitals_and_is_not_all_zeros() -> None:
    assert child(f"release: {{commit: {'AB' * 20}}}").release.commit == "ab" * 20
    with pytest.raises(PolicyError, match="is no full commit"):
        child(f"release: {{commit: '{'0' * 40}'}}")


PAD = "readiness: 1\nname: pad\n"


def beside(pad: str) -> Policy:
    """A policy that puts another one before the base, and says nothing itself."""
    Path("pad.yaml").write_text(PAD + pad)
    Path("child.yaml").write_text("readiness: 1\nname: child\nextends: [pad.yaml, base.yaml]\n")
    return resolve("child.yaml", discover(), {}, NOW)


@pytest.mark.parametrize(
    ("pad", "path"),
    [
        (
            "checks: [{use: performance/latency, when: {environment: [nowhere]}}]",
            "checks.performance/latency.when",
        ),
        (
            "checks: [{use: performance/latency, enforce-from: 2099-01-01}]",
            "checks.performance/latency.enforce-from",
        ),
        ("checks: [{use: testing/results, weight: 1000}]", "checks.testing/results.weight"),
        ("evidence: {load: {bind: none}}", "evidence.load.bind"),
        ("decision: {max-waived: 100%}", "decision.max-waived"),
    ],
)
def test_a_parent_is_not_loosened_by_one_that_stands_before_it(pad: str, path: str) -> None:
    assert path in [one.path for one in beside(pad).overrides]


def test_a_parent_is_not_diluted_by_one_that_stands_before_it() -> None:
    policy = beside("checks: [{use: testing/results, id: easy, weight: 1000, with: {min-tests: 1}}]")
    assert policy.overrides == ()
    stakes = {layer.name: list(layer.stakes) for layer in policy.layers}
    assert stakes["base.yaml"] == ["performance/latency", "testing/results"]
    assert list(stakes) == ["pad.yaml", "base.yaml", "child.yaml"]


def test_the_digest_tells_which_policy_extends_which() -> None:
    apart = beside("decision: {max-waived: 20%}").sha256
    Path("base.yaml").write_text(BASE.replace("name: base", "name: base\nextends: pad.yaml"))
    Path("child.yaml").write_text("readiness: 1\nname: child\nextends: base.yaml\n")
    assert resolve("child.yaml", discover(), {}, NOW).sha256 != apart


def test_many_ways_to_one_parent_are_gone_once() -> None:
    for i in range(18):
        for name in "ab":
            said = f"extends: [l{i + 1}a.yaml, l{i + 1}b.yaml]" if i < 17 else "extends: base.yaml"
            Path(f"l{i}{name}.yaml").write_text(f"readiness: 1\nname: l{i}{name}\n{said}\n")
    assert len(resolve("l0a.yaml", discover(), {}, NOW).parents) == 35


def test_the_age_that_a_parent_sets_for_all_evidence_is_its_own() -> None:
    parent = "release: {name: shop}\nevidence-defaults: {max-age: 7d}\n"
    body = "evidence: {tests: {kind: test-report, path: x.xml}}\nchecks: [{use: testing/results, enforce: required}]\n"
    assert silent(parent, body) == []
    assert silent(parent, body + "evidence-defaults: {max-age: 1d}") == []
    assert silent(parent, body + "evidence-defaults: {max-age: 999d}") == ["evidence-defaults.max-age"]


def test_an_age_of_nothing_is_a_limit_too() -> None:
    policy = child("evidence: {tests: {max-age: 0s}}")
    assert policy.evidence["tests"].max_age == timedelta(0)
    assert policy.overrides == ()
    Path("base.yaml").write_text(BASE.replace("max-age: 1d", "max-age: 0s"))
    assert overridden("evidence: {tests: {max-age: 1s}}") == ["evidence.tests.max-age"]


API = BASE.replace(
    "checks:\n",
    "  api: {kind: endpoint, url: 'https://a/', headers: {Authorization: 'Bearer ${TOKEN}'}}\nchecks:\n",
)
SECRETS = {"TOKEN": "old-secret", "OTHER": "new-secret"}


def test_headers_that_hold_a_variable_are_no_override_by_themselves() -> None:
    Path("base.yaml").write_text(API)
    assert child("", SECRETS).overrides == ()


@pytest.mark.parametrize(
    ("body", "path", "shown"),
    [
        ("api: {headers: {Authorization: 'Bearer ${OTHER}'}}", "evidence.api.headers", "***"),
        ("api: {headers: {X-Token: plain-secret}}", "evidence.api.headers", "***"),
        ("api: {url: 'https://a/?token=${OTHER}'}", "evidence.api.url", "***"),
        ("api: {ca: '${OTHER}.pem'}", "evidence.api.ca", "${OTHER}.pem"),
    ],
)
def test_an_override_does_not_tell_what_variables_and_headers_hold(body: str, path: str, shown: str) -> None:
    Path("base.yaml").write_text(API)
    overrides = child(f"evidence: {{{body}}}", SECRETS).overrides
    assert [(one.path, one.new) for one in overrides] == [(path, shown)]
    assert "secret" not in str(overrides)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("{a: b}", "is not a list of paths"),
        ("decision", "is not a list"),
        ("[1]", "is not a path"),
        ("['']", "is not"),
    ],
)
def test_what_may_change_is_a_list_of_paths(said: str, message: str) -> None:
    Path("base.yaml").write_text(BASE[: BASE.index("may-change")] + f"may-change: {said}\n")
    with pytest.raises(PolicyError, match=message):
        child("")


def test_a_path_with_a_nul_is_no_policy() -> None:
    Path("child.yaml").write_text('readiness: 1\nname: child\nextends: "a\\0b"\n')
    with pytest.raises(PolicyError, match="cannot hold a NUL character"):
        resolve("child.yaml", discover(), {}, NOW)


def test_a_check_counts_under_the_heading_that_the_policy_gives_it() -> None:
    policy = child(
        "decision: {floors: {user-journeys: 50%}}\n"
        "checks: [{use: performance/latency, id: search, category: user-journeys, with: {p95: 1s}}]"
    )
    assert policy.overrides == ()
    assert {rule.id: rule.category for rule in policy.rules}["search"] == "user-journeys"


def test_a_child_that_moves_a_check_moves_it_for_itself_only() -> None:
    policy = child(
        "checks: [{use: performance/latency, category: elsewhere}, {use: performance/error-rate, with: {max: 1%}}]"
    )
    mine = [layer.stakes["performance/latency"].category for layer in policy.layers]
    assert mine == ["performance", "elsewhere"]


@pytest.mark.parametrize("name", ["Elsewhere", "else where", "-x", "x-", "a--b", "../x"])
def test_a_category_is_lower_case_words(name: str) -> None:
    with pytest.raises(PolicyError) as caught:
        child(f"checks: [{{use: performance/latency, id: mine, category: '{name}'}}]")
    assert "is no category: lower-case words with dashes between, as in disaster-recovery" in str(
        caught.value
    )
