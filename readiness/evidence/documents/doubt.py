"""Sentences that say a thing without standing by it: wishes, plans, denials, what is not settled."""

from __future__ import annotations

import re
from collections.abc import Iterator

_END = re.compile(r"(?<!\be\.g)(?<!\bi\.e)(?<!\bca)(?<!\bvs)[.!?;]+(?:\s+|$)|;")
_SETTLED = (
    r"(?:agreed|decided|known|sure|certain|clear|chosen|measured|tested|tried|written|defined|settled"
    r"|named|assigned)"
)
_NO_DOUBT = re.compile(
    r"(?i)\bas (?:was )?(?:planned|intended|expected|scheduled|hoped)\b|\bno longer than\b"
)
_DOUBT = re.compile(
    r"(?i)\b(?:want(?:s|ed)? to|would|wish\w*|hop(?:e|es|ed|ing)\b|intend\w*|plan(?:s|ned|ning)? (?:to|for"
    r"|on)|going to"
    r"|aim(?:s|ed|ing)?|goal|perhaps|maybe|possibly|probably|presumably|suppos\w+|theor(?:y|etically)"
    r"|ideally|guess\w*"
    r"|assum\w+|believ\w+|we think|might|unclear|uncertain|unknown|undecided|under (?:discussion|review)"
    r"|being discussed|depends|used to|formerly|former|no longer|if only|(?:nobody|no one) (?:knows|has|ever)"
    rf"|not (?:yet )?(?:been )?{_SETTLED}|(?:have|has|had)(?: not|n't) (?:yet )?(?:been )?{_SETTLED}"
    rf"|never (?:been )?{_SETTLED})\b"
)
_UNSETTLED = re.compile(
    r"(?i)\b(?:unassigned|vacant|unclear|unknown|not (?:yet )?(?:been )?(?:assigned|named|decided|known|agreed"
    r"|appointed|clear|chosen|tested|written|defined|measured)"
    r"|(?:yet |still |will )?(?:to )?be (?:named|assigned|decided|defined|announced|agreed|confirmed|found|chosen"
    r"|appointed|determined|measured|tested)\b|no (?:decision )?owner)\b"
)


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text, parted at `;` too, with plain apostrophes."""
    at = 0
    plain = text.replace("\u2019", "'")
    for found in _END.finditer(plain):
        if said := plain[at : found.end()].strip():
            yield said
        at = found.end()
    if said := plain[at:].strip():
        yield said


def is_doubted(sentence: str) -> bool:
    """Whether it is about what was wished, planned, guessed, once so, or not settled."""
    return bool(_DOUBT.search(_NO_DOUBT.sub(" ", sentence)))


def is_unsettled(text: str) -> bool:
    """Whether it says that something is still to be named, decided or found out."""
    return bool(_UNSETTLED.search(text))
