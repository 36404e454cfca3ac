"""What a secret looks like, whatever it is called.

The forms are those that the issuers publish, so that leaked ones can be found:
https://docs.github.com/en/code-security/secret-scanning/introduction/supported-secret-scanning-patterns
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from readiness.evidence.manifests.scanning import in_one


class _Form(NamedTuple):
    """A form in words; no text without one of the `marks` has it, and they are found faster."""

    words: str
    marks: Sequence[str]
    pattern: re.Pattern[str]


def _form(words: str, marks: Sequence[str], pattern: str) -> _Form:
    return _Form(words, marks, re.compile(pattern, re.ASCII))


_FORMS = (
    _form("a private key", ["PRIVATE KEY"], r"-{3,5}BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-{3,5}"),
    _form("an access key of AWS", ["AKIA", "ASIA"], r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    _form(
        "a token of GitHub",
        ["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"],
        r"\bgh[pousr]_[A-Za-z0-9]{36}|\bgithub_pat_[A-Za-z0-9_]{22}",
    ),
    _form("a token of GitLab", ["glpat-"], r"\bglpat-[\w-]{20}"),
    _form(
        "a token of Slack",
        ["xox", "hooks.slack.com"],
        r"\bxox[abeoprs]-[0-9A-Za-z-]{10}|hooks\.slack\.com/services/T\w{6,}/B\w{6,}/\w{16}",
    ),
    _form("a key of Google", ["AIza"], r"\bAIza[\w-]{35}"),
    _form("a key of Stripe", ["k_live_"], r"\b[sr]k_live_[0-9A-Za-z]{16}"),
    _form("a token of npm", ["npm_"], r"\bnpm_[A-Za-z0-9]{36}"),
    _form("a JSON web token", ["eyJ"], r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10}"),
    _form(
        "a password in a URL",
        ["://"],
        r"://[^\s:/?#@\"']{0,100}:(?![$<{%*])[^\s/?#@\"'$<{]{1,200}@[\w.-]",
    ),
    _form(
        "a password in a connection string",
        ["assword=", "ASSWORD=", "wd=", "WD="],
        r"(?i:\b(?:host|server|data source|user|user ?name|user id|uid|db ?name|database|port)[ ]?=[ ]?[^\s;&=]{1,100}"
        r"[;& ][ ]?(?:[a-z][\w ]{1,30}=[^\s;&=]{0,100}[;& ][ ]?){0,8}(?:password|passwd|pwd)=)"
        r"(?![$<{%*'\"\s;&])[^\s;&'\"$<{]{3,200}",
    ),
)


# The marks by a character of theirs that most objects do not have at all: to look for one character is fastest.
_RARE = "=_JKIx"


def _marks_with(rare: str) -> tuple[bytes, ...]:
    marks = [mark for form in _FORMS for mark in form.marks]
    return tuple(mark.encode() for mark in marks if rare == next((one for one in _RARE if one in mark), ""))


_OTHER_MARKS = _marks_with("")
_RARE_MARKS = tuple((rare.encode(), _marks_with(rare)) for rare in _RARE)


def may_hold_secret(body: object) -> bool:
    """Whether a text in plain data may hold a secret by its form: one look at all of them is fast."""
    shown = in_one(body)
    for mark in _OTHER_MARKS:
        if mark in shown:
            return True
    for rare, marks in _RARE_MARKS:
        if rare in shown:
            for mark in marks:
                if mark in shown:
                    return True
    return False


def secret_in(text: str) -> str:
    """What a text holds that is a secret by its form, in words; empty when there is none."""
    for form in _FORMS:
        for mark in form.marks:
            if mark in text and form.pattern.search(text):
                return form.words
    return ""
