"""The kind `x509-svid`: an SVID with its chain, in a file or from the Workload API."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, ClassVar, Self

from pydantic import AfterValidator, Field, model_validator

from readiness.check import Stricter
from readiness.evidence.model import Item, Provenance, Reason, Unproven
from readiness.evidence.spiffe_svid import X509Svid
from readiness.readers.base import Context, FileSpec, Spec
from readiness.readers.files import FileKind
from readiness.readers.source import Source
from readiness.readers.spiffe.endpoint_socket import parse_socket
from readiness.units import Duration

_LONGEST = timedelta(minutes=5)


def _socket(value: str) -> str:
    return parse_socket(value).uri


def _deadline(value: timedelta) -> timedelta:
    if not timedelta(0) < value <= _LONGEST:
        raise ValueError("is more than 0 and at most 5m")
    return value


class SvidSpec(FileSpec):
    """An X509-SVID: `path`, or `socket`."""

    path: str = ""
    """The SVID in PEM with its intermediates, or a glob; relative to the root."""
    socket: Annotated[str, AfterValidator(_socket)] | None = None
    """The Workload API to ask instead, as in `unix:///run/spire/agent.sock` or `"${SPIFFE_ENDPOINT_SOCKET}"`. It needs
    the extra: `pip install 'readiness[spiffe]'`."""
    bundle: Annotated[str, Field(min_length=1)] | None = None
    """The bundle to verify it against, as SPIFFE bundle (JSON) or PEM, relative to the root. Without it, an SVID in a
    file is not verified, and one of the Workload API is held against the bundle that comes with it."""
    deadline: Annotated[Duration, AfterValidator(_deadline), Stricter.LOWER] = timedelta(seconds=10)
    """How long asking the Workload API may take, up to 5m."""

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if bool(self.path) == (self.socket is not None):
            raise ValueError("needs either `path`, the file of an SVID, or `socket`, the Workload API")
        return self


class X509SvidKind(FileKind[X509Svid]):
    """An SVID, and whether it goes back to a bundle."""

    spec: ClassVar[type[Spec]] = SvidSpec
    facts = X509Svid

    def collect(self, spec: FileSpec, context: Context) -> Iterator[Item]:
        """One item for each file, or one of the Workload API."""
        if isinstance(spec, SvidSpec) and spec.socket is not None:
            yield _fetched(spec, spec.socket, context)
        else:
            yield from super().collect(spec, context)

    def _read(self, source: Source, spec: FileSpec, context: Context) -> Item:
        """The chain, and its proof where there is a bundle."""
        item = super()._read(source, spec, context)
        bundle = spec.bundle if isinstance(spec, SvidSpec) else None
        if bundle is None or not isinstance(item.facts, X509Svid):
            return item
        from readiness.readers.spiffe.authorities import read_bundle  # costly, and needed by few
        from readiness.readers.spiffe.encodings import certificates_in
        from readiness.readers.spiffe.paths import prove

        try:
            trusted = read_bundle(context.root / bundle, bundle)
            proof, path = prove(certificates_in(source.content), trusted, context.now)
        except Unproven as error:
            return Item(item.provenance, None, error.reason, error.message, error.remedy)
        return item.but(facts=item.facts.but(proof=proof, path=path))


def _fetched(spec: SvidSpec, uri: str, context: Context) -> Item:
    from readiness.readers.network.tls.certificates import chain
    from readiness.readers.spiffe.authorities import read_bundle
    from readiness.readers.spiffe.paths import prove
    from readiness.readers.spiffe.workload import fetch

    origin = Provenance(uri, "workload-api")
    try:
        trusted = read_bundle(context.root / spec.bundle, spec.bundle) if spec.bundle is not None else None
        found = fetch(parse_socket(uri), spec.deadline.total_seconds())
        proof, path = prove(found.chain, trusted or found.bundle, context.now)
    except Unproven as error:
        return Item(_seen(origin), None, error.reason, error.message, error.remedy)
    except Exception as error:  # a defect here must not end the gate; its text may hold anything
        message = f"asking it failed: {type(error).__name__}"
        return Item(
            _seen(origin), None, Reason.MALFORMED, message, "please report this as a defect of readiness"
        )
    kept, is_cut = chain(found.chain)
    whole = b"".join(found.chain)
    seen = _seen(origin).but(sha256=hashlib.sha256(whole).hexdigest(), bytes=len(whole))
    return Item(seen, X509Svid(source=uri, chain=kept, chain_truncated=is_cut, proof=proof, path=path))


def _seen(origin: Provenance) -> Provenance:
    return origin.but(observed_at=datetime.now(UTC), observed_from="content")
