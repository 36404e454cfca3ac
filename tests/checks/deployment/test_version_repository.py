"""deployment/version with a repository, and with what runs in production."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from readiness.check import Finding, Outcome, Release
from readiness.evidence.endpoint import Endpoint, HttpAnswer
from readiness.evidence.model import Reason
from readiness.evidence.repository import Repository
from readiness.judge import Judgement
from readiness.testing import judge_check
from tests.readers.repository.made import Repo

LOG = "# Changelog\n\n## [Unreleased]\n\n## [1.4.2] - 2026-05-31\n\n- Orders can be cancelled.\n"


def release(version: str = "1.4.2", commit: str | None = None) -> Release:
    return Release("shop", version, commit, "production", ())


def judged(params: dict[str, Any] | None = None, given: Release | None = None, **facts: Any) -> Judgement:
    return judge_check("deployment/version", params, release=given or release(), **facts)


def bad(found: Judgement) -> list[Finding]:
    return [one for one in found.findings if not one.outcome.is_good]


def tagged(folder: Path, tag: str = "v1.4.2", log: str = LOG, *, annotated: bool = True) -> Repo:
    repo = Repo(folder)
    repo.commit({"CHANGELOG.md": log}, tag, annotated=annotated)
    return repo


def live(*versions: Any, status: int = 200) -> tuple[Endpoint, ...]:
    answers = tuple(
        HttpAnswer(status=status, elapsed_ms=1.0, json={"version": one}, is_json=True, attempt=n)
        for n, one in enumerate(versions, 1)
    )
    return (Endpoint(url="https://shop.test/version", http=answers),)


def test_a_tagged_clean_commit_with_an_entry_passes(tmp_path: Path) -> None:
    facts = tagged(tmp_path).facts()
    (finding,) = judged(given=release(commit=facts.head), repository=facts).findings
    assert (finding.outcome, finding.count) == (Outcome.PASS, 3)
    assert finding.message == "3 of 3 things that git tells of 1.4.2 hold"


def test_another_commit_fails(tmp_path: Path) -> None:
    facts = tagged(tmp_path).facts()
    (one,) = bad(judged(given=release(commit="a" * 40), repository=facts))
    assert "and the release is of aaaaaaaaaaaa" in one.message


@pytest.mark.parametrize("tag", ["v1.4.1", "1.4.20", "release", "v1.4.2-rc.1", "v1.4.2-4"])
def test_a_tag_of_another_version_is_none(tmp_path: Path, tag: str) -> None:
    (one,) = bad(judged(repository=tagged(tmp_path, tag).facts()))
    assert one.outcome is Outcome.FAIL
    assert "no tag 1.4.2 is on the commit" in one.message


def test_a_tag_on_the_commit_before_is_none(tmp_path: Path) -> None:
    repo = tagged(tmp_path)
    repo.commit({"a": "1"})
    assert "no tag 1.4.2 is on the commit" in bad(judged(repository=repo.facts()))[0].message


def test_moving_tags_beside_it_do_no_harm(tmp_path: Path) -> None:
    repo = tagged(tmp_path)
    repo.git("tag", "v1")
    assert judged(repository=repo.facts()).outcome is Outcome.PASS


def test_a_shallow_clone_without_the_tag_is_unproven(tmp_path: Path) -> None:
    facts = tagged(tmp_path).facts().but(shallow=True, tags=())
    found = judged(repository=facts)
    assert (found.outcome, found.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)
    assert "fetch-depth: 0" in bad(found)[0].next


def test_an_annotated_tag_may_be_asked_for(tmp_path: Path) -> None:
    facts = tagged(tmp_path, annotated=False).facts()
    assert judged(repository=facts).outcome is Outcome.PASS
    (one,) = bad(judged({"tag": "annotated"}, repository=facts))
    assert one.message.startswith("the tag v1.4.2 is not annotated")


def test_a_changed_tree_fails_and_an_untracked_file_only_where_it_is_asked(tmp_path: Path) -> None:
    repo = tagged(tmp_path)
    repo.write({"reports/junit.xml": "<x/>"})
    facts = repo.facts()
    assert judged(repository=facts).outcome is Outcome.PASS
    (one,) = bad(judged({"tree": "pristine"}, repository=facts))
    assert one.message == "1 files or folders are not tracked: reports/"
    repo.write({"CHANGELOG.md": LOG + "- more\n"})
    (one,) = bad(judged(repository=repo.facts()))
    assert one.message == "the working tree differs from the commit in 1 files: CHANGELOG.md"


def test_a_file_at_which_git_does_not_look_is_unproven(tmp_path: Path) -> None:
    repo = tagged(tmp_path)
    repo.git("update-index", "--skip-worktree", "CHANGELOG.md")
    repo.write({"CHANGELOG.md": "changed"})
    found = judged(repository=repo.facts())
    assert (found.outcome, found.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)


LOGS = {
    "only unreleased": "## [Unreleased]\n\n- Orders can be cancelled in 1.4.2.\n",
    "another version": "## 1.4.1\n\n- Orders.\n",
    "an entry that is to come": "## [1.4.2] - unreleased\n\n- Orders.\n",
    "an entry with nothing below": "## 1.4.2\n\n## 1.4.1\n\n- Orders.\n",
    "an entry of headings": "## 1.4.2\n\n### Added\n\n### Fixed\n",
    "an entry that was yanked": "## 1.4.2 [YANKED]\n\n- Orders.\n",
    "an entry in a comment": "<!--\n## 1.4.2\n\n- Orders.\n-->\n",
    "a release candidate": "## 1.4.2-rc.1\n\n- Orders.\n",
    "one good entry and one that is to come": "## 1.4.2\n\n- Orders.\n\n## 1.4.2 (planned)\n\n- Orders.\n",
}


@pytest.mark.parametrize("name", sorted(LOGS))
def test_a_changelog_without_the_entry_fails(tmp_path: Path, name: str) -> None:
    found = judged(repository=tagged(tmp_path, log=LOGS[name]).facts())
    assert found.outcome is Outcome.FAIL
    (one,) = bad(found)
    assert one.location is not None
    assert one.location.file == "CHANGELOG.md"


def test_no_changelog_is_unproven_unless_it_is_not_asked(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "1"}, "v1.4.2")
    found = judged(repository=repo.facts())
    assert (found.outcome, found.reason) == (Outcome.UNPROVEN, Reason.MISSING)
    assert judged({"changelog": "not-asked"}, repository=repo.facts()).outcome is Outcome.PASS


def test_where_nothing_is_asked_nothing_is_shown(tmp_path: Path) -> None:
    params = {"tag": "not-asked", "tree": "not-asked", "changelog": "not-asked"}
    found = judged(params, repository=tagged(tmp_path).facts())
    assert (found.outcome, found.reason) == (Outcome.UNPROVEN, Reason.MISSING)


@pytest.mark.parametrize("running", ["1.4.1", "v1.3", "1.4.2-rc.1", "1.4.2.dev3"])
def test_a_higher_version_than_what_runs_passes(running: str) -> None:
    (finding,) = judged(deployed=live(running)).findings
    assert finding.outcome is Outcome.PASS
    assert "1.4.2 is higher than what runs now" in finding.message


@pytest.mark.parametrize(
    "running", ["1.4.2", "1.4.3", "1.10.0", "2.0.0-rc.1", "1.4.2.post1", "1.4.2+build.7"]
)
def test_a_version_that_is_not_higher_fails(running: str) -> None:
    (one,) = bad(judged(deployed=live(running)))
    assert one.outcome is Outcome.FAIL


def test_the_same_version_may_be_allowed() -> None:
    params = {"step": "same-or-higher"}
    assert judged(params, deployed=live("v1.4.2")).outcome is Outcome.PASS
    assert judged(params, deployed=live("1.4.3")).outcome is Outcome.FAIL


@pytest.mark.parametrize(
    ("deployed", "reason"),
    [
        (live("latest"), Reason.MALFORMED),
        (live(1.4), Reason.MALFORMED),
        (live(None), Reason.MALFORMED),
        (live("1.4.1", status=503), Reason.MALFORMED),
        ((Endpoint(url="https://shop.test/version"),), Reason.MISSING),
    ],
    ids=["no version", "a number", "null", "an error", "not asked"],
)
def test_what_does_not_tell_a_version_is_unproven(deployed: Any, reason: Reason) -> None:
    found = judged(deployed=deployed)
    assert (found.outcome, found.reason) == (Outcome.UNPROVEN, reason)


def test_several_answers_must_all_be_lower() -> None:
    assert judged(deployed=live("1.4.1", "1.4.3")).outcome is Outcome.FAIL


def test_facts_of_a_repository_survive_a_journey_through_json(tmp_path: Path) -> None:
    facts = tagged(tmp_path).facts()
    assert msgspec.json.decode(msgspec.json.encode(facts), type=Repository) == facts


def test_an_entry_of_a_day_to_come_is_no_release(tmp_path: Path) -> None:
    repo = tagged(tmp_path, log=LOG.replace("2026-05-31", "2026-06-03"))
    (one,) = bad(judged(repository=repo.facts()))
    assert one.message == "CHANGELOG.md: the entry '[1.4.2] - 2026-06-03' has a day that is still to come"


def test_the_day_of_the_easternmost_zone_has_come(tmp_path: Path) -> None:
    repo = tagged(tmp_path, log=LOG.replace("2026-05-31", "2026-06-02"))
    assert judged(repository=repo.facts()).outcome is Outcome.PASS


def test_a_tag_with_a_word_in_front_is_named_with_the_remedy(tmp_path: Path) -> None:
    (one,) = bad(judged(repository=tagged(tmp_path, "release-1.4.2").facts()))
    assert one.message.endswith(", but release-1.4.2")
    assert "tag-prefix" in one.next


def test_submodules_are_told_in_a_note(tmp_path: Path) -> None:
    facts = msgspec.structs.replace(tagged(tmp_path).facts(), submodules=2)
    found = judged(repository=facts)
    assert found.outcome is Outcome.PASS
    (note,) = [one for one in found.findings if one.note]
    assert note.message == "2 submodules are not looked into: whether they changed is not known"
    assert not any(one.note for one in judged({"tree": "not-asked"}, repository=facts).findings)
