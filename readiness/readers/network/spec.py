"""What a policy says about an endpoint.

What is refused here may hold credentials: so errors carry `***` for the value, and name the place only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal, NoReturn, Self
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

from readiness.check import Stricter
from readiness.evidence.fields import parse_path
from readiness.readers.base import Spec
from readiness.readers.network.redaction import HIDDEN
from readiness.units import Duration, Size

LARGEST_BODY = 2 * 2**20
_LONGEST = timedelta(minutes=10)
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
    if parts.scheme not in ("http", "https") or not host or port == 0 or re.search(r"[\s\x00-\x1f\\]", value):
        _refuse("it is no URL of http or https; write it as in https://checkout.internal:8443/health")
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


Url = Annotated[str, PlainValidator(_url), WithJsonSchema({"type": "string", "pattern": "^https?://"})]
Headers = Annotated[
    Mapping[str, str],
    PlainValidator(_headers),
    WithJsonSchema({"type": "object", "additionalProperties": {"type": "string"}}),
]


class ClientFiles(BaseModel):
    """As whom to appear over TLS."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    cert: Annotated[str, Field(min_length=1)]
    """The client's certificate in PEM, with its intermediates; relative to the root."""
    key: Annotated[str, Field(min_length=1)]
    """Its key in PEM, without a password; relative to the root."""


class EndpointSpec(Spec):
    """A live endpoint, asked over HTTP while the gate runs."""

    url: Url = Field(repr=False)
    """What to ask: http or https, without user and password. The values of its query are never shown."""
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
    """How long all tries together may take, from resolving the name to the end of the last body; up to 10m."""
    max_body: Annotated[Size, AfterValidator(_body), Stricter.LOWER] = 2**20
    """The largest body that is read, up to 2MiB; a larger one is malformed, never cut."""
    version_field: Annotated[str, AfterValidator(_field)] = "version"
    """Where the JSON body tells the version that runs, as in `build.version`; for `bind: version`."""

    @model_validator(mode="after")
    def _tls_only_over_tls(self) -> Self:
        given: list[Any] = [key for key in ("ca", "client") if getattr(self, key) is not None]
        if given and urlsplit(self.url).scheme != "https":
            _refuse(f"`{given[0]}` has no meaning without TLS; write https://", given[0])
        return self
