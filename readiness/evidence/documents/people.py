"""Whether a text names somebody."""

from __future__ import annotations

import re

from readiness.evidence.documents.doubt import is_doubted, is_unsettled, sentences

_NO_NAME = re.compile(r"(?i)\bno (?:contact|name)\b")
_VAGUE = re.compile(
    r"(?i)\W*(?:tbd|todo|tba|tbc|n\W?a|none|never|nobody|no one|noone|someone|somebody|anyone|anybody|everyone"
    r"|everybody|whoever\b.*|unknown|unassigned|pending|vacant|open|(?:your |full |first |last )*names?|owners?|person"
    r"|the team|team|us|we|all|all of us|yes|no|ok|done|x+"
    r"|see\b(?! (?:whether|if|how|what|which|when)\b).*|as (?:above|below|usual)|same\b.*|not applicable"
    r"|john doe|jane doe|max mustermann|erika mustermann|foo|bar|foo bar|test|tester|admin|root|user|example"
    r"|(?:not )?(?:yet )?(?:assigned|defined|decided|known|named|documented|agreed|set)"
    r"|(?:click )?here|(?:this )?link|ask around"
    r"|(?:some|any|no|every)(?:one|body) else|placeholder|anonymous|name surname|firstname lastname|lorem ipsum)?\W*"
)
_GONE = re.compile(
    r"(?i)\bformer(?:ly)?\b|\bused to be\b|\b(?:has|have|who|had) left\b|\bretired\b|\bno longer\b"
)
_NOBODY = re.compile(
    r"(?i)\W*(?:(?:any|every|no|some)(?:one|body|\sone)\b(?! else)|not\b|it depends"
    r"|none\b|there (?:is|are) (?:no|none|nobody)\b|ask around\b)"
)
_LETTERS = re.compile(r"[^\W\d_]{2}")


def names_somebody(text: str) -> bool:
    """A name, a role or a handle; nothing vague, unsettled or gone, and no placeholder."""
    if is_unsettled(text) or has_left(text) or _NO_NAME.search(text):
        return False
    return any(is_somebody(said) for said in sentences(text))


def has_left(text: str) -> bool:
    """Whether it names somebody who was once responsible."""
    return bool(_GONE.search(text))


def is_vague(text: str) -> bool:
    """Whether it says nothing: empty, `TBD`, `n/a`, `see above`."""
    return bool(_VAGUE.fullmatch(text))


def is_somebody(said: str) -> bool:
    """Whether one sentence names somebody and stands by it."""
    return not (_VAGUE.fullmatch(said) or _NOBODY.match(said) or is_doubted(said)) and bool(
        _LETTERS.search(said)
    )
