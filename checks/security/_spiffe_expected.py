"""Whose identity is meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import AfterValidator, WithJsonSchema, model_validator

from readiness.check import Params
from readiness.evidence.spiffe import NotASpiffeIdError, SpiffeId, parse_spiffe_id, parse_trust_domain

from ._spiffe_clauses import Breach, should

_MAX_SHOWN = 300


def _domain(value: str) -> str:
    try:
        return parse_trust_domain(value)
    except NotASpiffeIdError as error:
        raise ValueError(f"is no trust domain as in prod.acme: {error.message}") from None


def _id(value: str) -> str:
    try:
        found = parse_spiffe_id(value)
    except NotASpiffeIdError as error:
        raise ValueError(
            f"is no SPIFFE ID as in spiffe://prod.acme/checkout: {error.message} (SPIFFE-ID {error.section})"
        ) from None
    if not found.path:
        raise ValueError("is the ID of a trust domain; write it as `trust-domain`")
    return value


TrustDomain = Annotated[
    str, AfterValidator(_domain), WithJsonSchema({"type": "string", "examples": ["prod.acme"]})
]
WorkloadId = Annotated[
    str, AfterValidator(_id), WithJsonSchema({"type": "string", "examples": ["spiffe://prod.acme/checkout"]})
]


class ExpectedParams(Params):
    """The trust domain, or the very workload."""

    trust_domain: TrustDomain | None = None
    """The trust domain that the identity must be of, as in `prod.acme`. This or `id` is needed."""
    id_: WorkloadId | None = None
    """The SPIFFE ID that it must be, as in `spiffe://prod.acme/checkout`."""

    @model_validator(mode="after")
    def _is_told(self) -> Self:
        if self.trust_domain is None and self.id_ is None:
            raise ValueError("needs `trust-domain` or `id`: an identity of anybody shows nothing")
        if self.trust_domain and self.id_ and parse_spiffe_id(self.id_).trust_domain != self.trust_domain:
            raise ValueError("`id` is not of `trust-domain`")
        return self

    @property
    def expected(self) -> str:
        """As messages say it."""
        return self.id_ or f"spiffe://{self.trust_domain}/..."


def id_breaches(text: str) -> Iterator[Breach]:
    """What is wrong with a SPIFFE ID by itself."""
    try:
        found = parse_spiffe_id(text)
    except NotASpiffeIdError as error:
        clause = f"SPIFFE-ID {error.section}"
        yield Breach(error.rule, clause, f"{error.message}: {text[:_MAX_SHOWN]}", text[:_MAX_SHOWN])
        return
    if found.is_long:
        message = f"its SPIFFE ID has {len(text):,} bytes, and should have at most 2,048"
        yield should("id-length", "SPIFFE-ID 2.3", message, f"{len(text)} bytes", "2048 bytes")


def other_than_expected(found: SpiffeId, params: ExpectedParams) -> Breach | None:
    """A breach when the identity is another one than the policy means."""
    is_expected = str(found) == params.id_ if params.id_ else found.trust_domain == params.trust_domain
    if is_expected:
        return None
    shown = str(found)[:_MAX_SHOWN]
    return Breach(
        "expected-id" if params.id_ else "expected-trust-domain",
        "this policy",
        f"it is {shown}, and not {params.expected}",
        shown,
        params.expected,
        "issue the identity that the policy names, or correct the policy",
    )
