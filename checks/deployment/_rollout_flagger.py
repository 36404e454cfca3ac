"""Canaries of Flagger: the fields are those of its documentation, How it works."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction

from readiness.check import Location
from readiness.evidence.manifests import Resource
from readiness.evidence.manifests.shapes import View

from ._rollout_parts import at, plan, seen
from ._rollout_stages import Lack, Plan, Stage, go_duration


class _Range(View, frozen=True):
    min: float | None = None
    max: float | None = None


class _FlaggerMetric(View, frozen=True):
    name: str
    threshold_range: _Range | None = None
    threshold: float | None = None


class _Webhook(View, frozen=True):
    type: str | None = None


class _FlaggerAnalysis(View, frozen=True):
    interval: str | None = None
    threshold: int | None = None
    max_weight: int | None = None
    step_weight: int | None = None
    step_weights: tuple[int, ...] | None = None
    iterations: int | None = None
    metrics: tuple[_FlaggerMetric, ...] | None = None
    webhooks: tuple[_Webhook, ...] | None = None


class _CanarySpec(View, frozen=True):
    analysis: _FlaggerAnalysis | None = None
    canary_analysis: _FlaggerAnalysis | None = None
    skip_analysis: bool | None = None


class _FlaggerCanary(View, frozen=True):
    spec: _CanarySpec


def canary(resource: Resource) -> Plan:
    """The plan of a Canary of Flagger; ShapeError."""
    spec = seen(resource, _FlaggerCanary).spec
    analysis, where = spec.analysis or spec.canary_analysis, at(resource, "spec", "analysis")
    if analysis is None or spec.skip_analysis:
        what = "skips its analysis" if spec.skip_analysis else "has no analysis"
        return plan(
            resource,
            where,
            (),
            Lack(what, "write spec.analysis with interval, threshold, weights and metrics"),
        )
    interval = go_duration(analysis.interval or "")
    lacks = tuple(_flagger_lacks(analysis, interval))
    weights = [weight for weight in _weights(analysis) if 0 < weight < 100]
    stages = tuple(
        Stage(f"at {weight}%", where, Fraction(weight, 100), interval or None, lacks) for weight in weights
    )
    if not stages and analysis.iterations and analysis.iterations > 0:
        stages = tuple(_iterated(analysis.iterations, interval, where, lacks))
    lack = Lack("has no weights: it gives the release to everybody at once", "write stepWeight and maxWeight")
    return plan(resource, where, stages, *(() if stages else (lack,)))


def _iterated(
    iterations: int, interval: timedelta | None, where: Location, lacks: tuple[Lack, ...]
) -> Iterator[Stage]:
    """Blue and green, or a test of some users: the analysis runs so many times, and then everybody has the release."""
    length = interval * min(iterations, 10**4) if interval else None
    yield Stage("before the promotion", where, None, length, lacks)
    yield Stage("after the promotion", where, Fraction(1), None)


def _weights(analysis: _FlaggerAnalysis) -> list[int]:
    if analysis.step_weights:
        return list(analysis.step_weights)
    step, most = analysis.step_weight or 0, min(analysis.max_weight or 100, 100)
    return list(range(step, most + 1, step)) if step > 0 else []


def _flagger_lacks(analysis: _FlaggerAnalysis, interval: timedelta | None) -> Iterator[Lack]:
    if not interval:
        yield Lack("has no duration", "write spec.analysis.interval, as in 1m")
    measured = any(_is_limited(metric) for metric in analysis.metrics or ())
    asked = any(one.type == "rollout" for one in analysis.webhooks or ())
    if not (measured or asked):
        yield Lack("has no abort criterion", "write spec.analysis.metrics with a thresholdRange")
    elif not analysis.threshold or analysis.threshold < 1:
        yield Lack("does not tell how many failed checks end it", "write spec.analysis.threshold, as in 5")


def _is_limited(metric: _FlaggerMetric) -> bool:
    limits = metric.threshold_range
    has_range = limits is not None and (limits.min is not None or limits.max is not None)
    return has_range or metric.threshold is not None
