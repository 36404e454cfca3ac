"""deployment/rollback-document against manifests and the repository; and sentences that only look like facts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from readiness.check import Finding, Outcome
from readiness.evidence.manifests import Manifests
from readiness.evidence.model import Reason
from readiness.evidence.ownership import CodeOwners
from readiness.evidence.repository import (
    Destruction,
    Ignored,
    Migration,
    Repository,
    Secrets,
    Since,
    Worktree,
)
from readiness.judge import Judgement
from readiness.testing import judge_check, read_evidence
from tests.checks.deployment.test_rollback_document import CHECK, COMMAND, GOOD, judge, read, section, swap

SET = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: checkout, namespace: shop, labels: {app.kubernetes.io/instance: checkout}}
spec:
  revisionHistoryLimit: 3
  selector: {matchLabels: {app: checkout}}
  template:
    metadata: {labels: {app: checkout}}
    spec: {containers: [{name: app, image: "r.test/checkout:1.2.3"}]}
"""


def manifests(folder: Path, text: str = SET) -> Manifests:
    (folder / "set.yaml").write_text(text)
    whole = read_evidence("manifests", folder, path="set.yaml").whole
    assert isinstance(whole.facts, Manifests), whole.message
    return whole.facts


def repository(*migrations: Migration, owners: dict[str, int] | None = None, **since: Any) -> Repository:
    named = {"@ines": 9} if owners is None else owners
    return Repository(
        path=".",
        head="a" * 40,
        branch="main",
        shallow=False,
        tracked=9,
        submodules=0,
        tags=(),
        worktree=Worktree(),
        since=Since(**{"point": "v1.2.2", "files": 5, "migrations": migrations, **since}),
        secrets=Secrets(tracked=9, looked=0),
        ignored=(Ignored(name=".env", covered=True),),
        code_owners=CodeOwners(path="CODEOWNERS", dialect="github", rules=1, owners=named, files=9, owned=9),
    )


def compared(text: str, params: dict[str, Any] | None = None, **facts: Any) -> Judgement:
    return judge_check(CHECK, params, document=(read(text),), **facts)


def bad(found: Judgement) -> list[Finding]:
    return [one for one in found.findings if not one.outcome.is_good]


def with_command(command: str) -> str:
    return swap("deployment/checkout", "deployment/checkout", GOOD).replace(COMMAND, command)


# Manifests


def test_names_that_are_in_the_manifests_pass(tmp_path: Path) -> None:
    found = compared(GOOD, manifests=manifests(tmp_path))
    assert found.outcome is Outcome.PASS
    assert found.findings[-1].message == "3 of 3 names in the commands are in the manifests"


COMMANDS = {
    "another deployment": ("kubectl -n shop rollout undo deployment/chekout", "deployment/chekout is not in"),
    "another deployment, apart": (
        "kubectl rollout undo deploy chekout -n shop",
        "deployment/chekout is not in",
    ),
    "another kind": ("kubectl -n shop rollout undo statefulset/checkout", "statefulset/checkout is not in"),
    "another namespace": (
        "kubectl -n shop-prod rollout undo deployment/checkout",
        "is in the namespace shop",
    ),
    "another release": ("helm -n shop rollback checkuot 41 --wait", "the Helm release checkuot is not in"),
    "another release behind flags": (
        "helm rollback --timeout 5m checkuot 41",
        "the Helm release checkuot is not in",
    ),
    "another namespace of a release": (
        "helm --namespace=prod rollback checkout 41",
        "names the namespace prod",
    ),
    "another deployment, with its group": (
        "kubectl -n shop rollout undo deployment.v1.apps/cart",
        "deployment/cart is not in",
    ),
    "another deployment, joined flag": (
        "kubectl -nprod rollout undo deployment/checkout",
        "is in the namespace shop",
    ),
    "a rollout": ("kubectl argo rollouts undo checkout", "rollout/checkout is not in"),
}


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_name_that_is_not_in_the_manifests_fails(tmp_path: Path, name: str) -> None:
    command, message = COMMANDS[name]
    text = with_command(command)
    assert judge(text).outcome is Outcome.PASS
    found = compared(text, manifests=manifests(tmp_path))
    assert found.outcome is Outcome.FAIL
    one = next(one for one in bad(found) if message in one.message)
    assert one.location is not None
    assert one.location.line == text[: text.index(command)].count("\n") + 1
    assert compared(text, {"names": "not-asked"}, manifests=manifests(tmp_path)).outcome is Outcome.PASS


