"""Cipher suites that an endpoint takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import Field

from readiness.check import Check, Finding, Outcome, Params, Stricter
from readiness.evidence.endpoint import Endpoint
from readiness.evidence.model import Reason
from readiness.evidence.tls import VERSIONS, TlsObservation

from ._mozilla import PROFILES, VERSION, ProfileName
from ._observed import is_spoken, place, steps, tls_of, unproven, verdict_on
from ._suites import Family, families_of, has_name

_DEFAULT: frozenset[Family] = frozenset(
    {"null", "anon", "export", "rc2", "rc4", "des", "3des", "idea", "md5", "static-rsa", "static-dh"}
)
_REMOVE = "take it out of the server's list, and out of that of whatever ends TLS before it"
_ENUMERATE = "set `enumerate-ciphers: true` on this endpoint in the policy"


class TlsCiphersParams(Params):
    """Which suites may be taken."""

    # By the alphabet `modern`, the stricter one, comes after `intermediate`.
    profile: Annotated[ProfileName | None, Stricter.HIGHER] = "intermediate"
    """The configuration of Mozilla (guidelines 6.0) whose suites and versions of TLS are the only ones that may be
    taken: `intermediate` (TLS 1.2 and 1.3), `modern` (TLS 1.3 only), or null for `forbidden` alone."""
    forbidden: Annotated[frozenset[Family], Field(min_length=1), Stricter.HIGHER] = _DEFAULT
    """Families that fail wherever they are taken, by the suite's name; `cbc` is one more that can be named."""


class TlsCiphers(Check[TlsCiphersParams]):
    """The endpoint takes strong cipher suites only.

    All suites of every version are judged, so the endpoint needs `enumerate-ciphers: true` in the policy. Without it
    one suite is known, the one that the gate happened to agree on: that can fail, and it cannot pass.

    ## Why it matters

    A server is as strong as the weakest suite that it takes, for whoever sits between it and its client may have a
    say in the choice. NULL does not encrypt, anonymous suites prove nobody's identity, EXPORT, DES and RC4 can be
    broken with a laptop, and static RSA lets a key that leaks tomorrow open what was recorded today. A modern client
    never chooses them, which is why nobody notices that they are on.

    ## How to fix it

    - nginx: `ssl_protocols TLSv1.2 TLSv1.3;` and `ssl_ciphers` with the list of https://ssl-config.mozilla.org
    - HAProxy: `ssl-default-bind-ciphers`; Envoy: `tls_params.cipher_suites`; Go: leave `CipherSuites` unset.
    - Cloud load balancers: choose the policy named for TLS 1.2 with forward secrecy, or for TLS 1.3.
    - Unproven: set `enumerate-ciphers: true`, and look at the steps of the observation for what got no answer.

    ## References

    - Mozilla, Server Side TLS, guidelines 6.0: https://ssl-config.mozilla.org/guidelines/6.0.json
    - RFC 9325, Recommendations for Secure Use of TLS and DTLS, section 4
    - IANA, Transport Layer Security (TLS) Parameters: TLS Cipher Suites
    """

    def judge(self, endpoint: Endpoint) -> Iterator[Finding]:
        """Every suite that is known to be taken, then every version whose suites are not known."""
        tls = tls_of(endpoint)
        if isinstance(tls, Finding):
            yield tls
            return
        suites = _suites(tls)
        bad = [*self._suites(tls, suites), *self._versions(tls, suites), *_gaps(tls, suites)]
        yield from bad
        if not bad:
            yield self._good(tls, suites)

    def _suites(self, tls: TlsObservation, suites: Mapping[str, tuple[str, ...]]) -> Iterator[Finding]:
        taken: dict[str, list[str]] = {}
        for version, names in suites.items():
            for name in names:
                taken.setdefault(name, []).append(version)
        for name, versions in taken.items():
            finding = self._suite(f"{place(tls)}: {name} is taken in TLS {', '.join(versions)}", name)
            if finding is not None:
                yield finding

    def _suite(self, what: str, name: str) -> Finding | None:
        found = [family for family in families_of(name) if family in self.params.forbidden]
        profile = self.params.profile
        if found:
            return _fail(f"{what}, and {', '.join(found)} is forbidden", name, f"no {' and no '.join(found)}")
        if profile is not None and name not in PROFILES[profile].suites:
            wanted = f"a suite of Mozilla's {profile} configuration {VERSION}"
            return _fail(f"{what}, and is not {wanted}", name, wanted)
        if not has_name(name):
            return unproven(
                Reason.INSUFFICIENT,
                f"{what}, and nothing is known of a suite of that name",
                "look it up in IANA's registry of TLS parameters, or set `profile`",
            )
        return None

    def _versions(self, tls: TlsObservation, suites: Mapping[str, tuple[str, ...]]) -> Iterator[Finding]:
        """Versions that the profile leaves out."""
        profile = self.params.profile
        if profile is None:
            return
        allowed = PROFILES[profile].versions
        for version in VERSIONS:
            if version not in allowed and _is_taken(tls, suites, version):
                wanted = f"TLS {' and '.join(allowed)} only"
                yield _fail(
                    f"{place(tls)}: TLS {version} is accepted, and Mozilla's {profile} configuration {VERSION} has "
                    f"{wanted}",
                    f"TLS {version}",
                    wanted,
                )

    def _good(self, tls: TlsObservation, suites: Mapping[str, tuple[str, ...]]) -> Finding:
        names = {name for taken in suites.values() for name in taken}
        profile = self.params.profile
        held = f"Mozilla's {profile} configuration {VERSION}" if profile else "what is not forbidden"
        number = "1 suite" if len(names) == 1 else f"{len(names)} suites"
        return Finding(
            outcome=Outcome.PASS,
            message=f"{place(tls)}: {number} of TLS {', '.join(suites)}, all within {held}",
            observed=", ".join(sorted(names)),
            expected=held,
            count=len(names),
        )


