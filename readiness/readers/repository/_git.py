"""The `git` command, so asked that nothing in the repository can make it run anything.

A repository's configuration names programs: hooks, monitors, filters, pagers, helpers of transports. Its owner may be
the author of a pull request. So hooks and monitors are off, filters of the repository's own are emptied, no transport
is allowed, and the system's configuration and all `GIT_` variables are left out; the user's own configuration is kept,
for it holds `safe.directory`. https://git-scm.com/docs/git-config
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from readiness.evidence.model import Reason, Unproven
from readiness.readers.commands import Limits, Ran, run

_KEPT = ("HOME", "PATH", "TMPDIR", "XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL")
_CALM = {
    "GIT_ALLOW_PROTOCOL": "none",  # a list of those that are allowed, and no protocol is called so
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_PAGER": "cat",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_SETTINGS = {
    "core.alternateRefsCommand": "",
    "core.attributesFile": "/dev/null",
    "core.checkStat": "default",
    "core.excludesFile": "/dev/null",
    "core.fsmonitor": "false",
    "core.hooksPath": "/dev/null",
    "core.ignoreStat": "false",
    "core.quotePath": "false",
    "core.trustctime": "true",
    "core.untrackedCache": "false",
    "log.showSignature": "false",
    "protocol.allow": "never",
    "submodule.recurse": "false",
}
_FILTERS = (".clean", ".smudge", ".process")
_FLAGS = ("--no-pager", "--no-optional-locks")
_LIMITS = Limits(when_long="a repository of so many files cannot be read whole")
_OWNER = "git config --global --add safe.directory {}"


class Git:
    """Questions to the repository of a folder, all within one deadline."""

    def __init__(self, folder: Path, seconds: float) -> None:
        self._folder = folder
        self._end = time.monotonic() + seconds
        self._settings = dict(_SETTINGS)
        self._settings |= dict.fromkeys(self._own_filters(), "")
        self._settings |= {
            f"{name.rpartition('.')[0]}.required": "false"
            for name in self._settings
            if name.endswith(_FILTERS)
        }

    def ask(self, *words: str, may_be: Sequence[int] = (0,)) -> bytes:
        """What `git WORDS` prints; Unproven when it fails, takes too long or prints too much."""
        ran = self._run(words)
        if ran.code not in may_be:
            raise self._refusal(words[0], ran)
        return ran.printed

    def line(self, *words: str, may_be: Sequence[int] = (0,)) -> str:
        """The same as one line of text."""
        return text(self.ask(*words, may_be=may_be)).rstrip("\n")

    def _own_filters(self) -> list[str]:
        """The names of all settings of filters in the repository's own configuration."""
        listed = self.ask("config", "--list", "--show-scope", "--name-only", "-z")
        fields = text(listed).split("\0")
        pairs = zip(fields[::2], fields[1::2], strict=False)
        return [
            name
            for scope, name in pairs
            if scope not in ("global", "system", "command") and name.startswith("filter.")
            if name.endswith(_FILTERS)
        ]

    def _run(self, words: Sequence[str]) -> Ran:
        left = max(0.1, self._end - time.monotonic())
        try:
            return run(["git", *_FLAGS, *words], self._folder, self._environment(), left, _LIMITS)
        except Unproven as error:
            raise Unproven(error.reason, f"{error.message} ({words[0]})", error.remedy) from None

    def _environment(self) -> Mapping[str, str]:
        numbered = list(self._settings.items())
        return {
            **{name: os.environ[name] for name in _KEPT if name in os.environ},
            **_CALM,
            "GIT_CONFIG_COUNT": str(len(numbered)),
            **{f"GIT_CONFIG_KEY_{n}": key for n, (key, _) in enumerate(numbered)},
            **{f"GIT_CONFIG_VALUE_{n}": value for n, (_, value) in enumerate(numbered)},
        }

    def _refusal(self, word: str, ran: Ran) -> Unproven:
        said = text(ran.complaints)
        first = next(
            (line.strip() for line in said.splitlines() if line.strip()), f"it ended with {ran.code}"
        )
        if "not a git repository" in said:
            message = f"there is no git repository here ({self._folder})"
            return Unproven(Reason.MISSING, message, "check the code out with its history, `.git` included")
        if "dubious ownership" in said:
            message = f"git does not trust it: it is another user's ({self._folder})"
            return Unproven(Reason.MISSING, message, _OWNER.format(self._folder))
        return Unproven(
            Reason.MALFORMED, f"git {word}: {first[:200]}", "run the same by hand: git fsck helps"
        )


def text(printed: bytes) -> str:
    """What git printed as text; bytes that are no UTF-8 as escapes."""
    return printed.decode(errors="backslashreplace")
