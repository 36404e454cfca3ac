"""What a policy says about a live Prometheus."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from readiness.check import Stricter, dashed
from readiness.evidence.prometheus import Part
from readiness.readers.base import Spec
from readiness.readers.network.spec import LARGEST_BODY, ClientFiles, Headers, Url
from readiness.units import Duration, Size

MAX_QUERIES = 50
MAX_POINTS = 11_000  # Prometheus refuses more for one series
_LONGEST = timedelta(minutes=10)
_MODEL = ConfigDict(
    extra="forbid",
    frozen=True,
    strict=True,
    alias_generator=dashed,
    validate_by_name=True,
    validate_by_alias=True,
    arbitrary_types_allowed=True,
)


def _deadline(value: timedelta) -> timedelta:
    if not timedelta(0) < value <= _LONGEST:
        raise ValueError("is more than 0 and at most 10m")
    return value


def _positive(value: timedelta) -> timedelta:
    if value < timedelta(seconds=1):
        raise ValueError("is at least 1s")
    return value


def _base(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme == "tls" or parts.query or parts.fragment or "?" in value or "#" in value:
        raise ValueError(
            "is the address of Prometheus, as in https://prometheus.internal:9090, without a query"
        )
    return value.rstrip("/")


def _body(value: int) -> int:
    if not 0 < value <= LARGEST_BODY:
        raise ValueError("is more than 0 and at most 2MiB")
    return value


Text = Annotated[str, Field(min_length=1, max_length=10_000)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,100}$")]
Stretch = Annotated[Duration, AfterValidator(_positive)]


class QuerySpec(BaseModel):
    """One query. With `range` it is asked over the stretch of time before now, else of this moment."""

    model_config = _MODEL

    query: Text
    """The expression, as in `sum(rate(http_requests_total[5m]))`."""
    range: Stretch | None = None
    """How far back, as in `1h`."""
    step: Stretch = timedelta(minutes=1)
    """How far apart the points of a range are."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.range is not None and not self.step <= self.range < self.step * MAX_POINTS:
            raise ValueError(f"`range` is at least one `step`, and less than {MAX_POINTS:,} of them")
        return self


class PrometheusSpec(Spec):
    """A live Prometheus, or what answers as it does, asked while the gate runs."""

    url: Annotated[Url, AfterValidator(_base)] = Field(repr=False)
    """Its address with the path before `/api/v1`, without user, password and query."""
    read: tuple[Part, ...] = Field(default=("targets", "metrics", "rules"), strict=False)
    """What to ask for beside the queries: `targets`, `metrics` (their names), `rules`, `alertmanagers`."""
    queries: Annotated[dict[Name, Text | QuerySpec], Field(max_length=MAX_QUERIES)] = Field(default={})
    """Named queries: `{errors: "sum(rate(errors_total[5m]))"}`, or `{errors: {query: ..., range: 1h, step: 1m}}`."""
    series: tuple[Text, ...] = Field(default=(), strict=False)
    """Selectors of the series whose names count as `metrics`, as in `['{job="checkout"}']`; without them, all."""
    pools: tuple[Text, ...] = Field(default=(), strict=False)
    """Scrape pools whose targets are asked for, one by one; without them, all at once."""
    lookback: Stretch = timedelta(hours=1)
    """How lately a metric must have been stored to be among `metrics`."""
    ca: Annotated[str, Field(min_length=1)] | None = None
    """The authorities to trust in PEM, relative to the root; without it, those of the system."""
    client: ClientFiles | None = None
    """The certificate and key to present over TLS, as in `{cert: client.pem, key: client.key}`."""
    headers: Headers = Field(default={}, repr=False)
    """Headers to send, as in `{Authorization: "Bearer ${TOKEN}"}`. Their values are never shown."""
    deadline: Annotated[Duration, AfterValidator(_deadline), Stricter.LOWER] = timedelta(seconds=30)
    """How long everything may take together; up to 10m."""
    max_body: Annotated[Size, AfterValidator(_body), Stricter.LOWER] = LARGEST_BODY
    """The largest body that is read, up to 2MiB; a larger one is malformed, never cut."""

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if not self.read and not self.queries:
            raise ValueError("nothing is asked for: name `read`, or `queries`")
        if (self.ca or self.client) and urlsplit(self.url).scheme == "http":
            raise ValueError("`ca` and `client` have no meaning without TLS; write https://")
        return self

    @property
    def asked(self) -> dict[str, QuerySpec]:
        """The queries, each in its long form."""
        return {
            name: one if isinstance(one, QuerySpec) else QuerySpec(query=one)
            for name, one in self.queries.items()
        }
