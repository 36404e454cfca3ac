"""The contexts of one request, each built once for a run: reading the authorities of a system takes long."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from typing import Protocol

from readiness.readers.network.tls.client_auth import stranger
from readiness.readers.network.transport import Request
from readiness.readers.network.trust import Client, Manner, context_for
from readiness.readers.shared import Shared


class MakeContext(Protocol):
    """Makes a context for a server that was verified, or was not."""

    def __call__(self, *, is_verified: bool) -> ssl.SSLContext:
        """The context."""


class Contexts:
    """Makes them when they are asked for; Unproven when a file of the request cannot be used."""

    def __init__(self, request: Request, shared: Shared, left: Callable[[], float]) -> None:
        self._request, self._shared, self._left = request, shared, left

    def strict(self) -> ssl.SSLContext:
        """As the policy says: over this alone go credentials."""
        return self._made(self._manner, self._request.client)

    def as_right(self, *, is_verified: bool) -> ssl.SSLContext:
        """The same; never for a server that was not verified."""
        if not is_verified:
            raise ValueError("the client's certificate is not shown to anybody")
        return self.strict()

    def without_client(self, *, is_verified: bool) -> ssl.SSLContext:
        """As nobody in particular."""
        return self._made(self._manner if is_verified else "unverified", None)

    def as_stranger(self, *, is_verified: bool) -> ssl.SSLContext:
        """With a client certificate of an authority that nobody knows."""
        client = self._request.client
        manner: Manner = self._manner if is_verified else "unverified"

        def make() -> ssl.SSLContext:
            context = context_for(self._request.ca, None, manner, server_id=self._request.server_id)
            if client is not None:
                stranger(context, client[0])
            return context

        key = ("context", manner, self._request.ca, "stranger", client, self._request.server_id)
        return self._shared.once(key, make, within_s=self._left())

    def lenient(self) -> ssl.SSLContext:
        """Verified, over any version and suite."""
        return self._made("unverified" if self._request.server_id else "lenient", None)

    @property
    def _manner(self) -> Manner:
        return "by-identity" if self._request.server_id else "strict"

    def _made(self, manner: Manner, client: Client | None) -> ssl.SSLContext:
        ca = self._request.ca if manner != "unverified" else None
        server_id = self._request.server_id

        def make() -> ssl.SSLContext:
            return context_for(ca, client, manner, server_id=server_id)

        return self._shared.once(("context", manner, ca, client, server_id), make, within_s=self._left())
