"""Which files with secrets the repository's own `.gitignore` keeps out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from readiness.evidence.repository import Ignored
from readiness.readers.repository._git import Git, text
from readiness.readers.repository._tree import Tree

_RULE = re.compile(r"(.*?):(\d*):(.*)")
NAMES = (".env", ".env.local", ".env.production", "service/.env")


def ignored(git: Git, tree: Tree) -> Iterator[Ignored]:
    """Whether files of such names would be ignored; a rule counts when the commit holds the file that it is in.

    https://git-scm.com/docs/git-check-ignore#_output
    """
    printed = git.ask("check-ignore", "-v", "-n", "--no-index", "--", *NAMES, may_be=(0, 1))
    for line in text(printed).splitlines():
        rule, _, name = line.rpartition("\t")
        if found := _RULE.fullmatch(rule):
            source, pattern = found[1], found[3]
            covered = bool(pattern) and not pattern.startswith("!") and source in tree.blobs
            yield Ignored(name=name, covered=covered, rule=rule if pattern else "")
