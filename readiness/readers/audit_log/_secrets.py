"""What must never stand in a log: passwords, tokens and keys, by their names and by their forms."""

from __future__ import annotations

import re

_SORTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("a private key", re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY")),
    ("an AWS access key", re.compile(r"(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])")),
    (
        "a token of GitHub, GitLab or Slack",
        re.compile(r"\b(?:gh[pousr]_\w{30,}|glpat-[\w-]{20,}|xox[abprs]-[\w-]{10,})"),
    ),
    ("a JSON Web Token", re.compile(r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}")),
    ("credentials in a URL", re.compile(r"://[^/\s:@\"']{1,100}:(?!\*+@)[^/\s@\"']{1,200}@")),
    (
        "a token",
        re.compile(r"(?i)\b(?:[a-z]+_)?token[\"']?\s{0,3}[=:]\s{0,3}[\"']?(?=[\w.+/=-]*\d)[\w.+/=-]{16,}"),
    ),
    ("an Authorization header", re.compile(r"(?i)\b(?:bearer|basic) (?=[\w+/=.~-]*\d)[\w+/=.~-]{16,}")),
)
_NAMED = re.compile(
    r"(?i)[\"']?(?<![a-z])((?:[a-z]+[_.-]?)?(?:password|passwd|pwd|passphrase|secret|api[_-]?key|private[_-]?key"
    r"|access[_-]?token|refresh[_-]?token|client[_-]?secret))(?:[_-]?(?:value|plain))?[\"']?\s{0,3}[=:]\s{0,3}"
    r"(?:\\?\"([^\"\\]{1,300})|'([^']{1,300})|([^\s,;}\"']{1,300}))"
)
_HARMLESS = re.compile(
    r"(?i)[*xX.•#-]+|\W*(?:redacted|masked|hidden|filtered|removed|null|none|nil|true|false|changed|set|unset|reset|ok"
    r"|yes|no|success\w*|fail\w*|expired|valid|invalid|updated|rotated|created|deleted|required|unchanged|\d{1,3})\W*"
)


def secret_in(line: str) -> str:
    """The sort of the first secret in a line; empty when there is none."""
    for sort, pattern in _SORTS:
        if pattern.search(line):
            return sort
    for found in _NAMED.finditer(line):
        value = next((one for one in found.groups()[1:] if one is not None), "")
        if not _HARMLESS.fullmatch(value):
            return f"a value of {found[1].lower()}"
    return ""
