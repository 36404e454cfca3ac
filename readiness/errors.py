"""What a caller can act on; each kind has an exit code of its own."""

from __future__ import annotations

from collections.abc import Sequence


class ReadinessError(Exception):
    """Base of every error that readiness raises on purpose; its text is for the user."""


class UsageError(ReadinessError):
    """The command was asked for something that it cannot do; nothing was judged (exit 2)."""


class PolicyError(UsageError):
    """The policy is wrong; `problems` are complete messages, in the order of their places (exit 2)."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class NoVerdictError(ReadinessError):
    """There is no trustworthy verdict, through no fault of the policy (exit 3)."""


class Terminated(BaseException):
    """SIGTERM, turned into an exception so that temporary files are cleaned up."""
