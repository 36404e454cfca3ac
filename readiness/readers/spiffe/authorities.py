"""Whom a bundle trusts: what the other kinds are held against."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from readiness.evidence.model import Reason, Unproven
from readiness.readers.source import Source
from readiness.readers.spiffe.bundle_facts import MAP_MEMBER, bundles_of
from readiness.readers.spiffe.encodings import certificates_in, plain_base64
from readiness.readers.spiffe.jwk import KNOWN_TYPES, PublicKey, public_key
from readiness.readers.strict_json import parse_json

_REMEDY = "name a SPIFFE bundle (JSON), or its authorities in PEM, with `bundle`"


class JwtKey(NamedTuple):
    """A key that signs tokens."""

    kid: str
    key: PublicKey


class Authorities(NamedTuple):
    """Those of one trust domain; certificates are in DER."""

    x509: tuple[bytes, ...] = ()
    jwt: tuple[JwtKey, ...] = ()


class Bundle(NamedTuple):
    """A bundle that was read. Authorities by trust domain; those of None are of the one that the policy means.

    Bundles of a map are never merged: SPIFFE_Federation.md section 4.2.
    """

    name: str
    sha256: str
    by_domain: Mapping[str | None, Authorities]

    def of(self, trust_domain: str) -> Authorities:
        """The authorities of a trust domain; none where the bundle does not know it."""
        return self.by_domain.get(None, self.by_domain.get(trust_domain, Authorities()))


def read_bundle(path: Path, name: str) -> Bundle:
    """The bundle in a file; Unproven when it is missing or none. `name` is the path as the policy has it."""
    try:
        with Source.open(path, name) as source:
            return Bundle(name, source.sha256, _by_domain(source))
    except Unproven as error:
        message = f"`bundle` cannot be used, {error.message}: {name}"
        raise Unproven(error.reason, message, error.remedy or _REMEDY) from None


def _by_domain(source: Source) -> Mapping[str | None, Authorities]:
    if source.content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _from_json(parse_json(source.text))
    found = certificates_in(source.content)
    if not found:
        raise Unproven(Reason.MALFORMED, "it is neither JSON nor PEM", _REMEDY)
    return {None: Authorities(x509=found)}


def _from_json(document: Any) -> Mapping[str | None, Authorities]:
    """What a consumer takes of a bundle: what it does not know, or cannot use, it ignores."""
    is_map, bundles = bundles_of(document)
    made: dict[str | None, Authorities] = {}
    for bundle in bundles:
        if bundle.keys is None:
            raise Unproven(Reason.MALFORMED, "it has no list of `keys`", "publish the bundle again")
        whole = document[MAP_MEMBER][bundle.name] if is_map else document
        elements = [one for one in whole["keys"] if isinstance(one, dict)]
        made[bundle.name] = Authorities(tuple(_x509(elements)), tuple(_jwt(elements)))
    return made


def _x509(elements: list[dict[str, Any]]) -> list[bytes]:
    firsts = [
        one["x5c"][0]
        for one in elements
        if one.get("use") == "x509-svid"
        and one.get("kty") in KNOWN_TYPES
        and isinstance(one.get("x5c"), list)
        and one["x5c"]
    ]
    ders = [plain_base64(first) for first in firsts if isinstance(first, str)]
    return [der for der in ders if der]


def _jwt(elements: list[dict[str, Any]]) -> list[JwtKey]:
    found = [one for one in elements if one.get("use") == "jwt-svid" and isinstance(one.get("kid"), str)]
    keys = [(one["kid"], public_key(one)) for one in found]
    return [JwtKey(kid, key) for kid, key in keys if key is not None]
