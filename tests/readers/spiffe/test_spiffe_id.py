"""SPIFFE IDs: what SPIFFE-ID.md allows, and which rule everything else breaks."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.evidence.spiffe import NotASpiffeIdError, SpiffeId, parse_spiffe_id, parse_trust_domain

DOMAIN_CHARACTERS = string.ascii_lowercase + string.digits + "._-"
PATH_CHARACTERS = string.ascii_letters + string.digits + "._-"
PRINTABLE = [chr(code) for code in range(0x20, 0x7F)]
ODD = ["\x00", "\t", "\n", "\r", "\x7f", "\u00e9", "\u2044", "\uff0e", "\U0001f600"]

GOOD = [
    "spiffe://acme",
    "spiffe://prod.acme",
    "spiffe://prod.acme/checkout",
    "spiffe://prod.acme/ns/shop/sa/checkout",
    "spiffe://1.2.3.4/service",
    "spiffe://1.2.3.4",
    "spiffe://a/b",
    "spiffe://a/B",
    "spiffe://-/x",
    "spiffe://_/x",
    "spiffe://./x",
    "spiffe://../x",
    "spiffe://a..b/x",
    "spiffe://a_b-c.d/x",
    "spiffe://trust-domain-name/path",
    "spiffe://acme/9eebccd2-12bf-40a6-b262-65fe0487d453",
    "spiffe://acme/...",
    "spiffe://acme/.hidden",
    "spiffe://acme/x..",
    "spiffe://acme/a.b/c_d/e-f",
    "spiffe://acme/-",
    "spiffe://acme/_/_",
    "spiffe://acme/" + "a" * 2034,
    "spiffe://" + "a" * 255,
    "spiffe://" + "a" * 255 + "/x",
    "spiffe://acme" + "/x" * 3000,
]
BAD = {
    "": "id-scheme",
    "acme/checkout": "id-scheme",
    "prod.acme": "id-scheme",
    "/checkout": "id-scheme",
    "//acme/checkout": "id-scheme",
    "http://acme/checkout": "id-scheme",
    "https://acme/checkout": "id-scheme",
    "spiffes://acme/checkout": "id-scheme",
    " spiffe://acme/checkout": "id-scheme",
    "spiffe//acme/checkout": "id-scheme",
    "urn:spiffe:acme": "id-scheme",
    "spiffe": "id-scheme",
    "SPIFFE://acme/checkout": "id-lower-case",
    "Spiffe://acme/checkout": "id-lower-case",
    "spiffE://acme": "id-lower-case",
    "spiffe:": "id-trust-domain",
    "spiffe:/": "id-trust-domain",
    "spiffe:acme/checkout": "id-trust-domain",
    "spiffe:/acme/checkout": "id-trust-domain",
    "spiffe://": "id-trust-domain",
    "spiffe:///": "id-trust-domain",
    "spiffe:///checkout": "id-trust-domain",
    "spiffe://Acme/checkout": "id-lower-case",
    "spiffe://prod.ACME": "id-lower-case",
    "spiffe://me@acme/checkout": "id-userinfo",
    "spiffe://me:pw@acme/checkout": "id-userinfo",
    "spiffe://@acme/checkout": "id-userinfo",
    "spiffe://acme:8443/checkout": "id-port",
    "spiffe://acme:/checkout": "id-port",
    "spiffe://:80/checkout": "id-port",
    "spiffe://[::1]/checkout": "id-port",
    "spiffe://[2001:db8::1]:80/x": "id-port",
    "spiffe://ac%6de/checkout": "id-percent",
    "spiffe://acme%2Fcheckout": "id-percent",
    "spiffe://acme?x=1": "id-query",
    "spiffe://acme/checkout?": "id-query",
    "spiffe://acme/checkout?x": "id-query",
    "spiffe://?x": "id-query",
    "spiffe://acme#x": "id-fragment",
    "spiffe://acme/checkout#": "id-fragment",
    "spiffe://acme/check out": "id-path-characters",
    "spiffe://acme/": "id-trailing-slash",
    "spiffe://acme/checkout/": "id-trailing-slash",
    "spiffe://acme/a/b/": "id-trailing-slash",
    "spiffe://acme//": "id-trailing-slash",
    "spiffe://acme//checkout": "id-empty-segment",
    "spiffe://acme/a//b": "id-empty-segment",
    "spiffe://acme/.": "id-dot-segment",
    "spiffe://acme/..": "id-dot-segment",
    "spiffe://acme/./a": "id-dot-segment",
    "spiffe://acme/../a": "id-dot-segment",
    "spiffe://acme/a/.": "id-dot-segment",
    "spiffe://acme/a/..": "id-dot-segment",
    "spiffe://acme/a/../b": "id-dot-segment",
    "spiffe://acme/%2e%2e": "id-percent",
    "spiffe://acme/a%2Fb": "id-percent",
    "spiffe://acme/%": "id-percent",
    "spiffe://acme/a:b": "id-path-characters",
    "spiffe://acme/a@b": "id-path-characters",
    "spiffe://acme/a;b=c": "id-path-characters",
    "spiffe://acme/*": "id-path-characters",
    "spiffe://acme/a\\b": "id-path-characters",
    "spiffe://acme\\b": "id-trust-domain-characters",
    "spiffe://acme /a": "id-trust-domain-characters",
    "spiffe://acme\n": "id-trust-domain-characters",
    "spiffe://acme/a\n": "id-path-characters",
    "spiffe://caf\u00e9/a": "id-trust-domain-characters",
    "spiffe://CAF\u00c9/a": "id-trust-domain-characters",
    "spiffe://acme/caf\u00e9": "id-path-characters",
    "spiffe://" + "a" * 256: "id-trust-domain-length",
    "spiffe://" + "a" * 256 + "/x": "id-trust-domain-length",
}


@pytest.mark.parametrize("text", GOOD)
def test_what_the_standard_allows_is_an_id(text: str) -> None:
    made = parse_spiffe_id(text)
    assert str(made) == text
    assert made.is_long == (len(text) > 2048)


@pytest.mark.parametrize(("text", "rule"), BAD.items())
def test_what_it_forbids_is_refused_with_the_rule(text: str, rule: str) -> None:
    with pytest.raises(NotASpiffeIdError) as refused:
        parse_spiffe_id(text)
    assert refused.value.rule == rule
    assert refused.value.section in ("2", "2.1", "2.2", "2.3")


@pytest.mark.parametrize("character", [*PRINTABLE, *ODD])
def test_each_character_in_a_trust_domain(character: str) -> None:
    text = f"spiffe://a{character}b/path"
    if character == "/":
        assert parse_spiffe_id(text) == SpiffeId("a", "/b/path")
    elif character in DOMAIN_CHARACTERS:
        assert parse_spiffe_id(text).trust_domain == f"a{character}b"
    else:
        with pytest.raises(NotASpiffeIdError):
            parse_spiffe_id(text)


@pytest.mark.parametrize("character", [*PRINTABLE, *ODD])
def test_each_character_in_a_path(character: str) -> None:
    text = f"spiffe://acme/a{character}b"
    if character in PATH_CHARACTERS + "/":
        assert parse_spiffe_id(text).path == f"/a{character}b"
    else:
        with pytest.raises(NotASpiffeIdError):
            parse_spiffe_id(text)


@pytest.mark.parametrize(
    "name", ["", "Acme", "a/b", "spiffe://acme", "a:1", "me@a", "a%62", "a" * 256, "a b"]
)
def test_what_is_no_trust_domain_is_refused(name: str) -> None:
    with pytest.raises(NotASpiffeIdError):
        parse_trust_domain(name)


@given(st.text(max_size=60))
def test_any_text_is_an_id_or_refused(text: str) -> None:
    for candidate in (text, f"spiffe://{text}", f"spiffe://acme/{text}"):
        try:
            made = parse_spiffe_id(candidate)
        except NotASpiffeIdError:
            continue
        assert str(made) == candidate
        assert made.path == "" or made.path.startswith("/")
