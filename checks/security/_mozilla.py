"""Mozilla's recommended configurations for servers of TLS, as facts.

Version 6.0 of the guidelines, which names two configurations; it dropped `old`, and DHE from `intermediate`:
https://ssl-config.mozilla.org/guidelines/6.0.json (mozilla/ssl-config-generator at commit 8debe30faad8).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

VERSION = "6.0"
ProfileName = Literal["intermediate", "modern"]


@dataclass(frozen=True)
class Profile:
    """What a server may take: versions of TLS, and suites by the names of IANA, whatever the version."""

    versions: tuple[str, ...]
    suites: frozenset[str]


_OF_TLS_1_3 = frozenset({"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"})
_OF_TLS_1_2 = frozenset(
    f"TLS_ECDHE_{signed}_WITH_{sealed}"
    for signed in ("ECDSA", "RSA")
    for sealed in ("AES_128_GCM_SHA256", "AES_256_GCM_SHA384", "CHACHA20_POLY1305_SHA256")
)
PROFILES: dict[ProfileName, Profile] = {
    "modern": Profile(("1.3",), _OF_TLS_1_3),
    "intermediate": Profile(("1.2", "1.3"), _OF_TLS_1_3 | _OF_TLS_1_2),
}
