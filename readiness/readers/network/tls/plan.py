"""What is asked of one server about TLS, in which order, and how it becomes one observation."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from readiness.evidence.model import Unproven
from readiness.evidence.tls import Attempt, ClientAuth, Step, TlsObservation
from readiness.readers.network.tls.certificates import chain, in_order
from readiness.readers.network.tls.ciphers import enumerate_ciphers
from readiness.readers.network.tls.contexts import Contexts
from readiness.readers.network.tls.handshake import Handshake
from readiness.readers.network.tls.hello import is_name
from readiness.readers.network.tls.names import shown
from readiness.readers.network.tls.outcomes import outcome
from readiness.readers.network.tls.survey import Survey
from readiness.readers.network.tls.trace import Trace
from readiness.readers.network.tls.view import View
from readiness.readers.network.transport import Request
from readiness.readers.network.wire import HANDSHAKE, Line
from readiness.readers.shared import Shared

LENIENT = "lenient handshake"
_OLD = frozenset({"1.0", "1.1", "1.2"})
# How a handshake may end where another one, with fewer demands, may show more.
_WORTH_ANOTHER = frozenset({"alert", "local", "eof", "reset", "malformed"})


@dataclass(frozen=True, slots=True)
class Probed:
    """What was asked once for all evidences of a run."""

    handshakes: tuple[Handshake, ...]
    survey: Survey
    ciphers: dict[str, tuple[str, ...]] | None
    connections: int
    is_whole: bool


class Prober:
    """One observation of one server; `line` holds the handshakes that were made to ask over HTTP."""

    def __init__(
        self, request: Request, place: tuple[str, int], line: Line, shared: Shared, contexts: Contexts
    ) -> None:
        self._request, self._place, self._line = request, place, line
        self._shared, self._contexts = shared, contexts
        self._asked_for = request.server_id or line.name
        self._deadline = line.deadline

    def observe(self, client_auth: Callable[[bool], ClientAuth]) -> TlsObservation:
        """Everything; `client_auth` makes the attempts, and is told whether the server was verified."""
        own = tuple(self._line.handshakes)
        probed = self._probed()
        verified = self._view(own, probed).verification
        auth = client_auth(verified is not None and verified.ok is True)
        # The attempts are handshakes too, and a server may show another face in them.
        return self._observation(self._view(self._line.handshakes, probed), probed, auth)

    def _probed(self) -> Probed:
        request = self._request
        key = (
            *("tls", self._place, self._line.address, self._line.name, request.starttls, request.ca),
            *(request.client, request.server_id, request.enumerates_ciphers, request.deadline_s),
        )
        try:
            return self._shared.once(
                key, self._probe, within_s=self._deadline.left, keeps=lambda made: made.is_whole
            )
        except Unproven:  # others were still at it when the time was over
            return Probed((), Survey(self._line, self._line.name), None, 0, is_whole=False)

    def _probe(self) -> Probed:
        before = self._line.connections
        survey = Survey(self._line, self._line.name)
        ciphers = None
        with self._shared.lane(self._place, lambda: self._deadline.left):
            self._look_again()
            survey.run()
            if self._request.enumerates_ciphers:
                spoken = View(self._line.handshakes, self._request.trust, self._asked_for).spoken
                ciphers = enumerate_ciphers(survey, survey.versions(spoken))
        taken = self._line.connections - before
        return Probed(tuple(self._line.handshakes), survey, ciphers, taken, not self._deadline.over)

    def _view(self, own: Sequence[Handshake], probed: Probed) -> View:
        others = (one for one in probed.handshakes if one not in own)
        return View((*own, *others), self._request.trust, self._asked_for)

    def _look_again(self) -> None:
        """Where no handshake was completed, one with fewer demands; nothing secret goes over it."""
        seen = self._line.handshakes
        if not seen or self._deadline.over or any(one.is_done and one.error is None for one in seen):
            return
        last = seen[-1]
        if outcome(last.error, last.trace).word not in _WORTH_ANOTHER or last.is_done:
            return
        is_distrusted = isinstance(last.error, ssl.SSLCertVerificationError)
        self._line.step = "handshake with anybody" if is_distrusted else LENIENT
        with suppress(OSError, Unproven, ValueError):
            contexts = self._contexts
            context = contexts.without_client(is_verified=False) if is_distrusted else contexts.lenient()
            self._line.secured(context).close()
        self._deadline.release()

    def _observation(self, view: View, probed: Probed, auth: ClientAuth) -> TlsObservation:
        survey, best = probed.survey, view.best
        versions = survey.versions(view.spoken)
        classic = survey.classic()
        ders = view.chain or (classic.chain if classic is not None and classic.chain else ())
        certificates, is_cut = chain(ders)
        shown_alone = classic.chain[:1] if classic is not None and classic.chain else ()
        others = dict.fromkeys(one for one in (*view.leaves, *shown_alone) if one not in ders[:1])
        own = self._line.connections
        is_maker = any(one in probed.handshakes for one in self._line.handshakes)
        return TlsObservation(
            host=self._place[0],
            port=self._place[1],
            sni=self._line.name if is_name(self._line.name) else "",
            address=self._line.address,
            starttls=self._request.starttls,
            speaks_tls=_speaks(view, survey),
            connections=own if is_maker else own + probed.connections,
            elapsed_ms=self._deadline.elapsed_ms,
            version=best.version if best else "",
            cipher=best.cipher if best else "",
            group=best.group if best else "",
            alpn=(best.protocol or best.trace.protocol) if best else "",
            versions={**versions},
            groups=survey.groups(versions, view.groups),
            ciphers=probed.ciphers,
            chain=certificates,
            other_leaves=chain(tuple(others))[0],
            chain_truncated=is_cut,
            chain_in_order=in_order(ders) if ders else None,
            verification=view.verification,
            client_auth=_with_request(auth, view, classic),
            steps=self._steps(probed),
        )

    def _steps(self, probed: Probed) -> tuple[Step, ...]:
        """What was done, in this order: the handshakes, the survey, and the attempts as a client."""
        own = self._line.handshakes
        before = [one for one in own if one.name == HANDSHAKE]
        others = [one for one in probed.handshakes if one not in before]
        after = [one for one in own if one not in before and one not in others]
        survey = probed.survey.steps
        bytes_seen = next((step.detail for step in survey if step.outcome == "not-tls"), "")
        early = (one.step for one in (*before, *others))
        told = (
            one.but(detail=bytes_seen or one.detail) if one.outcome == "not-tls" else one for one in early
        )
        return (*told, *survey, *(one.step for one in after))


def _with_request(auth: ClientAuth, view: View, classic: Trace | None) -> ClientAuth:
    asked, names = view.asked, view.authorities
    auth = auth.but(none=_let_in(view) or auth.none)
    if classic is not None:
        asked = classic.asked if asked is None else asked
        names = names or classic.authorities
    return auth.but(requested=asked, authorities=tuple(map(shown, names)))


def _let_in(view: View) -> Attempt | None:
    """That a client was let in that was not even asked for a certificate, where an old version or suite showed it.

    It counts where the request itself could not be made, for it is made over newer versions and suites only.
    """
    done = (one for one in view.handshakes if one.name == LENIENT and one.is_done and one.version in _OLD)
    first = next((one for one in done if one.error is None and one.trace.asked is False), None)
    if first is None:
        return None
    return Attempt(outcome="served", detail=f"the handshake of TLS {first.version} was completed")


def _speaks(view: View, survey: Survey) -> bool | None:
    """Whether it speaks TLS: it did, or it said something else to every question; None when it said nothing."""
    traces = [one.trace for one in view.handshakes] + [one.trace for one in survey.replies]
    if any(one.hello is not None or one.alert is not None for one in traces):
        return True
    words = {reply.answer.outcome.word for reply in survey.replies}
    return False if words == {"not-tls"} else None
