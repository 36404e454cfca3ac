"""What the policy asks of each evidence: checks with limits that are the same whatever was found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Ask(NamedTuple):
    """One use of a check. `more` are its lines after `from:`; a to-do takes a number that only people know.

    `beside` maps other parameters of the check to entries, which feed them where they are there; then `slot` is the
    parameter that this one feeds. With `formats` it is only for evidence of these.
    """

    id: str
    why: str
    more: tuple[str, ...] = ()
    is_todo: bool = False
    slot: str = ""
    beside: Mapping[str, str] = {}
    formats: tuple[str, ...] = ()


_REQUIRED = "enforce: required"
_ADVISORY = "enforce: advisory"

ASKS: Mapping[str, tuple[Ask, ...]] = {
    "tests": (
        Ask(
            "testing/results",
            "The tests ran, and none failed. A little below their usual number, `min-tests` notices when tests "
            "vanish.",
            (_REQUIRED, "weight: 2", "with: {min-tests: 1, max-skipped: 10%}"),
        ),
    ),
    "coverage": (
        Ask(
            "testing/coverage",
            "What no test has run, production runs first.",
            ("weight: 2", "with: {min: 80%}"),
        ),
    ),
    "lint": (Ask("code/lint", "A linter looked at the code, and found no errors."),),
    "types": (Ask("code/types", "The type checker found no errors."),),
    "complexity": (Ask("code/complexity", "Functions that people can still follow.", ("with: {max: 15}",)),),
    "code": (
        Ask(
            "code/type-hints",
            "Shown, and counts nothing until `enforce: advisory` is gone.",
            (_ADVISORY, "with: {min: 95%}"),
        ),
        Ask("code/docstrings", "The same.", (_ADVISORY, "with: {min: 80%}")),
    ),
    "vulnerabilities": (
        Ask(
            "security/vulnerabilities",
            "Nothing is shipped that is known to be broken into: no critical and no high one.",
            (_REQUIRED, "weight: 2"),
        ),
    ),
    "secrets": (
        Ask(
            "security/secrets-scan",
            "No secret in the code. A scanner that does not tell how much it looked at has to find a made-up one, at "
            "a path that `canary` names.",
            (_REQUIRED,),
        ),
    ),
    "sast": (
        Ask("security/static-analysis", "The code leaves no known way in: nothing critical, nothing high."),
    ),
    "sbom": (
        Ask(
            "security/sbom",
            "It is known what is shipped. Under `deny`, write the licences that you may not ship.",
            ("with: {min-components: 5}",),
        ),
    ),
    "git": (
        Ask(
            "security/env-files",
            "No .env file and no private key is in the repository. Take `ignored` out once .gitignore keeps them "
            "out.",
            (_REQUIRED, "with: {ignored: not-asked}"),
        ),
    ),
    "audit-log": (Ask("security/audit-log", "Who did what, when, and how it went; and no secrets in it."),),
    "load": (
        Ask(
            "performance/latency",
            "Fast enough under load, shown by the number of requests. Write your own objective.",
            (_REQUIRED, "weight: 3", "with: {p95: 200ms, p99: 500ms}"),
        ),
        Ask(
            "performance/error-rate",
            "Requests do not fail. To show 1% takes at least 299 requests, 0.1% at least 2,995.",
            (_REQUIRED, "weight: 3", "with: {max: 1%}"),
        ),
        Ask(
            "performance/throughput",
            "TODO: write the rate that production will bring, and let the load test offer it.",
            ("with: {min: 100/s}",),
            is_todo=True,
        ),
    ),
    "deploy": (
        Ask(
            "infrastructure/workloads-present",
            "The manifests are whole. List in `names` what must be there.",
            (_REQUIRED, "with: {min: 1}"),
        ),
        Ask(
            "infrastructure/image-tag",
            "What was tested is what runs: no image that may be another one tomorrow.",
            (_REQUIRED,),
        ),
        Ask("infrastructure/readiness-probe", "No traffic goes to what is not ready.", (_REQUIRED,)),
        Ask(
            "infrastructure/secrets-in-manifests",
            "Whoever reads the manifests learns no secret.",
            (_REQUIRED,),
        ),
        Ask("infrastructure/resource-requests", "No node is full by surprise."),
        Ask("infrastructure/memory-limit", "No container takes the memory of all."),
        Ask(
            "infrastructure/helm-chart",
            "The chart lints, its lock is in step, and its appVersion is the release's.",
            formats=("helm",),
        ),
    ),
    "schema": (
        Ask(
            "infrastructure/schema",
            "Every object is what the API takes.",
            slot="scan",
            beside={"manifests": "deploy"},
        ),
    ),
    "infra-scan": (
        Ask("infrastructure/scan", "Scanners of infrastructure found nothing critical, and nothing high."),
    ),
    "compose": (
        Ask("infrastructure/compose", "Services are asked for their health, limited, pinned, and restart."),
    ),
    "image": (
        Ask(
            "infrastructure/dockerfile", "The image is built from pinned images, and runs as nobody special."
        ),
    ),
    "ci": (
        Ask(
            "deployment/ci-workflow",
            "What deploys waits for tests that can fail, and runs nothing that strangers can change.",
        ),
    ),
    "rollback": (
        Ask(
            "deployment/rollback-document",
            "There is a way back: written down, fast, and lately rehearsed.",
            (_REQUIRED, "weight: 2", "with: {max-time: 15m, max-rehearsal-age: 90d}"),
        ),
    ),
    "project": (Ask("deployment/version", "The project states the version that is released.", (_REQUIRED,)),),
    "alerts": (
        Ask(
            "operations/alerts",
            "Every alert can fire, says how bad it is, and leads to a runbook. List in `required` those that must "
            "be there.",
            ("weight: 2",),
            slot="alerts",
            beside={"runbook": "runbooks", "promtool": "rule-tests"},
        ),
    ),
    "routes": (Ask("operations/alert-routing", "What is critical reaches somebody, at any hour."),),
    "alert-drills": (
        Ask(
            "operations/alert-drill",
            "In a drill an alert fired, and somebody was told in time.",
            ("with: {max-age: 90d, max-total: 10m}",),
        ),
    ),
    "boards": (
        Ask("operations/dashboards", "The dashboards show something. List those that must be there."),
    ),
    "objectives": (Ask("operations/slo-defined", "Objectives with a share, a window, and an alert."),),
    "chaos": (
        Ask(
            "operations/chaos",
            "The system survives faults that were made on purpose.",
            ("with: {max-age: 90d}",),
        ),
    ),
    "runbooks": (
        Ask(
            "operations/runbook",
            "Whoever is woken finds what to do: symptoms, diagnosis, commands, a contact.",
            ("with: {max-review-age: 180d}",),
        ),
    ),
    "recovery": (
        Ask(
            "operations/disaster-recovery-document",
            "The way back from a disaster, and that it was tried. Write your own RPO and RTO.",
            ("with: {max-rpo: 1h, max-rto: 4h, max-test-age: 90d}",),
        ),
    ),
    "owners": (
        Ask(
            "operations/ownership",
            "It is known whose it is. Add `code-owners` and `on-call` to the list as they come.",
            ("with: {require: [catalog]}",),
        ),
    ),
    "statements": (
        Ask(
            "operations/statement",
            "What only people can tell; it is stated, and never more than a warning.",
            (_ADVISORY, "with: {max-valid: 90d}"),
        ),
    ),
    "api": (
        Ask(
            "operations/health",
            "What was deployed answers that it is well.",
            (_REQUIRED, "with: {status: [200], max-latency: 1s}"),
        ),
    ),
}
