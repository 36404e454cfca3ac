"""Any scorecard at all, full of odd text."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from readiness.check import Artifact, Finding, Location, Measure, Outcome, Release
from readiness.evidence.model import Reason
from readiness.scorecard import (
    SCHEMA,
    Blocker,
    CategoryScore,
    EvidenceShown,
    ItemShown,
    OverrideShown,
    ParentShown,
    PluginShown,
    PolicyShown,
    ResultShown,
    Run,
    Scorecard,
    WaiverShown,
)
from tests.report.cards import HOSTILE

PIECES = [piece for piece in HOSTILE.replace("\ud800", "").replace("\n", "\n ").split(" ") if piece]
TEXT = st.one_of(st.text(max_size=20), st.lists(st.sampled_from(PIECES), max_size=4).map(" ".join))
MOMENT = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
SHARE = st.none() | st.floats(0, 100)
FINITE = st.floats(allow_nan=False, allow_infinity=False)
PLAIN: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | FINITE | TEXT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2),
    max_leaves=4,
)
MAP = st.dictionaries(TEXT, PLAIN, max_size=3)


def _few(of: st.SearchStrategy[Any], most: int = 2) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(of, max_size=most).map(tuple)


def _finding(outcome: Outcome) -> st.SearchStrategy[Finding]:
    return st.builds(
        Finding,
        outcome=st.just(outcome),
        message=TEXT,
        reason=st.sampled_from(Reason) if outcome is Outcome.UNPROVEN else st.none(),
        observed=TEXT,
        expected=TEXT,
        object=st.none() | TEXT,
        location=st.none() | st.builds(Location, TEXT, st.integers(1, 9)),
        count=st.integers(1, 10**6),
        measure=st.none() | st.builds(Measure, FINITE, FINITE, TEXT),
        until=st.none() | MOMENT,
        next=TEXT,
        evidence=st.none() | TEXT,
    )


FINDING = st.sampled_from([outcome for outcome in Outcome if outcome is not Outcome.ERROR]).flatmap(_finding)
WAIVER = st.builds(
    WaiverShown,
    check=TEXT,
    object=st.none() | TEXT,
    covers=st.none() | st.sampled_from(Reason),
    reason=TEXT,
    owner=TEXT,
    expires=MOMENT,
    state=st.sampled_from(["in-force", "unused", "expired"]),
)
RESULT = st.builds(
    ResultShown,
    id=TEXT,
    check=TEXT,
    title=TEXT,
    category=TEXT,
    enforce=st.sampled_from(["required", "scored", "advisory"]),
    weight=st.integers(0, 1000),
    with_=MAP,
    outcome=st.sampled_from(Outcome),
    reason=st.none() | st.sampled_from(Reason),
    waiver=st.none() | WAIVER,
    summary=TEXT,
    evidence=_few(TEXT),
    remediation=TEXT,
    findings=_few(FINDING),
)
ITEM = st.builds(
    ItemShown,
    format=TEXT,
    source=TEXT,
    sha256=TEXT,
    bytes=st.integers(0, 2**70),
    observed_at=st.none() | MOMENT,
    observed_from=st.none() | st.sampled_from(["content", "stamp", "mtime"]),
    commit=st.none() | TEXT,
    reason=st.none() | st.sampled_from(Reason),
    message=TEXT,
    facts=MAP,
)
EVIDENCE = st.builds(
    EvidenceShown,
    name=TEXT,
    kind=TEXT,
    role=st.none() | TEXT,
    bind=st.none() | TEXT,
    max_age=st.none() | TEXT,
    facts=MAP,
    items=_few(ITEM),
)
POLICY = st.builds(
    PolicyShown,
    name=TEXT,
    path=TEXT,
    sha256=TEXT,
    parents=_few(st.builds(ParentShown, TEXT, TEXT)),
    overrides=_few(st.builds(OverrideShown, TEXT, TEXT, PLAIN, PLAIN)),
    decision=MAP,
    notes=_few(TEXT),
)
RUN = st.builds(
    Run,
    id=TEXT,
    judged_at=MOMENT,
    readiness_version=TEXT,
    plugins=_few(st.builds(PluginShown, TEXT, TEXT, TEXT, st.none() | TEXT)),
    ci=st.dictionaries(TEXT, TEXT, max_size=2),
    root=TEXT,
)
CAUSE = st.builds("{}{}".format, st.sampled_from(["", "check:", "evidence:"]), TEXT)
BLOCKER = st.builds(
    Blocker,
    cause=CAUSE,
    reason=st.none() | st.sampled_from(Reason),
    detail=TEXT,
    checks=_few(TEXT),
    next=TEXT,
)
CATEGORY = st.builds(
    CategoryScore, name=TEXT, score=SHARE, proven=SHARE, weight=st.integers(0, 99), floor=SHARE
)


def _scorecard(decision: str) -> st.SearchStrategy[Scorecard]:
    return st.builds(
        Scorecard,
        schema=st.just(SCHEMA),
        decision=st.just(decision),
        score=SHARE,
        score_if_no_waivers=SHARE,
        proven=SHARE,
        reasons=_few(TEXT),
        blockers=_few(BLOCKER) if decision == "no-go" else st.just(()),
        release=st.builds(
            Release,
            TEXT,
            st.none() | TEXT,
            st.none() | TEXT,
            st.none() | TEXT,
            _few(st.builds(Artifact, TEXT, st.none() | TEXT)),
        ),
        policy=POLICY,
        run=RUN,
        categories=_few(CATEGORY),
        results=_few(RESULT),
        waivers=_few(WAIVER),
        sign_offs=_few(PLAIN),
        valid_until=st.none() | MOMENT,
        evidence=_few(EVIDENCE),
        proven_bad=st.booleans(),
        notes=_few(TEXT),
        partial=st.none() | TEXT,
    )


SCORECARD = st.sampled_from(["go", "conditional", "no-go"]).flatmap(_scorecard)
