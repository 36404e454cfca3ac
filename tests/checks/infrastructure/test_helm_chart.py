"""infrastructure/helm-chart: the chart renders, lints, and is of this release."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from readiness.check import Outcome, Release
from readiness.evidence.manifests import Manifests, Resource
from readiness.evidence.manifests.chart import Chart, Dependency, Lint, LintMessage, Lock
from readiness.evidence.model import Reason
from readiness.judge import Judgement
from readiness.testing import judge_check

CHECK = "infrastructure/helm-chart"
REDIS = Dependency(
    name="redis", version="^17.9.2", repository="https://charts.acme.example", file="c/Chart.yaml", line=9
)
LOCKED = Dependency(
    name="redis", version="17.9.4", repository="https://charts.acme.example", file="c/Chart.lock", line=2
)
GOOD = Chart(
    file="c/Chart.yaml",
    lines={"apiVersion": 1, "name": 2, "version": 3, "appVersion": 4, "deprecated": 5, "dependencies": 8},
    name="shop",
    version="0.3.0",
    api_version="v2",
    app_version="1.4.2",
    dependencies=(REDIS,),
    lock=Lock(file="c/Chart.lock", dependencies=(LOCKED,), in_step=True),
    vendored=(Dependency(name="redis", version="17.9.4", file="c/charts/redis-17.9.4.tgz"),),
    lint=Lint(messages=(LintMessage("info", "Chart.yaml", "icon is recommended"),), counts={"info": 1}),
)


def resource(**labels: str) -> Resource:
    named = {key.replace("__", "/").replace("_", "."): value for key, value in labels.items()}
    return Resource(
        api_version="v1", kind="Service", name="a", labels=named, file="f", document=1, line=1, body={}
    )


def judge(
    chart: Chart | None, version: str | None = "1.4.2", made: Resource | None = None, **params: Any
) -> Judgement:
    facts = Manifests(resources=(made or resource(),), chart=chart)
    again = msgspec.json.decode(msgspec.json.encode(facts), type=Manifests)
    named = {key.replace("_", "-"): value for key, value in params.items()}
    return judge_check(CHECK, named, manifests=again, release=Release("shop", version))


def said(judged: Judgement) -> list[str]:
    return [
        f"{one.location.file}:{one.location.line}: {one.message}" if one.location else one.message
        for one in judged.findings
        if one.outcome is not Outcome.PASS
    ]


def test_a_chart_of_this_release_passes_and_its_hints_are_notes() -> None:
    judged = judge(GOOD)
    assert judged.outcome is Outcome.PASS
    assert [(one.message, one.note) for one in judged.findings] == [
        ("helm lint says 1 more of level info, which the policy allows", True),
        ("c/Chart.yaml: shop 0.3.0 renders to 1 object, is locked, and lints", False),
    ]


@pytest.mark.parametrize("version", ["1.4.2", "v1.4.2"])
def test_a_leading_v_counts_for_nothing(version: str) -> None:
    assert judge(GOOD, version).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"app_version": "1.4.1"},
            "c/Chart.yaml:4: c/Chart.yaml: appVersion is 1.4.1, where the release is 1.4.2",
        ),
        ({"app_version": ""}, "c/Chart.yaml:4: c/Chart.yaml: appVersion is absent"),
        (
            {"app_version": "1.4"},
            "c/Chart.yaml:4: c/Chart.yaml: appVersion is 1.4, where the release is 1.4.2",
        ),
        ({"api_version": "v1"}, "c/Chart.yaml:1: c/Chart.yaml: apiVersion is v1"),
        ({"api_version": ""}, "c/Chart.yaml:1: c/Chart.yaml: apiVersion is absent"),
        ({"name": "my shop"}, "c/Chart.yaml:2: c/Chart.yaml: 'my shop' is no name of a chart"),
        ({"version": "0.3"}, "c/Chart.yaml:3: c/Chart.yaml: the version 0.3 is no version of SemVer 2"),
        ({"version": "01.2.3"}, "c/Chart.yaml:3: c/Chart.yaml: the version 01.2.3 is no version of SemVer 2"),
        (
            {"version": ""},
            "c/Chart.yaml:3: c/Chart.yaml: the version is absent, which is no version of SemVer 2",
        ),
        ({"is_deprecated": True}, "c/Chart.yaml:5: c/Chart.yaml: the chart is deprecated"),
        (
            {"lock": None},
            "c/Chart.yaml:9: c/Chart.yaml: the dependency redis ^17.9.2 is not locked: there is no Chart.lock",
        ),
        (
            {"lock": Lock(file="c/Chart.lock", dependencies=(LOCKED,), in_step=False)},
            "c/Chart.yaml:8: c/Chart.lock is out of step with the dependencies of c/Chart.yaml",
        ),
        (
            {"vendored": (Dependency(name="redis", version="17.0.0", file="x"),)},
            "c/Chart.lock:2: c/Chart.lock locks redis 17.9.4, and 17.0.0 lies in charts/",
        ),
        (
            {"lint": Lint(messages=(LintMessage("error", "values.yaml", "no"),), counts={"error": 1})},
            "c/Chart.yaml:1: helm lint: error: values.yaml: no",
        ),
        (
            {"lint": Lint(messages=(LintMessage("warning", "", "odd"),), counts={"warning": 1})},
            "c/Chart.yaml:1: helm lint: warning: odd",
        ),
        ({"lint": Lint(counts={"error": 3})}, "helm lint says 3 more of level error"),
    ],
)
def test_what_is_wrong_with_a_chart_fails_with_its_place(changes: dict[str, Any], message: str) -> None:
    judged = judge(GOOD.but(**changes))
    assert judged.outcome is Outcome.FAIL
    assert said(judged) == [message]


def test_a_lint_that_could_not_be_asked_is_unproven() -> None:
    judged = judge(GOOD.but(lint=Lint(failure="helm lint: helm did not end within 1s")))
    assert (judged.outcome, judged.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)
    assert said(judged) == ["c/Chart.yaml: helm lint: helm did not end within 1s"]


def test_a_policy_without_a_version_shows_nothing() -> None:
    judged = judge(GOOD, None)
    assert (judged.outcome, judged.reason) == (Outcome.UNPROVEN, Reason.MISSING)
    assert judge(GOOD, None, app_version="ignored").outcome is Outcome.PASS


def test_what_is_asked_is_the_policys_choice() -> None:
    assert judge(GOOD.but(app_version="9"), app_version="ignored").outcome is Outcome.PASS
    assert said(judge(GOOD, chart_version="equal")) == [
        "c/Chart.yaml:3: c/Chart.yaml: version is 0.3.0, where the release is 1.4.2"
    ]
    assert judge(GOOD.but(lock=None), lock="ignored").outcome is Outcome.PASS
    warned = GOOD.but(lint=Lint(messages=(LintMessage("warning", "a", "b"),), counts={"warning": 1}))
    assert judge(warned, lint="error").outcome is Outcome.PASS
    assert judge(GOOD, lint="info").outcome is Outcome.FAIL


@pytest.mark.parametrize("repository", ["", "file://../cache"])
def test_dependencies_in_the_same_repository_need_no_lock(repository: str) -> None:
    chart = GOOD.but(dependencies=(REDIS.but(repository=repository),), lock=None)
    assert judge(chart).outcome is Outcome.PASS


@pytest.mark.parametrize("repository", ["oci://registry.acme/charts", "@acme", "alias:acme", "https://x"])
def test_dependencies_from_elsewhere_need_one(repository: str) -> None:
    chart = GOOD.but(dependencies=(REDIS.but(repository=repository),), lock=None)
    assert judge(chart).outcome is Outcome.FAIL


def test_a_set_without_a_chart_has_nothing_to_be_asked() -> None:
    judged = judge(None)
    assert judged.outcome is Outcome.NOT_APPLICABLE
    assert judged.findings[0].message == "there is no chart that the gate rendered among 1 object"


def test_a_set_that_was_rendered_elsewhere_shows_nothing_of_its_chart() -> None:
    judged = judge(None, made=resource(helm_sh__chart="shop-0.3.0"))
    assert (judged.outcome, judged.reason) == (Outcome.UNPROVEN, Reason.MISSING)
    assert "Service/a was rendered from the chart shop-0.3.0, which was not seen" in said(judged)[0]


def test_an_empty_set_is_unproven() -> None:
    assert judge_check(CHECK, manifests=Manifests(resources=())).outcome is Outcome.UNPROVEN
