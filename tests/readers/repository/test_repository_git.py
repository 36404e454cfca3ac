"""The kind `repository`: commits, tags, the working tree; and repositories that would like to run something."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from readiness.evidence.model import Reason
from readiness.testing import read_evidence
from tests.readers.repository.made import Repo


def test_a_commit_with_its_tags_and_branch_is_read(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a.txt": "1"}, "v1.4.1")
    head = repo.commit({"a.txt": "2"}, "v1.4.2")
    repo.git("tag", "light")
    facts = repo.facts()
    assert (facts.head, facts.branch, facts.shallow, facts.tracked) == (head, "main", False, 2)
    assert [(one.name, one.version, one.annotated) for one in facts.tags] == [
        ("light", None, False),
        ("v1.4.2", "1.4.2", True),
    ]
    assert (facts.since.point, facts.since.files) == ("v1.4.1", 1)
    assert facts.worktree.changed == facts.worktree.untracked == 0
    item = repo.item()
    assert (item.provenance.commit, item.provenance.observed_from) == (head, "content")


def test_a_release_candidate_is_not_the_release_before(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "1"}, "v1.4.1")
    repo.commit({"b": "1"}, "v1.4.2-rc.1")
    repo.commit({"c": "1"}, "v1.4.2")
    facts = repo.facts()
    assert (facts.since.point, facts.since.files) == ("v1.4.1", 2)


def test_tags_of_other_services_and_of_other_branches_do_not_count(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "1"}, "checkout/v1.0.0")
    repo.commit({"b": "1"}, "payments/v9.0.0")
    repo.git("checkout", "-q", "-b", "next")
    repo.commit({"c": "1"}, "checkout/v2.0.0")
    repo.git("checkout", "-q", "main")
    repo.commit({"d": "1"})
    assert repo.facts(tag_prefix="checkout/").since.point == "checkout/v1.0.0"
    assert "no tag before this commit is a version" in repo.facts().since.problem


def test_changes_are_told_apart_and_hidden_ones_are_counted(tmp_path: Path) -> None:
    repo = Repo(tmp_path, {"same": "1", "changed": "1", "gone": "1", "assumed": "1"})
    repo.git("update-index", "--assume-unchanged", "assumed")
    repo.write({"changed": "22", "new": "1", "assumed": "changed all the same", "staged": "1"})
    (tmp_path / "gone").unlink()
    repo.git("add", "staged")
    tree = repo.facts().worktree
    assert (tree.changed, tree.untracked, tree.hidden) == (3, 1, 1)
    assert {(one.path, one.state) for one in tree.examples} == {
        ("changed", "changed"),
        ("gone", "deleted"),
        ("staged", "added"),
        ("new", "untracked"),
    }


def test_a_status_that_is_configured_to_look_away_is_asked_all_the_same(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.git("config", "status.showUntrackedFiles", "no")
    repo.git("config", "core.excludesFile", str(tmp_path / "excludes"))
    repo.write({"excludes": "*\n"})
    assert repo.facts().worktree.untracked == 1


def test_a_shallow_clone_says_that_it_does_not_know(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "origin")
    repo.commit({"a": "1"}, "v1.0.0")
    repo.commit({"b": "1"})
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", "--depth=1", repo.folder.as_uri(), str(clone)], check=True)
    item = read_evidence("repository", clone, path=".").whole
    assert item.facts is not None
    assert "shallow" in item.facts.since.problem  # type: ignore[attr-defined]
    assert "fetch-depth: 0" in item.facts.since.remedy  # type: ignore[attr-defined]


def test_what_is_no_repository_is_unproven(tmp_path: Path) -> None:
    absent = read_evidence("repository", tmp_path, path="nowhere").whole
    assert (absent.reason, "no such folder" in absent.message) == (Reason.MISSING, True)
    bare = tmp_path / "bare.git"
    subprocess.run(["git", "init", "-q", "--bare", str(bare)], check=True)
    assert "without a working tree" in read_evidence("repository", bare, path=".").whole.message
    empty = tmp_path / "empty"
    subprocess.run(["git", "init", "-q", str(empty)], check=True)
    assert "no commit yet" in read_evidence("repository", empty, path=".").whole.message


def test_a_folder_within_a_repository_is_not_its_top(tmp_path: Path) -> None:
    Repo(tmp_path, {"service/a": "1"})
    item = read_evidence("repository", tmp_path, path="service").whole
    assert (item.reason, "not the top" in item.message) == (Reason.MALFORMED, True)


def test_an_unknown_since_is_told(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    assert repo.facts(since="v9").since.problem == "there is no tag or commit v9"


@pytest.mark.parametrize("since", ["HEAD", "v2.0.0", "aside"])
def test_a_since_that_did_not_come_before_shows_nothing(tmp_path: Path, since: str) -> None:
    repo = Repo(tmp_path)
    repo.git("checkout", "-q", "-b", "aside")
    repo.commit({"b": "1"})
    repo.git("checkout", "-q", "main")
    repo.commit({"a": "1"}, "v1.0.0")
    repo.commit({"migrations/1_a.up.sql": "DROP TABLE a;"}, "v2.0.0")
    assert repo.facts(since=since).since.problem
    assert len(repo.facts(since="v1.0.0").since.migrations) == 1


@pytest.mark.parametrize("broken", ["HEAD", "config", "index", "objects"])
def test_a_damaged_repository_is_unproven(tmp_path: Path, broken: str) -> None:
    repo = Repo(tmp_path, {"a": "1", "b/.env": "A=1"})
    path = tmp_path / ".git" / broken
    if path.is_dir():
        for one in path.rglob("*"):
            if one.is_file():
                one.chmod(0o600)
                one.write_bytes(b"no object")
    else:
        path.write_bytes(b"[no = config\n\0")
    item = repo.item()
    assert item.facts is None
    assert item.reason in (Reason.MALFORMED, Reason.MISSING)


HOSTILE = {
    "core.fsmonitor": "{script}",
    "core.hooksPath": "{folder}",
    "core.pager": "{script}",
    "core.sshCommand": "{script}",
    "core.askPass": "{script}",
    "core.editor": "{script}",
    "core.alternateRefsCommand": "{script}",
    "diff.external": "{script}",
    "diff.evil.textconv": "{script}",
    "diff.evil.command": "{script}",
    "filter.evil.clean": "{script}",
    "filter.evil.smudge": "{script}",
    "filter.evil.process": "{script}",
    "filter.evil.required": "true",
    "filter.a=b.clean": "{script}",
    "gpg.program": "{script}",
    "log.showSignature": "true",
    "pager.status": "{script}",
    "pager.show": "{script}",
    "pager.config": "{script}",
    "credential.helper": "{script}",
    "extensions.partialClone": "origin",
    "remote.origin.url": "ext::{script}",
    "remote.origin.promisor": "true",
    "remote.origin.uploadpack": "{script}",
    "protocol.ext.allow": "always",
    "protocol.allow": "always",
    "grep.fallbackToNoIndex": "true",
    "submodule.recurse": "true",
}


def test_nothing_that_a_repository_configures_is_run(tmp_path: Path) -> None:
    folder = tmp_path / "repo"
    repo = Repo(
        folder, {"a.txt": "1", "b.pem": "1", "server.key": "x", "CHANGELOG.md": "## 1.0.0\n\n- one\n"}
    )
    repo.commit({".gitattributes": "* filter=evil diff=evil\nb.pem filter=a=b\n"}, "v1.0.0")
    repo.commit({"db/migrate/1_a.rb": "remove_column :a, :b"})
    mark = tmp_path / "ran"
    script = tmp_path / "evil" / "post-index-change"
    script.parent.mkdir()
    script.write_text(f"#!/bin/sh\necho $0 $* >> {mark}\ncat\n")
    script.chmod(0o755)
    for name, value in HOSTILE.items():
        repo.git("config", name, value.format(script=script, folder=script.parent))
    repo.write({"a.txt": "2", "b.pem": "2"})  # so that git has to look into them
    item = read_evidence("repository", folder, path=".").whole
    assert item.facts is not None, item.message
    assert not mark.exists(), mark.read_text()
    assert {one.path for one in item.facts.worktree.examples} == {"a.txt", "b.pem"}  # type: ignore[attr-defined]


def test_objects_that_a_partial_clone_lacks_are_not_fetched(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "origin", {"server.key": "x" * 100})
    repo.git("config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "clone"
    subprocess.run(
        ["git", "clone", "-q", "--no-checkout", "--filter=blob:none", repo.folder.as_uri(), str(clone)],
        check=True,
    )
    item = read_evidence("repository", clone, path=".").whole
    assert item.facts is None
    assert item.reason is Reason.MALFORMED


def test_a_working_tree_that_is_configured_to_be_elsewhere_is_refused(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    (tmp_path / "clean").mkdir()
    repo.git("config", "core.worktree", str(tmp_path / "clean"))
    item = repo.item()
    assert item.facts is None
    assert item.reason is Reason.MALFORMED


def test_variables_of_git_do_not_lead_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other, repo = Repo(tmp_path / "other"), Repo(tmp_path / "repo", {"only": "1"})
    head = repo.git("rev-parse", "HEAD")
    monkeypatch.setenv("GIT_DIR", str(other.folder / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.folder))
    assert repo.facts().head == head


def test_nothing_is_written_to_the_repository(tmp_path: Path) -> None:
    repo = Repo(tmp_path, {"a": "1"})
    (tmp_path / "a").write_text("1")  # another time, the same content
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / ".git").rglob("*")}
    repo.facts()
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / ".git").rglob("*")} == before


def test_a_git_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = Repo(tmp_path / "repo")
    slow = tmp_path / "bin" / "git"
    slow.parent.mkdir()
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{slow.parent}:/usr/bin:/bin")
    item = repo.item(deadline="200ms")
    assert (item.reason, item.remedy) == (Reason.MALFORMED, "give it a longer `deadline`")


def test_without_git_it_is_unproven(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = Repo(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    item = repo.item()
    assert (item.reason, item.remedy) == (Reason.MISSING, "install a git that runs here")


def test_odd_names_are_read_as_they_are(tmp_path: Path) -> None:
    repo = Repo(tmp_path, {"a b\tc\n": "1", "ü/.env": "A=1", "-n": "1"})
    facts = repo.facts()
    assert facts.tracked == 3
    assert [one.path for one in facts.secrets.files] == ["ü/.env"]
