"""What a Dockerfile puts into an image that must not be there: secrets, and what the network gives."""

from __future__ import annotations

import re
from collections.abc import Iterator

from readiness.check import Finding
from readiness.evidence.dockerfile import Instruction

from ._dockerfile_rules import Built, failed
from ._secret_names import may_be_secret, promises_secret
from ._secret_texts import secrets_in_words
from ._secret_values import secret_in

_MOUNT = "hand it in while building: RUN --mount=type=secret,id=...; and change what was shown"
_IN_THE_OPEN = "not repeated here"
_SECRET_FILE = re.compile(
    r"\.env(?:\.(?!example$|sample$|template$|dist$|defaults?$)[\w.-]+)?|id_(?:rsa|dsa|ecdsa|ed25519)|\.npmrc|\.pypirc"
    r"|\.netrc|_netrc|\.git-credentials|\.htpasswd|\.pgpass|\.dockercfg|credentials(?:\.(?:json|ya?ml|ini|csv))?"
    r"|secrets?(?:\.(?:json|ya?ml|ini|toml|env|txt|properties))?|service[_-]account[\w-]*\.json|kubeconfig"
    r"|[\w.-]+\.(?:key|p12|pfx|jks|keystore|kdbx|ppk)",
    re.I | re.ASCII,
)
_SECRET_FOLDER = re.compile(r"(?:^|/)\.(?:ssh|aws|gnupg|kube|azure|docker)(?:/|$)")
_REMOTE = re.compile(r"(?:https?|ftp)://|git@|git://|ssh://", re.I)


def secrets(built: Built) -> Iterator[Finding]:
    """Secrets that the image, or its history, holds for everybody who can pull it. Their values are never shown."""
    for about, one in built.instructions():
        if one.keyword in ("ENV", "ARG"):
            yield from _named(one, about)
        if one.keyword in ("COPY", "ADD") and one.flag("from") is None:
            yield from _copied(one, about)
        if one.keyword in ("RUN", "CMD", "ENTRYPOINT"):
            yield from _said(one, about)
        yield from _by_form(one, about)


def _named(one: Instruction, about: str) -> Iterator[Finding]:
    for name, value in one.pairs:
        written = one.keyword == "ARG" or (value is not None and _is_written(name, value))
        if promises_secret(name) and written and not secret_in(value or ""):
            what = "is built with" if one.keyword == "ARG" else "keeps"
            message = f"the image {what} the secret {name}, which its history tells to everybody"
            yield failed(
                one.place, message, _MOUNT, about, observed=_IN_THE_OPEN, expected="no secret in ENV or ARG"
            )


def _is_written(name: str, value: str) -> bool:
    """An ENV that goes on from an ARG keeps what the ARG brought."""
    return "$" in value or may_be_secret(name, value)


def _copied(one: Instruction, about: str) -> Iterator[Finding]:
    for source in one.words[:-1]:
        path = source.rstrip("/")
        if _SECRET_FILE.fullmatch(path.rpartition("/")[2]) or _SECRET_FOLDER.search(path):
            message = f"{source} is copied into the image, and by its name it is a secret"
            yield failed(
                one.place, message, _MOUNT, about, observed=source, expected="no secret in COPY or ADD"
            )


def _said(one: Instruction, about: str) -> Iterator[Finding]:
    """Secrets in a command line, by the name of the variable or the option."""
    for name in dict.fromkeys(name for _, name in secrets_in_words(one.words)):
        message = f"{one.keyword} has a value for {name}, which the history of the image tells to everybody"
        yield failed(one.place, message, _MOUNT, about, observed=_IN_THE_OPEN, expected="none")


def _by_form(one: Instruction, about: str) -> Iterator[Finding]:
    for line, text in _texts(one):
        what = secret_in(text)
        if what:
            place = one.place.but(line=line)
            message = f"{one.keyword} holds {what}"
            yield failed(place, message, _MOUNT, about, observed=_IN_THE_OPEN, expected="none")


def _texts(one: Instruction) -> Iterator[tuple[int, str]]:
    """The instruction, and the lines of its heredocs."""
    yield one.place.line, one.text
    for document in one.heredocs:
        yield from enumerate(document.content.split("\n"), document.line)


def fetched(built: Built) -> Iterator[Finding]:
    """What ADD takes from the network without a checksum: another file tomorrow, and nobody notices."""
    next_ = "ADD --checksum=sha256:..., or fetch it with RUN and verify it there"
    for about, one in built.instructions():
        remote = [word for word in one.words[:-1] if _REMOTE.match(word)] if one.keyword == "ADD" else []
        if remote and not (one.flag("checksum") or "").startswith("sha256:"):
            message = "ADD takes a file from the network without a checksum"
            yield failed(one.place, message, next_, about, expected="--checksum=sha256:...")
