"""Links to runbooks, and the documents that they lead to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from readiness.check import Finding
from readiness.evidence.alert_rules import Rule
from readiness.evidence.document import Block, Document
from readiness.evidence.links import Link, joined, normal, parse_link
from readiness.evidence.model import Reason
from readiness.evidence.written import Place

from ._monitored import bad, unshown

KEYS = ("runbook_url", "runbook")
_WORDS = "todo|tbd|fixme|changeme|placeholder|none|n/?a"
_PLACEHOLDER = re.compile(
    rf"(?i:^(?:{_WORDS})(?:[\s:].*)?$)|(?:^|/)(?:TODO|TBD|FIXME|CHANGEME)(?:[/#?.]|$)|<[^<>]*>|^[-.?#x]+$"
)
_EXAMPLE = re.compile(
    r"(^|\.)(example|example\.(com|org|net)|[^.]+\.(example|invalid|test)|invalid|localhost)$"
)
_PROMISE = re.compile(
    r"(?i)(?:todo|tbd|fixme|coming soon|to be (?:written|done|defined)|n/?a)\b.{0,60}|[-.?…]*"
)
_DROPPED = re.compile(r"[^\w\- ]")
_WRITE = "write the runbook, and link to it with the annotation `runbook_url`"


class Runbooks:
    """The documents, and how links lead to them: `prefixes` map the beginning of a URL to a folder."""

    def __init__(self, documents: Sequence[Document], prefixes: Mapping[str, str]) -> None:
        self._documents = {normal(one.path): one for one in documents}
        self._prefixes = prefixes

    def judge(self, alert: Rule, object_: str, *, resolves: bool) -> Finding | None:
        """What is wrong with the link of an alert; None for a good one."""
        key = next((key for key in KEYS if key in alert.annotations), KEYS[0])
        link = alert.annotations.get(key, "").strip()
        place = alert.place.but(line=alert.annotation_lines.get(key, alert.place.line))
        if "{{" in link:
            message = f"the runbook of {alert.name} is known when it fires: {link[:120]}"
            return unshown(Reason.INSUFFICIENT, message, "write the link out", object_=object_, place=place)
        wrong = self._unfit(link)
        if wrong:
            message = f"the alert {alert.name} {wrong}"
            return bad(message, _WRITE, object_=object_, place=place, observed=link[:200] or "nothing")
        return self._resolved(alert, link, object_, place) if resolves else None

    def _unfit(self, link: str) -> str:
        if not link:
            return "has no link to a runbook"
        if _PLACEHOLDER.search(link) and not self._is_mapped(link):
            return f"has a placeholder for a runbook: {link[:80]}"
        try:
            scheme, host, _, _ = parse_link(link)
        except ValueError:
            return f"has a link to a runbook that is no URL: {link[:80]}"
        if self._is_mapped(link):
            return ""
        if scheme not in ("", "http", "https") or (scheme and not host):
            return f"has a link to a runbook that nobody can open: {link[:80]}"
        if _EXAMPLE.search(host):
            return f"links to {host}, which is an example"
        return "" if scheme or "/" in link or "." in link else f"has no link, but words: {link[:80]}"

    def _is_mapped(self, link: str) -> bool:
        return any(link.startswith(prefix) for prefix in self._prefixes)

    def _resolved(self, alert: Rule, link: str, object_: str, place: Place) -> Finding | None:
        target = self._target(link)
        if target is None:
            message = (
                f"the runbook of {alert.name} is at {link[:120]}, and no prefix leads from there to documents"
            )
            remedy = "map its beginning with `runbook-prefixes`, or ask for `runbook: present`"
            return unshown(Reason.INSUFFICIENT, message, remedy, object_=object_, place=place)
        if not self._documents:
            message = f"no runbooks are given in which {target.path[:120]} could be found"
            remedy = "give the check documents: `from: {runbook: ...}`"
            return unshown(Reason.MISSING, message, remedy, object_=object_, place=place)
        found = self._find(target.path)
        if found is None:
            message = f"the runbook of {alert.name} is {target.path[:120]}, which is not among the documents"
            return bad(
                message, _WRITE, object_=object_, place=place, observed=f"{len(self._documents)} documents"
            )
        if not _is_said(found, target.anchor):
            message = f"{found.path} has nothing under #{target.anchor[:80]}, where {alert.name} links to"
            message = message if target.anchor else f"{found.path} says nothing, and {alert.name} links to it"
            return bad(message, "write that section", object_=object_, place=place)
        return None

    def _target(self, link: str) -> Link | None:
        """The path from the root with its anchor; None for a URL that leads elsewhere."""
        for prefix in sorted(self._prefixes, key=len, reverse=True):
            if link.startswith(prefix):
                return parse_link("./" + joined(self._prefixes[prefix], link[len(prefix) :]))
        found = parse_link(link)
        return None if found.scheme or found.host else found._replace(path=found.path.lstrip("/"))

    def _find(self, path: str) -> Document | None:
        bare = normal(path)
        tried = (bare, f"{bare}.md", f"{bare}/README.md", f"{bare}/index.md")
        return next((self._documents[one] for one in tried if one in self._documents), None)


def _is_said(document: Document, anchor: str) -> bool:
    """Whether there is text below the heading, or at all without one."""
    if not anchor:
        return any(map(_says, document.blocks))
    at = _anchors(document.blocks).get(anchor.lower())
    if at is None:
        return False
    heading = document.blocks[at]
    for one in document.blocks[at + 1 :]:
        if _says(one):
            return True
        if one.kind == "heading" and one.level <= heading.level:
            return False
    return False


def _says(one: Block) -> bool:
    """Whether it is text that stands for more than that there will be some."""
    text = one.text.strip() or " ".join(one.cells)
    return one.kind != "heading" and not _PROMISE.fullmatch(text.strip())


def _anchors(blocks: Sequence[Block]) -> Mapping[str, int]:
    """Anchors as GitHub and GitLab make them from headings: the second `Errors` is `errors-1`."""
    found: dict[str, int] = {}
    for at, one in enumerate(blocks):
        if one.kind != "heading":
            continue
        slug = _DROPPED.sub("", one.text.strip().lower()).replace(" ", "-")
        name, number = slug, 1
        while name in found:
            name, number = f"{slug}-{number}", number + 1
        found[name] = at
    return found
