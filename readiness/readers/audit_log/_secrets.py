"""What must never stand in a log: passwords, tokens and keys, by their names and by their forms."""

from __future__ import annotations

import re

_SORTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("a private key", re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY")),
    ("an AWS access key", re.compile(r"(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])")),
    (
        "a token of GitHub, GitLab, Slack, Stripe, Google, npm or SendGrid",
        re.compile(
            r"\b(?:gh[pousr]_\w{30,}|github_pat_\w{40,}|glpat-[\w-]{20,}|xox[abprs]-[\w-]{10,}|[sr]k_live_\w{20,}"
            r"|AIza[\w-]{35}|npm_[A-Za-z0-9]{36}|SG\.[\w-]{22}\.[\w-]{40})"
        ),
    ),
    ("a JSON Web Token", re.compile(r"\beyJ[\w-]{8,4000}\.eyJ[\w-]{8,4000}\.[\w-]{8}")),
    ("credentials in a URL", re.compile(r"://[^/\s:@\"']{1,100}:(?!\*+@)[^/\s@\"']{1,200}@")),
    (
        "a token",
        re.compile(
            r"(?i)\b(?:[a-z]+_)?token[\"']?\s{0,3}[=:]\s{0,3}[\"']?(?=[\w.+/=-]{0,200}\d)[\w.+/=-]{16}"
        ),
    ),
    (
        "a cookie",
        re.compile(r"(?i)\bcookie\"?\s{0,3}[=:]\s{0,3}\"?[\w.-]{1,40}=(?=[^\s\";]{0,200}\d)[^\s\";]{16}"),
    ),
    ("an Authorization header", re.compile(r"(?i)\b(?:bearer|basic) (?=[\w+/=.~-]{0,200}\d)[\w+/=.~-]{16}")),
)
_NAMED = re.compile(
    r"(?i)[\"']?(?<![a-z])((?:[a-z]+[_.-]?)?(?:password|passwd|pwd|passphrase|secret|api[_-]?key|private[_-]?key"
    r"|access[_-]?token|refresh[_-]?token|client[_-]?secret)|(?<![a-z_.-])(?:(?:user|db|smtp|auth|admin)[_-]?)?pass)(?:[_-]?(?:value|plain))?[\"']?\s{0,3}[=:]\s{0,3}"
    r"(?:\"([^\"]{1,300})|'([^']{1,300})|([^\s,;}\"']{1,300}))"
)
_HARMLESS = re.compile(
    r"(?i)[*xX.•#-]+|\W*(?:redacted|masked|hidden|filtered|removed|null|none|nil|true|false|changed|set|unset|reset|ok"
    r"|yes|no|success\w*|fail\w*|expired|valid|invalid|updated|rotated|created|deleted|required|unchanged|\d{1,3})\W*"
)


# One of these stands in every secret that is looked for: most lines have none, and need no closer look.
_HINT = re.compile(
    r"(?i)pass|pwd|secret|token|key|cookie|bearer|basic|://|akia|asia|gh[pousr]_|github_pat|glpat|xox|eyj|k_live_|aiza"
    r"|npm_|sg\."
)
_PROSE = re.compile(r":\s[A-Za-z]+(?=\s+[A-Za-z])")
_A_NAME = re.compile(r"[a-z]+(?:[-_./][a-z]+)+")
_QUOTED = re.compile(r"\\+(?=[\"'/])")
_CODED = re.compile(r"\\u00([2-7][0-9a-fA-F])")


def secret_in(line: str) -> str:
    """The sort of the first secret in a line; empty when there is none. JSON within JSON is looked into."""
    if "\\" in line:
        line = _QUOTED.sub("", _CODED.sub(lambda found: chr(int(found[1], 16)), line))
    if not _HINT.search(line):
        return ""
    for sort, pattern in _SORTS:
        if pattern.search(line):
            return sort
    for found in _NAMED.finditer(line):
        value = next((one for one in found.groups()[1:] if one is not None), "")
        if not _HARMLESS.fullmatch(value) and not _is_about(found, value):
            return f"a value of {found[1].lower()}"
    return ""


def _is_about(found: re.Match[str], value: str) -> bool:
    """`wrong password: account locked` is prose, and `"secret": "prod/db-login"` names a secret without telling it."""
    if found[1].lower() == "secret" and _A_NAME.fullmatch(value):
        return True
    return bool(found[4] and _PROSE.match(found.string, found.start(4) - 2))
