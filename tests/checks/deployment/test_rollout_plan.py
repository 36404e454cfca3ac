"""deployment/rollout-plan: Rollouts, Canaries and documents, good, and with one seeded fault at a time."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.check import Finding, Outcome
from readiness.evidence.document import Document
from readiness.evidence.manifests import Manifests
from readiness.evidence.model import Facts, Reason
from readiness.judge import Judgement
from readiness.testing import judge_check, read_evidence

CHECK = "deployment/rollout-plan"
ARGO = """\
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: shop}
spec:
  template: {metadata: {labels: {app: shop}}, spec: {containers: [{name: web, image: "shop:1"}]}}
  strategy:
    canary:
      analysis: {templates: [{templateName: errors}]}
      steps:
        - setWeight: 5
        - pause: {duration: 10m}
        - setWeight: 25
        - pause: {duration: 1h30m}
        - setWeight: 100
---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: {name: errors}
spec:
  metrics: [{name: rate, successCondition: "result[0] < 0.01", interval: 1m, count: 10, provider: {}}]
"""
BLUE_GREEN = """\
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: shop}
spec:
  template: {metadata: {labels: {app: shop}}, spec: {containers: [{name: web, image: "shop:1"}]}}
  strategy:
    blueGreen:
      activeService: shop
      previewService: shop-preview
      prePromotionAnalysis: {templates: [{templateName: errors}]}
      scaleDownDelaySeconds: 600
---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: {name: errors}
spec:
  metrics: [{name: rate, successCondition: "result[0] < 0.01", interval: 1m, count: 10, provider: {}}]
"""
FLAGGER = """\
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: {name: cart}
spec:
  analysis:
    interval: 5m
    threshold: 5
    maxWeight: 50
    stepWeight: 10
    metrics: [{name: success, thresholdRange: {min: 99}}]
"""
TABLE = """\
# Rollout of checkout

| Stage | Share | Duration | Abort when |
|---|---|---|---|
| canary | 5 % | 30 min | error rate > 1 % for 5 min |
| half | 50 % | 2 h | p95 above 800 ms |
| everybody | 100 % | | error rate > 1 % |
"""
ITEMS = """\
# Rollout

1. Stage one: 5% of users for 30 minutes; abort when the error rate is above 1%.
2. Stage two: 50% for 1 h, abort when p95 is above 800 ms.
"""
SECTIONS = """\
# Rollout

## Canary: 5 %

It lasts 30 minutes.

## Half: 50 %

It lasts 2 hours.

## Abort

