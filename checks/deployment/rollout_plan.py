"""The check deployment/rollout-plan."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from readiness.check import Check, Finding, Location, Outcome, Params, Stricter
from readiness.evidence.document import Document
from readiness.evidence.documents.placeholders import placeholders
from readiness.evidence.manifests import Manifests
from readiness.evidence.model import Reason
from readiness.units import Duration, Share

from ._rollout_document import plan_of
from ._rollout_objects import plans
from ._rollout_stages import Limits, judged


class RolloutPlanParams(Params):
    """How careful the plan must be."""

    min_stages: Annotated[int, Field(ge=1), Stricter.HIGHER] = 1
    """The least number of stages before everybody has the release."""
    max_first: Annotated[Share | None, Stricter.LOWER] = None
    """The largest share that the first stage may have; without it any."""
    min_duration: Annotated[Duration, Stricter.HIGHER] = timedelta(minutes=1)
    """The shortest time that a stage may last."""


class RolloutPlan(Check[RolloutPlanParams]):
    """The release reaches its users in stages, each with a share, a duration and an abort criterion.

    ## Why it matters

    A release that goes to everybody at once fails for everybody at once. Stages bound the damage, but only when
    somebody, or something, looks: a stage without a duration is over before the first error is counted, and one
    without a criterion is aborted by whoever dares to.

    The plan is in the manifests, as a Rollout of Argo or a Canary of Flagger, or in a document. Of a Rollout each
    `setWeight` below 100 is a stage: it needs a pause with a duration, and an analysis, of its own or in the
    background, whose AnalysisTemplate is in the set and has a condition that can fail. Of a Canary each weight is a
    stage that lasts the interval: it needs metrics with a range, and a threshold.

    Blue and green have no shares: all users meet the release at once, after it was looked at. It is a plan when there
    is a `previewService`, an analysis before or after the promotion that can fail, and a `scaleDownDelaySeconds` (30
    unless it is written) of at least `min-duration`, in which the old version is there to go back to. `max-first`
    refuses it, as its first share is 100%. Of a Canary with `iterations` the analysis is asked the same. In a
    document the stages are rows of a table, list items, or sections: each states a percentage, a duration, and a
    number at which it is aborted; a section about aborting may give that number for all.

    ## How to fix it

    Write the steps down:

        strategy:
          canary:
            analysis: {templates: [{templateName: error-rate}]}
            steps:
              - setWeight: 5
              - pause: {duration: 10m}
              - setWeight: 25
              - pause: {duration: 30m}

    and the AnalysisTemplate beside them; or a table with the columns Stage, Share, Duration, Abort when.

    ## References

    - Argo Rollouts, Canary: https://argo-rollouts.readthedocs.io/en/stable/features/canary/
    - Argo Rollouts, Analysis: https://argo-rollouts.readthedocs.io/en/stable/features/analysis/
    - Flagger, How it works: https://docs.flagger.app/usage/how-it-works
    - Google, Site Reliability Workbook, chapter 16 (Canarying Releases): https://sre.google/workbook/canarying-releases/
    """

    def judge(
        self, manifests: Manifests | None = None, document: Document | None = None
    ) -> Iterator[Finding]:
        """Every plan that is there; at least one must be."""
        limits = Limits(self.params.min_stages, self.params.max_first, self.params.min_duration)
        found = list(plans(manifests)) if manifests else []
        if document is not None:
            yield from _unfinished(document)
            found.append(plan_of(document))
        if not found:
            yield _no_plan(manifests)
        for plan in found:
            yield from judged(plan, limits)


def _unfinished(document: Document) -> Iterator[Finding]:
    for line, text in placeholders(document):
        yield Finding(
            outcome=Outcome.FAIL,
            message=f"{document.path} holds the placeholder {text}",
            observed=text,
            location=Location(document.path, line),
            next="fill it in",
        )


def _no_plan(manifests: Manifests | None) -> Finding:
    message = "neither manifests nor a document are named"
    if manifests is not None:
        message = f"there is no Rollout or Canary among {len(manifests.resources)} objects"
    return Finding(
        outcome=Outcome.UNPROVEN,
        reason=Reason.MISSING,
        message=message,
        next="name the evidence that holds the plan: from: {document: ...} or from: {manifests: ...}",
    )
