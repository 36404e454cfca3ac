"""Whether the system survives faults that were injected on purpose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from readiness.check import Check, Finding, Outcome, Params, Stricter, unproven
from readiness.check.confidence import USUAL, Confidence
from readiness.evidence.chaos import Chaos as Evidence
from readiness.evidence.chaos import Experiment
from readiness.evidence.model import Reason
from readiness.units import Duration

from ._chaos_experiments import Demands, Told, examine
from ._chaos_faults import CLASSES, covering, tokens
from ._chaos_recovery import Recoveries, judge_mean

_MOST = 50


def _with_words(text: str) -> str:
    if not tokens(text):
        raise ValueError("has no word in it")
    return text


def _positive(value: timedelta | None) -> timedelta | None:
    if value is not None and value <= timedelta(0):
        raise ValueError("is more than 0")
    return value


Fault = Annotated[str, AfterValidator(_with_words)]
Limit = Annotated[Duration | None, AfterValidator(_positive), Stricter.LOWER]


class ChaosParams(Params):
    """Which faults, how soon the system is well again, and what every trial must tell."""

    faults: Annotated[tuple[Fault, ...], Field(strict=False)] = ()
    """Faults that must have been injected: classes such as `pod-kill` or `network-delay`, which docs/chaos-format.md
    lists, or words of your own that must all stand in the name, command or function of an action."""
    words: dict[Fault, Annotated[list[Fault], Field(min_length=1)]] = Field(default={})
    """Faults of your own, each with phrases of which one must stand in an action: `{psp-down: [toxiproxy psp]}`."""
    max_mttr: Limit = None
    """The longest mean time to recovery; judged by an upper bound, so that few trials show little."""
    confidence: Confidence = USUAL
    """How sure the bound is, as in `95%`; `point` compares the plain mean of five trials or more, and warns at best."""
    mttr_of: Literal["each", "all"] = "each"
    """Whether the mean is that of the trials of each fault, or of all trials together."""
    max_recovery: Limit = None
    """The longest that any single recovery may take."""
    max_detection: Limit = None
    """The longest time until a fault was detected; with it, every trial must tell."""
    min_trials: Annotated[int, Field(ge=1), Stricter.HIGHER] = 1
    """The least number of experiments or trials of each of the `faults`."""
    tells: Annotated[tuple[Told, ...], Field(strict=False)] = ()
    """What every trial must tell: `data-lost`, `contained`, `detected`. Told or not, data that were lost and a fault
    that spread fail; an experiment without trials tells nothing."""
    steady: Literal["after", "throughout"] = "after"
    """Whether the steady state must be met again after the fault, or also at every look while it lasts."""
    unobserved: Literal["unproven", "warn"] = "unproven"
    """What an experiment counts that tells that faults were injected, and not whether the system held."""
    max_age: Limit = None
    """How long ago each experiment may have ended; `max-age` of the evidence limits its oldest."""


class Chaos(Check[ChaosParams]):
    """The system survives the faults that were injected on purpose.

    Read are the journal of Chaos Toolkit, ChaosResults of LitmusChaos, the objects of Chaos Mesh, and
    `readiness/chaos/1`, JSON of your own. An experiment counts when it came to its end, its fault was injected (a
    command that failed, a dry run or `true` injects nothing), its steady state was met again, and every fault was
    rolled back. What its tool calls success is not enough.

    ## Why it matters
    Every system fails sooner or later; what differs is whether it was tried before. Tools report success also for an
    experiment in which nothing was injected, or at which nobody looked. And "MTTR 40 s" from two trials says little
    about the third: by chance alone the true mean may be five times as long.

    ## How to fix it
    For a fault that is missing, write an experiment with an action of that name. Where the system did not hold, mend it
    and run the experiment again from its start. Where a mean is not shown, run as many trials as the finding tells:
    with 95% confidence the bound is 5.6 times the mean for two trials, 2.5 times for five, 1.8 times for ten. Write
    `data_lost` and `contained` for each trial into `readiness/chaos/1`: no tool measures them by itself.

    ## References
    - Principles of Chaos Engineering: https://principlesofchaos.org/
    - Chaos Toolkit, the journal: https://chaostoolkit.org/reference/api/journal/
    - NIST/SEMATECH e-Handbook of Statistical Methods, 8.4.5.1, constant repair rate model:
      https://www.itl.nist.gov/div898/handbook/apr/section4/apr451.htm
    """

    def judge(self, chaos: Evidence, now: datetime) -> Iterator[Finding]:
        """Each experiment, each fault that is asked for, and the times."""
        demands = Demands(
            self.params.tells,
            self.params.steady,
            self.params.unobserved,
            self.params.max_recovery,
            self.params.max_detection,
            self.params.max_age,
        )
        good: list[Experiment] = []
        bad = 0
        for one in chaos.experiments:
            found = [*examine(one, demands, now), *self._untold(one)]
            if not found:
                good.append(one)
            for finding in found:
                bad += 1
                if bad <= _MOST or finding.outcome is Outcome.FAIL:
                    yield finding
        if bad > _MOST:
            yield unproven(
                Reason.INSUFFICIENT, f"{bad - _MOST} findings and more of this sort", "mend the first ones"
            )
        if good:
            yield self._passed(good)
        yield from self._faults(chaos)
        if self.params.max_mttr is not None:
            for group in self._groups(chaos.experiments):
                yield from judge_mean(group, self.params.max_mttr, self.params.confidence)

    def _untold(self, one: Experiment) -> Iterator[Finding]:
        """Without trials nothing tells what the policy asks of each."""
        asked = [*(f"`{name}`" for name in self.params.tells)]
        if self.params.max_recovery is not None:
            asked.append("how long its recovery took")
        if self.params.max_detection is not None and "detected" not in self.params.tells:
            asked.append("when it was detected")
        if asked and not one.trials:
            message = f"{one.name}: its tool does not tell {' or '.join(asked)}"
            yield unproven(Reason.MISSING, message, "write its trials as docs/chaos-format.md tells")

    def _faults(self, chaos: Evidence) -> Iterator[Finding]:
        """Every fault that the policy names must have been injected often enough."""
        covered = 0
        for fault in self.params.faults:
            pairs = list(covering(chaos, fault, self.params.words))
            done = sum(max(1, len(one.trials)) for one, injection in pairs if injection.done)
            if done >= self.params.min_trials:
                covered += 1
                continue
            message = f"the fault {fault} was injected {done} times"
            if not done:
                why = "the action that was to be it had no effect" if pairs else "no action is it"
                message = f"the fault {fault} was not injected: {why}"
            yield unproven(
                Reason.INSUFFICIENT if pairs else Reason.MISSING, message, self._advice(fault)
            ).but(expected=f"at least {self.params.min_trials} times", observed=f"{done} times")
        if covered:
            message = f"{covered} of {len(self.params.faults)} faults that are asked for were injected"
            yield Finding(outcome=Outcome.PASS, message=message, count=covered)

    def _advice(self, fault: str) -> str:
        if fault in self.params.words or fault in CLASSES:
            return "run an experiment with it; docs/chaos-format.md tells by which words it is known"
        return f"run an experiment whose action has the words {' '.join(sorted(tokens(fault)))}, or give it `words`"

    def _groups(self, experiments: Sequence[Experiment]) -> Iterator[Recoveries]:
        if self.params.mttr_of == "all":
            yield Recoveries("all faults", [trial for one in experiments for trial in one.trials])
            return
        for name in dict.fromkeys(_fault_of(one) for one in experiments):
            yield Recoveries(
                name, [trial for one in experiments if _fault_of(one) == name for trial in one.trials]
            )

    def _passed(self, good: Sequence[Experiment]) -> Finding:
        trials = sum(len(one.trials) for one in good)
        message = (
            f"{_count(len(good), 'experiment')} came to the end and held, with {_count(trials, 'trial')}"
        )
        ends = [one.ended_at for one in good if one.ended_at is not None]
        limit = self.params.max_age
        until = min(ends) + limit if limit is not None and ends else None
        return Finding(outcome=Outcome.PASS, message=message, count=len(good), until=until)


def _fault_of(one: Experiment) -> str:
    """What its trials are of: experiments with the same actions are trials of one fault."""
    return ", ".join(sorted(injection.name for injection in one.injected)) or one.name


def _count(many: int, what: str) -> str:
    return f"{many} {what}{'' if many == 1 else 's'}"
