"""deployment/rollback-document: what is denied, wished or never run, and honest words."""

from __future__ import annotations

import pytest

from readiness.check import Outcome, Release
from readiness.evidence.documents.shell import script_of
from readiness.testing import judge_check
from tests.checks.deployment.test_rollback_document import COMMAND, GOOD, bad, judge, read, section, swap


def steps(command: str) -> str:
    """The good document with another command, and no other way back."""
    indented = command.replace("\n", "\n   ")
    return swap("flagctl set flag new-payment-form off", "ls").replace(COMMAND, indented)


HOLLOW = {
    "wanted to": section("Rehearsals", "We wanted to rehearse on 2026-05-20."),
    "hoped": section("Rehearsals", "We hope to have rehearsed by 2026-05-20."),
    "planned for": section("Rehearsals", "The rehearsal planned for 2026-05-20 is on the calendar."),
    "intended": section("Rehearsals", "A rehearsal was intended on 2026-05-20."),
    "should have": section("Rehearsals", "Should have been rehearsed on 2026-05-20."),
    "had no time": section("Rehearsals", "On 2026-05-20 we had no time for it."),
    "nobody rehearsed": section("Rehearsals", "Nobody rehearsed on 2026-05-20."),
    "going to": section("Rehearsals", "We are going to rehearse on 2026-05-20."),
    "would": section("Rehearsals", "We would rehearse on 2026-05-20 if staging worked."),
    "missed": section("Rehearsals", "The drill of 2026-05-20 was missed."),
    "called off": section("Rehearsals", "The drill of 2026-05-20 was called off."),
    "moved": section("Rehearsals", "The drill of 2026-05-20 was moved to autumn."),
    "no rehearsal": section("Rehearsals", "No rehearsal since 2026-05-20."),
    "no rehearsal on": section("Rehearsals", "There was no rehearsal on 2026-05-20."),
    "was to": section("Rehearsals", "It was to be rehearsed on 2026-05-20."),
    "target day": section("Rehearsals", "Target date: 2026-05-20"),
    "fell through": section("Rehearsals", "The rehearsal of 2026-05-20 fell through."),
    "aim": section("Rehearsals", "We aim for 2026-05-20."),
    "must": section("Rehearsals", "Must be rehearsed on 2026-05-20."),
    "label planned": section("Rehearsals", "Last rehearsed: 2026-05-20 (planned)"),
    "label tbc": section("Rehearsals", "Last rehearsed: 2026-05-20, to be confirmed"),
    "label simul": section("Rehearsals", "Last rehearsed: 2026-05-20, on paper only"),
    "didnt finish": section("Rehearsals", "Last rehearsed: 2026-05-20; we didn\u2019t finish"),
    "paging drill": section(
        "Rehearsals", "Last rehearsed: 2026-05-20; it took 40 minutes and the database was lost"
    ),
    "row tabled": section(
        "Rehearsals", "| Day | Outcome |\n|--|--|\n| 2026-05-20 | not held |\n| 2026-01-01 | fine |"
    ),
    "row open": section("Rehearsals", "| Day | Outcome |\n|--|--|\n| 2026-05-20 | planned |"),
    "row empty outcome": section("Rehearsals", "| Day | Outcome |\n|--|--|\n| 2026-05-20 | - |"),
    "release date": section("Rehearsals", "Released on 2026-05-20."),
    "incident": section("Rehearsals", "The document was first published on 2026-05-20 by Ines."),
    "restored": section("Rehearsals", "The database was restored on 2026-05-20."),
    "a day of the owner": section("Rehearsals", "Owner: Ines Albrecht, since 2026-05-20"),
    "restore test": section("Rehearsals", "Restore test 2026-05-20"),
    "partially": section("Rehearsals", "Last rehearsed: 2026-05-20, only half of the steps"),
    # triggers
    "never for": section("When to roll back", "We never roll back for an error rate > 2 % for 5 min."),
    "do not": section("When to roll back", "Do not roll back when the error rate is > 2 % for 5 min."),
    "don't": section("When to roll back", "Don't roll back if the error rate is > 2 % for 5 min."),
    "no reason": section("When to roll back", "An error rate > 2 % for 5 min is no reason to roll back."),
    "no trigger": section("When to roll back", "There is no trigger like error rate > 2 % for 5 min."),
    "to discuss": section(
        "When to roll back", "Whether error rate > 2 % for 5 min is a trigger is under discussion."
    ),
    "perhaps": section("When to roll back", "Perhaps when the error rate is > 2 % for 5 min."),
    "e.g.": section("When to roll back", "We have not agreed on a number, e.g. error rate > 2 % for 5 min."),
    "used to": section("When to roll back", "We used to roll back when the error rate was > 2 % for 5 min."),
    "ignore": section("When to roll back", "Ignore an error rate > 2 % for 5 min."),
    "instead of": section(
        "When to roll back", "Rather than rolling back at error rate > 2 % for 5 min, fix forward."
    ),
    # owner
    "owner?": section("Who decides", "Decision owner: to be found"),
    "anyone can": section("Who decides", "Anyone can decide."),
    "no one decides": section("Who decides", "No one decides."),
    "nobody is": section("Who decides", "Nobody is responsible for this."),
    "we havent": section("Who decides", "We have not chosen a person."),
    "left": section("Who decides", "Ines Albrecht, who left the company."),
    "former": section("Who decides", "Owner: formerly Ines Albrecht"),
    "used to be": section("Who decides", "It used to be Ines Albrecht."),
    "depends": section("Who decides", "It depends."),
    "owner not Ines": section("Who decides", "Not Ines Albrecht."),
    "wip": section("Who decides", "Owner: under discussion"),
    "an account": section("Who decides", "Owner: admin"),
    "of a template": section("Who decides", "Owner: Jane Doe"),
    "their name": section("Who decides", "Owner: your full name"),
    "vac": section("Who decides", "The position is vacant."),
    # target
    "target >=": section("Target", "We go back to 1.3.0."),
    "target newer": section("Target", "We go back to 1.2.4."),
    "target pre": section("Target", "We go back to 1.2.3-rc.1, or 2.0.0."),
    "target same build": section("Target", "We go back to 1.2.3+build5."),
    "target 1.2.3.0": section("Target", "We go back to 1.2.3.0."),
    "never to": section("Target", "Never go back to 1.2.2."),
    "not possible": section("Target", "1.2.2 cannot be restored."),
    "unknown": section("Target", "Unclear, perhaps 1.2.2."),
    "no longer": section("Target", "1.2.2 is no longer available."),
    "deleted": section("Target", "The images of 1.2.2 were deleted."),
    "target k8s": section("Target", "Kubernetes 1.29.3"),
    # data
    "drop reversible": section(
        "Data and migrations", "Migration 0042 drops the table orders; it is reversible."
    ),
    "drop": section("Data and migrations", "The migration runs DROP TABLE orders and is reversible."),
    "truncate": section("Data and migrations", "We truncate the events table. The migration is reversible."),
    "delete": section("Data and migrations", "It deletes the column `note`, reversible by re-adding it."),
    "delete rows": section("Data and migrations", "Old orders are deleted for good, reversible."),
    "not restore": section("Data and migrations", "We cannot restore the database."),
    "no restore": section("Data and migrations", "Restoring is impossible."),
    "never backed up": section("Data and migrations", "Backups are never taken."),
    "backup off": section("Data and migrations", "Backups are switched off."),
    "would be rev": section("Data and migrations", "It would be reversible if we wrote a down migration."),
    "hope rev": section("Data and migrations", "We hope that the migration is reversible."),
    "lost": section("Data and migrations", "All orders since the release are lost; revert is fine."),
    "isn't": section("Data and migrations", "It isn't reversible."),
    "isn't, in print": section("Data and migrations", "It isn\u2019t reversible."),
    "nobody knows": section("Data and migrations", "Nobody knows whether it is reversible."),
    "no down mig exists": section("Data and migrations", "A down migration does not exist."),
    "breaks old code": section("Data and migrations", "Old code crashes with the new schema."),
    "no backups exist": section("Data and migrations", "Irreversible. Backups do not exist."),
    "backup never tested": section("Data and migrations", "Irreversible. We have no tested backup."),
    # time
    "soon": section("Time to roll back", "Soon."),
    "few min": section("Time to roll back", "A few minutes."),
    "some": section("Time to roll back", "Several minutes."),
    "hope": section("Time to roll back", "We hope it takes 10 minutes."),
    "never measured": section("Time to roll back", "Nobody has measured it; 10 minutes would be nice."),
    "guess": section("Time to roll back", "We guess 10 minutes."),
    "goal": section("Time to roll back", "Our goal is 10 minutes."),
    "not 10": section("Time to roll back", "Not 10 minutes, but much longer."),
    "can take longer": section("Time to roll back", "10 minutes, but often much longer."),
    "cannot in": section("Time to roll back", "It cannot be done in 10 minutes."),
    "a couple hours": section("Time to roll back", "5 minutes for pods and a couple of hours for data."),
    "hours no number": section("Time to roll back", "5 minutes for pods, then hours for data."),
    "a few hours": section("Time to roll back", "10 minutes to a few hours."),
    "hundred": section("Time to roll back", "5 minutes or two hundred minutes"),
    "clock": section("Time to roll back", "5 minutes for pods, 1:30 h for data"),
    "a day": section("Time to roll back", "5 minutes; overnight for the data"),
    "dozens": section("Time to roll back", "5 minutes; dozens of minutes for the cache"),
    "per pod": section("Time to roll back", "5 minutes per pod, with 40 pods"),
    "times": section("Time to roll back", "3 x 10 minutes"),
    "after": section("Time to roll back", "We start 10 minutes after the alert."),
    "ninety-five": section("Time to roll back", "ninety-five minutes"),
    "twenty-five": section("Time to roll back", "twenty-five minutes"),
    # verification
    "verif never": section("Verification", "We never check that the error rate is below 1 %."),
    "verif not": section("Verification", "The health endpoint does not return 200."),
    "verif skip": section("Verification", "Skip checking that `/health` returns 200."),
    "verif should": section("Verification", "Nobody checks whether /health returns 200."),
    "verif 500": section("Verification", "The health endpoint returns 500."),
    # commands
    "false &&": steps("false && kubectl rollout undo deployment/checkout"),
    "true ||": steps("true || kubectl rollout undo deployment/checkout"),
    "exit": steps("exit 0\nkubectl rollout undo deployment/checkout"),
    "exit;": steps("exit; kubectl rollout undo deployment/checkout"),
    "if false": steps("if false; then\n  kubectl rollout undo deployment/checkout\nfi"),
    "function": steps("rollback() {\n  kubectl rollout undo deployment/checkout\n}"),
    "lint": steps("shellcheck scripts/rollback.sh"),
    "npm lint": steps("npm run lint:rollback"),
    "make lint": steps("make lint-rollback"),
    "make test": steps("make test-rollback"),
    "make no": steps("make no-rollback"),
    "bash -n": steps("bash -n scripts/rollback.sh"),
    "lint script": steps("./lint-rollback.sh"),
    "test script": steps("./test_rollback.py"),
    "vim": steps("make edit FILE=docs/rollback.md"),
    "make docs": steps("make docs/rollback.html"),
    "echo pipe": steps("echo x | grep rollback && : kubectl rollout undo deployment/x"),
    "heredoc": steps("cat <<EOF\nkubectl rollout undo deployment/checkout\nEOF"),
    "quoted": steps('echo "\nkubectl rollout undo deployment/checkout\n"'),
    "alias": steps("alias rb='kubectl rollout undo deployment/checkout'"),
    "git revert abort": steps("git revert --abort"),
    "git revert quit": steps("git revert --quit"),
    "git revert skip": steps("git revert HEAD --no-commit --help"),
    "helm dry": steps("helm rollback checkout 41 --dry-run=true"),
    "helm dry client": steps("kubectl rollout undo deployment/checkout --dry-run=client"),
    "kubectl -h": steps("kubectl rollout undo -h"),
    "terraform destroy": steps("terraform apply -destroy"),
    "tf plan": steps("terraform plan"),
    "flag on": steps("flagctl set flag new-payment-form on"),
    "flag words": steps("kill -9 $(pgrep flagd)"),
    "curl flag": steps("curl https://example.com/feature/off"),
    "chmod": steps("chmod +x rollback.sh"),
    "rm": steps("rm scripts/rollback.sh"),
    "sh -c": steps("ssh host true # kubectl rollout undo deployment/x"),
    "while": steps("while false; do kubectl rollout undo deployment/x; done"),
    "kubectl annotate": steps("kubectl annotate deployment/x rollout undo"),
    "kubectl flag val": steps("kubectl get -o yaml rollout undo deployment/x"),
    "helm history rollback": steps("helm -n rollback history rollback checkout"),
}
HONEST = {
    "arrow": section("Target", "1.2.3 → 1.2.2"),
    "arrow ascii": section("Target", "`1.2.3 -> 1.2.2`"),
    "arrow2": section("Target", "checkout: 1.2.3 => 1.2.2"),
    "arrow row": section("Target", "| Component | Change |\n|--|--|\n| checkout | 1.2.3 → 1.2.2 |"),
    "set image": steps("kubectl -n shop set image deployment/checkout checkout=registry.acme/checkout:1.2.2"),
    "oc set image": steps("oc set image dc/checkout checkout=registry.acme/checkout:1.2.2"),
    "docker update": steps("docker service update --image registry.acme/checkout:1.2.2 shop_checkout"),
    "helm upgrade": steps("helm upgrade checkout acme/checkout --version 1.2.2"),
    "helm upgrade tag": steps("helm upgrade checkout ./chart --set image.tag=1.2.2"),
    "unchanged": section("Data and migrations", "The schema is unchanged."),
    "unchanged2": section("Data and migrations", "This release does not change the schema."),
    "unchanged3": section("Data and migrations", "No table is changed."),
    "whoever": section(
        "Who decides", "Whoever is on call (the platform rota in PagerDuty, #checkout-oncall)."
    ),
    "whoever2": section("Who decides", "Whoever is on call (see the rota)."),
    "rollback if": section("When to roll back", "- **Rollback if** the error rate is > 2 % for 5 min"),
    "rollback if 2": section("When to roll back", "").replace(
        "## When to roll back\n\n\n", "- **Rollback if** the error rate is > 2 % for 5 min\n\n"
    ),
    "roll back if prose": section("When to roll back", "").replace(
        "## When to roll back\n\n\n", "Roll back if the error rate is > 2 % for 5 min.\n\n"
    ),
    "roll back when label": section("When to roll back", "").replace(
        "## When to roll back\n\n\n", "**Roll back when:** error rate > 2 % for 5 min\n\n"
    ),
    "rollback never fails": section(
        "Rehearsals", "Last rehearsed: 2026-05-20. It went well and nothing failed."
    ),
    "do not wait": section(
        "When to roll back", "Do not wait: roll back when the error rate is > 2 % for 5 min."
    ),
    "do not hesitate": section("When to roll back", "- error rate > 2 % for 5 min (do not ask first)"),
    "no discussion": section("When to roll back", "Error rate > 2 % for 5 min. No discussion."),
    "if not": section(
        "When to roll back", "Roll back if the service does not answer for more than 2 minutes."
    ),
    "never below": section("When to roll back", "Availability falls below 99.5 % for 5 min."),
    "no down": section("Data and migrations", "Migrations are additive; no down migration is needed."),
    "never drop": section(
        "Data and migrations", "The migration is backward compatible: it never drops a column."
    ),
    "no deletes": section(
        "Data and migrations", "The release deletes no data and the migration is reversible."
    ),
    "drop with backup": section(
        "Data and migrations",
        "Migration 0042 drops the column note; restore it from the snapshot taken before.",
    ),
    "fwd": section(
        "Data and migrations",
        "Expand and contract: the column is dropped only in the next release, so it is backward compatible.",
    ),
    "rehearsed w plan": section(
        "Rehearsals", "Last rehearsed on 2026-05-20 by the platform team, as planned."
    ),
    "rehearse all": section("Rehearsals", "On 2026-05-20 we rolled staging back to 1.2.1 within 7 minutes."),
    "no more": section("Time to roll back", "It takes no longer than 10 minutes."),
    "not more": section("Time to roll back", "Not more than 10 minutes."),
    "usually": section("Time to roll back", "Usually 5 minutes, 10 minutes at worst."),
    "takes": section("Time to roll back", "The rollback takes 5 minutes and never more than 10 minutes."),
    "target not": section("Target", "1.2.2, not 1.2.1."),
    "target lower": section("Target", "checkout 1.2.2 and its chart 4.7.0"),
    "target image": section("Target", "registry.acme/checkout:1.2.2"),
    "if up": steps(
        "if kubectl get deployment/checkout; then\n  kubectl rollout undo deployment/checkout\nfi"
    ),
    "cd &&": steps("cd infra && kubectl rollout undo deployment/checkout"),
    "flag off": swap(COMMAND, "ls"),
    "owner ca": section("Who decides", "The on-call engineer decides; nobody else needs to be asked."),
    "owner no appr": section("Who decides", "Ines Albrecht. No approval is needed."),
    "verif no errors": section("Verification", "`kubectl get pods` shows no errors; /health returns 200."),
    "verif not above": section("Verification", "The error rate does not exceed 1 %."),
    "reh none failed": section("Rehearsals", "2026-05-20 on staging: nothing broke, 7 minutes."),
}


