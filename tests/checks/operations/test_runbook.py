"""operations/runbook: one for each alert, complete and lately reviewed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from readiness.check import Outcome
from readiness.evidence.document import Document
from readiness.judge import Judgement
from readiness.testing import judge_check, read_evidence

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
GOOD = """# HighErrorRate

Last reviewed: 2026-05-01

## Symptoms
Checkout answers 5xx to more than 2 % of requests.

## Diagnosis
Look at the dashboard "checkout" for the failing route.

## Actions
```sh
kubectl rollout undo deployment/checkout -n shop
```

## Escalation
Payments on-call, #payments-oncall
"""
MANY = """---
last_reviewed: 2026-05-01
escalation: SRE on-call, @sre
---
# Runbooks

## High error rate
**Symptoms:** 5xx above 2 %.
**Diagnosis:** read the logs of checkout.
**Actions:**
```sh
helm rollback checkout
```

## Alert: DiskFull
### What you will see
Writes fail.
### Triage
Look at `df -h`.
### Mitigation
    $ kubectl exec db-0 -- rm -rf /var/tmp/cache
"""


def read(root: Path, text: str) -> Document:
    (root / "runbook.md").write_text(text)
    facts = read_evidence("document", root, path="runbook.md").whole.facts
    assert isinstance(facts, Document)
    return facts


def judge(*documents: Document, now: datetime = NOW, **params: Any) -> Judgement:
    written = {key.replace("_", "-"): value for key, value in params.items()}
    return judge_check("operations/runbook", written, now=now, document=documents)


def test_a_runbook_with_all_its_parts_passes(tmp_path: Path) -> None:
    found = judge(read(tmp_path, GOOD), scenarios=["HighErrorRate"])
    assert (found.outcome, found.summary) == ("pass", "1 runbooks are complete, and lately reviewed")
    assert found.findings[0].until is not None
    assert judge(read(tmp_path, GOOD)).outcome is Outcome.PASS


@pytest.mark.parametrize("name", ["HighErrorRate", "high-error-rate", "DiskFull", "disk full"])
def test_a_part_of_a_document_may_be_a_runbook(tmp_path: Path, name: str) -> None:
    assert judge(read(tmp_path, MANY), scenarios=[name]).outcome is Outcome.PASS


def test_an_alert_without_a_runbook_is_missing(tmp_path: Path) -> None:
    found = judge(read(tmp_path, GOOD), scenarios=["HighErrorRate", "DiskFull", "Error"])
    assert (found.outcome, found.reason) == ("unproven", "missing")
    told = [one.message for one in found.findings]
    assert told[:2] == ["DiskFull: there is no runbook for it", "Error: there is no runbook for it"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "## Symptoms\nCheckout answers 5xx to more than 2 % of requests.\n",
            "",
            "symptoms: the document does not speak",
        ),
        ("Checkout answers 5xx to more than 2 % of requests.", "n/a", "symptoms: it says nothing"),
        ("Checkout answers 5xx to more than 2 % of requests.", "", "symptoms: it is empty"),
        ("## Diagnosis", "## Notes", "diagnosis: the document does not speak about it"),
        (
            "kubectl rollout undo deployment/checkout -n shop",
            "# roll back",
            "actions: no code block holds a command",
        ),
        (
            "kubectl rollout undo deployment/checkout -n shop",
            "echo done",
            "actions: no code block holds a command",
        ),
        (
            "kubectl rollout undo deployment/checkout -n shop",
            "kubectl is what we would use",
            "actions: no code block holds a command",
        ),
        (
            "kubectl rollout undo deployment/checkout -n shop",
            "exit 0\nkubectl rollout undo deployment/checkout",
            "actions: no code block holds a command",
        ),
        ("```sh", "```json", "actions: no code block holds a command"),
        ("Payments on-call, #payments-oncall", "somebody", "escalation: it names nobody"),
        ("Payments on-call, #payments-oncall", "not yet decided", "escalation: it names nobody"),
        ("2026-05-01", "2025-05-01", "397d 2h ago, and at most 180d is allowed"),
        ("2026-05-01", "last spring", "last review: the document names no day"),
        ("Last reviewed: 2026-05-01", "", "last review: the document does not speak about it"),
        (
            "Last reviewed: 2026-05-01",
            "## Last review\nThe service was restored on 2026-05-01.",
            "last review: the document names no day",
        ),
        ("Last reviewed", "Next review", "last review: the document does not speak about it"),
        ("Look at the", "TODO: look at the", "a placeholder was left: TODO"),
        ("checkout -n shop", "<name> -n shop", "a placeholder was left: <name>"),
    ],
)
def test_a_runbook_that_lacks_a_part_fails(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in GOOD
    found = judge(read(tmp_path, GOOD.replace(old, new)), scenarios=["HighErrorRate"])
    assert found.outcome is Outcome.FAIL
    assert message in found.summary
    assert found.findings[0].location is not None


@pytest.mark.parametrize("day", ["2026-06-03", "2026-02-30"])
def test_a_review_to_come_or_of_no_day_is_malformed(tmp_path: Path, day: str) -> None:
    found = judge(read(tmp_path, GOOD.replace("2026-05-01", day)))
    assert (found.outcome, found.reason) == ("unproven", "malformed")


def test_of_two_places_that_are_called_so_both_must_hold(tmp_path: Path) -> None:
    text = MANY + "\n## High error rate, by night\nCall somebody.\n"
    assert judge(read(tmp_path, text), scenarios=["High error rate"]).outcome is Outcome.FAIL


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# HighErrorRate", "# HighErrorRate (obsolete)"),
        ("# HighErrorRate", "# HighErrorRate [WIP]"),
        ("# HighErrorRate", "# Draft: HighErrorRate"),
        ("# HighErrorRate", "# Runbooks that are missing: HighErrorRate"),
        ("# HighErrorRate\n", "# HighErrorRate\n\nDeprecated: do not use it any more.\n"),
        ("# HighErrorRate\n", "# HighErrorRate\n\nDRAFT, not reviewed\n"),
        ("# HighErrorRate\n", "# HighErrorRate\n\nThis page is now obsolete.\n"),
        ("# HighErrorRate", "---\nstatus: draft\n---\n# HighErrorRate"),
    ],
)
def test_a_page_that_nobody_stands_by_is_no_runbook(tmp_path: Path, old: str, new: str) -> None:
    found = judge(read(tmp_path, GOOD.replace(old, new, 1)), scenarios=["HighErrorRate"])
    assert found.outcome is Outcome.FAIL
    assert "HighErrorRate: it says of itself that nobody stands by it" in found.summary


def test_drafts_and_archives_may_be_what_a_runbook_is_about(tmp_path: Path) -> None:
    text = GOOD.replace("# HighErrorRate", "# DraftOrdersPileUp")
    text = text.replace(
        "Checkout answers", "Draft orders stay. Incomplete ones are archived. Checkout answers"
    )
    assert judge(read(tmp_path, text), scenarios=["DraftOrdersPileUp"]).outcome is Outcome.PASS


PLACEHOLDERS = {
    "kubectl delete pod <pod-name>": "pass",
    "kubectl logs -n shop <pod> -c <container>": "pass",
    "ssh <host> journalctl --since <timestamp>": "pass",
    "kubectl -n <namespace> delete pod <pod-name>": "fail",
    "kubectl rollout undo deployment/<name>": "fail",
    "kubectl rollout undo deployment/YOUR_DEPLOYMENT": "fail",
}


@pytest.mark.parametrize("command", sorted(PLACEHOLDERS))
def test_what_is_known_only_when_the_alert_fires_may_be_left_open_in_a_command(
    tmp_path: Path, command: str
) -> None:
    text = GOOD.replace("kubectl rollout undo deployment/checkout -n shop", command)
    assert judge(read(tmp_path, text)).outcome == PLACEHOLDERS[command]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("Payments on-call, #payments-oncall", "There is no escalation.", "escalation: it names nobody"),
        ("Payments on-call, #payments-oncall", "Ask around.", "escalation: it names nobody"),
        ("Payments on-call, #payments-oncall", "None at present", "escalation: it names nobody"),
        (
            "Last reviewed: 2026-05-01",
            "Last reviewed: not since 2026-05-01",
            "names no day on which it was done",
        ),
        (
            "Checkout answers 5xx to more than 2 % of requests.",
            "[here](https://wiki.acme.io/x)",
            "symptoms: it says nothing",
        ),
    ],
)
def test_words_that_deny_it_are_none(tmp_path: Path, old: str, new: str, message: str) -> None:
    found = judge(read(tmp_path, GOOD.replace(old, new)))
    assert found.outcome is Outcome.FAIL
    assert message in found.summary


def test_a_review_right_below_the_title_is_of_every_part(tmp_path: Path) -> None:
    text = MANY.replace("last_reviewed: 2026-05-01\n", "")
    assert judge(read(tmp_path, text), scenarios=["DiskFull"]).outcome is Outcome.FAIL
    text = text.replace("# Runbooks\n", "# Runbooks\n\n_Last updated: 2026-05-01 by @ada_\n")
    assert judge(read(tmp_path, text), scenarios=["DiskFull"]).outcome is Outcome.PASS
