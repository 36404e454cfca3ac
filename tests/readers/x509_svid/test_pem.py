"""The kind `x509-svid` from files: chains in PEM, and whether they lead to a bundle."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from readiness.evidence.model import Item, Reason
from readiness.evidence.spiffe_svid import X509Svid
from readiness.readers.spiffe.encodings import certificates_in
from readiness.testing import read_evidence
from tests.spiffe_pki import DOMAIN, HOUR, ID, NOW, Cert, authority, bundle, key, x509_entry


def read(root: Path, svid: bytes, trusted: bytes | None = None, **keys: Any) -> Item:
    (root / "svid.pem").write_bytes(svid)
    if trusted is not None:
        (root / "bundle").write_bytes(trusted)
        keys["bundle"] = "bundle"
    (item,) = read_evidence("x509-svid", root, now=NOW, path="svid.pem", **keys).items
    return item


def facts(item: Item) -> X509Svid:
    assert isinstance(item.facts, X509Svid), item.message
    return item.facts


def test_a_chain_is_read_in_its_order_and_survives_json(tmp_path: Path) -> None:
    middle = authority("middle", issuer="root", signer="root")
    leaf = Cert(issuer="middle", signer="middle")
    made = facts(read(tmp_path, leaf.pem + middle.pem, authority().pem))
    assert [one.subject for one in made.chain] == ["", "CN=middle"]
    assert [one.subject for one in made.path] == ["", "CN=middle", "CN=root"]
    assert made.proof is not None
    assert (made.proof.ok, made.proof.trust_domain, made.proof.authorities) == (True, DOMAIN, 1)
    assert msgspec.json.decode(msgspec.json.encode(made), type=X509Svid) == made
    assert made.summary()["ids"] == [ID]


def test_a_key_in_the_same_file_is_passed_over(tmp_path: Path) -> None:
    private = key("leaf").private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    item = read(tmp_path, b"# the SVID\n" + private + Cert().pem, authority().pem)
    made = facts(item)
    assert made.proof is not None
    assert made.proof.ok is True
    assert private.splitlines()[1] not in msgspec.json.encode(item)


def test_a_bundle_may_be_json_or_a_map(tmp_path: Path) -> None:
    for document in (bundle(), {"trust_domains": {DOMAIN: bundle(), "dev.acme": bundle(x509_entry())}}):
        made = facts(read(tmp_path, Cert().pem, json.dumps(document).encode()))
        assert made.proof is not None
        assert made.proof.ok is True


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"trust_domains": {"dev.acme": bundle()}}, "the bundle has no X.509 authority of prod.acme"),
        (bundle(x509_entry(use="jwt-svid")), "the bundle has no X.509 authority of prod.acme"),
        (bundle(x509_entry(kty="OKP")), "the bundle has no X.509 authority of prod.acme"),
        (bundle(x509_entry(x5c=["AAAA"])), "the bundle has no X.509 authority of prod.acme"),
        ({"keys": []}, "the bundle has no X.509 authority of prod.acme"),
        (bundle(x509_entry(authority("other"))), "candidates exhausted"),
    ],
)
def test_a_bundle_without_its_authority_proves_the_contrary(
    tmp_path: Path, document: dict[str, Any], said: str
) -> None:
    made = facts(read(tmp_path, Cert().pem, json.dumps(document).encode()))
    assert made.proof is not None
    assert (made.proof.ok, made.path) == (False, ())
    assert said in made.proof.message


@pytest.mark.parametrize(
    ("trusted", "said"),
    [
        (b"", "neither JSON nor PEM"),
        (b"nothing", "neither JSON nor PEM"),
        (b"{", "it is not JSON"),
        (b"{}", "it has no list of `keys`"),
        (b'{"keys": [], "keys": []}', "stands twice"),
        (b'{"trust_domains": []}', "neither a bundle nor a map"),
        (authority().pem[:-40], "cut off"),
    ],
)
def test_a_bundle_that_cannot_be_read_makes_it_unproven(tmp_path: Path, trusted: bytes, said: str) -> None:
    item = read(tmp_path, Cert().pem, trusted)
    assert (item.facts, item.reason) == (None, Reason.MALFORMED)
    assert item.message.startswith("`bundle` cannot be used")
    assert said in item.message


def test_a_bundle_that_is_missing_makes_it_unproven(tmp_path: Path) -> None:
    item = read(tmp_path, Cert().pem, bundle="nowhere.pem")
    assert (item.facts, item.reason) == (None, Reason.MISSING)
    assert "nowhere.pem" in item.message


def test_a_leaf_that_has_expired_is_held_against_the_bundle_all_the_same(tmp_path: Path) -> None:
    for leaf in (Cert(begins=NOW - 2 * HOUR, ends=NOW - HOUR), Cert(begins=NOW + HOUR, ends=NOW + 2 * HOUR)):
        made = facts(read(tmp_path, leaf.pem, authority().pem))
        assert made.proof is not None
        assert made.proof.ok is True


def test_without_one_spiffe_id_no_bundle_is_its_own(tmp_path: Path) -> None:
    for uris in ((), (ID, ID), ("https://prod.acme/",)):
        made = facts(read(tmp_path, Cert(subject="x", uris=uris).pem, authority().pem))
        assert made.proof is not None
        assert (made.proof.ok, made.path) == (None, ())


def test_an_algorithm_that_cannot_be_checked_shows_nothing(tmp_path: Path) -> None:
    signer = ed25519.Ed25519PrivateKey.generate()
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "ed")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).serial_number(7)
    builder = builder.public_key(signer.public_key()).not_valid_before(NOW - HOUR).not_valid_after(NOW + HOUR)
    root = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), True).sign(signer, None)
    names = x509.SubjectAlternativeName([x509.UniformResourceIdentifier(ID)])
    leaf = builder.add_extension(names, True).sign(signer, None)
    made = facts(read(tmp_path, leaf.public_bytes(Encoding.PEM), root.public_bytes(Encoding.PEM)))
    assert made.proof is not None
    assert made.proof.ok is None


@pytest.mark.parametrize("content", [b"", b"text", b"\x30\x82", b"-----BEGIN PRIVATE KEY-----\n"])
def test_what_is_no_certificate_is_unproven(tmp_path: Path, content: bytes) -> None:
    item = read(tmp_path, content)
    assert (item.facts, item.reason) == (None, Reason.MALFORMED)


@pytest.mark.parametrize(
    "keys", [{}, {"path": "a", "socket": "unix:///s"}, {"path": "a", "deadline": "6m"}, {"path": "a", "x": 1}]
)
def test_keys_that_make_no_sense_are_refused(tmp_path: Path, keys: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        read_evidence("x509-svid", tmp_path, **keys)


_CHAIN = Cert(issuer="middle", signer="middle").pem + authority("middle", issuer="root", signer="root").pem


_DIGESTS = [hashlib.sha256(der).hexdigest() for der in certificates_in(_CHAIN)]


@settings(max_examples=40, deadline=None)
@given(cut=st.integers(0, len(_CHAIN) - 1))
def test_a_chain_that_is_cut_off_is_unproven_or_leads_nowhere(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    item = read(tmp_path_factory.mktemp("cut"), _CHAIN[:cut], authority().pem)
    if cut < len(_CHAIN) - 1:
        proof = item.facts.proof if isinstance(item.facts, X509Svid) else None
        assert proof is None or proof.ok is False


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, len(_CHAIN) - 1), byte=st.integers(0, 255))
def test_a_chain_that_is_changed_is_never_another_error(
    tmp_path_factory: pytest.TempPathFactory, at: int, byte: int
) -> None:
    changed = _CHAIN[:at] + bytes([byte]) + _CHAIN[at + 1 :]
    item = read(tmp_path_factory.mktemp("changed"), changed, authority().pem)
    assert "failed" not in item.message
    if isinstance(item.facts, X509Svid) and item.facts.proof is not None and item.facts.proof.ok:
        assert [one.sha256 for one in item.facts.path[:2]] == _DIGESTS
