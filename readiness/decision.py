"""Results -> GO, CONDITIONAL or NO-GO, with every reason why it is no better."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from fractions import Fraction

from msgspec.structs import replace

from readiness.check import Outcome
from readiness.evidence.model import Value
from readiness.policy.rules import Enforce, Layer, Override
from readiness.scoring import score
from readiness.units import show_share
from readiness.waivers import Result


class Decision(StrEnum):
    """The answer."""

    GO = "go"
    CONDITIONAL = "conditional"
    NO_GO = "no-go"

    @property
    def rank(self) -> int:
        """0 for the best."""
        return list(Decision).index(self)


class Verdict(Value, frozen=True):
    """The decision, why it is no better, and whether something is proven bad when it is NO-GO."""

    decision: Decision
    reasons: tuple[str, ...]
    proven_bad: bool


class _Reason(Value, frozen=True):
    """One thing in the way; `is_gap` says that it is only something not shown."""

    text: str
    is_gap: bool = False


def decide(results: Sequence[Result], layers: Sequence[Layer], overrides: Sequence[Override] = ()) -> Verdict:
    """The worst decision over all layers of the policy; the last layer is the policy itself."""
    against = _unique(reason for layer in reversed(layers) for reason in _against(results, layer, layers))
    if against or not layers:
        return Verdict(Decision.NO_GO, tuple(r.text for r in against), _is_proven_bad(results, layers))
    short = _unique(reason for layer in reversed(layers) for reason in _short_of_go(results, layer, layers))
    short = _unique([*short, *(_Reason(_override_text(one)) for one in overrides)])
    if short:
        return Verdict(Decision.CONDITIONAL, tuple(r.text for r in short), False)
    return Verdict(Decision.GO, (), False)


def is_blocking(result: Result, layers: Sequence[Layer]) -> bool:
    """Whether a layer requires the check, and it is not proven good."""
    required = any(_is_required(result, layer) for layer in layers)
    return required and not result.outcome.is_good


def _against(results: Sequence[Result], layer: Layer, layers: Sequence[Layer]) -> Iterator[_Reason]:
    of = "" if layer is layers[-1] else f" by {layer.name}"
    total, limits = score(results, layer.stakes), layer.thresholds
    for result in results:
        if is_blocking(result, [layer]):
            text = f"{result.rule.id} is required{of}, and {_outcome_text(result)}"
            yield _Reason(text, result.outcome is not Outcome.FAIL)
    if not total.possible:
        yield _Reason(f"no check counts{of}", is_gap=True)
    elif _is_below(total.share, limits.conditional):
        yield _Reason(f"the score{of} is {_share(total.share)}, below {_share(limits.conditional)}")
    for category, floor in limits.floors.items():
        part = score(_of_category(category, results, layer), layer.stakes)
        if _is_below(part.share, floor):
            text = f"{category} has {_share(part.share)}{of}, below its floor of {_share(floor)}"
            yield _Reason(text, is_gap=part.share is None)
    if total.waived_share > limits.max_waived:
        yield _Reason(
            f"{_share(total.waived_share)} of the weight{of} is waived, over {_share(limits.max_waived)}"
        )
    if _wants_required(layer, layers) and not any(_is_proven_required(result, layer) for result in results):
        yield _Reason(f"no required check is proven good{of}", is_gap=True)


def _of_category(name: str, results: Sequence[Result], layer: Layer) -> Iterator[Result]:
    """The results that count in a category to this layer, whatever a child calls their category."""
    for one in results:
        stake = layer.stakes.get(one.rule.id)
        if stake is not None and stake.category == name:
            yield one


def _short_of_go(results: Sequence[Result], layer: Layer, layers: Sequence[Layer]) -> Iterator[_Reason]:
    of = "" if layer is layers[-1] else f" by {layer.name}"
    total = score(results, layer.stakes)
    if _is_below(total.share, layer.thresholds.go):
        yield _Reason(f"the score{of} is {_share(total.share)}, below {_share(layer.thresholds.go)}")
    for result in results:
        stake = layer.stakes.get(result.rule.id)
        if stake is None or stake.enforce is Enforce.ADVISORY:
            continue
        if result.outcome is Outcome.ERROR:
            yield _Reason(f"{result.rule.id} {_outcome_text(result)}")
        for waiver in result.used:
            yield _Reason(f"{result.rule.id} is waived by {waiver.owner}: {waiver.reason}")


def _is_proven_bad(results: Sequence[Result], layers: Sequence[Layer]) -> bool:
    """Whether it would still be NO-GO if everything that is not shown were good."""
    gaps = (Outcome.UNPROVEN, Outcome.ERROR)
    best = [replace(one, outcome=Outcome.PASS) if one.outcome in gaps else one for one in results]
    return any(not reason.is_gap for layer in layers for reason in _against(best, layer, layers))


def _wants_required(layer: Layer, layers: Sequence[Layer]) -> bool:
    """A parent may be a fragment that requires nothing; the policy itself may not."""
    return layer is layers[-1] or any(stake.enforce is Enforce.REQUIRED for stake in layer.stakes.values())


def _is_required(result: Result, layer: Layer) -> bool:
    stake = layer.stakes.get(result.rule.id)
    return stake is not None and stake.enforce is Enforce.REQUIRED


def _is_proven_required(result: Result, layer: Layer) -> bool:
    is_good = result.outcome in (Outcome.PASS, Outcome.WARN)
    return is_good and not result.used and _is_required(result, layer)


def _is_below(value: Fraction | None, limit: Fraction) -> bool:
    return value is None or value < limit


def _outcome_text(result: Result) -> str:
    match result.outcome:
        case Outcome.FAIL:
            return "fails"
        case Outcome.ERROR:
            return "broke"
        case _:
            reason = f" ({result.judgement.reason})" if result.judgement.reason else ""
            return f"is {result.outcome}{reason}"


def _override_text(override: Override) -> str:
    return f"the policy loosens {override.path}, which {override.parent} sets"


def _share(value: Fraction | None) -> str:
    return "no counted weight" if value is None else show_share(value)


def _unique(reasons: Iterator[_Reason] | Sequence[_Reason]) -> list[_Reason]:
    return list({reason.text: reason for reason in reasons}.values())