def _suites(tls: TlsObservation) -> dict[str, tuple[str, ...]]:
    """Version -> the suites that are known to be taken: the enumerated ones, and that of the full handshake."""
    known = {version: names for version, names in (tls.ciphers or {}).items() if names}
    if tls.cipher:
        version = next(
            (one for one in VERSIONS if is_spoken(tls, one)), tls.version or "of an unknown version"
        )
        known[version] = tuple(dict.fromkeys((*known.get(version, ()), tls.cipher)))
    return known


def _is_taken(tls: TlsObservation, suites: Mapping[str, tuple[str, ...]], version: str) -> bool:
    return verdict_on(tls, version) == "accepted" or version in suites


def _gaps(tls: TlsObservation, suites: Mapping[str, tuple[str, ...]]) -> Iterator[Finding]:
    """What is not known about the suites of a version, or about the version itself."""
    if tls.ciphers is None:
        known = f"only {tls.cipher} is known, of the handshake" if tls.cipher else "none is known"
        message = f"{place(tls)}: its suites were not enumerated: {known}"
        yield unproven(Reason.INSUFFICIENT, message, _ENUMERATE)
        return
    taken = [version for version in VERSIONS if _is_taken(tls, suites, version)]
    for version in VERSIONS:
        if version not in taken and verdict_on(tls, version) != "refused":
            told = steps(tls, f"TLS {version}") or "it was not asked"
            yield unproven(
                Reason.INSUFFICIENT,
                f"{place(tls)}: whether TLS {version}, with suites of its own, is accepted is not known ({told})",
            )
        elif version in taken and not tls.ciphers.get(version):
            told = steps(tls, f"ciphers of TLS {version}") or "they were not asked for"
            yield unproven(
                Reason.INSUFFICIENT,
                f"{place(tls)}: the list of its suites of TLS {version} did not come to an end ({told})",
                "give the endpoint a longer `deadline`, and run the gate again",
            )
    if not taken or set(suites) - set(VERSIONS):
        message = f"{place(tls)}: no suite of a known version was seen"
        yield unproven(Reason.INSUFFICIENT, message)


def _fail(message: str, observed: str, expected: str) -> Finding:
    return Finding(outcome=Outcome.FAIL, message=message, observed=observed, expected=expected, next=_REMOVE)
