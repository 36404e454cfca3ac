"""operations/disaster-recovery-document: objectives, backups that keep them, and a restore that was tried."""

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
GOOD = """# Disaster recovery of the shop

This document says how the shop comes back when a region or its database is lost. It is read by whoever is on call,
and walked through every quarter on an empty account, by somebody who did not write it.

**Owner:** Ada Lovelace, head of operations

## Objectives
- RPO: 15 minutes
- RTO: 1 hour

## Backups
Stored in s3://acme-backups in eu-west-1, another region than production.
A full dump is made daily, and WAL is archived every 5 minutes.

## Steps
1. Open the empty account.
2. Restore the newest dump.

```sh
pg_restore --dbname shop s3-dump
```

## Last restore test
2026-05-10: successful, all rows verified, took 42 minutes.
"""
TABLE = """# Disaster recovery

This document says how the shop comes back when a region or its database is lost. It is read by whoever is on call, and
it is walked through every quarter on an empty account.

| System | RPO | RTO |
|---|---|---|
| database | 5 min | 30 min |
| files | 10 min | 45 min |

Backup location: gs://acme-dr
Backup schedule: every 5 minutes
Owner: SRE lead

## Restore tests
| Date | Result | Duration |
|---|---|---|
| 2026-01-10 | failed | 3 h |
| 2026-05-10 | passed | 25 min |

## Recovery procedure
1. Call the provider.
2. Restore.
"""


def read(root: Path, text: str) -> Document:
    (root / "dr.md").write_text(text)
    facts = read_evidence("document", root, path="dr.md").whole.facts
    assert isinstance(facts, Document)
    return facts


def judge(document: Document, now: datetime = NOW, **params: Any) -> Judgement:
    written = {key.replace("_", "-"): value for key, value in params.items()}
    return judge_check("operations/disaster-recovery-document", written, now=now, document=(document,))


