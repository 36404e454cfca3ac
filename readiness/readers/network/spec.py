"""What a policy says about an endpoint.

What is refused here may hold credentials: so errors carry `***` for the value, and name the place only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Literal, NoReturn, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError

from readiness.check import Stricter, dashed
from readiness.evidence.fields import parse_path
from readiness.readers.base import Spec
from readiness.readers.network.redaction import HIDDEN
from readiness.units import Duration, Size

LARGEST_BODY = 2 * 2**20
_LONGEST = timedelta(minutes=10)
_ODD = re.compile(r"[\s\x00-\x1f\\]")
_NAME = re.compile(
    r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*"
)
_SPIFFE = re.compile(r"spiffe://[a-z0-9._-]{1,255}(/[a-zA-Z0-9._-]+)*")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
_VALUE = re.compile(r"[\x21-\x7e\x80-\xff]([\t\x20-\x7e\x80-\xff]{0,8000}[\x21-\x7e\x80-\xff])?")
_OURS = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-length",
        "expect",
        "range",
        "te",
        "transfer-encoding",
        "upgrade",
    }
)


def _refuse(message: str, *place: str) -> NoReturn:
    """A validation error that does not repeat its input."""
    error = PydanticCustomError("refused", "{what}", {"what": message})
    details: InitErrorDetails = {"type": error, "loc": place, "input": HIDDEN}
    raise ValidationError.from_exception_data("endpoint", [details], hide_input=True)


def _url(value: object) -> str:
    if not isinstance(value, str):
        _refuse("a URL is text")
    try:
        parts = urlsplit(value)
        host, port = parts.hostname, parts.port
    except ValueError:
        _refuse("it is no URL; write it as in https://checkout.internal:8443/health")
    if parts.scheme not in ("http", "https", "tls") or not host or port == 0 or _ODD.search(value):
        _refuse("it is no URL of http, https or tls; write it as in https://checkout.internal:8443/health")
    if parts.scheme == "tls" and (port is None or parts.path or parts.query or parts.fragment):
        _refuse("a URL of tls is a host and a port; write it as in tls://db.internal:5432")
    if "@" in parts.netloc:
        _refuse("a URL holds no user and no password; send them in `headers`")
    return value


def _headers(value: object) -> Mapping[str, str]:
    if not isinstance(value, Mapping):
        _refuse("headers are a mapping of names to text")
    seen: set[str] = set()
    for name, text in value.items():
        if not isinstance(name, str) or not _TOKEN.fullmatch(name):
            _refuse("the name of a header has letters, digits and dashes only")
        if name.lower() in _OURS:
            _refuse(f"the header {name} is not yours to set: readiness frames the request", name)
        if name.lower() in seen:
            _refuse(f"the header {name} stands there twice", name)
        if not isinstance(text, str) or not _VALUE.fullmatch(text):
            _refuse("its value is text on one line, without spaces or line breaks at its ends", name)
        seen.add(name.lower())
    return dict(value)


def _deadline(value: timedelta) -> timedelta:
    if not timedelta(0) < value <= _LONGEST:
        raise ValueError("is more than 0 and at most 10m")
    return value


def _body(value: int) -> int:
    if not 0 < value <= LARGEST_BODY:
        raise ValueError("is more than 0 and at most 2MiB")
    return value


def _field(value: str) -> str:
    if parse_path(value).has_wildcard:
        raise ValueError("leads to one place, and has no `*`")
    return value


Url = Annotated[str, PlainValidator(_url), WithJsonSchema({"type": "string", "pattern": "^(https?|tls)://"})]
Headers = Annotated[
    Mapping[str, str],
    PlainValidator(_headers),
    WithJsonSchema({"type": "object", "additionalProperties": {"type": "string"}}),
]


def _sni(value: str) -> str:
    if not _NAME.fullmatch(value.lower()) or value.rpartition(".")[2].isdigit():
        raise ValueError("is the name of a host, as in checkout.internal; an address is no name")
    return value.lower()


def _spiffe(value: str) -> str:
    segments = value.removeprefix("spiffe://").split("/")[1:]
    if not _SPIFFE.fullmatch(value) or {".", ".."} & set(segments):
        raise ValueError(
            "is a SPIFFE ID as in spiffe://prod.acme/checkout, or a trust domain as in spiffe://prod.acme"
        )
    return value


class ClientFiles(BaseModel):
    """As whom to appear over TLS."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    cert: Annotated[str, Field(min_length=1)]
    """The client's certificate in PEM, with its intermediates; relative to the root."""
    key: Annotated[str, Field(min_length=1)]
    """Its key in PEM, without a password; relative to the root."""


