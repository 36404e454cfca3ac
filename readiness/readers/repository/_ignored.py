"""Which files with secrets the repository's own `.gitignore` keeps out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from readiness.evidence.repository import Ignored
from readiness.readers.repository._git import Git, text
from readiness.readers.repository._tree import Tree

_RULE = re.compile(r"(.*?):(\d*):(.*)")
_FILES = (":(top,glob)**/.gitignore",)
NAMES = (".env", ".env.local", ".env.production", "service/.env")


def ignored(git: Git, tree: Tree) -> Iterator[Ignored]:
    """Whether files of such names are ignored; a rule counts when the commit holds the file that it is in, unchanged.

    https://git-scm.com/docs/git-check-ignore#_output
    """
    edited = text(git.ask("diff", "--name-only", "-z", "--no-ext-diff", "HEAD", "--", *_FILES)).split("\0")
    printed = git.ask("check-ignore", "-v", "-n", "--no-index", "--", *NAMES, may_be=(0, 1))
    for line in text(printed).splitlines():
        rule, _, name = line.rpartition("\t")
        if found := _RULE.fullmatch(rule):
            source, pattern = found[1], found[3]
            covered = bool(pattern) and not pattern.startswith("!") and source in tree.blobs
            covered = covered and source not in edited
            yield Ignored(name=name, covered=covered, rule=rule if pattern else "")
