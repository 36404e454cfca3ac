"""The kind `spiffe-jwt`: a JWT-SVID in a file, as a workload was given it."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from readiness.evidence.model import Item, Unproven
from readiness.evidence.spiffe_jwt import SpiffeJwt
from readiness.readers.base import Context, FileSpec, Spec
from readiness.readers.files import FileKind
from readiness.readers.source import Source


class JwtSpec(FileSpec):
    """A token, which is never shown."""

    bundle: Annotated[str, Field(min_length=1)] | None = None
    """The SPIFFE bundle (JSON) whose keys must have signed it, relative to the root; without it, its signature is not
    shown."""


class SpiffeJwtKind(FileKind[SpiffeJwt]):
    """What a token says, and whether a bundle's key signed it."""

    spec: ClassVar[type[Spec]] = JwtSpec
    facts = SpiffeJwt

    def _read(self, source: Source, spec: FileSpec, context: Context) -> Item:
        item = super()._read(source, spec, context)
        bundle = spec.bundle if isinstance(spec, JwtSpec) else None
        if bundle is None or not isinstance(item.facts, SpiffeJwt) or item.facts.form != "compact":
            return item
        from readiness.readers.spiffe.authorities import read_bundle  # costly, and needed by few
        from readiness.readers.spiffe.signatures import prove
        from readiness.readers.spiffe_jwt.token import split

        facts = item.facts
        try:
            trusted = read_bundle(context.root / bundle, bundle)
            parts = split(source.content)
            proof = prove(parts.signed, parts.signature, facts.alg, facts.kid, facts.subject, trusted)
        except Unproven as error:
            return Item(item.provenance, None, error.reason, error.message, error.remedy)
        return item.but(facts=facts.but(proof=proof))
