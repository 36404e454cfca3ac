"""Which evidence counts: of this release, and fresh; what is not known is not good."""

from __future__ import annotations

import hashlib
import os
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from readiness.check import Release
from readiness.evidence.document import Document
from readiness.evidence.model import Item, Provenance, Reason
from readiness.gather import vet
from readiness.policy.rules import Feed
from readiness.readers.document.kind import DocumentKind
from readiness.testing import read_evidence

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
COMMIT, OTHER = "a" * 40, "b" * 40
FACTS = Document(path="a.md", title="A", blocks=())


def vetted(
    *,
    at: datetime | None = NOW,
    seen: str | None = "content",
    commit: str | None = None,
    max_age: timedelta | None = None,
    bind: str | None = None,
) -> Item:
    origin = Provenance("a.md", observed_at=at, observed_from=seen, commit=commit)  # type: ignore[arg-type]
    kind = DocumentKind()
    spec = kind.spec.model_validate({"kind": "document", "path": "a.md"})
    feed = Feed(name="a", label="document", kind=kind, spec=spec, max_age=max_age, bind=bind)
    return vet(Item(origin, FACTS), feed, Release("shop", "1.0", COMMIT), NOW)


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (vetted(), None),
        (vetted(max_age=DAY), None),
        (vetted(at=NOW - DAY, max_age=DAY), None),
        (vetted(at=NOW - DAY - timedelta(seconds=1), max_age=DAY), Reason.STALE),
        (vetted(at=NOW - 2 * DAY, seen="mtime", max_age=DAY), Reason.STALE),
        (vetted(seen="mtime", max_age=DAY), Reason.UNDATED),
        (vetted(seen="mtime"), None),
        (vetted(at=None, seen=None, max_age=DAY), Reason.UNDATED),
        (vetted(at=NOW + timedelta(minutes=5)), None),
        (vetted(at=NOW + timedelta(minutes=6)), Reason.MALFORMED),
        (vetted(at=NOW + timedelta(minutes=6), seen="mtime", max_age=DAY), Reason.MALFORMED),
        (vetted(bind="commit"), Reason.UNBOUND),
        (vetted(bind="commit", commit=OTHER), Reason.WRONG_RELEASE),
        (vetted(bind="commit", commit=COMMIT), None),
        (vetted(bind="none", commit=OTHER), None),
        (vetted(bind="version"), Reason.UNBOUND),
    ],
)
def test_what_is_not_known_to_be_fresh_and_its_own_does_not_count(item: Item, reason: Reason | None) -> None:
    assert item.reason is reason
    assert (item.facts is None) == (reason is not None)


def git(folder: Path, *words: str) -> str:
    who = {"GIT_AUTHOR_NAME": "t", "GIT_AUTHOR_EMAIL": "t@example.org"}
    who |= {"GIT_COMMITTER_NAME": "t", "GIT_COMMITTER_EMAIL": "t@example.org"}
    done = subprocess.run(
        ["git", *words], cwd=folder, check=True, capture_output=True, text=True, env=os.environ | who
    )
    return done.stdout.strip()


def test_a_tracked_and_unchanged_document_is_of_the_commit_that_is_checked_out(tmp_path: Path) -> None:
    for name in ("same.md", "changed.md", "untracked.md"):
        (tmp_path / name).write_text("# Title\n\nSome words.\n")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "same.md", "changed.md")
    git(tmp_path, "commit", "-qm", "x")
    (tmp_path / "changed.md").write_text("# Title\n\nOther words.\n")
    head = git(tmp_path, "rev-parse", "HEAD")
    evidence = read_evidence("document", tmp_path, path="*.md", files=3, commit=head)
    commits = {item.provenance.source: item.provenance.commit for item in evidence.items}
    assert commits == {"same.md": head, "changed.md": None, "untracked.md": None}


def stamped(folder: Path, content: str, sha256: str, observed_at: str, commit: str = COMMIT) -> None:
    (folder / "a.md").write_text("# Title\n\nSome words.\n")
    digest = sha256 or hashlib.sha256((folder / "a.md").read_bytes()).hexdigest()
    (folder / "a.md.stamp.json").write_text(
        content
        or f'{{"schema": "readiness/stamp/1", "file": "a.md", "sha256": "{digest}", "bytes": 22, '
        f'"observed_at": "{observed_at}", "stamped_at": "{observed_at}", "commit": "{commit}"}}'
    )


@pytest.mark.parametrize(
    ("content", "sha256", "at", "message"),
    [
        ("", "0" * 64, "2026-06-01T00:00:00Z", "its stamp is of other content"),
        ("", "", "2026-06-01T00:00:00", "its stamp has a time without a zone"),
        ("", "", "yesterday", "its stamp is broken"),
        ("{", "", "", "its stamp is broken"),
        ("[]", "", "", "its stamp is broken"),
        ('{"schema": "readiness/stamp/2"}', "", "", "its stamp is broken"),
        ("x" * 70_000, "", "", "its stamp is too large"),
        ("", "", "0001-01-01T00:00:00+14:00", "its stamp has a time that is out of range"),
    ],
)
def test_a_stamp_that_does_not_fit_makes_its_file_malformed(
    content: str, sha256: str, at: str, message: str, tmp_path: Path
) -> None:
    stamped(tmp_path, content, sha256, at)
    item = read_evidence("document", tmp_path, path="a.md").items[0]
    assert item.reason is Reason.MALFORMED
    assert message in item.message


def test_a_stamp_dates_a_file_and_names_its_commit(tmp_path: Path) -> None:
    stamped(tmp_path, "", "", "2026-05-31T23:00:00Z")
    origin = read_evidence("document", tmp_path, path="a.md").items[0].provenance
    assert (origin.commit, origin.observed_from) == (COMMIT, "stamp")
    assert origin.observed_at == datetime(2026, 5, 31, 23, tzinfo=UTC)


def test_a_pipe_in_the_place_of_a_stamp_does_not_hold_the_gate(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# Title\n\nSome words.\n")
    os.mkfifo(tmp_path / "a.md.stamp.json")
    before = time.monotonic()
    read_evidence("document", tmp_path, path="a.md")
    assert time.monotonic() - before < 30


def test_a_link_and_a_file_that_git_overlooks_are_of_no_commit(tmp_path: Path) -> None:
    outside = tmp_path / "outside.md"
    outside.write_text("# Title\n\nOld words.\n")
    folder = tmp_path / "repository"
    folder.mkdir()
    (folder / "link.md").symlink_to(outside)
    (folder / "hidden.md").write_text("# Title\n\nSome words.\n")
    (folder / "same.md").write_text("# Title\n\nThe same words.\n")
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "x")
    git(folder, "update-index", "--assume-unchanged", "hidden.md")
    (folder / "hidden.md").write_text("# Title\n\nOther words.\n")
    evidence = read_evidence("document", folder, path="*.md", commit=COMMIT)
    known = {item.provenance.source for item in evidence.items if item.provenance.commit}
    assert known == {"same.md"}


def test_variables_of_git_do_not_lend_a_file_the_commit_of_another_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ours", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.md").write_text("# Title\n\nSome words.\n")
    git(tmp_path / "other", "init", "-q")
    git(tmp_path / "other", "add", ".")
    git(tmp_path / "other", "commit", "-qm", "x")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other" / ".git"))
    item = read_evidence("document", tmp_path / "ours", path="a.md", commit=COMMIT).items[0]
    assert item.provenance.commit is None
