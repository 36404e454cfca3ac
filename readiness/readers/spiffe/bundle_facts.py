"""A bundle document as facts: every rule that it breaks is kept, so that checks can name it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from readiness.evidence.certificate import Certificate
from readiness.evidence.model import Reason, Unproven
from readiness.evidence.spiffe_bundle import BundleKey, Number, TrustBundle
from readiness.readers.network.tls.certificates import certificate
from readiness.readers.spiffe import jwk
from readiness.readers.spiffe.encodings import plain_base64

MAX_KEYS, MAX_BUNDLES = 1_000, 1_000
MAP_MEMBER = "trust_domains"
_MAX_CERTIFICATES = 4
_MAX_TEXT = 200
_LARGEST = 2**63 - 1


def is_bundle(document: Any) -> bool:
    """Whether it is an object with a member that only a bundle, a map of them, or a JWK Set has."""
    members = {"keys", MAP_MEMBER, "spiffe_sequence", "spiffe_refresh_hint"}
    return isinstance(document, dict) and bool(members & document.keys())


def bundles_of(document: Any) -> tuple[bool, tuple[TrustBundle, ...]]:
    """Whether it is a map of bundles, and the bundles; Unproven (malformed) when it is neither.

    The formats are those of SPIFFE_Trust_Domain_and_Bundle.md, sections 4 and 5.
    """
    if not isinstance(document, dict):
        raise Unproven(Reason.MALFORMED, "it is no JSON object, as a bundle is")
    if MAP_MEMBER not in document:
        _refuse_many(_count(document))
        return False, (_bundle(None, document),)
    named = document[MAP_MEMBER]
    if "keys" in document or not isinstance(named, dict):
        message = f"it is neither a bundle nor a map of bundles: `{MAP_MEMBER}` is no object, or stands beside `keys`"
        raise Unproven(Reason.MALFORMED, message, "publish one of the two")
    if len(named) > MAX_BUNDLES:
        raise Unproven(Reason.MALFORMED, f"it has more than {MAX_BUNDLES:,} trust domains")
    _refuse_many(sum(map(_count, named.values())))
    return True, tuple(_bundle(name, one) for name, one in named.items())


def _count(document: Any) -> int:
    found = document.get("keys") if isinstance(document, dict) else None
    return len(found) if isinstance(found, list) else 0


def _refuse_many(count: int) -> None:
    if count > MAX_KEYS:
        message = f"it has more than {MAX_KEYS:,} keys"
        raise Unproven(Reason.MALFORMED, message, "remove keys that are no longer in use")


def _bundle(name: str | None, document: Any) -> TrustBundle:
    if not isinstance(document, dict):
        return TrustBundle(name=name, odd="it is no object")
    found = document.get("keys")
    keys = found if isinstance(found, list) else None
    return TrustBundle(
        name=name,
        sequence=_number(document, "spiffe_sequence"),
        refresh_hint=_number(document, "spiffe_refresh_hint"),
        keys=None if keys is None else tuple(_key(i, one) for i, one in enumerate(keys)),
        odd="`keys` is no list" if "keys" in document and keys is None else "",
    )


def _number(document: Mapping[str, Any], name: str) -> Number | None:
    if name not in document:
        return None
    value = document[name]
    if type(value) is int and abs(value) <= _LARGEST:
        return Number(value=value)
    return Number(text=_shown(value))


def _key(index: int, element: Any) -> BundleKey:
    if not isinstance(element, dict):
        return BundleKey(index=index, odd="it is no object")
    texts = {name: element.get(name) for name in ("kty", "use", "kid")}
    odd = [name for name, value in texts.items() if name in element and not isinstance(value, str)]
    ders, problem = _ders(element)
    key = jwk.public_key(element)
    is_known = texts["kty"] in jwk.KNOWN_TYPES
    first = ders[0] if ders else None
    return BundleKey(
        index=index,
        odd=f"{', '.join(odd)} is no text" if odd else problem,
        x5c=None if ders is None else tuple(map(_certificate, ders[:_MAX_CERTIFICATES])),
        x5c_count=len(ders or ()),
        problem="its parameters make no public key" if is_known and key is None else "",
        is_known_type=is_known,
        matches=None if key is None or not first else jwk.is_key_of(key, first),
        has_private=jwk.is_private(element),
        rsa_bits=jwk.rsa_bits(key),
        kty=_text(texts["kty"]),
        use=_text(texts["use"]),
        kid=_text(texts["kid"]),
    )


def _ders(element: Mapping[str, Any]) -> tuple[list[bytes | None] | None, str]:
    """The certificates of `x5c`, None for one that is no base64; and what is odd about it."""
    if "x5c" not in element:
        return None, ""
    values = element["x5c"]
    if not isinstance(values, list):
        return None, "x5c is no list"
    return [plain_base64(one) if isinstance(one, str) else None for one in values], ""


def _certificate(der: bytes | None) -> Certificate:
    return Certificate(sha256="", problem="it is no base64") if der is None else certificate(der)


def _text(value: Any) -> str | None:
    return value[:_MAX_TEXT] if isinstance(value, str) else None


def _shown(value: Any) -> str:
    """A value that is not what was meant, short enough for a message."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, int):
        return "a number of more than 64 bits"
    return {str: "a text", list: "a list", dict: "an object", float: "a number that is not whole"}[
        type(value)
    ]
