"""The kind `spiffe-bundle`: a bundle in a file, or at the endpoint where a trust domain publishes it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, ClassVar, Self

import msgspec
from pydantic import AfterValidator, Field, model_validator

from readiness.check import Stricter
from readiness.evidence.model import Item, Reason, Unproven
from readiness.evidence.spiffe import NotASpiffeIdError, parse_spiffe_id
from readiness.evidence.spiffe_bundle import SpiffeBundle
from readiness.readers.base import Context, FileSpec, Spec
from readiness.readers.files import FileKind
from readiness.readers.network.spec import EndpointSpec, Url
from readiness.readers.source import Source
from readiness.units import Duration

MAX_FACTS = 4 * 2**20
_LONGEST = timedelta(minutes=10)


def _https(value: str) -> str:
    if not value.startswith("https://"):
        raise ValueError("of a bundle endpoint has the scheme https: SPIFFE_Federation.md, section 5.2")
    return value


def _server_id(value: str) -> str:
    try:
        parse_spiffe_id(value)
    except NotASpiffeIdError as error:
        raise ValueError(f"is no SPIFFE ID as in spiffe://prod.acme/bundle: {error.message}") from None
    return value


def _deadline(value: timedelta) -> timedelta:
    if not timedelta(0) < value <= _LONGEST:
        raise ValueError("is more than 0 and at most 10m")
    return value


class BundleSpec(FileSpec):
    """A SPIFFE bundle: `path`, or `url`."""

    path: str = ""
    """The bundle as JSON, or a map of bundles; relative to the root."""
    url: Annotated[Url, AfterValidator(_https)] | None = Field(default=None, repr=False)
    """The bundle endpoint to ask instead, https and without user and password; its query is never shown."""
    ca: Annotated[str, Field(min_length=1)] | None = None
    """The authorities to trust in PEM, relative to the root; without it, those of the system (`https_web`)."""
    server_id: Annotated[str, AfterValidator(_server_id)] | None = None
    """The SPIFFE ID of the endpoint (`https_spiffe`): it takes the place of the host name, and `ca` holds the bundle
    of its trust domain."""
    deadline: Annotated[Duration, AfterValidator(_deadline), Stricter.LOWER] = timedelta(seconds=10)
    """How long asking the endpoint may take, from resolving the name to the last question about TLS; up to 10m."""

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if bool(self.path) == (self.url is not None):
            raise ValueError("needs either `path`, the file of a bundle, or `url`, its endpoint")
        if self.server_id is not None and self.ca is None:
            raise ValueError("`server-id` needs `ca`, the bundle of its trust domain")
        if self.url is None and self.ca is not None:
            raise ValueError("`ca` and `server-id` go with `url`, and have no meaning for a file")
        return self

    def endpoint(self) -> EndpointSpec | None:
        """How the endpoint is asked; None for a file."""
        if self.url is None:
            return None
        return EndpointSpec(
            kind="endpoint", url=self.url, ca=self.ca, server_id=self.server_id, deadline=self.deadline
        )


class SpiffeBundleKind(FileKind[SpiffeBundle]):
    """What a trust domain publishes of itself."""

    spec: ClassVar[type[Spec]] = BundleSpec
    facts = SpiffeBundle

    def collect(self, spec: FileSpec, context: Context) -> Iterator[Item]:
        """One item for each file, or one of the endpoint."""
        endpoint = spec.endpoint() if isinstance(spec, BundleSpec) else None
        if endpoint is None:
            yield from super().collect(spec, context)
            return
        from readiness.readers.spiffe.federation import fetch  # costly, and needed by few

        yield _bounded(fetch(endpoint, context))

    def _read(self, source: Source, spec: FileSpec, context: Context) -> Item:
        return _bounded(super()._read(source, spec, context))


def _bounded(item: Item) -> Item:
    """The item, when its facts are of a size to keep."""
    if item.facts is None or len(msgspec.json.encode(item.facts)) <= MAX_FACTS:
        return item
    error = Unproven(Reason.MALFORMED, f"its keys come to more than {MAX_FACTS:,} bytes of facts")
    return Item(item.provenance, None, error.reason, error.message, "remove keys that are no longer in use")
