"""Every suite that a server takes, found by taking away what it chose until it refuses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from readiness.evidence.tls import VERSIONS, Tri, Version
from readiness.readers.network.tls.suites import candidates, suite_name
from readiness.readers.network.tls.survey import Survey

# Some servers do not take more than 128 suites at once.
_AT_ONCE = 100


def enumerate_ciphers(survey: Survey, versions: Mapping[str, Tri]) -> dict[str, tuple[str, ...]]:
    """The suites of each accepted version in the server's order, as far as it tells one.

    A version whose list did not come to its end is left out: a part of a list proves nothing.
    """
    found: dict[str, tuple[str, ...]] = {}
    for version in VERSIONS:
        if versions.get(version) == "accepted":
            suites = _of_version(survey, version)
            if suites:
                found[version] = tuple(map(suite_name, suites))
    return found


def _of_version(survey: Survey, version: Version) -> list[int] | None:
    taken: list[int] = []
    offers = candidates(version)
    for start in range(0, len(offers), _AT_ONCE):
        chunk = _of_chunk(survey, version, list(offers[start : start + _AT_ONCE]), taken)
        if chunk is None:
            return None
        taken += chunk
    return taken


def _of_chunk(survey: Survey, version: Version, left: list[int], known: Sequence[int]) -> list[int] | None:
    taken: list[int] = []
    while left and survey.is_worth_it:
        reply = survey.ask(f"ciphers of TLS {version}", version, left, share=2)
        hello = reply.trace.hello
        if reply.kind == "yes" and hello is not None:
            taken.append(hello.suite)
            left.remove(hello.suite)
        elif reply.kind == "no" or (
            reply.kind == "perhaps-no" and _still_answers(survey, version, known, taken)
        ):
            return taken
        else:
            return None
    return None if left else taken


def _still_answers(survey: Survey, version: Version, known: Sequence[int], taken: Sequence[int]) -> bool:
    """Whether a suite that it took before is taken still: then the end of a connection was a refusal."""
    control = [*taken, *known][:1]
    return bool(control) and survey.ask(f"control of TLS {version}", version, control, share=2).kind == "yes"
