"""deployment/rollback-document: one good document, and many that only look like it."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from readiness.check import Finding, Outcome, Release
from readiness.evidence.document import Document
from readiness.evidence.model import Reason
from readiness.judge import Judgement
from readiness.testing import NOON, judge_check, read_evidence

FIXTURE = Path(__file__).parents[2] / "fixtures" / "document" / "rollback.md"
GOOD = FIXTURE.read_text()
CHECK = "deployment/rollback-document"
SECTIONS = GOOD.split("\n## ")
COMMAND = "helm -n shop rollback checkout 41 --wait --timeout 5m"


def read(text: str) -> Document:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rollback.md"
        path.write_text(text)
        whole = read_evidence("document", path.parent, path="rollback.md").whole
    assert isinstance(whole.facts, Document), whole.message
    return whole.facts


def judge(text: str, params: Mapping[str, Any] | None = None, now: datetime = NOON) -> Judgement:
    return judge_check(CHECK, params, now=now, document=(read(text),))


def swap(old: str, new: str, text: str = GOOD) -> str:
    assert old in text
    return text.replace(old, new)


def section(heading: str, body: str) -> str:
    """The good document with another body below one of its headings."""
    (old,) = [part for part in SECTIONS if part.startswith(heading + "\n")]
    return GOOD.replace(f"\n## {old}", f"\n## {heading}\n\n{body}\n")


def bad(text: str, params: Mapping[str, Any] | None = None) -> list[Finding]:
    return [one for one in judge(text, params).findings if not one.outcome.is_good]


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def line(finding: Finding) -> int:
    assert finding.location is not None
    return finding.location.line


# The good document


def test_a_complete_document_passes_and_says_until_when() -> None:
    judgement = judge(GOOD)
    assert judgement.outcome is Outcome.PASS
    (finding,) = judgement.findings
    assert finding.count == 10
    assert finding.observed == "rolls back in 10m"
    assert finding.until == datetime(2026, 8, 9, 10, tzinfo=UTC)  # the day began at UTC+14
    assert finding.measure is not None
    assert (finding.measure.value, finding.measure.limit) == (600, 900)
    assert line(finding) == line_of(GOOD, "# Rolling back")


def test_the_order_of_headings_does_not_matter() -> None:
    head, *rest = SECTIONS
    assert (
        judge("\n## ".join([head, *reversed([part.rstrip("\n") + "\n" for part in rest])])).outcome
        is Outcome.PASS
    )


def test_labels_and_front_matter_do_as_well_as_headings() -> None:
    text = f"""---
decision-owner: Ines Albrecht
last-rehearsed: 2026-05-20
---
# Rollback

{"This page helps whoever is on call to go back to the release before. " * 4}

- **Triggers:** error rate > 2 % for 5 min
- **Target version:** v1.2.2
- **Verification:** `curl https://shop.example/health` returns 200
- **Data:** not applicable, because the service stores nothing
- Time to rollback: PT10M

