"""Cipher suites by their names: which families of weakness one belongs to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

Family = Literal[
    "null",
    "anon",
    "export",
    "rc2",
    "rc4",
    "des",
    "3des",
    "idea",
    "md5",
    "static-rsa",
    "static-dh",
    "cbc",
]
_PATTERNS: Mapping[Family, re.Pattern[str]] = {
    # The two of RFC 9150 sign without encrypting, and do not say so.
    "null": re.compile(r"_NULL(_|$)|^TLS_SHA(256_SHA256|384_SHA384)$"),
    "anon": re.compile(r"_anon(_|$)", re.IGNORECASE),
    "export": re.compile(r"_EXPORT(1024)?(_|$)"),
    "rc2": re.compile(r"_RC2_"),
    "rc4": re.compile(r"_RC4_"),
    "des": re.compile(r"_DES(40)?_"),
    "3des": re.compile(r"_3DES_"),
    "idea": re.compile(r"_IDEA_"),
    "md5": re.compile(r"_MD5$"),
    "static-rsa": re.compile(r"^TLS_RSA_"),
    "static-dh": re.compile(r"^TLS_(EC)?DH_(RSA|DSS|ECDSA)_"),
    "cbc": re.compile(r"_CBC_|_CBC$|_CBC40_"),
}
_NAME = re.compile(r"TLS_[A-Za-z0-9_]+")


def has_name(suite: str) -> bool:
    """Whether it is a name of IANA, which tells what the suite is made of."""
    return _NAME.fullmatch(suite) is not None


def families_of(suite: str) -> tuple[Family, ...]:
    """The families of weakness that its name shows."""
    return tuple(family for family, pattern in _PATTERNS.items() if pattern.search(suite))
