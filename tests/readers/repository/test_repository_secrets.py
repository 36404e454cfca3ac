"""The kind `repository`: tracked files that hold secrets, and what is ignored. All secrets here are made up."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from readiness.evidence.repository import Repository
from tests.readers.repository.made import Repo

BODY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7" * 3
KEY = f"-----BEGIN PRIVATE {'KEY'}-----\n{BODY}\n-----END PRIVATE {'KEY'}-----\n"
TOKEN = "ghp_" + "a1B2" * 9
GITLAB = "glpat-" + "x" * 20

HOLDING = {
    ".env": "A=1\n",
    "service/.env.production": "# nothing but this\n",
    "prod.env": "A=1\n",
    ".env.example": f"# fill in\nTOKEN={TOKEN}\n",
    "sample.env": f"A={GITLAB}\n",
    ".envrc": f"export TOKEN={TOKEN}\n",
    "certs/server.pem": KEY,
    "certs/server.key": "\n" + KEY,
    "id_rsa": KEY.replace("PRIVATE", "OPENSSH PRIVATE"),
    "notes.txt": f"the key is\n\n{KEY}",
    "account.json": '{"private_key": "' + KEY.replace("\n", "\\n") + '"}',
    "a.p12": "\x01\x02",
    "trust.jks": "\x01",
    "vault.kdbx": "\x01",
    ".npmrc": "registry=https://r.example\n//r.example/:_authToken=abcdef\n",
    ".yarnrc.yml": 'npmAuthToken: "abcdef"\n',
    ".pypirc": "[pypi]\nusername = __token__\npassword = abc\n",
    ".netrc": "machine a login b password c\n",
    ".git-credentials": "https://ines:secret@git.example\n",
    "home/.docker/config.json": '{"auths": {"r.example": {"auth": "aW5lczpzZWNyZXQ="}}}',
    ".aws/credentials": "[default]\naws_secret_access_key = abc\n",
    "gcp-credentials.json": '{"type": "authorized_user", "client_secret": "abc"}',
    "prod.kubeconfig": "users:\n- name: a\n  user:\n    client-key-data: abc=\n",
    "terraform.tfstate": "{}",
    "prod.tfvars": 'db_password = "correct horse"\n',
    ".pgpass": "host:5432:db:user:secret\n",
}


@pytest.fixture(scope="module")
def holding(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return Repo(tmp_path_factory.mktemp("holding"), {**HOLDING, "README.md": "shop"}).facts()


@pytest.mark.parametrize("path", sorted(HOLDING))
def test_a_file_with_a_secret_is_found(holding: Repository, path: str) -> None:
    assert [one.state for one in holding.secrets.files if one.path == path] == ["holds"]


def test_no_secret_is_told(holding: Repository) -> None:
    assert holding.secrets.found == len(HOLDING)
    told = msgspec.json.encode(holding).decode()
    for secret in (TOKEN, GITLAB, BODY, "abcdef", "aW5lczpzZWNyZXQ", "correct horse", "ines:secret"):
        assert secret not in told


CLEAN = {
    ".env.example": "# fill in\nTOKEN=\nPASSWORD=changeme\n",
    ".env.sample": "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE\n",
    "env.template": "A=\n",
    ".env.vault": 'DOTENV_VAULT_PRODUCTION="abc"\n',
    "sops/.env": "A=ENC[AES256_GCM,data:abc,iv:d,tag:e,type:str]\nsops_version=3.8.1\n",
    "dotenvx/.env": 'DOTENV_PUBLIC_KEY="03a"\nA="encrypted:BOn8"\n',
    "crypt/.env": "\0GITCRYPT\0abc",
    "ca.pem": "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
    "translations.key": "hello = Hallo\n",
    "keys.py": 'MARK = "-----BEGIN PRIVATE ' + 'KEY-----"\nif MARK in text:\n    raise ValueError\n',
    "id_rsa.pub": "ssh-rsa AAAA ines\n",
    ".npmrc": "//r.example/:_authToken=${NPM_TOKEN}\nsave-exact=true\n",
    "environment.ts": "export const a = 1;\n",
    "src/env.py": "A = 1\n",
    "config.json": '{"auth": "x"}',
    "kubeconfig": "users:\n- name: a\n  user:\n    exec:\n      command: aws\n",
    "prod.tfvars": 'region = "eu-central-1"\n',
    "empty.key": "",
}


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return Repo(tmp_path_factory.mktemp("clean"), CLEAN).facts()


@pytest.mark.parametrize("path", sorted(CLEAN))
def test_a_file_without_a_secret_is_not_found(clean: Repository, path: str) -> None:
    assert not [one for one in clean.secrets.files if one.path == path]


def test_a_file_that_is_not_looked_into_is_told(tmp_path: Path) -> None:
    large = {
        "big.pem": "x" * 1_100_000,
        "lfs.key": "version https://git-lfs.github.com/spec/v1\noid sha256:0\n",
    }
    files = Repo(tmp_path, large).facts().secrets.files
    assert [(one.path, one.state) for one in files] == [("big.pem", "unread"), ("lfs.key", "unread")]


def test_what_is_staged_is_found_before_it_is_committed(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.write({".env": "A=1", "a.key": KEY})
    repo.git("add", "-f", ".env", "a.key")
    files = repo.facts().secrets.files
    assert [(one.path, one.state) for one in files] == [(".env", "holds"), ("a.key", "unread")]


def test_what_is_not_tracked_is_no_matter(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.write({".env": "A=1"})
    assert repo.facts().secrets.files == ()


def test_a_link_holds_nothing_itself(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    (tmp_path / ".env").symlink_to("/etc/hostname")
    repo.git("add", "-f", ".env")
    repo.git("commit", "-q", "-m", "a link")
    assert repo.facts().secrets.files == ()


IGNORES = {
    ".env\n.env.*\n": (True, True, True, True),
    ".env*\n": (True, True, True, True),
    "/.env\n": (True, False, False, False),
    "/.env*\n": (True, True, True, False),
    "*.env\n": (True, False, False, True),
    ".env*\n!.env.local\n": (True, False, True, True),
    "*.log\n": (False, False, False, False),
}


@pytest.mark.parametrize("rules", sorted(IGNORES))
def test_what_a_tracked_gitignore_keeps_out_is_told(tmp_path: Path, rules: str) -> None:
    facts = Repo(tmp_path, {".gitignore": rules}).facts()
    assert tuple(one.covered for one in facts.ignored) == IGNORES[rules]


def test_ignoring_of_ones_own_does_not_count(tmp_path: Path) -> None:
    repo = Repo(tmp_path, {"a": "1"})
    repo.write({".git/info/exclude": ".env*\n", ".gitignore": ".env*\n"})
    assert not any(one.covered for one in repo.facts().ignored)
