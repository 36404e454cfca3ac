"""The rules for the members of a bundle beside its keys: SPIFFE_Trust_Domain_and_Bundle.md, section 4.1."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence.spiffe import NotASpiffeIdError, parse_trust_domain
from readiness.evidence.spiffe_bundle import Number, TrustBundle

from ._spiffe_clauses import Breach, should

BUNDLE = "Trust-Domain-and-Bundle"
BUNDLE_RULES = 4
PUBLISH = "publish the bundle with a SPIFFE implementation: spire-server bundle show -format spiffe"


def form_breaches(one: TrustBundle) -> Iterator[Breach]:
    """Its name, its list of keys, and its numbers."""
    if one.name is not None:
        try:
            parse_trust_domain(one.name)
        except NotASpiffeIdError as error:
            yield Breach(
                error.rule, f"SPIFFE-ID {error.section}", error.message, one.name[:300], "a trust domain"
            )
    if one.odd or one.keys is None:
        message = one.odd or "it has no `keys`"
        yield Breach("keys", f"{BUNDLE} 4.1.3", message, message, "a list of keys", PUBLISH)
        return
    yield from _number("sequence", "4.1.1", "spiffe_sequence", one.sequence)
    yield from _number("refresh-hint", "4.1.2", "spiffe_refresh_hint", one.refresh_hint)
    if one.refresh_hint is not None and one.refresh_hint.value is not None and one.refresh_hint.value < 1:
        shown = str(one.refresh_hint.value)
        message = f"its `spiffe_refresh_hint` is {shown} seconds"
        yield Breach("refresh-hint-integer", f"{BUNDLE} 4.1.2", message, shown, "at least 1", PUBLISH)


def _number(rule: str, section: str, name: str, number: Number | None) -> Iterator[Breach]:
    clause = f"{BUNDLE} {section}"
    if number is None:
        yield should(rule, clause, f"it has no `{name}`", "absent", "an integer", PUBLISH)
    elif number.value is None:
        message = f"its `{name}` is {number.text}, and no integer of 64 bits"
        yield Breach(f"{rule}-integer", clause, message, number.text, "an integer", PUBLISH)