def test_a_misspelt_name_is_told_with_the_right_one(tmp_path: Path) -> None:
    text = with_command("kubectl -n shop rollout undo deployment/chekout")
    assert bad(compared(text, manifests=manifests(tmp_path)))[0].next == "did you mean checkout?"


def test_a_name_in_a_variable_is_unproven(tmp_path: Path) -> None:
    found = compared(with_command("kubectl rollout undo deployment/$NAME"), manifests=manifests(tmp_path))
    assert (found.outcome, found.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)


def test_a_release_that_the_manifests_do_not_tell_is_unproven(tmp_path: Path) -> None:
    bare = SET.replace(", labels: {app.kubernetes.io/instance: checkout}", "")
    found = compared(GOOD, manifests=manifests(tmp_path, bare))
    assert (found.outcome, found.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)


def test_a_set_that_leaves_its_namespace_open_may_be_applied_to_any(tmp_path: Path) -> None:
    found = compared(GOOD, manifests=manifests(tmp_path, SET.replace(", namespace: shop", "")))
    assert found.outcome is Outcome.PASS


def test_a_workload_without_history_cannot_be_undone(tmp_path: Path) -> None:
    none = manifests(tmp_path, SET.replace("revisionHistoryLimit: 3", "revisionHistoryLimit: 0"))
    found = compared(with_command("kubectl -n shop rollout undo deployment/checkout"), manifests=none)
    (one,) = bad(found)
    assert (
        one.message
        == "Deployment/shop/checkout has revisionHistoryLimit: 0, so there is nothing to go back to"
    )
    assert (one.object, one.location and one.location.line) == ("Deployment/shop/checkout", 6)
    assert compared(GOOD, manifests=none).outcome is Outcome.PASS  # Helm keeps a history of its own


# Migrations

DROPPING = Migration(
    path="db/V43__drop_note.sql",
    tool="flyway",
    state="added",
    keys=("db/v43__drop_note.sql", "v43__drop_note.sql", "v43__drop_note", "v43"),
    destroys=(Destruction(3, "drops a column", ("orders", "note")),),
)
ADDING = Migration(path="db/V42__add.sql", tool="flyway", state="added", keys=("v42__add",))
OPAQUE = Migration(
    path="migrations/1-a.js", tool="code", state="added", keys=("1-a.js",), problem="it is not read"
)
DATA = "Data and migrations"


def test_migrations_that_destroy_nothing_need_no_word() -> None:
    found = compared(GOOD, repository=repository(ADDING))
    assert found.outcome is Outcome.PASS
    assert any("0 of 1 migrations since v1.2.2" in one.message for one in found.findings)


def test_a_migration_that_destroys_and_is_not_told_of_fails() -> None:
    found = compared(GOOD, repository=repository(ADDING, DROPPING))
    (one,) = bad(found)
    assert one.message == (
        "db/V43__drop_note.sql drops a column (orders.note), since v1.2.2, and the document does not tell of it"
    )
    assert one.object == "Migration/db/V43__drop_note.sql"
    assert (
        compared(GOOD, {"migrations": "not-asked"}, repository=repository(DROPPING)).outcome is Outcome.PASS
    )


TOLD = {
    "by its file": "`V43__drop_note.sql` is reversed by restoring from the backup.",
    "by its number": "V43 is destructive: restore from the backup of that night.",
    "by what it destroys": "The column `note` is dropped; it is restored from the backup.",
}
UNTOLD = {
    "nothing": "Every migration is backward compatible.",
    "another number": "V4 and V430 are backward compatible.",
    "denied": "The column `note` is not dropped, so it is reversible.",
    "wished": "We plan to drop the column `note`; the migration is reversible. Restore it from the backup.",
    "another column": "The column `remark` is dropped; it is restored from the backup.",
    "no verb": "The column `note` is reversible.",
    "by its number, and disowned": "V43 is not part of this release; all is backward compatible.",
    "by its file, for later": "V43__drop_note.sql comes with the next release; all is backward compatible.",
    "perhaps": "The column `note` could perhaps be dropped. It is reversible.",
    "out of question": "Dropping the column `note` is out of question, and never planned; all is reversible.",
}