@pytest.mark.parametrize("text", HOLLOW.values(), ids=HOLLOW.keys())
def test_what_is_denied_wished_or_never_run_does_not_pass(text: str) -> None:
    assert judge(text).outcome in (Outcome.FAIL, Outcome.UNPROVEN)


@pytest.mark.parametrize("text", HONEST.values(), ids=HONEST.keys())
def test_honest_words_are_not_refused(text: str) -> None:
    assert bad(text) == []


def test_a_version_after_the_release_says_that_it_is_no_way_back() -> None:
    (finding,) = bad(section("Target", "We go back to 1.2.4."))
    assert finding.message == (
        "target version: the document names 1.2.4, which does not come before the release that is judged"
    )


def test_a_release_without_an_order_is_compared_by_equality_only() -> None:
    release = Release("shop", "build-77", None, "production")
    document = read(GOOD)
    assert (
        judge_check("deployment/rollback-document", release=release, document=(document,)).outcome
        is Outcome.PASS
    )


def test_setting_the_image_of_the_release_itself_is_no_way_back() -> None:
    for tag in ("1.2.3", "1.3.0"):
        text = steps(f"kubectl -n shop set image deployment/checkout checkout=registry.acme/checkout:{tag}")
        assert judge(text).outcome is Outcome.FAIL


