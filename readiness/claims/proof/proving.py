"""One claim against the scorecard: proven, contradicted or unsupported, and why.

A claim is proven only when everything in it is: each number compared and within, each word accounted for. It is
contradicted as soon as one part of it is. Everything else is unsupported.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from readiness.claims.model import Label, Reason
from readiness.claims.numbers import Quantity, say
from readiness.claims.proof import identity, wording
from readiness.claims.proof.by_check import by_check
from readiness.claims.proof.card import Proof, reason
from readiness.claims.proof.context import is_hedged
from readiness.claims.proof.measures import Measured
from readiness.claims.report import Line
from readiness.claims.rules import verdict
from readiness.claims.rules._columns import number
from readiness.claims.status import Status
from readiness.claims.units import COUNT, RATE, SHARE, TIME, shown

_OF_DECISIONS = frozenset(
    """
    production ready decision go release launch approved cleared verdict recommendation status result
    outcome conclusion gate assessment deployment sign off live ship now
    """.split()  # noqa: SIM905 - a list of words reads better as text
)
_DIMENSIONS = {
    "latency": TIME,
    "throughput": RATE,
    "errors": SHARE,
    "success": SHARE,
    "coverage": SHARE,
    "tests": COUNT,
}


def prove(line: Line, proof: Proof) -> tuple[Reason, ...]:
    """Why the claim is proven, contradicted or unsupported by the scorecard; the label is that of the worst reason."""
    if line.status is Status.OPEN:
        return ()
    found = [*_identity(line, proof), *_decision(line, proof)]
    if not found:
        compared, left = _numbers(line, proof)
        if compared and left:
            compared = [one if one.label is Label.CONTRADICTED else _partly(one) for one in compared]
        judged = list(by_check(line, proof, is_sure=not left))
        found = [*compared, *(one for one in judged if not compared or one.label is Label.CONTRADICTED)]
    if any(one.label is Label.CONTRADICTED for one in found):
        found = [one for one in found if one.label is Label.CONTRADICTED]
    if found:
        doubt = proof.doubt(line) or (
            "it is said as a question, a plan or a denial" if is_hedged(line) else ""
        )
        return tuple(_doubted(one, doubt) if doubt else one for one in found)
    return (
        Reason(label=Label.UNSUPPORTED, rule="no-match", message="nothing in the scorecard speaks of it"),
    )


def _doubted(one: Reason, doubt: str) -> Reason:
    """What would be proven is not."""
    return (
        one.but(label=Label.UNSUPPORTED, message=f"{one.message}; {doubt}")
        if one.label is Label.PROVEN
        else one
    )


def _some(left: set[str]) -> str:
    """A few of the words that nothing accounts for."""
    return ", ".join(f'"{word}"' for word in sorted(left)[:4])


def _partly(one: Reason) -> Reason:
    return one.but(
        label=Label.UNSUPPORTED, message=f"{one.message}; nothing speaks of the other numbers of the claim"
    )


def _identity(line: Line, proof: Proof) -> Iterator[Reason]:
    """The version and the commit that the report gives itself."""
    release = proof.card.release
    for name, stated, judged, is_same in (
        ("version", identity.version_of(line), release.version, identity.is_version),
        ("commit", identity.commit_of(line), release.commit, identity.is_commit),
    ):
        if stated and judged:
            label = Label.PROVEN if is_same(stated, judged) else Label.CONTRADICTED
            yield reason(label, "release", f"the scorecard judged {name} {judged}", f"stated {stated}")


def _decision(line: Line, proof: Proof) -> Iterator[Reason]:
    if not verdict.says_ready(line):
        return
    card = proof.card
    said = f"the decision of the scorecard is {card.decision.upper()}"
    if card.partial is not None:
        yield reason(
            Label.UNSUPPORTED,
            "decision",
            f"the scorecard is of a part of the policy ({card.partial}), which decides nothing",
        )
    elif card.decision == "go":
        left = wording.things(line, proof.own_words | _OF_DECISIONS, proof.lead(line))
        if left:
            yield reason(Label.UNSUPPORTED, "decision", f"{said}; it does not speak of {_some(left)}")
        else:
            yield reason(Label.PROVEN, "decision", said)
    else:
        why = card.reasons[0] if card.reasons else ""
        yield reason(Label.CONTRADICTED, "decision", said, why)


def _numbers(line: Line, proof: Proof) -> tuple[list[Reason], bool]:
    """What the measured numbers say of those of the claim, and whether a number is left that nothing speaks of."""
    reasons: list[Reason] = []
    left = False
    for one, metric, column in _claimed(line):
        matches = _matching(line, one, metric, proof, column) if metric else []
        if matches:
            reasons.append(_compared(one, metric, matches))
        elif metric.startswith("tests ") and (tests := _test_counts(line, proof)):
            reasons.append(_compared(one, metric, [counts[metric[6:]] for counts in tests]))
        else:
            left = True
    for parts in line.fractions:
        reports = _test_counts(line, proof) if wording.tells_of_tests(line.text) else []
        if reports:
            reasons.append(_compared_tests(parts.part, parts.whole, parts.text, reports))
        else:
            left = True
    return reasons, left


def _claimed(line: Line) -> Iterator[tuple[Quantity, str, str]]:
    """The numbers that a claim says to be so, what they measure, and their column; a target is none of them."""
    if line.kind == "row":
        for i, name in enumerate(line.columns):
            one = number(line, i)
            if one is not None and not wording.is_target(name):
                context = f"{name} {wording.subject(line)}"
                yield one, wording.metric_of(name, one, context), name
        return
    for one in line.quantities:
        clause = _clause(line.text, one)
        if not wording.is_target(clause):
            percent_of_tests = one.dimension == SHARE and line.fractions
            if not percent_of_tests:
                yield one, _metric(line, one, clause), ""


def _metric(line: Line, one: Quantity, clause: str) -> str:
    """What it measures; of a second time in one clause, only what stands between the two tells."""
    start = line.text.find(clause)
    earlier = [q for q in line.quantities if q.dimension == one.dimension and start <= q.start < one.start]
    if earlier:
        between = line.text[earlier[-1].end : one.start]
        return wording.metric_of(between, one, between, line.text[one.end :])
    return wording.metric_of(clause, one, line.text, line.text[one.end :])


def _clause(text: str, one: Quantity) -> str:
    start = max(text.rfind(mark, 0, one.start) for mark in ",;(|") + 1
    ends = [at for mark in ",;()|" if (at := text.find(mark, one.end)) >= 0]
    return text[start : min(ends, default=len(text))]


def _matching(line: Line, one: Quantity, metric: str, proof: Proof, column: str) -> list[Measured]:
    """The measured numbers of that metric and scope; none when the claim names a thing that the scorecard does not."""
    wanted = "errors" if metric == "success" else metric
    of_metric = [
        m
        for m in proof.numbers
        if m.metric == wanted
        and not m.metric.startswith("tests")
        and _DIMENSIONS.get(metric.split()[0], COUNT) == one.dimension
    ]
    scopes = {m.scope for m in of_metric if m.scope}
    text = f"{' '.join(line.section[-1:])} {line.text}".lower()
    exact = [scope for scope in scopes if scope.lower() in text]
    known = proof.own_words | {word for scope in exact for word in wording.words(scope)}
    left = wording.things(line, known, f"{proof.lead(line)} {column}")
    if not exact and left:
        exact = [scope for scope in scopes if left <= wording.words(scope)]
        left = set() if len(exact) == 1 else left
    if left or len(exact) > 1:
        return []
    return [m for m in of_metric if m.scope == (exact[0] if exact else "")]


def _compared(one: Quantity, metric: str, matches: list[Measured]) -> Reason:
    """All evidence of the metric must agree with the claim."""
    results = [_against(one, metric, match) for match in matches]
    return min(results, key=lambda reason: list(Label).index(reason.label))


def _against(one: Quantity, metric: str, match: Measured) -> Reason:
    value, low, high = match.value, match.low, match.high
    if metric == "success":
        value, low, high = (
            100 - value,
            None if high is None else 100 - high,
            None if low is None else 100 - low,
        )
    where = (
        f'{_named(metric)}{f" of {match.scope}" if match.scope else ""} in the evidence "{match.evidence}"'
    )
    arithmetic = f"stated {say(one)}, measured {shown(value, one.dimension)}"
    if match.doubt:
        return reason(
            Label.UNSUPPORTED, "metric", f"the scorecard does not rest on {where}: {match.doubt}", arithmetic
        )
    if not _holds(one, value):
        return reason(Label.CONTRADICTED, "metric", f"{where} is another number", arithmetic)
    if one.dimension == SHARE and one.is_plain and one.low in (0, 100) and value != one.low:
        return reason(Label.UNSUPPORTED, "metric", f"{where} is that only when rounded", arithmetic)
    edge = high if one.is_upper else low if one.is_lower else value
    if edge is None or not _holds(one, edge):
        bound = (
            "nothing bounds it"
            if edge is None
            else f"with 95% confidence only {shown(edge, one.dimension)} is shown"
        )
        return reason(Label.UNSUPPORTED, "metric", f"{where} was measured within, and {bound}", arithmetic)
    return reason(Label.PROVEN, "metric", where, arithmetic)


def _named(metric: str) -> str:
    """`latency p95` as people say it."""
    first, _, rest = metric.partition(" ")
    return {"errors": "error rate", "success": "success rate"}.get(first, f"{rest} {first}".strip())


def _holds(one: Quantity, value: Fraction) -> bool:
    match one.bound:
        case "<":
            return value < one.high
        case "<=":
            return value <= one.high
        case ">":
            return value > one.low
        case ">=":
            return value >= one.low
        case "~":
            return one.low * Fraction(9, 10) <= value <= one.high * Fraction(11, 10)
    return one.could_be(value)


def _test_counts(line: Line, proof: Proof) -> list[dict[str, Measured]]:
    """The counts of each test report that the claim may speak of."""
    by_evidence: dict[str, dict[str, Measured]] = {}
    for one in proof.numbers:
        if one.metric.startswith("tests "):
            by_evidence.setdefault(one.evidence, {})[one.metric[6:]] = one
    left = wording.things(line, proof.own_words, proof.lead(line))
    named = {name: counts for name, counts in by_evidence.items() if left and left <= wording.words(name)}
    if named or left:
        return list(named.values())
    return list(by_evidence.values()) if len(by_evidence) == 1 else []


def _compared_tests(part: Fraction, whole: Fraction, text: str, matches: list[dict[str, Measured]]) -> Reason:
    counts = matches[0]
    passed, total, run = counts["passed"], counts["total"], counts["run"]
    arithmetic = (
        f"stated {text}, measured {passed.value} of {total.value} passed, {counts['skipped'].value} skipped"
    )
    if passed.doubt:
        return reason(
            Label.UNSUPPORTED, "tests", f"the scorecard does not rest on them: {passed.doubt}", arithmetic
        )
    right = part == passed.value and whole in (total.value, run.value)
    where = f'the tests of the evidence "{passed.evidence}"'
    return reason(Label.PROVEN if right else Label.CONTRADICTED, "tests", where, arithmetic)
