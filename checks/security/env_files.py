"""Whether the repository holds secrets in files that are made for them."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Annotated, Literal

from pydantic import Field

from readiness.check import Check, Finding, Location, Measure, Outcome, Params, unproven
from readiness.evidence.model import Reason
from readiness.evidence.repository import Repository, SecretFile

_SHOWN = 20
_ROTATE = "revoke it, `git rm --cached` the file, ignore it, and take it out of the history"


class EnvFilesParams(Params):
    """Which files may be tracked all the same."""

    allow: Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(strict=False)] = ()
    """Files that hold made-up secrets, as patterns for whole paths in which `*` is anything: `tests/keys/*.pem`. They
    are told in a note."""
    ignored: Literal["required", "not-asked"] = "required"
    """Whether a tracked `.gitignore` must keep `.env` out, at the top and in every folder."""


class EnvFiles(Check[EnvFilesParams]):
    r"""No environment files and no keys are tracked.

    Looked at are the names of all files of the commit, and the contents of those that are named like secrets: `.env`
    and its kin (an `.env.example` only when it holds a real token), private keys under whatever name, key stores,
    logins of registries (`.npmrc`, `.pypirc`, `.netrc`, Docker), of clouds and clusters, and states of Terraform. What
    is encrypted by SOPS, dotenvx, git-crypt, age or Ansible Vault is no secret. No finding shows one. What is only in
    the history is for a scanner: see security/secrets-scan.

    ## Why it matters
    A file that is tracked is in every clone, every fork and every build for as long as there is one. An `.env` gets
    there by one `git add .` on the day on which nobody had told git to ignore it.

    ## How to fix it
    Revoke the secret first: taking it out of the code does not take it back. Then:

        git rm --cached .env
        printf '.env\n.env.*\n!.env.example\n' >> .gitignore

    and read it from the environment or from a secret store. Keys of tests are made by the tests; where they must be
    files, name them under `allow`.

    ## References
    - OWASP, Secrets Management: https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html
    - GitHub, removing sensitive data from a repository:
      https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/removing-sensitive-data-from-a-repository
    - The Twelve-Factor App, Config: https://12factor.net/config
    """

    def judge(self, repository: Repository) -> Iterator[Finding]:
        """Every file that holds a secret, then what is ignored."""
        secrets = repository.secrets
        if not secrets.tracked:
            yield unproven(Reason.MISSING, "the commit holds no files", "check the release out")
            return
        allowed = [one for one in secrets.files if self._is_allowed(one)]
        bad = [one for one in secrets.files if not self._is_allowed(one)]
        hidden = secrets.found - len(secrets.files)
        yield from _found(bad, hidden)
        ignoring = list(self._not_ignored(repository))
        yield from ignoring
        if allowed:
            message = f"{len(allowed)} files with secrets are allowed by `allow`, such as {allowed[0].path}"
            yield Finding(outcome=Outcome.PASS, message=message, count=len(allowed), note=True)
        if repository.submodules:
            message = (
                f"{repository.submodules} submodules are repositories of their own, and are not looked into"
            )
            yield Finding(outcome=Outcome.PASS, message=message, count=repository.submodules, note=True)
        if not bad and not hidden and not ignoring:
            yield _clean(repository)

    def _is_allowed(self, one: SecretFile) -> bool:
        return one.state == "holds" and any(fnmatchcase(one.path, pattern) for pattern in self.params.allow)

    def _not_ignored(self, repository: Repository) -> Iterator[Finding]:
        if self.params.ignored == "not-asked":
            return
        if not repository.ignored:
            yield unproven(Reason.MISSING, "git did not tell what is ignored", "update git")
        bare = [one for one in repository.ignored if not one.covered]
        if bare:
            names = ", ".join(one.name for one in bare)
            wrong = next((f" ({one.rule} lets it in)" for one in bare if one.rule), "")
            yield Finding(
                outcome=Outcome.FAIL,
                message=f".gitignore does not keep out {names}{wrong}",
                observed=f"{len(bare)} of {len(repository.ignored)} names are not ignored",
                expected="a tracked .gitignore with .env and .env.*",
                next="add `.env` and `.env.*` to the .gitignore at the top, and commit it",
            )


def _found(bad: list[SecretFile], hidden: int) -> Iterator[Finding]:
    total = sum(one.state == "holds" for one in bad) + hidden
    for one in bad[:_SHOWN]:
        if one.state == "unread":
            message = f"{one.path}, which is named like {one.what}: {one.problem}"
            yield unproven(Reason.INSUFFICIENT, message, "look into it, and remove or waive it").but(
                object=one.object
            )
        else:
            yield _bad(f"{one.path} is tracked: {one.what}", total).but(
                object=one.object, location=Location(one.path, one.line)
            )
    if rest := len(bad) - min(len(bad), _SHOWN) + hidden:
        yield _bad(f"{rest} more files with secrets are tracked", total).but(count=rest)


def _bad(message: str, total: int) -> Finding:
    return Finding(
        outcome=Outcome.FAIL,
        message=message,
        observed=f"{total} files",
        expected="none",
        measure=Measure(total, 0, "files"),
        next=_ROTATE,
    )


def _clean(repository: Repository) -> Finding:
    secrets = repository.secrets
    message = (
        f"none of {secrets.tracked:,} tracked files is a secret by its name or holds a private key; "
        f"{secrets.looked:,} were looked into"
    )
    return Finding(
        outcome=Outcome.PASS, message=message, observed="0 files", expected="none", count=secrets.tracked
    )
