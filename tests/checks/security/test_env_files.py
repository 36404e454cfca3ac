"""security/env-files, over real repositories."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from readiness.check import Finding, Outcome
from readiness.evidence.model import Reason
from readiness.evidence.repository import Repository, SecretFile, Secrets
from readiness.judge import Judgement
from readiness.testing import judge_check
from tests.readers.repository.made import IGNORING, Repo

KEY = f"-----BEGIN PRIVATE {'KEY'}-----\n" + "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC" * 3 + "\n"


def judged(facts: Repository, params: dict[str, Any] | None = None) -> Judgement:
    return judge_check("security/env-files", params, repository=facts)


def bad(found: Judgement) -> list[Finding]:
    return [one for one in found.findings if not one.outcome.is_good]


def test_a_clean_repository_passes_and_counts_its_files(tmp_path: Path) -> None:
    files = {**IGNORING, ".env.example": "TOKEN=\n", "src/a.py": "x = 1\n"}
    (finding,) = judged(Repo(tmp_path, files).facts()).findings
    assert (finding.outcome, finding.count) == (Outcome.PASS, 3)
    assert "none of 3 tracked files" in finding.message
    assert "1 were looked into" in finding.message


def test_a_tracked_env_fails_although_it_is_ignored(tmp_path: Path) -> None:
    facts = Repo(tmp_path, {**IGNORING, "service/.env": "A=1\nTOKEN=secret\n"}).facts()
    found = judged(facts)
    (one,) = bad(found)
    assert found.outcome is Outcome.FAIL
    assert one.message == "service/.env is tracked: an environment file"
    assert one.object == "File/service/.env"
    assert one.object in facts.objects()
    assert "secret" not in one.message
    assert "history" in one.next


def test_what_is_not_ignored_fails(tmp_path: Path) -> None:
    facts = Repo(tmp_path, {".gitignore": "/.env\n"}).facts()
    (one,) = bad(judged(facts))
    assert one.message == ".gitignore does not keep out .env.local, .env.production, service/.env"
    assert judged(facts, {"ignored": "not-asked"}).outcome is Outcome.PASS


def test_a_rule_that_lets_it_in_is_named(tmp_path: Path) -> None:
    facts = Repo(tmp_path, {".gitignore": ".env*\n!.env\n"}).facts()
    assert "(.gitignore:2:!.env lets it in)" in bad(judged(facts))[0].message


def test_made_up_keys_are_allowed_by_name_and_told(tmp_path: Path) -> None:
    facts = Repo(tmp_path, {**IGNORING, "tests/keys/a.pem": KEY, "deploy/b.pem": KEY}).facts()
    found = judged(facts, {"allow": ["tests/*.pem"]})
    assert [one.message for one in bad(found)] == ["deploy/b.pem is tracked: a private key"]
    found = judged(facts, {"allow": ["tests/*", "deploy/b.pem"]})
    assert found.outcome is Outcome.PASS
    assert found.findings[0].note
    assert "2 files with secrets are allowed" in found.findings[0].message


def test_a_file_that_could_not_be_looked_into_is_unproven_even_when_it_is_allowed(tmp_path: Path) -> None:
    facts = Repo(tmp_path, {**IGNORING, "big.pem": "x" * 1_100_000}).facts()
    for params in ({}, {"allow": ["*"]}):
        found = judged(facts, params)
        assert (found.outcome, found.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)


def test_many_files_are_counted_and_not_lost(tmp_path: Path) -> None:
    facts = Repo(tmp_path).facts()
    files = tuple(SecretFile(path=f"{n}/.env", what="an environment file") for n in range(30))
    many = facts.but(secrets=Secrets(tracked=900, looked=600, found=600, files=files))
    found = judged(many)
    assert len(found.findings) == 21
    assert found.findings[-1].message == "580 more files with secrets are tracked"
    assert judged(many, {"allow": ["*"]}).outcome is Outcome.FAIL


@pytest.mark.parametrize("rules", ["", "*.log\n"])
def test_without_a_rule_it_fails(tmp_path: Path, rules: str) -> None:
    assert judged(Repo(tmp_path, {".gitignore": rules + "# .env\n"}).facts()).outcome is Outcome.FAIL


def test_an_empty_commit_shows_nothing(tmp_path: Path) -> None:
    found = judged(Repo(tmp_path, {}).facts())
    assert (found.outcome, found.reason) == (Outcome.UNPROVEN, Reason.MISSING)


BODY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC"
DER = bytes.fromhex("308204a40201000282010100") + b"k" * 300


@pytest.mark.parametrize(
    ("path", "content"),
    [
        (".env_prod", b"A=1\n"),
        (".env-prod", b"A=1\n"),
        (".envs/.production/.django", b"A=1\n"),
        ("config/master.key", b"0123456789abcdef" * 2),
        ("server.key", DER),
        ("server.der", bytes.fromhex("308204bd020100300d0609") + b"k" * 300),
        ("ec.key", bytes.fromhex("30770201010420") + b"k" * 100),
        ("server.pem", KEY.encode("utf-16")),
        ("Key.java", f'"-----BEGIN PRIVATE {"KEY"}-----\\n" +\n        "{BODY}{BODY}\\n" +\n'.encode()),
        ("deep.yaml", f"k: |\n{' ' * 40}-----BEGIN PRIVATE {'KEY'}-----\n{' ' * 40}{BODY}\n".encode()),
    ],
)
def test_secrets_under_other_names_and_in_other_forms_are_found(
    tmp_path: Path, path: str, content: bytes
) -> None:
    repo = Repo(tmp_path)
    file = tmp_path / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    repo.git("add", "-f", path)
    repo.git("commit", "-qm", "a secret")
    (one,) = bad(judged(repo.facts()))
    assert one.message.startswith(f"{path} is tracked: ")


def test_made_up_bodies_certificates_and_public_keys_are_no_secrets(tmp_path: Path) -> None:
    made = f"-----BEGIN PRIVATE {'KEY'}-----\n{'x' * 60}\n-----END\n"
    files = {
        **IGNORING,
        "README.md": made,
        "ca.pem": f"-----BEGIN CERTIFICATE-----\n{BODY}\n",
        "lang.key": "a=b\n",
    }
    assert judged(Repo(tmp_path, files).facts()).outcome is Outcome.PASS


def test_a_gitignore_that_is_changed_and_not_committed_keeps_nothing_out(tmp_path: Path) -> None:
    repo = Repo(tmp_path, {".gitignore": "build\n"})
    repo.write(IGNORING)
    (one,) = bad(judged(repo.facts()))
    assert one.message.startswith(".gitignore does not keep out .env")
