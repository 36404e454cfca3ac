"""The kind `spiffe-bundle` from files: every member is kept as it is, and what has two meanings is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from readiness.evidence.model import Item, Reason
from readiness.evidence.spiffe_bundle import SpiffeBundle
from readiness.testing import read_evidence
from tests.spiffe_pki import DOMAIN, bundle, ec_jwk, jwt_entry, x509_entry

_GOOD = json.dumps(bundle())


def read(root: Path, text: str) -> Item:
    (root / "bundle.json").write_text(text)
    (item,) = read_evidence("spiffe-bundle", root, path="bundle.json").items
    return item


def facts(item: Item) -> SpiffeBundle:
    assert isinstance(item.facts, SpiffeBundle), item.message
    return item.facts


def test_a_bundle_is_read_and_survives_json(tmp_path: Path) -> None:
    item = read(tmp_path, _GOOD)
    made = facts(item)
    (one,) = made.bundles
    assert (made.is_map, one.name, item.provenance.format) == (False, None, "jwks")
    assert one.keys is not None
    assert [(key.use, key.kid, key.x5c_count, key.matches) for key in one.keys] == [
        ("x509-svid", None, 1, True),
        ("jwt-svid", "tokens", 0, None),
    ]
    assert msgspec.json.decode(msgspec.json.encode(made), type=SpiffeBundle) == made
    assert made.summary()["bundles"] == [
        {
            "name": None,
            "sequence": 7,
            "refresh_hint_s": 300,
            "keys": 2,
            "x509_authorities": 1,
            "jwt_authorities": 1,
        }
    ]


def test_a_map_keeps_its_trust_domains_apart(tmp_path: Path) -> None:
    made = facts(read(tmp_path, json.dumps({"trust_domains": {DOMAIN: bundle(), "b": {"keys": []}}})))
    assert made.is_map
    assert [one.name for one in made.bundles] == [DOMAIN, "b"]


def test_a_private_key_is_told_and_not_kept(tmp_path: Path) -> None:
    item = read(tmp_path, json.dumps(bundle(jwt_entry(d="c2VjcmV0LWtleQ"))))
    (one,) = facts(item).bundles
    assert one.keys is not None
    assert one.keys[0].has_private
    assert b"c2VjcmV0LWtleQ" not in msgspec.json.encode(item)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it is empty"),
        ("[]", "its format is not known"),
        ("{}", "its format is not known"),
        ('{"keys": [], "keys": []}', "the key 'keys' stands twice"),
        ('{"trust_domains": {"a": {"keys": []}, "a": {"keys": []}}}', "the key 'a' stands twice"),
        ('{"keys": [{"use": "x", "use": "y"}]}', "the key 'use' stands twice"),
        ('{"keys": [], "spiffe_sequence": NaN}', "NaN"),
        ('{"trust_domains": []}', "neither a bundle nor a map"),
        ('{"trust_domains": {}, "keys": []}', "neither a bundle nor a map"),
        (
            json.dumps({"trust_domains": {str(i): {"keys": [{}] * 20} for i in range(60)}}),
            "more than 1,000 keys",
        ),
        ('{"keys": [' + ",".join(["{}"] * 1001) + "]}", "more than 1,000 keys"),
    ],
)
def test_what_is_no_bundle_is_unproven(tmp_path: Path, text: str, said: str) -> None:
    item = read(tmp_path, text)
    assert (item.facts, item.reason) == (None, Reason.MALFORMED)
    assert said in item.message


@pytest.mark.parametrize(
    "keys",
    [
        {},
        {"path": "a", "url": "https://a/"},
        {"url": "http://a/bundle"},
        {"url": "tls://a:443"},
        {"url": "https://me@a/bundle"},
        {"url": "https://a/", "server-id": "spiffe://a/b"},
        {"url": "https://a/", "server-id": "spiffe://A", "ca": "ca.pem"},
        {"url": "https://a/", "deadline": "0s"},
        {"path": "a", "ca": "ca.pem"},
    ],
)
def test_keys_that_make_no_sense_are_refused(tmp_path: Path, keys: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        read_evidence(
            "spiffe-bundle", tmp_path, **{key.replace("-", "_"): value for key, value in keys.items()}
        )


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False)
    | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["kty", "use", "kid", "x5c", "crv", "x", "n", "e"]), inner, max_size=4
        )
    ),
    max_leaves=8,
)
_PIECES = [x509_entry(), jwt_entry(), ec_jwk("a", use="x509-svid")]


@settings(max_examples=40, deadline=None)
@given(odd=_JSON, member=st.sampled_from(["kty", "use", "kid", "x5c", "crv", "x", "y", "n", "d"]))
def test_anything_in_a_bundle_is_facts_or_unproven(
    tmp_path_factory: pytest.TempPathFactory, odd: Any, member: str
) -> None:
    folder = tmp_path_factory.mktemp("any")
    documents = [bundle(odd), bundle(spiffe_sequence=odd), {"keys": odd}, {"trust_domains": odd}]
    for document in [*documents, *(bundle(piece | {member: odd}) for piece in _PIECES)]:
        item = read(folder, json.dumps(document))
        assert "failed" not in item.message, item.message
        if item.facts is not None:
            again = msgspec.json.decode(msgspec.json.encode(item.facts), type=SpiffeBundle)
            assert again == item.facts


@settings(max_examples=40, deadline=None)
@given(cut=st.integers(0, len(_GOOD) - 1))
def test_a_bundle_that_is_cut_off_is_unproven(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    item = read(tmp_path_factory.mktemp("cut"), _GOOD[:cut])
    assert (item.facts, item.reason) == (None, Reason.MALFORMED)
