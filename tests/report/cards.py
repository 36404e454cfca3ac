"""Scorecards as a gate would make them: one of each verdict, one that hates its reader, and any at all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from msgspec.structs import replace

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

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
COMMIT = "3f2a9c1d5b7e8a0c4d6f1e2b3a4c5d6e7f8091a2"
HOSTILE = (
    "<script>alert(1)</script> <img src=x onerror=alert(2)> \"'><svg/onload=alert(3)> javascript:alert(4)\n"
    "::error file=app.py::pwned\r\n::set-output name=a::b ##[command]x ##vso[task.complete]y\n"
    "| a | b |\n# heading\n- [ ] task `code` ```fence *bold* _it_ ~~no~~ [link](http://evil.example) ![i](x)\n"
    "@octocat octo/cat#12 #34 GH-56 :tada: $x$ https://evil.example www.evil.example me@evil.example\n"
    "\x1b[31mred\x1b[0m \x1b]8;;http://evil.example\x07link\x1b]8;;\x07 \x9b2J \x00\x08\x7f "
    "\u202egnp.exe\u202c \u200bzero\u200d\ufeff \u2066iso\u2069 \u2028line\u2029 \U000e0041 \ud800 \ufffe "
    "{{ 7*7 }} {% raw %} [bold]rich[/bold] &amp; &#64; ]]> <!-- --> </details> 漢字 é"
)
_DIGESTS = {"load": "a1", "tests": "b2", "coverage": "c3", "manifests": "d4", "rollback": "e5", "api": "f6"}
Enforce = Literal["required", "scored", "advisory"]


def ok(message: str, count: int = 1, evidence: str | None = None) -> Finding:
    """A pass finding."""
    return Finding(outcome=Outcome.PASS, message=message, count=count, evidence=evidence)


def note(message: str, evidence: str | None = None) -> Finding:
    """Something worth knowing."""
    return Finding(outcome=Outcome.PASS, message=message, evidence=evidence, note=True)


def check(id_: str, title: str, *findings: Finding, **more: Any) -> ResultShown:
    """A result whose outcome is that of its worst finding."""
    worst = max(findings, key=lambda f: f.outcome.rank)
    given: dict[str, Any] = {
        "check": id_,
        "category": id_.partition("/")[0],
        "enforce": "scored",
        "weight": 1,
        "with_": {},
        "outcome": worst.outcome,
        "reason": worst.reason,
        "waiver": None,
        "summary": worst.message,
        "evidence": tuple(dict.fromkeys(f.evidence for f in findings if f.evidence)),
        "remediation": "Find what changed with `readiness explain`.\n\n- Read the evidence.\n- Mend the cause.",
    }
    return ResultShown(id=id_, title=title, findings=findings, **(given | more))


def item(name: str, source: str, format_: str, **more: Any) -> ItemShown:
    """A file that was read."""
    given: dict[str, Any] = {
        "sha256": _DIGESTS[name] * 32,
        "bytes": 48_213,
        "observed_at": NOW - timedelta(days=1, hours=3),
        "observed_from": "content",
        "commit": COMMIT,
        "reason": None,
        "message": "",
        "facts": {},
    }
    return ItemShown(format=format_, source=source, **(given | more))


def evidence(name: str, kind: str, *items: ItemShown, **more: Any) -> EvidenceShown:
    """A named evidence."""
    given: dict[str, Any] = {"role": None, "bind": "commit", "max_age": "7d", "facts": {}}
    return EvidenceShown(name=name, kind=kind, items=items, **(given | more))


def _results() -> tuple[ResultShown, ...]:
    limits = {"p95": "200ms", "p99": "500ms", "scope": "GET /orders"}
    p95 = Measure(value=161.2, limit=200.0, unit="ms", low=158.9, high=164.0)
    latency = Finding(
        outcome=Outcome.PASS,
        message="p95 is 161.2 ms or less with 95% confidence, over 118,204 requests",
        observed="161.2 ms",
        expected="at most 200 ms",
        measure=p95,
        evidence="load",
    )
    return (
        check("testing/tests-pass", "Every test passes", ok("1,284 tests ran and passed", 1284, "tests")),
        check("testing/line-coverage", "Lines are covered", ok("84.2% of lines are covered", 1, "coverage")),
        check(
            "performance/latency",
            "Latency keeps its objective",
            latency,
            note("GET /search carries the tail: 4% of the requests, 61% of those over p99", "load"),
            weight=3,
            enforce="required",
            with_=limits,
        ),
        check(
            "performance/error-rate",
            "Requests succeed",
            ok("at most 0.03% of requests fail", 1, "load"),
            weight=2,
        ),
        check(
            "performance/regression", "No regression against the baseline", ok("p95 fell by 2.1%", 5, "load")
        ),
        check(
            "security/tls-version",
            "Only modern TLS is offered",
            ok("TLS 1.3 only", 1, "api"),
            weight=3,
            enforce="required",
            with_={"min": "1.3"},
        ),
        check("security/certificate-days", "The certificate lasts", ok("valid for 83 more days", 1, "api")),
        check(
            "infrastructure/image-digest",
            "Images are pinned by digest",
            ok("14 images are pinned", 14, "manifests"),
        ),
        check(
            "infrastructure/image-tag",
            "No image floats",
            Finding(
                outcome=Outcome.NOT_APPLICABLE,
                message="14 images, none with a tag",
                count=14,
                evidence="manifests",
            ),
        ),
        check(
            "deployment/rollback-document",
            "There is a way back",
            ok("the steps are written down", 6, "rollback"),
        ),
    )


def _evidence() -> tuple[EvidenceShown, ...]:
    facts = {"requests": 118_204, "errors": 21, "percentiles_ms": {"50": 61.2, "95": 161.2, "99.9": 402.0}}
    return (
        evidence("load", "load-test", item("load", "reports/load/run-1.json", "k6-summary"), facts=facts),
        evidence(
            "tests", "test-report", item("tests", "reports/junit/unit.xml", "junit", observed_from="stamp")
        ),
        evidence("coverage", "coverage", item("coverage", "reports/coverage.xml", "cobertura")),
        evidence(
            "manifests", "manifests", item("manifests", "deploy/overlays/prod", "kubernetes"), max_age=None
        ),
        evidence(
            "rollback",
            "document",
            item(
                "rollback", "docs/rollback.md", "markdown", observed_at=None, observed_from=None, commit=None
            ),
            max_age=None,
            bind=None,
        ),
        evidence(
            "api",
            "endpoint",
            item("api", "https://checkout.internal:8443/health", "https", observed_at=NOW, commit=None),
            bind=None,
            max_age="1h",
        ),
    )


def categories(**scores: float | None) -> tuple[CategoryScore, ...]:
    """The usual categories, full where nothing else is said."""
    weights = {"testing": 2, "performance": 6, "security": 4, "infrastructure": 1, "deployment": 1}
    return tuple(
        CategoryScore(
            name=name,
            score=scores.get(name, 100.0),
            proven=scores.get(f"{name}_proven", 100.0),
            weight=weight if scores.get(name, 100.0) is not None else 0,
            floor=80.0 if name == "security" else None,
        )
        for name, weight in weights.items()
    )


def go() -> Scorecard:
    """Everything is shown, and good."""
    return Scorecard(
        schema=SCHEMA,
        decision="go",
        score=100.0,
        score_if_no_waivers=100.0,
        proven=100.0,
        reasons=(),
        blockers=(),
        release=Release(
            name="checkout",
            version="2.4.0",
            commit=COMMIT,
            environment="production",
            artifacts=(Artifact(name="registry.acme/checkout", digest="sha256:" + "9c" * 32),),
        ),
        policy=PolicyShown(
            name="prod",
            path="policies/prod.yaml",
            sha256="7b" * 32,
            parents=(ParentShown("web-service", "builtin:web-service"),),
            overrides=(),
            decision={"go": "90%", "conditional": "75%", "max-waived": "25%", "floors": {"security": "80%"}},
        ),
        run=Run(
            id="0f6c1b2e",
            judged_at=NOW,
            readiness_version="0.1.0",
            plugins=(PluginShown("acme", "acme-gate", "1.2.0"),),
            ci={"url": "https://ci.example/runs/4711", "job": "gate"},
            root="/builds/checkout",
        ),
        categories=categories(),
        results=_results(),
        waivers=(),
        sign_offs=(),
        valid_until=NOW + timedelta(days=5, hours=21),
        evidence=_evidence(),
        proven_bad=False,
    )


def _with(card: Scorecard, *changed: ResultShown) -> tuple[ResultShown, ...]:
    by_id = {result.id: result for result in changed}
    return tuple(by_id.get(result.id, result) for result in card.results)


def no_go() -> Scorecard:
    """An old TLS version is offered, and the load test is not there, which stops three checks."""
    card = go()
    message = "reports/load/*.json: no file matches, below /builds/checkout"
    next_ = "Run the load test, or correct `path:` of the evidence 'load'."
    gap = Finding(
        outcome=Outcome.UNPROVEN, reason=Reason.MISSING, message=message, next=next_, evidence="load"
    )
    old_tls = Finding(
        outcome=Outcome.FAIL,
        message="the endpoint still accepts TLS 1.1",
        observed="TLS 1.1, 1.2 and 1.3",
        expected="1.3 or newer",
        object="checkout.internal:8443",
        location=Location("deploy/overlays/prod/ingress.yaml", 31),
        next="Set `ssl-protocols: TLSv1.3` on the ingress.",
        evidence="api",
    )
    coverage = Finding(
        outcome=Outcome.WARN,
        message="76.4% of lines are covered",
        observed="76.4%",
        expected="at least 80%, and never below 70%",
        measure=Measure(76.4, 70.0, "%", "higher"),
        evidence="coverage",
    )
    unpinned = [
        Finding(
            outcome=Outcome.FAIL,
            message="the image is named by a tag",
            observed=f"registry.acme/worker-{n}:latest",
            expected="an image@sha256 digest",
            object=f"Deployment/shop/worker-{n}:main",
            location=Location("deploy/overlays/prod/workers.yaml", 12 + 40 * n),
            evidence="manifests",
        )
        for n in range(14)
    ]
    three = ("performance/latency", "performance/error-rate", "performance/regression")
    stopped = [check(id_, t.title, gap, weight=t.weight, enforce=t.enforce, with_=t.with_)
               for id_ in three for t in card.results if t.id == id_]  # fmt: skip
    results = _with(
        card,
        *stopped,
        check("security/tls-version", "Only modern TLS is offered", old_tls, weight=3, enforce="required"),
        check("testing/line-coverage", "Lines are covered", coverage),
        check("infrastructure/image-digest", "Images are pinned by digest", *unpinned, enforce="advisory"),
    )
    lost = item("load", "reports/load/*.json", "", sha256="", bytes=0, observed_at=None, observed_from=None,
                commit=None, reason=Reason.MISSING, message="no file matches, below /builds/checkout")  # fmt: skip
    read = tuple(replace(e, items=(lost,), facts={}) if e.name == "load" else e for e in card.evidence)
    return replace(
        card,
        decision="no-go",
        score=26.92,
        score_if_no_waivers=26.92,
        proven=53.84,
        reasons=(
            "performance/latency: unproven (missing): " + message,
            "security/tls-version: fail: the endpoint still accepts TLS 1.1",
            "the score is 26.92%, below 75%",
            "security has 25%, below its floor of 80%",
        ),
        blockers=(
            Blocker(
                cause="check:security/tls-version",
                reason=None,
                detail="the endpoint still accepts TLS 1.1",
                checks=("security/tls-version",),
                next="Set `ssl-protocols: TLSv1.3` on the ingress.",
            ),
            Blocker(cause="evidence:load", reason=Reason.MISSING, detail=message, checks=three, next=next_),
        ),
        categories=categories(testing=75.0, performance=0.0, performance_proven=0.0, security=25.0),
        results=results,
        evidence=read,
        proven_bad=True,
        valid_until=None,
    )


def not_shown() -> Scorecard:
    """A NO-GO that rests on missing evidence only."""
    card = no_go()
    good = go().results
    results = tuple(old if new.reason is None else new for old, new in zip(good, card.results, strict=True))
    return replace(
        card, reasons=card.reasons[:1], blockers=card.blockers[1:], results=results, proven_bad=False,
        categories=categories(performance=0.0, performance_proven=0.0), score=57.14, score_if_no_waivers=57.14,
        proven=57.14,
    )  # fmt: skip


def conditional() -> Scorecard:
    """Good enough to ask somebody: two waivers in force, one expired, and a parent loosened."""
    card = go()
    ends = NOW + timedelta(days=9, hours=14, minutes=30)
    waiver = WaiverShown(
        check="infrastructure/image-digest",
        object=None,
        covers=None,
        reason="registry migration, PLAT-812",
        owner="platform-team",
        expires=ends,
        state="in-force",
    )
    missing = replace(waiver, check="deployment/rollback-document", covers=Reason.MISSING, reason="moves to the wiki",
                      owner="checkout-team", expires=NOW + timedelta(days=40))  # fmt: skip
    expired = replace(waiver, check="testing/line-coverage", reason="legacy code", expires=NOW - timedelta(days=2),
                      state="expired")  # fmt: skip
    unused = replace(waiver, check="security/tls-version", object="Ingress/shop/old", state="unused")
    tag = Finding(
        outcome=Outcome.FAIL,
        message="the image is named by a tag",
        observed="registry.acme/checkout:2.4.0",
        expected="an image@sha256 digest",
        object="Deployment/shop/checkout:main",
        evidence="manifests",
    )
    lost = Finding(outcome=Outcome.UNPROVEN, reason=Reason.MISSING, message="docs/rollback.md: there is no such file",
                   evidence="rollback", next="Write it.")  # fmt: skip
    thin = Finding(
        outcome=Outcome.UNPROVEN,
        reason=Reason.INSUFFICIENT,
        message="two runs a side cannot show a change of 5%",
        observed="2 runs",
        expected="5 runs or more a side",
        next="Run the load test three more times.",
        evidence="load",
    )
    broke = replace(check("testing/line-coverage", "Lines are covered", ok("")), outcome=Outcome.ERROR,
                    findings=(), summary="the check broke: KeyError: 'branch-rate'")  # fmt: skip
    return replace(
        card,
        decision="conditional",
        score=89.99,
        score_if_no_waivers=79.16,
        proven=87.5,
        reasons=(
            "the score is 89.99%, below 90%",
            "testing/line-coverage: error: the check broke: KeyError: 'branch-rate'",
            "infrastructure/image-digest is waived by platform-team: registry migration, PLAT-812",
            "deployment/rollback-document is waived by checkout-team: moves to the wiki",
            "the policy loosens checks.latency.with.p95, which web-service sets",
            "the policy loosens decision.floors.security, which web-service sets",
        ),
        policy=replace(
            card.policy,
            overrides=(
                OverrideShown("checks.latency.with.p95", "web-service", "150ms", "200ms"),
                OverrideShown("decision.floors.security", "web-service", "90%", "80%"),
            ),
            notes=("checks.image-tag is advisory until 2027-03-01",),
        ),
        categories=categories(
            performance=83.33,
            performance_proven=83.33,
            testing=50.0,
            testing_proven=50.0,
            infrastructure=None,
            infrastructure_proven=None,
            deployment=None,
            deployment_proven=None,
        ),
        results=_with(
            card,
            check("infrastructure/image-digest", "Images are pinned by digest", tag, waiver=waiver),
            check("deployment/rollback-document", "There is a way back", lost, waiver=missing),
            check("performance/regression", "No regression against the baseline", thin, with_={"tolerance": "5%"}),
            broke,
        ),
        waivers=(unused, expired, missing, waiver),
        sign_offs=({"by": "dana@acme.example", "at": "2026-11-20T10:00:00Z", "role": "release manager"},),
    )  # fmt: skip


def hostile() -> Scorecard:
    """Every string that comes from outside is an attack."""
    card = no_go()
    chosen = ("performance/latency", "security/tls-version", "testing/line-coverage")
    small = replace(
        card,
        reasons=card.reasons[:2],
        categories=card.categories[:1],
        results=tuple(result for result in card.results if result.id in chosen),
        waivers=conditional().waivers[1:2],
        policy=replace(card.policy, overrides=conditional().policy.overrides[:1]),
        sign_offs=conditional().sign_offs,
        evidence=card.evidence[:2],
    )
    made: Scorecard = _poisoned(small)
    return made


def _poisoned(value: Any) -> Any:
    keep = {
        "schema",
        "decision",
        "outcome",
        "reason",
        "enforce",
        "state",
        "covers",
        "observed_from",
        "better",
    }
    if isinstance(value, tuple):
        return tuple(_poisoned(part) for part in value)
    if isinstance(value, Mapping):
        return {HOSTILE: HOSTILE}
    if hasattr(type(value), "__struct_fields__"):
        names = type(value).__struct_fields__
        if type(value) is Blocker:
            return replace(value, cause="check:" + HOSTILE, detail=HOSTILE, next=HOSTILE)
        return replace(
            value, **{n: _poisoned(getattr(value, n)) for n in names if n not in keep and n != "id"}
        )
    return HOSTILE if type(value) is str else value
