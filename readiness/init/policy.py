"""A survey -> the text of a policy that can be read as a checklist.

Limits are the same whatever was found: no number is taken from the evidence that it will judge.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from textwrap import wrap

from readiness.init.entries import Entry, entries
from readiness.init.model import Found, ReleaseFound, Survey
from readiness.init.words import quoted, scalar, told

_HEAD = """\
# yaml-language-server: $schema=./policy.schema.json
# (for editors; written by: readiness policy schema > policy.schema.json)
#
# What must be shown before a release goes to production, as `readiness init`
# wrote it from what it found. Read it as a checklist, and correct it: limits
# are guesses until you make them yours.
#
# TODO marks what nothing shows yet. Make the evidence as the TODO says, then
# uncomment it: remove each `#` that no blank follows, both at the entry under
# `evidence:` and at the checks that name it.
# `readiness explain CHECK` tells what a check asks, why, and how to pass it.
#
# In the pipeline, right after the tests, in the same job:
#   readiness evidence stamp FILE...      when it was made, and of which commit"""


def policy_text(found: Survey) -> str:
    """The whole policy; it is valid, given the variables that it names, and never GO without evidence."""
    all_entries = entries(found)
    lines = [_HEAD, "", "readiness: 1", "name: production", "", *_release(found.release)]
    lines += [
        "",
        *_DECISION,
        "",
        *_age(found.release),
        "",
        *_evidence(all_entries, found.left),
        "",
        *_checks(all_entries),
    ]
    return "\n".join(lines) + "\n"


_RENDERERS = {
    "helm": "helm, or by the extra readiness[helm]",
    "kustomize": "kustomize or kubectl, whichever is there",
}
_DECISION = (
    "# GO takes this share of the weight below and every required check; under the",
    "# second it is NO-GO; between the two somebody has to answer for it.",
    "decision: {go: 90%, conditional: 75%}",
)


def exports(release: ReleaseFound) -> list[str]:
    """The commands that set, outside of CI, the variables that the policy names."""
    lines = []
    if release.pipelines:
        variable = release.pipelines[0].variable
        lines.append(f'export {variable}="$(git rev-parse HEAD)"')
    if release.pipelines and release.version:
        lines.append(f"export VERSION={release.version}")
    return lines


def _release(release: ReleaseFound) -> Iterator[str]:
    yield "# What is judged."
    yield "release:"
    yield f"  name: {scalar(release.name)}"
    yield from _version(release)
    yield from _commit(release)
    yield "  environment: production"


def _age(release: ReleaseFound) -> Iterator[str]:
    yield "# What was seen longer ago, or at a time that nothing proves, shows nothing."
    if not release.in_git:
        yield "# This is no git repository: documents and manifests need stamps here, too."
    yield "evidence-defaults: {max-age: 7d}"


def _version(release: ReleaseFound) -> Iterator[str]:
    if not release.version:
        yield "  # TODO: the version. Nothing here states one that could be read: set VERSION,"
        yield "  # or write it here in quotes."
        yield '  #version: "${VERSION}"'
    elif release.pipelines:
        yield from _comment(
            f"{told(release.version_from)} says {release.version}. Let the pipeline set VERSION from the tag "
            "that it builds. Elsewhere:"
        )
        yield f"  #   export VERSION={release.version}"
        yield '  version: "${VERSION}"'
    else:
        yield f"  # As {told(release.version_from)} says. Write the next one here with each release,"
        yield '  # or let the pipeline set it: "${VERSION}"'
        yield f"  version: {quoted(release.version)}"


def _commit(release: ReleaseFound) -> Iterator[str]:
    if not release.pipelines:
        yield "  # TODO: the commit, by the variable of your CI system (none was found). With"
        yield "  # it, reports count only if they are of this commit. By hand:"
        yield '  #   export GIT_COMMIT="$(git rev-parse HEAD)"'
        yield '  #commit: "${GIT_COMMIT}"'
        return
    first, *others = release.pipelines
    yield f"  # {first.system} sets it. Reports count only if they are of this commit."
    yield "  # Elsewhere:"
    yield f'  #   export {first.variable}="$(git rev-parse HEAD)"'
    for other in others:
        yield from _comment(f"{other.file} is here too: {other.system} calls it {other.variable}.")
    yield f'  commit: "${{{first.variable}}}"'


def _evidence(all_entries: Sequence[Entry], left: Sequence[str]) -> Iterator[str]:
    yield "# Where the proof is. Paths are relative to --root."
    yield "evidence:"
    for category, own in groupby(all_entries, attrgetter("category")):
        yield f"  # {category.upper()}"
        for entry in own:
            yield from (line for one in entry.found for line in _found(one)) if entry.found else _todo(entry)
    for sentence in left:
        yield from _comment(f"TODO: {told(sentence)}")


def _todo(entry: Entry) -> Iterator[str]:
    yield from _comment(f"TODO: {entry.what}")
    yield f"  #   {entry.how}"
    yield f"  {'' if entry.is_always_asked else '#'}{entry.name}: {entry.keys}"


def _found(one: Found) -> Iterator[str]:
    if one.problem:
        yield from _comment(f"TODO: the gate does not take it as it is: {told(one.problem)}")
    elif one.format in _RENDERERS:
        yield from _comment(f"Rendered while the gate runs, by {_RENDERERS[one.format]}.")
    more = f", {one.keys}" if one.keys else ""
    yield f"  {one.name}: {{kind: {one.kind}, path: {scalar(one.path)}{more}}}"


def _checks(all_entries: Sequence[Entry]) -> Iterator[str]:
    yield "# What is asked. `required` must pass; the rest counts by its weight."
    yield "checks:"
    asking = [entry for entry in all_entries if entry.checks]
    for i, (category, own) in enumerate(groupby(asking, attrgetter("category"))):
        yield from ([""] if i else [])
        yield f"  # {category.upper()}"
        for entry in own:
            if not entry.found and not entry.is_always_asked:
                yield from _comment(f"TODO: once `{entry.name}` is there, uncomment it above, and:")
            for check in entry.checks:
                yield from _comment(check.why)
                yield from (f"  {'' if check.is_asked else '#'}{line}" for line in check.lines)


def _comment(text: str) -> Iterator[str]:
    """A comment of lines of at most 80 columns; `told` has made foreign text in it harmless."""
    return (f"  # {line}" for line in wrap(text, 76, break_on_hyphens=False))
