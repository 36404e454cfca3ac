"""Content Security Policy, as far as scripts and frames go (W3C, Content Security Policy Level 3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

_NONCE_OR_HASH = re.compile(r"'(nonce-[A-Za-z0-9+/_=-]{8,}|sha(256|384|512)-[A-Za-z0-9+/_=-]{40,})'")
# Sources that let anybody in: any host, or a scheme alone. `data:` and `blob:` carry whatever a page is made to write.
_DOMAIN = re.compile(r"(?:(?:https?|wss?):)?(?://)?\*\.([a-z0-9-]+)(?::(?:\*|\d+))?(?:/.*)?", re.ASCII)
# In the others anybody can buy a name.
_PRIVATE = frozenset({"corp", "home", "internal", "intranet", "lan", "local", "localhost", "private", "test"})
_ANYWHERE = re.compile(
    r"((https?|wss?|ftp):)?(//)?\*(\.\*)*(:(\*|\d+))?(/.*)?|[a-z][a-z0-9+.-]*:(//)?", re.ASCII
)
# Other spaces are parts of words to a browser, and a directive with one in it is none.
_SPACE = re.compile(r"[\t\n\f\r ]+")
_SCRIPTS = ("script-src", "script-src-elem", "script-src-attr")


class Policy(NamedTuple):
    """The directives by their lower-case names, with their sources as they are written."""

    directives: Mapping[str, tuple[str, ...]]


def read_policy(value: str) -> Policy | str:
    """One policy; or why it is none that can be relied on."""
    if "," in value:
        return "holds several policies, or was sent more than once: send one"
    directives: dict[str, tuple[str, ...]] = {}
    for part in value.split(";"):
        name, *sources = [word for word in _SPACE.split(part) if word] or [""]
        if name.lower() in directives:
            return f"has {name.lower()[:40]} twice, and the second is ignored"
        if name:
            directives[name.lower()] = tuple(sources)
    return Policy(directives)


def script_flaw(policy: Policy) -> str | None:
    """What lets foreign scripts run; None when nothing does."""
    said = {name: policy.directives[name] for name in _SCRIPTS if name in policy.directives}
    if "script-src" not in said:
        if "default-src" not in policy.directives:
            return "has neither script-src nor default-src, so any script runs"
        said["default-src"] = policy.directives["default-src"]
    return next((flaw for name, sources in said.items() if (flaw := _flaw(name, sources))), None)


def _flaw(name: str, sources: tuple[str, ...]) -> str | None:
    lower = [source.lower() for source in sources]
    has_key = any(_NONCE_OR_HASH.fullmatch(source) for source in sources) and name != "script-src-attr"
    if "'unsafe-inline'" in lower and not has_key:
        return f"has 'unsafe-inline' in {name}, so a script that is injected runs"
    if has_key and "'strict-dynamic'" in lower:  # hosts and schemes count for nothing then
        return None
    wide = next((source for source in lower if _is_wide(source)), None)
    return None if wide is None else f"takes scripts from anywhere ({wide[:40]} in {name})"


def _is_wide(source: str) -> bool:
    """Whether a source, in lower case, lets in any host, or any host of a public top-level domain."""
    domain = _DOMAIN.fullmatch(source)
    return _ANYWHERE.fullmatch(source) is not None or (domain is not None and domain[1] not in _PRIVATE)


def frame_flaw(policy: Policy) -> str | None:
    """What lets anybody frame the page; None when nothing does."""
    sources = [source.lower() for source in policy.directives["frame-ancestors"]]
    wide = next((source for source in sources if _is_wide(source)), None)
    return None if wide is None else f"lets anybody frame it ({wide[:40]} in frame-ancestors)"
