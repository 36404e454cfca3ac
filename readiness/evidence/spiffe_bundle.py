"""A SPIFFE bundle: the keys of a trust domain, as they were published. What is odd in it is told, not refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from readiness.evidence.certificate import Certificate
from readiness.evidence.model import Facts, Value

Uses = Literal["x509-svid", "jwt-svid"]


class Number(Value, frozen=True, kw_only=True):
    """A member that must be an integer: `value` where it is one, else `text` says what is there."""

    value: int | None = None
    text: str = ""


class BundleKey(Value, frozen=True, kw_only=True):
    """One element of `keys`, by its position from 0. None stands for a member that is absent.

    `odd` names members that are not text where text is meant, or says that the element is no object. `problem` says
    why there is no public key in it; a key type that is not known here has none. `matches` says whether the key is
    that of the first certificate, None where there are not both. `has_private` says that a private key lies open.
    `rsa_bits` is the size of an RSA key.
    """

    index: int
    kty: str | None = None
    use: str | None = None
    kid: str | None = None
    odd: str = ""
    x5c: tuple[Certificate, ...] | None = None
    x5c_count: int = 0
    problem: str = ""
    is_known_type: bool = False
    matches: bool | None = None
    has_private: bool = False
    rsa_bits: int | None = None


class TrustBundle(Value, frozen=True, kw_only=True):
    """The bundle of one trust domain; `name` is that of a bundle map, and None in a bundle alone.

    `keys` is None when the member is absent, `odd` says that it is no list, or the bundle no object.
    """

    name: str | None = None
    sequence: Number | None = None
    refresh_hint: Number | None = None
    keys: tuple[BundleKey, ...] | None = None
    odd: str = ""


class Retrieval(Value, frozen=True, kw_only=True):
    """How a bundle was fetched. `verified_as` is a host name, or a SPIFFE ID; `location` where it is redirected to.

    `asks_client` says whether a client's certificate is asked for over TLS, None where that is not known; `refused` is
    the alert with which a client without one was turned away, and `status` is 0 then.
    """

    url: str
    status: int
    content_type: str = ""
    location: str = ""
    is_verified: bool | None = None
    verified_as: str = ""
    asks_client: bool | None = None
    refused: str = ""


class SpiffeBundle(Facts, frozen=True, kw_only=True):
    """One bundle, or a map of them. `retrieval` is None for a file.

    `bundles` is empty when what was fetched is no bundle: `retrieval` then says what came instead.
    """

    kind: ClassVar[str] = "spiffe-bundle"
    source: str
    is_map: bool = False
    bundles: tuple[TrustBundle, ...] = ()
    retrieval: Retrieval | None = None

    def summary(self) -> Mapping[str, object]:
        """How many keys of which use each bundle has."""
        return {
            "bundles": [
                {
                    "name": one.name,
                    "sequence": one.sequence and one.sequence.value,
                    "refresh_hint_s": one.refresh_hint and one.refresh_hint.value,
                    "keys": len(one.keys or ()),
                    "x509_authorities": sum(key.use == "x509-svid" for key in one.keys or ()),
                    "jwt_authorities": sum(key.use == "jwt-svid" for key in one.keys or ()),
                }
                for one in self.bundles[:100]
            ],
            "status": self.retrieval and self.retrieval.status,
        }
