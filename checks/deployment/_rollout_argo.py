"""Rollouts of Argo: the fields are those of its documentation, Canary and Analysis."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction

from readiness.check import Location
from readiness.evidence.manifests import Manifests, Resource
from readiness.evidence.manifests.shapes import View

from ._rollout_parts import at, plan, seen
from ._rollout_stages import Lack, Plan, Stage, go_duration, total

_CRITERION = "add an analysis with a successCondition or a failureCondition"
_SCALE_DOWN_S = 30  # what scaleDownDelaySeconds is when it is not written
_PAUSE = "add a pause with a duration: - pause: {duration: 10m}"


class _DryRun(View, frozen=True):
    metric_name: str


class _Templates(View, frozen=True):
    template_name: str
    cluster_scope: bool | None = None


class _Analysis(View, frozen=True):
    templates: tuple[_Templates, ...] | None = None
    starting_step: int | None = None
    dry_run: tuple[_DryRun, ...] | None = None


class _Pause(View, frozen=True):
    duration: int | str | None = None


class _Step(View, frozen=True):
    set_weight: int | None = None
    pause: _Pause | None = None
    analysis: _Analysis | None = None


class _Canary(View, frozen=True):
    steps: tuple[_Step, ...] | None = None
    analysis: _Analysis | None = None


class _BlueGreen(View, frozen=True):
    preview_service: str | None = None
    pre_promotion_analysis: _Analysis | None = None
    post_promotion_analysis: _Analysis | None = None
    auto_promotion_seconds: int | None = None
    scale_down_delay_seconds: int | None = None


class _Strategy(View, frozen=True):
    canary: _Canary | None = None
    blue_green: _BlueGreen | None = None


class _RolloutSpec(View, frozen=True):
    strategy: _Strategy | None = None


class _Rollout(View, frozen=True):
    spec: _RolloutSpec


class _Metric(View, frozen=True):
    name: str
    success_condition: str | None = None
    failure_condition: str | None = None
    failure_limit: int | str | None = None
    interval: str | None = None
    count: int | str | None = None


class _TemplateSpec(View, frozen=True):
    metrics: tuple[_Metric, ...] | None = None
    dry_run: tuple[_DryRun, ...] | None = None


class _Template(View, frozen=True):
    spec: _TemplateSpec


def rollout(resource: Resource, manifests: Manifests) -> Plan:
    """The plan of a Rollout of Argo; ShapeError."""
    spec = seen(resource, _Rollout).spec
    strategy, where = spec.strategy, at(resource, "spec", "strategy")
    if strategy is not None and strategy.blue_green is not None and strategy.canary is None:
        return plan(resource, where, tuple(_blue_green_stages(resource, manifests, strategy.blue_green)))
    if strategy is None or strategy.canary is None:
        what = "gives the release to everybody at once: it has no canary with steps"
        return plan(resource, where, (), Lack(what, "write spec.strategy.canary with steps"))
    canary = strategy.canary
    stages = tuple(_canary_stages(resource, manifests, canary))
    lack = Lack(
        "has no step with a weight below 100", "write steps: setWeight, pause with a duration, analysis"
    )
    return plan(resource, where, stages, *(() if stages else (lack,)))


def _blue_green_stages(resource: Resource, manifests: Manifests, said: _BlueGreen) -> Iterator[Stage]:
    """The preview, which users do not meet; then everybody at once, while the old version is kept to go back to.

    One of both analyses must be able to end it: before the promotion, or after it.
    """
    path = ("spec", "strategy", "blueGreen")
    lacks = []
    if not said.preview_service:
        what = "has no previewService: nobody can look at it before all users meet it"
        lacks.append(Lack(what, "name a Service for the preview in previewService"))
    analyses = [one for one in (said.pre_promotion_analysis, said.post_promotion_analysis) if one is not None]
    found = [list(_without_criterion(resource, manifests, [one])) for one in analyses]
    if not found:
        lacks.append(Lack("has no abort criterion", "add a prePromotionAnalysis with a successCondition"))
    elif all(found):
        lacks += found[0]
    before = said.pre_promotion_analysis
    told = [*_lengths(resource, manifests, before)] if before is not None else []
    if said.auto_promotion_seconds and not told:
        told = [timedelta(seconds=min(said.auto_promotion_seconds, 10**8))]
    yield Stage("in preview", at(resource, *path), None, max(told, default=None), tuple(lacks))
    seconds = _SCALE_DOWN_S if said.scale_down_delay_seconds is None else said.scale_down_delay_seconds
    kept = timedelta(seconds=min(max(seconds, 0), 10**8))
    where = at(resource, *path, "scaleDownDelaySeconds")
    yield Stage("the way back after the promotion", where, Fraction(1), kept)


def _canary_stages(resource: Resource, manifests: Manifests, canary: _Canary) -> Iterator[Stage]:
    """A stage is a setWeight with the steps behind it; one of 100 is no stage any more."""
    steps = canary.steps or ()
    starts = [index for index, step in enumerate(steps) if step.set_weight is not None]
    for start, end in zip(starts, [*starts[1:], len(steps)], strict=True):
        weight = steps[start].set_weight or 0
        if 0 < weight < 100:
            where = at(resource, "spec", "strategy", "canary", "steps", start)
            yield _canary_stage(resource, manifests, canary, (start, end), where)


def _canary_stage(
    resource: Resource, manifests: Manifests, canary: _Canary, span: tuple[int, int], where: Location
) -> Stage:
    start, end = span
    steps = (canary.steps or ())[start:end]
    inline = [step.analysis for step in steps if step.analysis]
    background = canary.analysis
    works = background is not None and (background.starting_step or 0) < end
    analyses = [*inline, *([background] if background and works else [])]
    told = [step.pause.duration for step in steps if step.pause]
    lengths = [length for one in told if one is not None and (length := go_duration(one))]
    lengths += [max(found) for one in inline if (found := list(_lengths(resource, manifests, one)))]
    duration, lacks = total(lengths), []
    if duration is None:
        what = "waits for a person, without a duration" if told else "has no duration"
        lacks.append(Lack(what, _PAUSE, is_elsewhere=bool(inline) and not told))
    lacks += _without_criterion(resource, manifests, analyses)
    weight = steps[0].set_weight or 0
    return Stage(f"at {weight}%", where, Fraction(weight, 100), duration, tuple(lacks))


def _without_criterion(resource: Resource, manifests: Manifests, analyses: list[_Analysis]) -> Iterator[Lack]:
    named = [one for analysis in analyses for one in analysis.templates or ()]
    if not named:
        yield Lack("has no abort criterion", _CRITERION)
        return
    found = [(one, _template(resource, manifests, one)) for one in named]
    dry = frozenset(one.metric_name for analysis in analyses for one in analysis.dry_run or ())
    if any(template is not None and _aborts(template, dry) for _, template in found):
        return
    absent = [one.template_name for one, template in found if template is None]
    if absent:
        what = f"rests on the analysis {', '.join(absent)}, which is not in the set"
        yield Lack(what, "render the AnalysisTemplate into the set", is_elsewhere=True)
    else:
        yield Lack(
            f"has an analysis that never fails: {', '.join(one.template_name for one in named)}", _CRITERION
        )


def _template(resource: Resource, manifests: Manifests, wanted: _Templates) -> _TemplateSpec | None:
    kind = "ClusterAnalysisTemplate" if wanted.cluster_scope else "AnalysisTemplate"
    for one in manifests.index.by_kind.get(kind, ()):
        near = wanted.cluster_scope or one.namespace == resource.namespace
        if one.name == wanted.template_name and near and one.group == resource.group:
            return seen(one, _Template).spec
    return None


def _aborts(template: _TemplateSpec, elsewhere: frozenset[str]) -> bool:
    """Whether a metric has a condition, and its failure ends the rollout: not in a dry run, not unlimited.

    A pattern of a dry run, such as `.*`, counts for every metric.
    """
    dry = elsewhere | {one.metric_name for one in template.dry_run or ()}
    return not any("*" in name for name in dry) and any(
        one.name not in dry
        and (one.success_condition or one.failure_condition)
        and str(one.failure_limit) != "-1"
        for one in template.metrics or ()
    )


def _lengths(resource: Resource, manifests: Manifests, analysis: _Analysis) -> Iterator[timedelta]:
    """How long an analysis within the steps takes, as far as its templates tell it."""
    for one in analysis.templates or ():
        template = _template(resource, manifests, one)
        for metric in template.metrics or () if template else ():
            count, interval = str(metric.count or ""), go_duration(metric.interval or "")
            if interval and count.isascii() and count.isdigit() and 0 < int(count) < 10**4:
                yield interval * max(1, int(count) - 1)
