"""A session of requests that goes its own way: one line, one context, and nothing from the environment."""

from __future__ import annotations

import ssl
from typing import Any
from urllib.parse import SplitResult, urlsplit

import requests
from requests.adapters import HTTPAdapter

from readiness.readers.network.wire import Line

_PORTS = {"http": 80, "https": 443}


def origin(parts: SplitResult) -> tuple[str, str, int]:
    """Scheme, host and port; the port of the scheme when none is written."""
    return parts.scheme, parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)


class GuardedSession(requests.Session):
    """A session that knows nothing of the environment, and leaves redirects alone."""

    def __init__(self, line: Line, context: ssl.SSLContext | None) -> None:
        super().__init__()
        self.trust_env = False
        self.headers.clear()
        adapter = _Adapter(line, context)
        self.mount("http://", adapter)
        self.mount("https://", adapter)

    def get_redirect_target(self, resp: requests.Response) -> None:
        """None: requests would read the whole body of a redirect, even of one that it does not follow."""


class _Adapter(HTTPAdapter):
    def __init__(self, line: Line, context: ssl.SSLContext | None) -> None:
        self._line, self._context = line, context
        super().__init__(max_retries=0)

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, *_given: Any, **_named: Any
    ) -> Any:
        scheme, host, port = origin(urlsplit(request.url or ""))
        return {"scheme": scheme, "host": host, "port": port}, {"ssl_context": self._context}

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        pool.ConnectionCls = self._line.secure() if pool.scheme == "https" else self._line.plain()
        return pool

    def cert_verify(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: the context verifies, and requests would add its own authorities to those of `ca`."""
