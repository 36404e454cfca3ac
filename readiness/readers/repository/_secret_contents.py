"""What in a file is a secret. Lines are told, contents never."""

from __future__ import annotations

import re
from collections.abc import Callable

Look = Callable[[bytes], int | None]
"""The line of the first secret, None when there is none."""

KEY_MARK = "-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY( BLOCK)?-----"
_KEY = re.compile(
    rb"-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----(?:[\s\"'+,.;|>]|\\[rn]){1,80}"
    rb"(?:[A-Za-z-]{1,40}: [^\n\\]{0,200}(?:\n|\\n)){0,8}(?:\s|\\[rn]){0,80}(?!([A-Za-z])\1{15})[A-Za-z0-9+/=]{32}"
)
# PKCS #8 (RFC 5208), PKCS #1 (RFC 8017) and SEC 1 (RFC 5915): a sequence that begins with its version.
_KEY_IN_DER = re.compile(
    rb"\x30(?:[\x20-\x7f]|\x81.|\x82..)\x02\x01[\x00\x01](?:\x02[\x20-\x82]|\x30|\x04)", re.DOTALL
)
_TOKENS = re.compile(
    rb"\b(?:(?:AKIA|ASIA)[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{40}|glpat-[\w-]{20}|xox[abeprs]-[\w-]{20}"
    rb"|[sr]k_live_[0-9A-Za-z]{20}|AIza[0-9A-Za-z_-]{35}|npm_[A-Za-z0-9]{36}|pypi-AgEIcHlwaS|SG\.[\w-]{22}\.[\w-]{40})"
)
_ASSIGNED = re.compile(rb"^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.]*)[ \t]*[=:][ \t]*(.*?)[ \t]*\r?$", re.M)
_ENCRYPTED_WHOLE = (
    b"\0GITCRYPT\0",
    b"age-encryption.org/",
    b"-----BEGIN AGE ENCRYPTED FILE-----",
    b"-----BEGIN PGP MESSAGE-----",
    b"$ANSIBLE_VAULT;",
)
_ENCRYPTED_VALUE = re.compile(rb"[\"']?(?:ENC\[AES256_GCM,|encrypted:)")
_OF_SOPS = re.compile(rb"sops_|DOTENV_PUBLIC_KEY")
LFS = b"version https://git-lfs.github.com/spec/"


def by(pattern: bytes) -> Look:
    """A look for the first match of a pattern, in which `^` is the beginning of a line."""
    compiled = re.compile(pattern, re.M | re.I)

    def look(content: bytes) -> int | None:
        found = compiled.search(content)
        return _line(content, found.start()) if found else None

    return look


def anything(content: bytes) -> int | None:  # noqa: ARG001 - the name says enough
    """The first line: a file of this name is not tracked, whatever it holds."""
    return 1


def environment(content: bytes) -> int | None:
    """The first line, unless every value of the file is encrypted by SOPS or dotenvx."""
    found = [(key, value) for key, value in _ASSIGNED.findall(content) if not _OF_SOPS.match(key)]
    return None if found and all(_ENCRYPTED_VALUE.match(value) for _, value in found) else 1


def private_key(content: bytes) -> int | None:
    """A private key: as text, the mark and a body behind it, or else as DER."""
    if _KEY_IN_DER.match(content):
        return 1
    found = _KEY.search(content)
    return _line(content, found.start()) if found else None


def token(content: bytes) -> int | None:
    """A token whose form tells whose it is, or a private key; made-up ones that say EXAMPLE are none."""
    for found in _TOKENS.finditer(content):
        if b"EXAMPLE" not in content[found.start() : found.end() + 20].upper():
            return _line(content, found.start())
    return private_key(content)


def is_encrypted(content: bytes) -> bool:
    """Whether the file as a whole is encrypted by git-crypt, age, PGP or Ansible Vault."""
    return content.startswith(_ENCRYPTED_WHOLE)


def as_text(content: bytes) -> bytes:
    """The content without the zeros of UTF-16, as some shells write what is led into a file."""
    return content.replace(b"\0", b"") if content.startswith((b"\xff\xfe", b"\xfe\xff")) else content


def _line(content: bytes, at: int) -> int:
    return content.count(b"\n", 0, at) + 1
