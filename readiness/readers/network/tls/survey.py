"""Which versions and groups a server takes, each asked for alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal, NamedTuple

from readiness.evidence.tls import VERSIONS, Step, Tri, Version
from readiness.readers.network.tls import numbers as n
from readiness.readers.network.tls.hello import client_hello
from readiness.readers.network.tls.raw import Answer, Way, ask
from readiness.readers.network.tls.suites import usual
from readiness.readers.network.tls.trace import Trace

# The old first: what is accepted after them shows that the server is still there, and still answers this prober.
_ORDER: tuple[Version, ...] = ("1.0", "1.1", "1.3", "1.2")
_LONGEST_S = 5.0
_PATIENCE = 2
# Alerts that may also mean that a server is not well at the moment.
_VAGUE = frozenset({"internal_error", "user_canceled", "unrecognized_name", "access_denied"})

Kind = Literal["yes", "no", "perhaps-no", "unknown"]


class Reply(NamedTuple):
    """What a server made of one offer: `no` as TLS says it, `perhaps-no` where it only ended the connection."""

    kind: Kind
    answer: Answer

    @property
    def trace(self) -> Trace:
        """What was heard."""
        return self.answer.trace


class Survey:
    """Asks a server one thing after the other, within the deadline; every question is a step."""

    def __init__(self, way: Way, name: str) -> None:
        self._way, self._name = way, name
        self.steps: list[Step] = []
        self.replies: list[Reply] = []
        self._by_version: dict[Version, Reply] = {}
        self._hybrid: Reply | None = None

    @property
    def is_worth_it(self) -> bool:
        """Whether to go on: not when time is over, nor after two silences in a row, nor where nobody speaks TLS."""
        words = [reply.answer.outcome.word for reply in self.replies]
        is_deaf = words[-_PATIENCE:] == ["timeout"] * _PATIENCE
        is_other = bool(words) and set(words) == {"not-tls"}
        is_gone = bool(words) and set(words) == {"refused"}
        return not (self._way.deadline.over or is_deaf or is_other or is_gone)

    def run(self) -> None:
        """Every version, and the hybrid group where the newest version came with another one."""
        for version in _ORDER:
            if not self.is_worth_it:
                return
            left = len(_ORDER) + 1 - len(self.replies)
            self._by_version[version] = self.ask(f"TLS {version}", version, usual(version), share=left)
            if version == "1.3" and self._has_other_group():
                groups = (n.GROUP_CODES[n.HYBRID],)
                self._hybrid = self.ask(n.HYBRID, version, usual(version), groups=groups, share=2)

    def ask(
        self,
        name: str,
        version: Version,
        suites: Sequence[int],
        *,
        groups: Sequence[int] | None = None,
        share: int = 1,
    ) -> Reply:
        """One question, which may take its share of the time that is left."""
        hello = client_hello(version, suites, self._name, groups)
        until = n.SERVER_HELLO_DONE if name == "TLS 1.2" else n.SERVER_HELLO
        seconds = min(_LONGEST_S, self._way.deadline.left / share)
        answer = ask(self._way, hello, seconds, until=until)
        reply = Reply(_kind(answer, version, suites, groups), answer)
        self.steps.append(answer.step(name))
        self.replies.append(reply)
        return reply

    def classic(self) -> Trace | None:
        """What a server of TLS 1.2 says in clear: its certificates, and whether it asks for one."""
        reply = self._by_version.get("1.2")
        return reply.trace if reply is not None and reply.kind == "yes" else None

    def versions(self, spoken: Collection[str]) -> dict[str, Tri]:
        """Every version; `spoken` are those of full handshakes, which are accepted whatever else was heard."""
        return {
            version: "accepted"
            if version in spoken
            else self.verdict(self._by_version.get(version), is_sure=bool(spoken))
            for version in VERSIONS
        }

    def groups(self, versions: dict[str, Tri], spoken: Collection[str]) -> dict[str, Tri]:
        """The group that the server prefers, and the hybrid one."""
        newest = self._by_version.get("1.3")
        chosen = newest.trace.group if newest is not None and newest.kind == "yes" else None
        made: dict[str, Tri] = dict.fromkeys(spoken, "accepted")
        if chosen is not None:
            made[n.group_name(chosen)] = "accepted"
        if n.HYBRID not in made:
            is_too_old = versions.get("1.3") == "refused"
            made[n.HYBRID] = "refused" if is_too_old else self.verdict(self._hybrid, is_sure=bool(spoken))
        return made

    def verdict(self, reply: Reply | None, *, is_sure: bool) -> Tri:
        """A reply in the light of the others: a refusal counts only when the server accepted something else.

        Where it just ended the connection, something must have been accepted after that.
        """
        if reply is None or reply.kind == "unknown":
            return "inconclusive"
        if reply.kind == "yes":
            return "accepted"
        at = next(i for i, one in enumerate(self.replies) if one is reply)
        control = self.replies if reply.kind == "no" else self.replies[at + 1 :]
        is_sure = (is_sure and reply.kind == "no") or any(one.kind == "yes" for one in control)
        return "refused" if is_sure else "inconclusive"

    def _has_other_group(self) -> bool:
        reply = self._by_version["1.3"]
        return reply.kind == "yes" and reply.trace.group != n.GROUP_CODES[n.HYBRID] and self.is_worth_it


def _kind(answer: Answer, version: Version, suites: Sequence[int], groups: Sequence[int] | None) -> Kind:
    word, detail = answer.outcome
    hello = answer.trace.hello
    if hello is not None:
        if hello.version != n.CODES[version]:
            return "no" if hello.version in n.VERSION_OF else "unknown"
        is_ours = hello.suite in suites and (groups is None or hello.group in groups)
        return "yes" if is_ours else "unknown"
    if word == "alert":
        return "perhaps-no" if detail in _VAGUE else "no"
    return "perhaps-no" if word in ("eof", "reset") else "unknown"