At any time when the error rate is above 1 % for 5 minutes.
"""


def read(kind: str, text: str, name: str) -> Facts:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / name).write_text(text)
        whole = read_evidence(kind, Path(folder), path=name).whole
    assert whole.facts is not None, whole.message
    return whole.facts


def of_objects(text: str, **params: Any) -> Judgement:
    facts = read("manifests", text, "set.yaml")
    assert isinstance(facts, Manifests)
    return judge_check(CHECK, params, manifests=facts)


def of_document(text: str, **params: Any) -> Judgement:
    facts = read("document", text, "plan.md")
    assert isinstance(facts, Document)
    return judge_check(CHECK, params, document=facts)


def bad(found: Judgement) -> list[Finding]:
    return [one for one in found.findings if one.outcome is not Outcome.PASS]


def swapped(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new)


@pytest.mark.parametrize(("text", "stages"), [(ARGO, 2), (BLUE_GREEN, 2), (FLAGGER, 5)])
def test_a_good_object_passes(text: str, stages: int) -> None:
    found = of_objects(text)
    assert found.outcome is Outcome.PASS, found.summary
    assert [one.count for one in found.findings] == [stages]


@pytest.mark.parametrize(("text", "stages"), [(TABLE, 3), (ITEMS, 2), (SECTIONS, 2)])
def test_a_good_document_passes(text: str, stages: int) -> None:
    found = of_document(text)
    assert found.outcome is Outcome.PASS, found.summary
    assert [one.count for one in found.findings] == [stages]


@pytest.mark.parametrize(
    ("text", "old", "new", "message", "line"),
    [
        (ARGO, "pause: {duration: 10m}", "pause: {}", "at 5% waits for a person, without a duration", 10),
        (ARGO, "pause: {duration: 10m}", "setHeaderRoute: {name: a}", "at 5% has no duration", 10),
        (ARGO, "pause: {duration: 10m}", "pause: {duration: 30}", "at 5% lasts 30s", 10),
        (ARGO, "pause: {duration: 10m}", "pause: {duration: soon}", "without a duration", 10),
        (
            ARGO,
            "      analysis: {templates: [{templateName: errors}]}\n",
            "",
            "at 5% has no abort criterion",
            9,
        ),
        (ARGO, "templateName: errors}]", "templateName: errors}], startingStep: 2", "at 5% has no abort", 10),
        (ARGO, 'successCondition: "result[0] < 0.01", ', "", "an analysis that never fails: errors", 10),
        (ARGO, "count: 10", "failureLimit: -1", "an analysis that never fails: errors", 10),
        (
            ARGO,
            "  metrics: [",
            "  dryRun: [{metricName: rate}]\n  metrics: [",
            "analysis that never fails",
            10,
        ),
        (
            ARGO,
            "templateName: errors}]",
            "templateName: errors}], dryRun: [{metricName: .*}]",
            "never fails",
            10,
        ),
        (ARGO, "setWeight: 25", "setWeight: 2", "goes back in its shares: 5%, 2%", 6),
        (ARGO, "setWeight: 25", 'setWeight: "25"', "spec.strategy.canary.steps[2].setWeight", 12),
        (ARGO, "canary:", "other:", "gives the release to everybody at once", 6),
        (BLUE_GREEN, "      previewService: shop-preview\n", "", "in preview has no previewService", 7),
        (
            BLUE_GREEN,
            "      prePromotionAnalysis: {templates: [{templateName: errors}]}\n",
            "",
            "no abort criterion",
            7,
        ),
        (BLUE_GREEN, 'successCondition: "result[0] < 0.01", ', "", "an analysis that never fails: errors", 7),
        (BLUE_GREEN, "count: 10", "failureLimit: -1", "an analysis that never fails: errors", 7),
        (
            BLUE_GREEN,
            "      scaleDownDelaySeconds: 600\n",
            "",
            "the way back after the promotion lasts 30s",
            7,
        ),
        (BLUE_GREEN, "Seconds: 600", "Seconds: 0", "the way back after the promotion lasts", 11),
        (BLUE_GREEN, "interval: 1m, count: 10", "interval: 1s, count: 10", "in preview lasts 9s", 7),
        (FLAGGER, "interval: 5m", "iterations: 1", "at 10% has no duration", 5),
        (FLAGGER, "threshold: 5\n", "mirror: true\n", "does not tell how many failed checks end it", 5),
        (FLAGGER, "thresholdRange: {min: 99}", "interval: 1m", "at 10% has no abort criterion", 5),
        (FLAGGER, "stepWeight: 10", "iterations: 0", "it gives the release to everybody at once", 5),
        (
            FLAGGER,
            "    stepWeight: 10\n    metrics: [{name: success, thresholdRange: {min: 99}}]",
            "    iterations: 10",
            "before the promotion has no abort criterion",
            5,
        ),
        (FLAGGER, "  analysis:", "  skipAnalysis: true\n  analysis:", "skips its analysis", 6),
        (FLAGGER, "threshold: 5", "threshold: five", "spec.analysis.threshold", 7),
    ],
)
def test_a_seeded_fault_of_an_object_is_found(text: str, old: str, new: str, message: str, line: int) -> None:
    found = of_objects(swapped(text, old, new))
    assert found.outcome is Outcome.FAIL
    first = next(one for one in bad(found) if message in one.message)
    assert first.location
    assert first.location.line == line
    assert first.object
    assert first.next


@pytest.mark.parametrize(
    ("text", "old", "new", "message", "line"),
    [
        (TABLE, "| 5 % |", "| a few |", "canary has no share in percent", 5),
        (TABLE, "30 min", "a while", "canary has no duration", 5),
        (TABLE, "error rate > 1 % for 5 min", "somebody complains", "canary has no abort criterion", 5),
        (TABLE, "| 2 h |", "| 10 s |", "half lasts 10s", 6),
        (TABLE, "| 2 h |", "| TBD |", "holds the placeholder TBD", 6),
        (TABLE, "50 %", "3 %", "goes back in its shares", 1),
        (ITEMS, " for 30 minutes", "", "has no duration", 3),
        (ITEMS, "abort when p95 is above 800 ms", "then on", "has no abort criterion", 4),
        (SECTIONS, "It lasts 2 hours.", "It lasts.", "has no duration", 7),
        (SECTIONS, "is above 1 % for 5 minutes", "looks bad", "has no abort criterion", 3),
        (SECTIONS, "%", "", "tells no stages", 1),
    ],
)
def test_a_seeded_fault_of_a_document_is_found(
    text: str, old: str, new: str, message: str, line: int
) -> None:
    found = of_document(swapped(text, old, new))
    assert found.outcome is Outcome.FAIL
    first = next(one for one in bad(found) if message in one.message)
    assert first.location
    assert first.location.line == line


def test_blue_and_green_need_an_analysis_before_or_after_the_promotion() -> None:
    assert of_objects(swapped(BLUE_GREEN, "prePromotion", "postPromotion")).outcome is Outcome.PASS
    found = of_objects(BLUE_GREEN.split("---")[0])
    assert (found.outcome, found.reason) == (Outcome.UNPROVEN, Reason.MISSING)
    assert "rests on the analysis errors, which is not in the set" in found.summary


def test_blue_and_green_give_the_release_to_everybody_at_once_which_a_policy_may_refuse() -> None:
    found = of_objects(BLUE_GREEN, **{"max-first": "10%"})
    assert "begins with 100%, where at most 10% is asked for" in found.summary
    assert (
        "has 1 stage before everybody has the release" in of_objects(BLUE_GREEN, **{"min-stages": 2}).summary
    )


def test_an_approval_alone_is_no_criterion() -> None:
    text = swapped(
        BLUE_GREEN,
        "prePromotionAnalysis: {templates: [{templateName: errors}]}",
        "autoPromotionEnabled: false",
    )
    assert "in preview has no abort criterion" in of_objects(text).summary


def test_a_canary_with_iterations_lasts_all_of_them() -> None:
    text = swapped(FLAGGER, "    maxWeight: 50\n    stepWeight: 10\n", "    iterations: 10\n")
    assert of_objects(text).outcome is Outcome.PASS
    assert of_objects(text, **{"min-duration": "50m"}).outcome is Outcome.PASS
    assert "before the promotion lasts 50m" in of_objects(text, **{"min-duration": "51m"}).summary
    assert of_objects(text, **{"max-first": "50%"}).outcome is Outcome.FAIL


def test_an_analysis_that_is_elsewhere_is_unproven() -> None:
    found = of_objects(ARGO.split("---")[0])
    assert (found.outcome, found.reason) == (Outcome.UNPROVEN, Reason.MISSING)
    assert "rests on the analysis errors, which is not in the set" in found.summary


def test_an_analysis_within_the_steps_lasts_as_long_as_its_template_says() -> None:
    inline = "analysis: {templates: [{templateName: errors}]}"
    text = swapped(ARGO, "pause: {duration: 10m}", inline)
    assert of_objects(text).outcome is Outcome.PASS
    assert "lasts 9m" in of_objects(text, **{"min-duration": "10m"}).summary


def test_nothing_to_look_at_is_unproven() -> None:
    none = judge_check(CHECK, {})
    assert (none.outcome, none.summary) == (Outcome.UNPROVEN, "neither manifests nor a document are named")
    found = of_objects("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n")
    assert (found.outcome, found.summary) == (
        Outcome.UNPROVEN,
        "there is no Rollout or Canary among 1 objects",
    )


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"min-stages": 3}, "has 2 stages before everybody has the release"),
        ({"max-first": "1%"}, "begins with 5%, where at most 1% is asked for"),
        ({"min-duration": "1h"}, "at 5% lasts 10m"),
    ],
)
def test_the_policy_may_ask_for_more(params: dict[str, Any], message: str) -> None:
    found = of_objects(ARGO, **params)
    assert found.outcome is Outcome.FAIL
    assert message in found.summary


@settings(max_examples=40, deadline=None)
@given(st.sampled_from([TABLE, ITEMS, SECTIONS]), st.data())
def test_a_line_less_is_never_an_error_and_never_empty(text: str, data: st.DataObject) -> None:
    lines = text.splitlines()
    number = data.draw(st.integers(0, len(lines) - 1))
    found = of_document("\n".join(lines[:number] + lines[number + 1 :]))
    assert found.outcome in (Outcome.PASS, Outcome.FAIL)