@pytest.mark.parametrize("name", sorted(TOLD))
def test_a_migration_may_be_told_in_several_ways(name: str) -> None:
    assert compared(section(DATA, TOLD[name]), repository=repository(DROPPING)).outcome is Outcome.PASS


@pytest.mark.parametrize("name", sorted(UNTOLD))
def test_what_tells_of_something_else_does_not_tell_of_it(name: str) -> None:
    found = compared(section(DATA, UNTOLD[name]), repository=repository(DROPPING))
    assert any("the document does not tell of it" in one.message for one in bad(found))


@pytest.mark.parametrize(
    "denial",
    [
        "Not applicable: the service stores no data at all.",
        "There are no schema changes in this version, so nothing is lost.",
        "No migrations.",
        "The schema is unchanged.",
    ],
)
def test_a_document_that_denies_migrations_which_are_there_fails(denial: str) -> None:
    text = section(DATA, denial)
    found = compared(text, repository=repository(ADDING))
    assert any(
        "since v1.2.2 migrations changed: 1, such as db/V42__add.sql" in one.message for one in bad(found)
    )
    assert not [
        one for one in bad(compared(text, repository=repository())) if "migrations changed" in one.message
    ]


def test_a_migration_that_is_not_understood_must_be_named() -> None:
    found = compared(GOOD, repository=repository(OPAQUE))
    assert (found.outcome, found.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)
    text = section(DATA, "`1-a.js` only adds a column, and is backward compatible.")
    assert compared(text, repository=repository(OPAQUE)).outcome is Outcome.PASS


def test_a_migration_that_was_deleted_must_be_named() -> None:
    assert (
        "was deleted since v1.2.2"
        in bad(compared(GOOD, repository=repository(ADDING.but(state="deleted"))))[0].message
    )


def test_where_the_last_release_is_not_known_it_is_unproven() -> None:
    found = compared(GOOD, repository=repository(problem="the clone is shallow", remedy="fetch it"))
    assert (found.outcome, found.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)
    assert bad(found)[0].next == "fetch it"


# The owner


@pytest.mark.parametrize("owners", [{"@ines": 1}, {"@Ines": 1}, {"@acme/shop": 3, "@ines": 1}])
def test_an_owner_in_code_owners_passes(owners: dict[str, int]) -> None:
    assert compared(GOOD, repository=repository(owners=owners)).outcome is Outcome.PASS


def test_a_team_may_be_written_in_words() -> None:
    text = section("Who decides", "**Decision owner:** the checkout team")
    assert compared(text, repository=repository(owners={"@acme/checkout-team": 1})).outcome is Outcome.PASS


def test_an_owner_who_is_not_in_code_owners_fails() -> None:
    without = section("Who decides", "**Decision owner:** Ines (@ines), not @otto")
    assert compared(without, repository=repository(owners={"@otto": 1})).outcome is Outcome.FAIL
    found = compared(GOOD, repository=repository(owners={"@otto": 1}))
    assert [one.message for one in bad(found)] == ["the decision owner, @ines, is not in CODEOWNERS"]
    assert (
        compared(GOOD, {"owner-in-code-owners": "not-asked"}, repository=repository(owners={})).outcome
        is Outcome.PASS
    )


def test_an_owner_without_a_handle_or_code_owners_is_unproven() -> None:
    text = section("Who decides", "**Decision owner:** Ines Albrecht")
    found = compared(text, repository=repository())
    assert (found.outcome, found.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)
    nobody = repository().but(code_owners=None)
    assert compared(GOOD, repository=nobody).reason is Reason.MISSING


# Numbers that are no triggers, and prose that begins like a command

