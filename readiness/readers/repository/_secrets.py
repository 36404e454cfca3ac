"""Tracked files that are secrets by their names, or by what is in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from readiness.evidence.repository import SecretFile, Secrets
from readiness.readers.repository import _secret_contents as contents
from readiness.readers.repository._git import Git, text
from readiness.readers.repository._tree import MAX_BLOB, Blob, Tree

MAX_FILES = 500


class _Sort(NamedTuple):
    """Files of some names: what they are called, and where the secret in them is."""

    names: re.Pattern[str]
    what: str
    look: contents.Look


def _sort(names: str, what: str, look: contents.Look) -> _Sort:
    return _Sort(re.compile(rf"(?:^|.*/)(?:{names})", re.IGNORECASE | re.DOTALL), what, look)


_EXAMPLE = r"(?:[^/]*[._-])?(?:example|sample|template|tmpl|tpl|dist|defaults?|schema)(?:[._-][^/]*)?"
# The first one that fits a whole path decides.
_SORTS = (
    _sort(r"\.env\.vault|\.env\.keys\.example", "an encrypted environment file", contents.token),
    _sort(rf"\.?env[._-]{_EXAMPLE}|{_EXAMPLE}\.env", "an example of an environment file", contents.token),
    _sort(
        r"\.env|\.env[._-][^/]+|[^/]+\.env|\.envs/\.?prod(?:uction)?/[^/]+",
        "an environment file",
        contents.environment,
    ),
    _sort(r"\.envrc", "an environment file of direnv", contents.token),
    _sort(
        r"config/(?:master|credentials/[^/]+)\.key",
        "a key of the credentials of Rails",
        contents.by(rb"^[0-9a-f]{32}"),
    ),
    _sort(
        r"id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?|[^/]+\.(?:pem|key|der|pk8|p8)",
        "a private key",
        contents.private_key,
    ),
    _sort(r"[^/]+\.ppk", "a private key of PuTTY", contents.anything),
    _sort(r"[^/]+\.(?:p12|pfx|jks|jceks|bks|keystore)", "a store of keys", contents.anything),
    _sort(r"[^/]+\.kdbx?", "a store of passwords", contents.anything),
    _sort(
        r"\.npmrc|\.yarnrc(?:\.yml)?",
        "a token of a package registry",
        contents.by(
            rb"^[ \t]*(?://[^\n=]*:)?[\"']?(?:_authToken|_auth|_password|npmAuthToken|npmAuthIdent)[\"']?[ \t]*[=:]"
            rb"[ \t]*(?![\"']?\$)[\"']?[^\s\"'$]"
        ),
    ),
    _sort(
        r"\.pypirc", "a password of a package registry", contents.by(rb"^[ \t]*password[ \t]*[=:][ \t]*\S")
    ),
    _sort(r"[._]netrc", "a password", contents.by(rb"\bpassword[ \t\n]+\S")),
    _sort(r"\.git-credentials", "a password", contents.by(rb"://[^:/\s]+:[^@\s]+@")),
    _sort(r"\.pgpass", "a password", contents.by(rb"^[^#\n][^\n]*(?::[^\n]*){4}")),
    _sort(r"\.vault-token", "a token of Vault", contents.anything),
    _sort(
        r"\.dockercfg|\.docker/config\.json", "a login of a registry", contents.by(rb"\"auth\"\s*:\s*\"[^\"]")
    ),
    _sort(
        r"\.aws/credentials|(?:aws[._-]?)?credentials(?:\.(?:csv|ini|txt))?",
        "a credential",
        contents.by(
            rb"aws_secret_access_key[ \t]*=[ \t]*[^\s$]|secret access key,|^[ \t]*(?:password|secret)[ \t]*[=:]"
        ),
    ),
    _sort(
        r"(?:[^/]*[._-])?(?:credentials|service[._-]?account|client[._-]?secrets?)(?:[._-][^/]*)?\.json",
        "a credential",
        contents.by(
            rb"\"(?:private_key|client_secret|secret|password|refresh_token|SecretAccessKey)\"\s*:\s*\"[^\"$<{]"
        ),
    ),
    _sort(
        r"kubeconfig|[^/]*[._-]kubeconfig|kubeconfig[._-][^/]*|\.kube/config|[^/]+\.kubeconfig(?:\.ya?ml)?",
        "a credential of a cluster",
        contents.by(rb"^[ \t]*(?:-[ \t]+)?(?:client-key-data|token|password)[ \t]*:[ \t]*[^\s#]"),
    ),
    _sort(r"[^/]+\.tfstate(?:\.backup)?", "a state of Terraform, which holds secrets", contents.anything),
    _sort(
        r"[^/]+\.tfvars(?:\.json)?",
        "a secret variable of Terraform",
        contents.by(rb"\w*(?:password|secret|token|api_?key|private_key)\w*\"?[ \t]*[=:][ \t]*\"[^\"$]{8}"),
    ),
)


def secrets_of(git: Git, tree: Tree, commit: str) -> Secrets:
    """Every file of the commit, and whatever is staged, by its name; contents where the name does not tell."""
    marked = _with_key_marks(git, commit)
    asked: dict[str, _Sort] = {}
    for path, blob in tree.blobs.items():
        sort = sort_of(path)
        if path in marked and (sort is None or sort.look is not contents.environment):
            sort = sort or _Sort(re.compile(""), "a private key", contents.private_key)
        if sort is not None and not blob.is_link and blob.size:
            asked[path] = sort
    found = [*_looked_into(tree, asked), *_staged(git)]
    found.sort(key=lambda one: one.path)
    return Secrets(
        tracked=len(tree.blobs), looked=len(asked), found=len(found), files=tuple(found[:MAX_FILES])
    )


def sort_of(path: str) -> _Sort | None:
    """What a file of this name would be."""
    return next((one for one in _SORTS if one.names.fullmatch(path)), None)


def _with_key_marks(git: Git, commit: str) -> frozenset[str]:
    """The files in which a private key may begin, whatever they are called."""
    printed = git.ask(
        "grep", "--full-name", "-l", "-z", "-E", "-e", contents.KEY_MARK, commit, "--", may_be=(0, 1)
    )
    return frozenset(text(name).partition(":")[2] for name in printed.split(b"\0") if name)


def _looked_into(tree: Tree, asked: Mapping[str, _Sort]) -> Iterator[SecretFile]:
    for blob, content in tree.contents(tree.blobs[path] for path in asked):
        if one := _judged(blob, content, asked[blob.path]):
            yield one


def _judged(blob: Blob, content: bytes | None, sort: _Sort) -> SecretFile | None:
    if content is None:
        if sort.look is contents.anything:
            return SecretFile(path=blob.path, what=sort.what)
        problem = f"it is not looked into: it is {blob.size:,} bytes, and at most {MAX_BLOB:,} are read"
        return SecretFile(path=blob.path, what=sort.what, state="unread", problem=problem)
    if content.startswith(contents.LFS):
        return SecretFile(
            path=blob.path, what=sort.what, state="unread", problem="its content is kept in LFS"
        )
    if contents.is_encrypted(content):
        return None
    line = sort.look(contents.as_text(content))
    return SecretFile(path=blob.path, what=sort.what, line=line) if line is not None else None


def _staged(git: Git) -> Iterator[SecretFile]:
    """What is in the index and not in the commit: the next commit has it."""
    added = git.ask("diff-index", "--cached", "--name-only", "-z", "--no-renames", "--diff-filter=A", "HEAD")
    for raw in filter(None, added.split(b"\0")):
        path = text(raw)
        sort = sort_of(path)
        if sort is not None and sort.look in (contents.anything, contents.environment):
            yield SecretFile(path=path, what=f"{sort.what}, staged")
        elif sort is not None:
            problem = "it is staged, and not looked into before it is committed"
            yield SecretFile(path=path, what=sort.what, state="unread", problem=problem)