```
git revert --no-edit 4f2a9c1
```
"""
    assert judge(text).outcome is Outcome.PASS


def test_each_document_is_judged_apart() -> None:
    judgement = judge_check(CHECK, document=(read(GOOD), read("# Rollback\n\nhelm rollback\n")))
    assert judgement.outcome is Outcome.FAIL
    assert any(one.outcome is Outcome.PASS and one.count == 10 for one in judgement.findings)


def test_no_document_at_all_is_unproven() -> None:
    judgement = judge_check(CHECK, document=())
    assert (judgement.outcome, judgement.reason) == (Outcome.UNPROVEN, Reason.MISSING)


# Documents that look fine


BARE_HEADINGS = "# Rollback\n\n" + "\n\n".join(
    f"## {name}"
    for name in (
        "Triggers",
        "Decision owner",
        "Commands",
        "Target version",
        "Verification",
        "Data",
        "Time to roll back",
    )
)
TICKED = "# Rollback\n\n" + "\n".join(
    f"- [x] {name}"
    for name in (
        "Triggers defined",
        "Owner: assigned",
        "Target version: yes",
        "Verification: done",
        "Rehearsed: yes",
    )
)
UNLIKE = {
    "all headings with empty bodies": BARE_HEADINGS + "\n\n## Last rehearsal\n",
    "a ticked checklist without content": TICKED,
    "everything within a comment": "# Rollback\n\n<!--\n"
    + GOOD.partition("---\n\n")[2].replace("-->", "--")
    + "\n-->\n",
    "everything within a code block": "# Rollback\n\n~~~~\n" + GOOD + "\n~~~~\n",
    "everything struck out": "# Rollback\n\n" + "\n".join(f"~~{part}~~" for part in GOOD.split("\n") if part),
    "one paragraph with all words": "# Rollback\n\ntriggers owner helm rollback target verification data rehearsed "
    "2026-05-20 time to roll back 10 minutes error rate > 2 % for 5 min version 1.2.2 returns 200 reversible "
    * 3,
    "a table of contents": "# Rollback\n\n- [Triggers](#t)\n- [Owner](#o)\n- [Verification](#v)\n- [Rehearsal](#r)\n",
    "a head of a table and nothing below": "# Rollback\n\n| Owner | Ines Albrecht |\n|---|---|\n",
    "questions only": "# Rollback\n\n## Owner\n\nWho decides?\n\n## Data\n\nIs the migration reversible?\n",
}


@pytest.mark.parametrize("text", UNLIKE.values(), ids=UNLIKE.keys())
def test_a_document_that_only_looks_complete_fails(text: str) -> None:
    judgement = judge(text)
    assert judgement.outcome is Outcome.FAIL
    assert sum(not one.outcome.is_good for one in judgement.findings) >= 5


MUTATED = {
    # triggers
    "triggers without a number": section("When to roll back", "Roll back when the error rate is too high."),
    "triggers without a unit": section("When to roll back", "The error rate is > 2."),
    "triggers with a window only": section("When to roll back", "The error rate rises over 5 minutes."),
    "triggers with the wrong unit": section("When to roll back", "The error rate is > 5 min."),
    "triggers with a status as number": section("When to roll back", "We see HTTP 500 errors for 5 minutes."),
    "triggers in a code block only": section("When to roll back", "```\nerror rate > 2 % for 5 min\n```"),
    "triggers in a comment only": section(
        "When to roll back", "See below.\n\n<!-- error rate > 2 % for 5 min -->"
    ),
    "triggers struck out": section("When to roll back", "~~error rate > 2 % for 5 min~~ when it feels wrong"),
    "triggers empty": section("When to roll back", ""),
    # owner
    "owner is nobody": section("Who decides", "**Decision owner:** nobody"),
    "owner to be named": section("Who decides", "The owner is not yet named."),
    "owner is a dash": section("Who decides", "| Owner | Phone |\n|---|---|\n| Owner | - |"),
    "owner in a second place is open": section("Who decides", "Ines Albrecht.\n\nOwner: unassigned"),
    "owner is a number": section("Who decides", "Owner: 555 01 23"),
    "owner to come": section("Who decides", "The owner will be announced."),
    "owner elsewhere": section("Who decides", "See the wiki."),
    # target
    "target without a number": section("Target", "The previous stable version."),
    "target is the release": section("Target", "We go back to v1.2.3."),
    "target only left behind": section("Target", "We go back from 1.2.2."),
    "target is a share": section("Target", "We restore 99.9 % of the service."),
    "target is an address": section("Target", "We switch to 10.0.0.12."),
    # commands
    "no command": swap(COMMAND, "cd /srv", swap("flagctl set flag new-payment-form off", "ls")),
    "command in a comment": swap(
        COMMAND, f"# {COMMAND}", swap("flagctl set flag new-payment-form off", "# off")
    ),
    "command as a dry run": swap(COMMAND, COMMAND + " --dry-run", swap("flagctl set", "echo")),
    "command is spoken": swap(COMMAND, f"echo {COMMAND}", swap("flagctl set", "echo")),
    "command without a release": swap(COMMAND, "helm rollback", swap("flagctl set", "echo")),
    "command in YAML": swap("```sh", "```yaml"),
    "command in prose only": swap(
        f"```sh\n   {COMMAND}\n   ```", f"`{COMMAND}`", swap("flagctl set", "echo")
    ),
    # verification
    "verification without a value": section("Verification", "Check the dashboards for 10 minutes."),
    "verification is a feeling": section("Verification", "Everything is ok."),
    "verification waits": section("Verification", "Wait at least 5 minutes and look at the error rate."),
    "verification is a TODO": section("Verification", "```sh\n# TODO\n```"),
    "verification expects in a comment": section("Verification", "```sh\n# returns 200\n```"),
    # data
    "data open": section("Data and migrations", "It is unclear whether the migration is reversible."),
    "data asked": section("Data and migrations", "Is the migration reversible?"),
    "data without a reason": section("Data and migrations", "Not applicable."),
    "data filler": section("Data and migrations", "Not applicable to this release at the moment."),
    "data none": section("Data and migrations", "None"),
    "data one way": section("Data and migrations", "Migration 0042 is irreversible."),
    "data not reversible, no backup": section(
        "Data and migrations", "It is not reversible and there is no backup."
    ),
    "data says nothing": section("Data and migrations", "Migration 0042 was written by the platform team."),
    # time
    "time too long": section("Time to roll back", "About 20 minutes."),
    "time in hours": section("Time to roll back", "10 hours."),
    "time as a range": section("Time to roll back", "10-20 min"),
    "time in words": section("Time to roll back", "5 minutes, and an hour for DNS."),
    "time as a sum": section("Time to roll back", "1 h 5 min"),
    "time without unit": section("Time to roll back", "10"),
    "time of the wrong unit": section("Time to roll back", "10 %"),
    "time twice, the worse counts": swap("## Steps", "Time to roll back: 40 min\n\n## Steps"),
    "time of zero": section("Time to roll back", "0 min"),
    "time without an end": section("Time to roll back", "At least 10 minutes."),
    "time or more": section("Time to roll back", "10 minutes or more"),
    "time not measured": section("Time to roll back", "Not measured yet; we hope for 10 minutes."),
    "time vague": section("Time to roll back", "A few moments."),
    # rehearsal
    "rehearsed never": section("Rehearsals", "Last rehearsed: never"),
    "rehearsed in 2025": swap("2026-05-12", "2025-05-12", swap("2026-02-03", "2025-02-03")),
    "rehearsed in the future": swap("2026-05-12", "2026-06-12"),
    "rehearsed on no day": swap("2026-05-12", "2026-05-32"),
    "rehearsed, and failed": swap("went well, seven minutes", "failed after seven minutes"),
    "rehearsed, failed in the next line": section(
        "Rehearsals", "- Last rehearsed: 2026-05-20\n- Outcome: failed"
    ),
    "rehearsed, outcome elsewhere": swap("## Steps", "Rehearsal outcome: aborted\n\n## Steps"),
    "rehearsed, told elsewhere": swap("## Steps", "The last rehearsal on staging failed.\n\n## Steps"),
    "rehearsal planned": section("Rehearsals", "The next one is planned for 2026-05-20."),
    "rehearsal not held": section("Rehearsals", "It was not rehearsed on 2026-05-20 as intended."),
    "rehearsal is a review": section("Rehearsals", "Soon. This page was reviewed on 2026-05-20."),
    "rehearsed in words": section("Rehearsals", "Last rehearsed: 20 May 2026"),
    "rehearsed twice, the worse counts": swap("## Steps", "Last rehearsed: 2025-01-01\n\n## Steps"),
    # placeholders
    "TODO": swap("Ines Albrecht", "TODO"),
    "placeholder in brackets": swap("rollback checkout 41", "rollback checkout <revision>"),
    "placeholder as HTML": swap("Ines Albrecht", "<name>"),
    "template not rendered": swap("| 1.2.2 ", "| {{ previous }} "),
    "template in a command": swap("checkout 41", "{{ .Release.Name }} 41"),
    "lorem ipsum": swap("Do not wait for a second opinion.", "Lorem ipsum dolor sit amet."),
    "placeholder in front matter": swap("platform-team", "TBD"),
    "question marks": swap("revision 41", "revision ???"),
    "to be decided": swap("(@ines)", "(phone to be confirmed)"),
}


@pytest.mark.parametrize("text", MUTATED.values(), ids=MUTATED.keys())
def test_a_good_document_with_one_hollow_part_does_not_pass(text: str) -> None:
    assert judge(text).outcome in (Outcome.FAIL, Outcome.UNPROVEN)


ITEMS = {
    "triggers": "triggers:",
    "owner": "decision owner:",
    "target": "target version:",
    "command": "no code block",
    "verification": "verification:",
    "data": "data and migrations:",
    "time": "rolling back takes",
    "rehears": "last rehearsal:",
}


@pytest.mark.parametrize("name", MUTATED)
def test_the_hollow_part_is_the_one_that_is_reported(name: str) -> None:
    expected = next(
        (said for word, said in ITEMS.items() if name.removeprefix("no ").startswith(word)), "a placeholder"
    )
    also = {"verification is a TODO": "a placeholder", "to be decided": "decision owner:"}.get(name, expected)
    assert bad(MUTATED[name])
    also = "time to roll back:" if name.startswith("time") else also
    assert all(one.message.startswith((expected, also)) for one in bad(MUTATED[name]))


@pytest.mark.parametrize("part", SECTIONS[1:-1], ids=lambda part: part.partition("\n")[0])
def test_no_section_can_be_left_out(part: str) -> None:
    text = swap(f"\n## {part}", "")
    place = "$ kubectl -n shop rollout status" if part.startswith("Steps") else "# Rolling back"
    assert [line(one) for one in bad(text)] == [line_of(text, place)]


STILL_GOOD = {
    "seconds": section("Time to roll back", "Takes 90s."),
    "time in ISO 8601": section("Time to roll back", "PT15M"),
    "exactly the limit": section("Time to roll back", "15 minutes"),
    "a window in numbers": section("When to roll back", "2 % errors within 5 minutes"),
    "a table of triggers": section(
        "When to roll back", "| Metric | Threshold | Window |\n|-|-|-|\n| errors | 2 % | 5 min |"
    ),
    "data not applicable": section("Data and migrations", "Not applicable: this release changes no tables."),
    "no schema change": section("Data and migrations", "No schema changes."),
    "an upper end": section("Time to roll back", "No more than 10 minutes."),
    "two ends": section("Time to roll back", "At least 5 minutes, at most 10 minutes."),
    "irreversible with a way": section(
        "Data and migrations", "Irreversible; restore the tables from the snapshot."
    ),
    "target as a digest": section("Target", "sha256:" + "ab12" * 16),
    "target with its origin": section("Target", "From 1.2.3 to 1.2.2."),
    "target in the heading": swap("## Target", "## Roll back to 1.2.2"),
    "a Go template of an output": swap(
        "flagctl set flag new-payment-form off", "docker ps --format '{{.Image}}'"
    ),
    "owner by role": section("Who decides", "Decision owner: release manager on duty"),
    "a planned rehearsal beside": section(
        "Rehearsals", "Last rehearsed: 2026-05-20\n\nNext rehearsal: 2026-08-20"
    ),
    "a rehearsal without failures": section("Rehearsals", "Last rehearsed 2026-05-20, without any failure."),
    "expected values in the code": section(
        "Verification", "```sh\ncurl -s localhost/health  # returns 200\n```"
    ),
    "carriage returns": GOOD.replace("\n", "\r\n"),
}


@pytest.mark.parametrize("text", STILL_GOOD.values(), ids=STILL_GOOD.keys())
def test_other_words_for_the_same_substance_pass(text: str) -> None:
    assert bad(text) == []


COMMANDS = [
    "kubectl rollout undo deployment/checkout",
    "kubectl -n shop rollout undo deployment/checkout --to-revision=3",
    "$ git revert --no-edit 4f2a9c1",
    "terraform apply -auto-approve",
    "argocd app rollback checkout 12",
    "sudo ./bin/rollback.sh checkout",
    "cd infra && make rollback",
    "docker service rollback shop_checkout",
    "NAMESPACE=shop helm rollback checkout",
    "helm rollback \\\n   checkout 41",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_known_commands_count(command: str) -> None:
    assert bad(swap(COMMAND, command, swap("flagctl set", "echo"))) == []


# Where and what a finding says


def test_each_finding_points_at_the_line_that_is_wrong() -> None:
    for old, new in [
        ("@ines", "TODO"),
        ("at most 10 minutes", "at most 50 minutes"),
        ("2026-05-12", "2026-06-12"),
        ("revision 41", "revision ???"),
        ("reviewed-by: platform-team", "reviewed-by: TBD"),
    ]:
        text = swap(old, new)
        assert [line(one) for one in bad(text)] == [line_of(text, new)]


def test_an_empty_section_is_reported_at_its_heading() -> None:
    text = section("Who decides", "")
    (finding,) = bad(text)
    assert finding.message == "decision owner: it is empty"
    assert line(finding) == line_of(text, "## Who decides")


def test_a_missing_item_says_what_to_write() -> None:
    (finding,) = bad(section("Target", "").replace("## Target\n", "## Overview\n\nWords.\n"))
    assert finding.message == "target version: the document does not speak about it"
    assert finding.next.startswith("write down: the version to go back to")


def test_a_command_that_is_not_known_is_named() -> None:
    text = swap(COMMAND, "shopctl undeploy checkout", swap("flagctl set", "echo"))
    (finding,) = bad(text)
    assert finding.observed == "shopctl undeploy checkout"
    assert line(finding) == line_of(text, "shopctl undeploy")
    assert bad(text, {"commands": ["shopctl undeploy"]}) == []
    assert bad(text, {"commands": ["shopctl under"]}) != []


def test_a_rehearsal_still_to_come_is_malformed() -> None:
    (finding,) = bad(swap("2026-05-12", "2026-06-12"))
    assert finding.reason is Reason.MALFORMED
    assert "still to come" in finding.message


def test_many_placeholders_are_cut() -> None:
    found = bad(GOOD + "\nTODO\n" * 50)
    assert len(found) == 21
    assert found[-1].message == "30 more of this sort: a placeholder was left: TODO"


# Parameters


def test_few_words_fail() -> None:
    (finding,) = bad(GOOD, {"min-words": 10_000})
    assert finding.measure is not None
    assert finding.measure.better == "higher"


def test_the_limits_are_parameters() -> None:
    assert judge(GOOD, {"max-time": "9m"}).outcome is Outcome.FAIL
    assert judge(GOOD, {"max-rehearsal-age": "20d"}).outcome is Outcome.FAIL
    assert judge(GOOD, {"max-rehearsal-age": "999999999d"}).findings[0].until is None


def test_further_sections_can_be_asked_for() -> None:
    asked = {"sections": ["Communication"]}
    assert judge(GOOD, asked).outcome is Outcome.PASS
    assert judge(section("Communication", ""), asked).outcome is Outcome.FAIL
    assert judge(GOOD, {"sections": ["Costs"]}).outcome is Outcome.FAIL


@pytest.mark.parametrize(
    "params", [{"max-time": 15}, {"min-words": 0}, {"commands": [""]}, {"sections": "x"}, {"x": 1}]
)
def test_wrong_parameters_are_refused(params: Mapping[str, Any]) -> None:
    with pytest.raises(ValidationError):
        judge(GOOD, params)


def test_the_commit_of_the_release_is_no_target() -> None:
    commit = "4f2a9c1" + "0" * 33
    release = Release("shop", "1.2.3", commit, "production")
    document = read(section("Target", "Commit 4f2a9c1."))
    assert judge_check(CHECK, release=release, document=(document,)).outcome is Outcome.FAIL


# Properties


@settings(max_examples=40, deadline=None)
@given(st.integers(0, GOOD.count("\n")), st.integers(1, 12))
def test_losing_lines_never_breaks_the_check(start: int, count: int) -> None:
    lines = GOOD.split("\n")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "r.md").write_text("\n".join(lines[:start] + lines[start + count :]))
        whole = read_evidence("document", Path(folder), path="r.md").whole
    if isinstance(whole.facts, Document):
        assert judge_check(CHECK, document=(whole.facts,)).outcome is not Outcome.ERROR


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 3000), st.integers(1, 3000), st.sampled_from(["min", "s", "minutes", "h"]))
def test_a_longer_time_is_never_better(one: int, other: int, unit: str) -> None:
    short, long = sorted((one, other))
    outcomes = [
        judge(section("Time to roll back", f"{length} {unit}")).outcome.rank for length in (short, long)
    ]
    assert outcomes == sorted(outcomes)


@settings(max_examples=40, deadline=None)
@given(st.datetimes(datetime(2026, 5, 12), datetime(2030, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_rehearsal_passes_only_within_its_age(now: datetime) -> None:
    age = now - datetime(2026, 5, 11, 10, tzinfo=UTC)
    assert judge(GOOD, now=now).outcome.is_good == (age.total_seconds() <= 90 * 86400)


@settings(max_examples=40, deadline=None)
@given(st.text("#-*|:`<>~ \n[]x019.%>TODO{}Ownerdatme", max_size=300))
def test_any_text_is_judged_without_an_error(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "r.md").write_text(text)
        whole = read_evidence("document", Path(folder), path="r.md").whole
    if isinstance(whole.facts, Document):
        assert judge_check(CHECK, document=(whole.facts,)).outcome is Outcome.FAIL


@pytest.mark.parametrize(
    "said", ["See the wiki.", "Ask the team.", "As described elsewhere.", "We will look later."]
)
def test_what_another_label_says_is_nothing_about_the_data(said: str) -> None:
    text = section("Data and migrations", said + "\n\nTime to roll back: 9 minutes.")
    assert any("whether data and migrations can go back" in one.message for one in bad(text))
