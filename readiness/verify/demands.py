"""What the deploy step asks of a scorecard."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from readiness.check import Artifact
from readiness.errors import UsageError
from readiness.evidence.model import Value
from readiness.readers.commits import full_sha
from readiness.units import parse_duration

_SHA256 = re.compile(r"sha256:[0-9a-f]{64}", re.ASCII)
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}", re.ASCII)


class Demands(Value, frozen=True, kw_only=True):
    """What must hold; None and empty mean that it is not asked. `policy_digest` is `sha256:` and 64 digits."""

    require: Literal["go", "conditional"] = "go"
    commit: str | None = None
    policy_digest: str | None = None
    max_age: timedelta | None = None
    artifacts: tuple[Artifact, ...] = ()
    version: str | None = None
    environment: str | None = None

    @property
    def binds(self) -> bool:
        """Whether anything ties the scorecard to what is deployed."""
        return bool(self.commit or self.artifacts or self.version)


def parse_demands(
    *,
    require: Literal["go", "conditional"] = "go",
    commit: str | None = None,
    policy_digest: str | None = None,
    max_age: str | None = None,
    artifacts: Sequence[str] = (),
    version: str | None = None,
    environment: str | None = None,
) -> Demands:
    """The demands of a command line. Raises UsageError: a demand that cannot be understood is never dropped."""
    return Demands(
        require=require,
        commit=_commit(commit),
        policy_digest=_policy_digest(policy_digest),
        max_age=_max_age(max_age),
        artifacts=tuple(_artifact(text) for text in artifacts),
        version=_said("--version", version),
        environment=_said("--environment", environment),
    )


def _said(option: str, text: str | None) -> str | None:
    if text is not None and not text.strip():
        raise UsageError(f"{option} is empty: is its variable set?")
    return text


def _commit(text: str | None) -> str | None:
    if _said("--commit", text) is None:
        return None
    sha = full_sha(text or "")
    if sha is None:
        raise UsageError(
            f"--commit {text!r} is no full commit: 40 or 64 hexadecimal digits, not all zeros "
            "(git rev-parse HEAD prints one)"
        )
    return sha


def _policy_digest(text: str | None) -> str | None:
    if _said("--policy-digest", text) is None or text is None:
        return None
    if not _SHA256.fullmatch(text.lower()):
        raise UsageError(f"--policy-digest {text!r} is no digest: write sha256: and 64 hexadecimal digits")
    return text.lower()


def _max_age(text: str | None) -> timedelta | None:
    if _said("--max-age", text) is None:
        return None
    try:
        return parse_duration(text)
    except ValueError as error:
        raise UsageError(f"--max-age {text!r} {error}") from None


def _artifact(text: str) -> Artifact:
    name, _, digest = text.rpartition("@")
    if not name.strip() or not _DIGEST.fullmatch(digest.lower()):
        raise UsageError(
            f"--artifact {text!r} is no NAME@DIGEST, as in registry.acme/shop@sha256:<64 digits>"
        )
    return Artifact(name, digest.lower())
