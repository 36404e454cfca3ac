"""The decision, as the design states it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from readiness.check import Outcome
from readiness.decision import Decision, Verdict, decide
from readiness.evidence.model import Reason
from readiness.policy.rules import Enforce, Layer, Override, Stake
from readiness.scoring import score
from readiness.waivers import Result, state_of, waive
from tests.engine.build import NOW, judged, layer, result, rule, waiver

REQUIRED, SCORED, ADVISORY = Enforce.REQUIRED, Enforce.SCORED, Enforce.ADVISORY
PASS, WARN, FAIL = Outcome.PASS, Outcome.WARN, Outcome.FAIL
UNPROVEN, ERROR, OFF = Outcome.UNPROVEN, Outcome.ERROR, Outcome.NOT_APPLICABLE


def verdict(*results: Result, **limits: Any) -> Verdict:
    return decide(results, [layer(list(results), **limits)])


def test_everything_proven_is_go() -> None:
    assert verdict(result("a", PASS, enforce=REQUIRED), result("b", PASS)) == Verdict(Decision.GO, (), False)


def test_nothing_at_all_is_no_go() -> None:
    assert verdict().decision is Decision.NO_GO


def test_a_required_fail_blocks_whatever_the_score() -> None:
    good = [result(f"g{i}", PASS, weight=1000) for i in range(9)]
    found = verdict(result("a", FAIL, enforce=REQUIRED), result("r", PASS, enforce=REQUIRED), *good)
    assert found.decision is Decision.NO_GO
    assert found.proven_bad
    assert found.reasons == ("a is required, and fails",)


def test_a_required_unproven_is_no_go_that_is_not_shown() -> None:
    found = verdict(result("a", UNPROVEN, enforce=REQUIRED), result("b", PASS, enforce=REQUIRED, weight=99))
    assert (found.decision, found.proven_bad) == (Decision.NO_GO, False)
    assert found.reasons == ("a is required, and is unproven (missing)",)


def test_a_low_score_by_unproven_alone_is_not_proven_bad() -> None:
    found = verdict(result("a", PASS, enforce=REQUIRED), result("b", UNPROVEN, weight=9))
    assert (found.decision, found.proven_bad) == (Decision.NO_GO, False)


def test_a_low_score_by_fails_is_proven_bad() -> None:
    found = verdict(result("a", PASS, enforce=REQUIRED), result("b", FAIL, weight=9))
    assert (found.decision, found.proven_bad) == (Decision.NO_GO, True)


def test_an_error_on_a_scored_check_is_conditional_at_best() -> None:
    found = verdict(result("a", PASS, enforce=REQUIRED, weight=99), result("b", ERROR))
    assert found.decision is Decision.CONDITIONAL


def test_an_advisory_check_does_not_count() -> None:
    good = result("a", PASS, enforce=REQUIRED)
    for outcome in (FAIL, UNPROVEN, ERROR):
        assert verdict(good, result("b", outcome, enforce=ADVISORY)).decision is Decision.GO


def test_no_required_check_that_is_proven_is_no_go() -> None:
    assert verdict(result("a", PASS)).decision is Decision.NO_GO
    assert verdict(result("a", OFF, enforce=REQUIRED), result("b", PASS)).decision is Decision.NO_GO


def test_a_warn_earns_half() -> None:
    results = [result("a", WARN, weight=1), result("b", PASS, weight=3)]
    found = score(results, layer(results).stakes)
    assert (found.share, found.proven_share) == (Fraction(7, 8), Fraction(1))


def test_exactly_the_limit_is_enough_and_a_hair_below_is_not() -> None:
    at = [result("a", PASS, enforce=REQUIRED, weight=9), result("b", UNPROVEN)]
    below = [result("a", PASS, enforce=REQUIRED, weight=899), result("b", UNPROVEN, weight=101)]
    assert verdict(*at).decision is Decision.GO
    assert verdict(*below).decision is Decision.CONDITIONAL


def test_a_category_under_its_floor_is_no_go() -> None:
    results = [result("a", PASS, enforce=REQUIRED, weight=99), result("s", FAIL, category="security")]
    found = verdict(*results, floors={"security": Fraction(4, 5)})
    assert found.decision is Decision.NO_GO
    assert "security has 0%, below its floor of 80%" in found.reasons


def test_a_floored_category_without_counted_weight_is_under_it() -> None:
    found = verdict(result("a", PASS, enforce=REQUIRED), floors={"security": Fraction(0)})
    assert (found.decision, found.proven_bad) == (Decision.NO_GO, False)


def test_a_floor_of_a_parent_holds_where_the_child_moved_the_check() -> None:
    good, bad = result("a", PASS, enforce=REQUIRED, weight=99), result("s", FAIL, category="security")
    parent = layer([good, bad], "base.yaml", floors={"security": Fraction(4, 5)})
    stakes = {id_: Stake(s.enforce, s.weight, "elsewhere") for id_, s in parent.stakes.items()}
    found = decide([good, bad], [parent, Layer("child", layer([good]).thresholds, stakes)])
    assert found.decision is Decision.NO_GO
    assert "security has 0% by base.yaml, below its floor of 80%" in found.reasons


def test_a_waived_fail_is_conditional_and_its_weight_leaves_the_score() -> None:
    rules = [rule("a", REQUIRED, 9), rule("b", REQUIRED, 1)]
    results = waive([judged(rules[0], PASS), judged(rules[1], FAIL)], [waiver("b")], NOW)
    found = score(results, layer(list(results)).stakes)
    assert (found.share, found.waived) == (Fraction(1), 1)
    assert decide(results, [layer(list(results))]).decision is Decision.CONDITIONAL


def test_too_much_waived_weight_is_no_go() -> None:
    rules = [rule("a", REQUIRED, 2), rule("b", weight=1)]
    results = waive([judged(rules[0], PASS), judged(rules[1], FAIL)], [waiver("b")], NOW)
    found = decide(results, [layer(list(results))])
    assert (found.decision, found.proven_bad) == (Decision.NO_GO, True)
    assert found.reasons == ("33.33% of the weight is waived, over 25%",)


def test_an_expired_waiver_is_ignored_and_named() -> None:
    (one,) = waive([judged(rule("a", REQUIRED), FAIL)], [waiver("a", days=-1)], NOW)
    assert (one.outcome, one.is_waived, len(one.expired)) == (FAIL, False, 1)


def test_a_waiver_for_a_fail_does_not_cover_what_is_not_shown() -> None:
    (one,) = waive([judged(rule("a"), UNPROVEN)], [waiver("a")], NOW)
    assert not one.is_waived
    (named,) = waive([judged(rule("a"), UNPROVEN)], [waiver("a", covers=Reason.MISSING)], NOW)
    assert named.is_waived
    (other,) = waive([judged(rule("a"), UNPROVEN)], [waiver("a", covers=Reason.STALE)], NOW)
    assert not other.is_waived


def test_an_error_is_never_waived() -> None:
    waivers = [waiver("a"), *(waiver("a", covers=reason) for reason in Reason)]
    (one,) = waive([judged(rule("a"), ERROR)], waivers, NOW)
    assert (one.outcome, one.is_waived) == (ERROR, False)


def test_a_waiver_of_one_object_leaves_the_others() -> None:
    both = judged(rule("a"), FAIL, "Deployment/web", "Deployment/api")
    (one,) = waive([both], [waiver("a", "Deployment/web")], NOW)
    assert (one.outcome, one.is_waived, one.used) == (FAIL, False, ())
    (two,) = waive([both], [waiver("a", "Deployment/web"), waiver("a", "Deployment/api")], NOW)
    assert two.is_waived
    assert len(two.used) == 2


def test_a_waiver_of_an_object_covers_its_containers_and_no_namesake() -> None:
    (one,) = waive([judged(rule("a"), FAIL, "Deployment/web:app")], [waiver("a", "Deployment/web")], NOW)
    assert one.is_waived
    (two,) = waive([judged(rule("a"), FAIL, "Deployment/web-2:app")], [waiver("a", "Deployment/web")], NOW)
    assert not two.is_waived


def test_an_override_is_conditional_at_best() -> None:
    results = [result("a", PASS, enforce=REQUIRED)]
    found = decide(results, [layer(results)], [Override("decision.go", "base.yaml", "90%", "50%")])
    assert found == Verdict(
        Decision.CONDITIONAL, ("the policy loosens decision.go, which base.yaml sets",), False
    )


def test_a_child_cannot_dilute_its_parent() -> None:
    parents = [result("a", PASS, enforce=REQUIRED), result("b", FAIL)]
    added = [result(f"extra{i}", PASS, weight=100) for i in range(5)]
    alone, whole = layer(parents, "base.yaml"), layer([*parents, *added])
    assert decide([*parents, *added], [whole]).decision is Decision.GO
    found = decide([*parents, *added], [alone, whole])
    assert found.decision is Decision.NO_GO
    assert found.reasons == ("the score by base.yaml is 50%, below 75%",)


OUTCOMES = st.sampled_from([PASS, WARN, UNPROVEN, FAIL, ERROR])
RESULTS = st.lists(
    st.builds(
        lambda i, outcome, enforce, weight, category: result(
            f"c{i}", outcome, enforce=enforce, weight=weight, category=category
        ),
        st.integers(0, 10**6),
        OUTCOMES,
        st.sampled_from(list(Enforce)),
        st.integers(1, 1000),
        st.sampled_from(["testing", "security"]),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda one: one.rule.id,
)
LIMITS = st.fixed_dictionaries(
    {},
    optional={
        "go": st.fractions(0, 1),
        "conditional": st.fractions(0, 1),
        "floors": st.dictionaries(st.sampled_from(["testing", "security"]), st.fractions(0, 1)),
    },
)
WORSE = {PASS: [WARN, UNPROVEN, FAIL, ERROR], WARN: [UNPROVEN, FAIL, ERROR]}


@given(RESULTS, LIMITS, st.data())
def test_worse_evidence_never_gives_a_better_decision(
    results: list[Result], limits: dict[str, Any], data: st.DataObject
) -> None:
    before = verdict(*results, **limits)
    at = data.draw(st.integers(0, len(results) - 1))
    worse = WORSE.get(results[at].outcome)
    if worse is None:
        return
    outcome = data.draw(st.sampled_from(worse))
    results[at] = result(
        results[at].rule.id,
        outcome,
        enforce=results[at].rule.enforce,
        weight=results[at].rule.weight,
        category=results[at].rule.category,
    )
    assert verdict(*results, **limits).decision.rank >= before.decision.rank


@given(RESULTS, LIMITS)
def test_go_means_that_enough_is_proven(results: list[Result], limits: dict[str, Any]) -> None:
    found = verdict(*results, **limits)
    if found.decision is Decision.GO:
        required = [one for one in results if one.rule.enforce is REQUIRED]
        assert required
        assert all(one.outcome in (PASS, WARN) for one in required)
        assert not any(one.outcome is ERROR and one.rule.enforce is not ADVISORY for one in results)
    else:
        assert found.reasons


@given(RESULTS, LIMITS, RESULTS)
def test_adding_checks_never_buys_a_better_decision_than_the_parents(
    parents: list[Result], limits: dict[str, Any], added: list[Result]
) -> None:
    fresh = [replace(one, rule=replace(one.rule, id=f"x{i}", enforce=SCORED)) for i, one in enumerate(added)]
    alone = layer(parents, "base.yaml", **limits)
    whole = layer([*parents, *fresh], **limits)
    combined = decide([*parents, *fresh], [alone, whole])
    by_itself = decide(parents, [alone])
    if any(stake.enforce is REQUIRED for stake in alone.stakes.values()):
        assert combined.decision.rank >= by_itself.decision.rank


@given(RESULTS, LIMITS, st.data())
def test_a_waiver_never_buys_a_silent_go(
    results: list[Result], limits: dict[str, Any], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(results) - 1))
    one = results[at]
    covers = data.draw(st.sampled_from([None, Reason.MISSING]))
    waived = waive([judged(r.rule, r.outcome) for r in results], [waiver(one.rule.id, covers=covers)], NOW)
    without, with_it = verdict(*results, **limits), verdict(*waived, **limits)
    if with_it.decision is Decision.GO:
        assert without.decision is Decision.GO


@given(RESULTS, LIMITS)
def test_the_parents_weights_count_whatever_the_child_says(
    results: list[Result], limits: dict[str, Any]
) -> None:
    own = layer(results, "base.yaml", **limits)
    child = Layer(
        "child", own.thresholds, {id_: Stake(s.enforce, 1, "elsewhere") for id_, s in own.stakes.items()}
    )
    assert decide(results, [own, child]).decision.rank >= decide(results, [own]).decision.rank


def test_a_waiver_of_what_is_advisory_changes_nothing() -> None:
    (one,) = waive([judged(rule("a", Enforce.ADVISORY), FAIL)], [waiver("a")], NOW)
    assert (one.outcome, one.used) == (FAIL, ())
    assert state_of(waiver("a"), [one], NOW) == "unused"