@pytest.mark.parametrize("text", [GOOD, TABLE], ids=["prose", "table"])
def test_a_document_that_says_everything_passes(tmp_path: Path, text: str) -> None:
    found = judge(read(tmp_path, text), max_rpo="15m", max_rto="1h")
    assert [(f.outcome, f.message) for f in found.findings] == [
        ("pass", "dr.md: 9 of 9 parts of a disaster recovery document hold")
    ]
    assert str(found.findings[0].until) == "2026-08-07 10:00:00+00:00"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("RPO: 15 minutes", "RPO: 2 hours", "RPO: the document states 2h, and at most 15m is allowed"),
        ("RPO: 15 minutes", "RPO: a few minutes", "RPO: the document leaves it open"),
        ("RPO: 15 minutes", "RPO: low", "RPO: the document names no duration with a unit"),
        ("- RPO: 15 minutes\n", "", "RPO: the document does not speak about it"),
        ("RTO: 1 hour", "RTO: we aim for 1 hour", "RTO: the document leaves it open"),
        ("RTO: 1 hour", "RTO: 4 hours", "RTO: the document states 4h, and at most 1h is allowed"),
        ("RTO: 1 hour", "RTO: 30 minutes", "last restore test: it took 42m, and at most 30m is allowed"),
        (
            ", and WAL is archived every 5 minutes",
            "",
            "a backup every 1d cannot keep the RPO, and at most 15m",
        ),
        (
            "A full dump is made daily, and WAL is archived every 5 minutes.",
            "Dumps are made.",
            "names no rhythm",
        ),
        ("Stored in s3://acme-backups in eu-west-1, another region than production.\n", "", "names no place"),
        ("2026-05-10: successful", "2026-01-10: successful", "143d 2h ago, and at most 90d is allowed"),
        (
            "2026-05-10: successful, all rows verified",
            "2026-05-10: failed",
            "says that it failed or was not held",
        ),
        ("2026-05-10: successful, all rows verified", "2026-05-10: done", "does not say that it went well"),
        (", took 42 minutes", "", "does not say how long it took"),
        (", took 42 minutes", ", took 2 hours", "it took 2h, and at most 1h is allowed"),
        ("2026-05-10: successful", "planned for 2026-05-10: successful", "last restore test: the document"),
        ("2026-05-10: successful, all rows verified, took 42 minutes.", "Last spring.", "names no day"),
        (
            "## Last restore test",
            "## Next restore test",
            "last restore test: the document does not speak about it",
        ),
        ("Ada Lovelace, head of operations", "TBD", "owner: the document names nobody"),
        ("Ada Lovelace, head of operations", "not yet agreed", "owner: the document names nobody"),
        ("Ada Lovelace, head of operations", "not set", "owner: the document names nobody"),
        ("**Owner:** Ada Lovelace, head of operations", "", "owner: the document does not speak about it"),
        ("## Steps", "## Ideas", "steps: the document does not speak about it"),
        ("Open the empty", "Open <name of the>", "a placeholder was left"),
    ],
)
def test_a_document_that_lacks_something_fails(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in GOOD
    found = judge(read(tmp_path, GOOD.replace(old, new)), max_rpo="15m", max_rto="1h")
    assert found.outcome is Outcome.FAIL, found
    assert message in " ".join(one.message for one in found.findings)


@pytest.mark.parametrize(
    "said",
    [
        "We restored the dump on 2026-05-10:",
        "Restore test 2026-05-10:",
        "The last restore was on 2026-05-10:",
    ],
)
def test_a_restore_is_told_by_its_own_words(tmp_path: Path, said: str) -> None:
    found = judge(read(tmp_path, GOOD.replace("2026-05-10:", said)), max_rpo="15m", max_rto="1h")
    assert found.outcome is Outcome.PASS


@pytest.mark.parametrize("day", ["2026-06-10", "2026-02-30"])
def test_a_test_to_come_or_of_no_day_is_malformed(tmp_path: Path, day: str) -> None:
    found = judge(read(tmp_path, GOOD.replace("2026-05-10", day)))
    assert (found.outcome, found.reason) == ("unproven", "malformed")


def test_the_newest_entry_of_a_log_of_tests_counts(tmp_path: Path) -> None:
    assert judge(read(tmp_path, TABLE.replace("passed | 25 min", "failed | 25 min"))).outcome is Outcome.FAIL
    assert judge(read(tmp_path, TABLE.replace("passed | 25 min", "passed | 50 min"))).outcome is Outcome.FAIL


def test_both_objectives_in_one_line_are_told_apart(tmp_path: Path) -> None:
    text = GOOD.replace(
        "- RPO: 15 minutes\n- RTO: 1 hour\n", "Our RPO is 15 minutes and our RTO is 1 hour.\n"
    )
    assert judge(read(tmp_path, text), max_rpo="15m", max_rto="1h").outcome is Outcome.PASS
    assert judge(read(tmp_path, text), max_rpo="14m").outcome is Outcome.FAIL


def test_a_document_of_a_few_words_is_none(tmp_path: Path) -> None:
    found = judge(read(tmp_path, "# DR\n\nRestore the backup.\n"))
    assert found.outcome is Outcome.FAIL
    assert found.summary.startswith("dr.md: the document has 3 words of prose, and at least 30 are needed")


OBJECTIVES = {
    "at least 15 minutes": "fail",
    "more than 15 minutes": "fail",
    "> 15 min": "fail",
    "not less than 15 minutes": "fail",
    "no more than 15 minutes": "pass",
    "never more than 15 minutes of orders": "pass",
    "<= 15 min": "pass",
    "< 15 min": "pass",
}


@pytest.mark.parametrize("said", sorted(OBJECTIVES))
def test_an_objective_without_an_upper_end_promises_nothing(tmp_path: Path, said: str) -> None:
    found = judge(read(tmp_path, GOOD.replace("RPO: 15 minutes", f"RPO: {said}")), max_rpo="15m")
    assert found.outcome == OBJECTIVES[said]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("WAL is archived every 5 minutes", "WAL is not archived every 5 minutes"),
        ("WAL is archived every 5 minutes", "WAL is archived every 5 minutes (currently disabled)"),
        ("successful, all rows verified", "successful table-top exercise"),
        ("Ada Lovelace, head of operations", "none at present"),
        ("Ada Lovelace, head of operations", "there is no owner"),
    ],
)
def test_what_is_denied_or_switched_off_does_not_count(tmp_path: Path, old: str, new: str) -> None:
    assert old in GOOD
    assert judge(read(tmp_path, GOOD.replace(old, new))).outcome is Outcome.FAIL


@pytest.mark.parametrize(
    "said", ["in the region of production", "on the same servers", "the primary data centre"]
)
def test_a_place_beside_production_is_none(tmp_path: Path, said: str) -> None:
    text = TABLE.replace("gs://acme-dr", said)
    assert "backup location: the document names no place" in judge(read(tmp_path, text)).summary


def test_a_place_that_is_denied_is_none(tmp_path: Path) -> None:
    text = TABLE.replace("gs://acme-dr", "not off-site, no storage yet")
    assert "backup location: the document names no place" in judge(read(tmp_path, text)).summary