NO_TRIGGERS = {
    "traffic": "The shop serves more than 200 requests/s.",
    "peak": "At its peak it handles over 5000 orders per minute.",
    "team": "The team has at least 5 people, and over 20 % of their time goes here.",
    "usual": "The error rate is usually below 1 % within 5 minutes.",
    "normal": "p95 latency is normally under 300 ms.",
    "last week": "Last week the error rate stayed below 2 % for 5 min.",
    "canary": "The canary gets at most 5 % of all requests for 10 minutes.",
    "load test": "In the load tests the error rate stayed under 1 % for 10 minutes.",
    "contract": "The contract promises at least 99.9 % within 30 days.",
    "no action": "An error rate > 2 % for 5 min needs no action.",
    "no matter": "It does not matter if latency is above 800 ms.",
    "nobody minds": "Alerts fire at an error rate > 2 % for 5 min, which nobody minds.",
    "the past": "The error rate was > 2 % for 5 min in the incident of May.",
    "accepted": "An error rate below 2 % for 5 min is acceptable.",
}
TRIGGERS = {
    "against the usual": "The error rate is 5 % above normal for 10 minutes.",
    "twice the usual": "Orders fall below 50 % of the usual rate within 10 minutes.",
    "verb": "Roll back when the team gets more than 10 tickets within 10 minutes.",
    "replicas": "Fewer than 3 replicas are ready for 5 minutes.",
    "burn": "The error budget burns more than 14 x over 1 hour.",
    "cpu": "CPU is above 95 % for 10 minutes.",
    "canary": "The canary shows an error rate > 2 % for 5 min.",
}


@pytest.mark.parametrize("name", sorted(NO_TRIGGERS))
def test_a_number_that_describes_is_no_trigger(name: str) -> None:
    found = judge(section("When to roll back", NO_TRIGGERS[name]))
    assert found.outcome is Outcome.FAIL
    assert "triggers" in bad(found)[0].message


@pytest.mark.parametrize("name", sorted(TRIGGERS))
def test_a_number_to_act_on_is_a_trigger(name: str) -> None:
    assert judge(section("When to roll back", TRIGGERS[name])).outcome is Outcome.PASS


PROSE = [
    "helm rollback is what we would do",
    "helm rollback checkout would work",
    "kubectl rollout undo the deployment",
    "git revert the commit.",
    "kubectl -n shop rollout undo deployment/checkout if needed",
    "terraform apply should bring it back",
    "argocd app rollback never failed",
    "./rollback.sh does not exist yet",
    "helm rollback checkout 41 (see the wiki)",
    "kubectl rollout undo deployment/checkout (maybe)",
]


@pytest.mark.parametrize("line", PROSE)
def test_prose_in_a_block_of_commands_is_no_way_back(line: str) -> None:
    text = swap("flagctl set flag new-payment-form off", "ls").replace(COMMAND, line)
    assert "no code block holds a command that is known to roll back" in [
        one.message for one in bad(judge(text))
    ]


@pytest.mark.parametrize(
    "line",
    [
        'git revert --no-edit 4f2a9c1 && git push -m "the way back, if it is needed."',
        "helm rollback checkout 41 --wait",
        "for pod in a b; do kubectl rollout undo deployment/checkout; done",
        "./rollback.sh production",
        "terraform apply -auto-approve .",
    ],
)
def test_commands_are_not_taken_for_prose(line: str) -> None:
    text = swap("flagctl set flag new-payment-form off", "ls").replace(COMMAND, line)
    assert judge(text).outcome is Outcome.PASS


def test_denied_and_hypothetical_sentences_do_not_pass() -> None:
    for heading, body in (
        ("Rehearsals", "We wanted to rehearse on 2026-05-12."),
        ("When to roll back", "We never roll back for an error rate > 2 % for 5 min."),
        ("Rehearsals", "If we had rehearsed on 2026-05-12, it would have gone well."),
        ("When to roll back", "We would not roll back at an error rate > 2 % for 5 min."),
    ):
        assert judge(section(heading, body)).outcome is Outcome.FAIL, body
