"""Whether a name promises a secret, and whether what stands behind it may be one."""

from __future__ import annotations

import re
from functools import lru_cache

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", re.ASCII)
_HOLDING = (
    "password", "passwd", "passphrase", "secret", "credential", "token", "apikey", "privatekey", "accesskey",
    "secretkey",
)  # fmt: skip
_STEMS = tuple(mark.rstrip("s") for mark in _HOLDING)
# Every name that promises a secret holds one of these, in whatever case.
MARKS = ("pass", "secret", "credential", "token", "key", "pwd", "psk")
_ALONE = frozenset({"pwd", "pass", "psk"})
# What a key must be of to be a secret: a cache key and a sort key are none.
_OF_KEYS = frozenset(
    {
        "access", "account", "api", "auth", "batch", "client", "cli", "encryption", "hmac", "jwt", "master", "private",
        "secret", "service", "session", "shared", "signing", "ssh", "ssl", "storage", "subscription", "tls",
    }
)  # fmt: skip
# A name that ends so is about a secret, and holds none: SECRET_NAME, TOKEN_URL, PASSWORD_FILE.
_ABOUT = frozenset(
    {
        "age", "alg", "algorithm", "arn", "audience", "backend", "class", "count", "dir", "directory", "driver",
        "duration", "enabled", "endpoint", "engine", "expiration", "expires", "expiry", "field", "file",
        "folder", "format", "header", "host", "hours", "id", "interval", "issuer", "key", "keys", "length",
        "lifetime", "limit", "manager", "max", "min", "minutes", "mode", "mount", "name", "names", "namespace",
        "path", "policy", "port", "prefix", "provider", "ref", "reference", "region", "required", "rotation",
        "seconds", "source", "store", "suffix", "timeout", "ttl", "type", "uri", "url", "user", "username",
        "validity", "version", "volume",
    }
)  # fmt: skip
_REFERENCE = re.compile(
    r"\$\([^)]*\)|\$\{[^}]*\}|\$[A-Z_][A-Z0-9_]*|\{\{.*\}\}|<[^<>]*>|%[A-Za-z_]\w*%"  # filled in later
    r"|ENC\[AES256_GCM,data:.*\]"  # SOPS
    r"|(?:vault|ref\+\w+|op|file|secret|awssm|akv|gcpsm|sm)://?\S*|vault:\S*|arn:aws:[a-z]+:\S*"
    r"|projects/[\w-]+/secrets/\S*|/(?:run|var|etc|mnt|opt|vault|secrets?|tmp|home|usr|app|data|config)/[\w./-]*",
    re.ASCII | re.DOTALL,
)
_SWITCH = frozenset(
    {"true", "false", "yes", "no", "on", "off", "null", "none", "nil", "~", "enabled", "disabled"}
)


@lru_cache(maxsize=4096)  # few names, and each of them many times
def promises_secret(name: str) -> bool:
    """Whether people would expect a secret behind a name: `DB_PASSWORD`, `apiKey`, `AZURE_BATCH_KEY`."""
    words = [word.lower() for word in _WORDS.findall(name)]
    if not words:
        return False
    if _ends_in_key(words):
        return True
    if words[-1] in _ABOUT:
        return False
    return not _ALONE.isdisjoint(words) or any(word.rstrip("s").endswith(_STEMS) for word in words)


def may_be_secret(name: str, value: str) -> bool:
    """Whether a value may be the secret that its name promises: no switch, and not filled in elsewhere."""
    text = value.strip()
    if not text or text.lower() in _SWITCH or _REFERENCE.fullmatch(text):
        return False
    is_number = re.fullmatch(r"[0-9]{1,10}(?:[.][0-9]{1,9})?[smhd]?", text, re.ASCII) is not None
    return not is_number or "pass" in name.lower() or "pwd" in name.lower()


def _ends_in_key(words: list[str]) -> bool:
    end = words[:-1] if words[-1] in ("content", "value", "data", "pem", "base64", "b64") else words
    return len(end) > 1 and end[-1] in ("key", "keys") and end[-2] in _OF_KEYS