class EndpointSpec(Spec):
    """A live endpoint, asked over HTTP and TLS while the gate runs."""

    url: Url = Field(repr=False)
    """What to ask: http or https, without user and password, whose query is never shown; or, for a service that does
    not speak HTTP, `tls://host:port`."""
    method: Literal["GET", "HEAD"] = "GET"
    """How to ask."""
    ca: Annotated[str, Field(min_length=1)] | None = None
    """The authorities to trust in PEM, relative to the root; without it, those of the system."""
    client: ClientFiles | None = None
    """The certificate and key to present over TLS, as in `{cert: client.pem, key: client.key}`."""
    headers: Headers = Field(default={}, repr=False)
    """Headers to send, as in `{Authorization: "Bearer ${TOKEN}"}`. Their values are never shown."""
    tries: Annotated[int, Field(ge=1, le=20), Stricter.HIGHER] = 1
    """How often to ask, each time on a new connection; the worst answer counts."""
    deadline: Annotated[Duration, AfterValidator(_deadline), Stricter.LOWER] = timedelta(seconds=10)
    """How long everything may take, from resolving the name to the last question about TLS; up to 10m."""
    max_body: Annotated[Size, AfterValidator(_body), Stricter.LOWER] = 2**20
    """The largest body that is read, up to 2MiB; a larger one is malformed, never cut."""
    version_field: Annotated[str, AfterValidator(_field)] = "version"
    """Where the JSON body tells the version that runs, as in `build.version`; for `bind: version`."""

    sni: Annotated[str, AfterValidator(_sni)] | None = None
    """The name to ask for over TLS, and for which the certificate must be, where it is not the host of `url`."""
    starttls: Literal["postgres", "smtp", "imap", "ldap"] | None = None
    """The protocol in which TLS is asked for first, with a URL of `tls://`."""
    server_id: Annotated[str, AfterValidator(_spiffe)] | None = None
    """The SPIFFE ID of the service, or its trust domain: it takes the place of the host name, and `ca` holds the bundle
    of the trust domain, as JSON or in PEM."""
    may_refuse: bool = False
    """Whether a refused connection is an observation too, as of a plain port that should be closed; without it, it
    shows nothing."""
    enumerate_ciphers: bool = False
    """Whether to find every cipher suite that the server takes; one connection for each, and more."""

    @model_validator(mode="after")
    def _fits_the_scheme(self) -> Self:
        scheme = urlsplit(self.url).scheme
        for key in _ONLY_OVER_TLS:
            if getattr(self, key) and scheme == "http":
                _refuse(f"`{dashed(key)}` has no meaning without TLS; write https://", dashed(key))
        if self.starttls and scheme != "tls":
            _refuse("`starttls` goes with a URL as in tls://db.internal:5432", "starttls")
        if self.server_id and self.ca is None:
            _refuse("`server-id` needs `ca`, the bundle of its trust domain in PEM", "server-id")
        if self.headers and scheme == "tls":
            _refuse("`headers` have no meaning where HTTP is not spoken", "headers")
        return self


_ONLY_OVER_TLS = ("ca", "client", "sni", "starttls", "server_id", "enumerate_ciphers")