def test_dropped_data_without_a_copy_is_named() -> None:
    (finding,) = bad(
        section("Data and migrations", "The migration runs DROP TABLE orders and is reversible.")
    )
    assert "data that is destroyed" in finding.message


def test_a_row_without_an_outcome_says_so() -> None:
    (finding,) = bad(section("Rehearsals", "| Day | Outcome |\n|--|--|\n| 2026-05-20 | - |"))
    assert "does not say how it went" in finding.message


def words(script: str) -> list[str]:
    return [" ".join(command.words) for command in script_of(script)]


SCRIPTS = [
    ("a 'b c' \"d\" # e", ["a b c d"]),
    ("cat <<EOF\nx\nEOF\ny", ["cat", "y"]),
    ("f() {\n  x\n}\ny", ["y"]),
    ("f() {\n  x\n}\nf", ["x", "f"]),
    ("function f {\n  x\n}", []),
    ("if false; then\n  x\nelse\n  y\nfi\nz", ["y", "z"]),
    ("if true; then\n  x\nelse\n  y\nfi", ["true", "x"]),
    ("if false; then if true; then x; fi; fi", []),
    ("until true; do x; done", []),
    ("kill $(pgrep x | y)", ["kill $(pgrep x | y)"]),
    ("a || exit 1\nb", ["a", "b"]),
    ("false || b", ["false", "b"]),
    ("exit 1\nb", []),
    ("$ a\nwhat was printed\n$ b \\\n  c", ["a", "b c"]),
    ("a\nb 'never closed\nc", ["a"]),
]


@pytest.mark.parametrize(("script", "expected"), SCRIPTS)
def test_only_what_runs_is_a_command(script: str, expected: list[str]) -> None:
    assert words(script) == expected


def test_each_command_has_its_line() -> None:
    script = "a \\\n  b\ncat <<E\nx\nE\nc 'd\ne'\nf"
    assert [command.line for command in script_of(script)] == [0, 2, 5, 7]


# Each of these took time in the square of its length, or would with a careless tokeniser.
LONG = ["a\\\n", "'a'b", "$(", "<<a\n", "a ( ", "if x;", "if ", "f() {", "a  ", "(", "'"]


@pytest.mark.parametrize("part", LONG)
def test_long_scripts_are_read_in_one_pass(part: str) -> None:
    assert len(list(script_of(part * 100_000))) <= 200_001
