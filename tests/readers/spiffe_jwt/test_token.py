"""The kind `spiffe-jwt`: a token in a file, of which nothing leaves but what it says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.evidence.model import Item, Reason
from readiness.evidence.spiffe_jwt import SpiffeJwt
from readiness.testing import read_evidence
from tests.spiffe_pki import ID, NOW, b64, bundle, claims, token

_TOKEN = token()


def read(root: Path, content: str | bytes, **keys: Any) -> Item:
    (root / "token").write_bytes(content.encode() if isinstance(content, str) else content)
    (item,) = read_evidence("spiffe-jwt", root, now=NOW, path="token", **keys).items
    return item


def facts(item: Item) -> SpiffeJwt:
    assert isinstance(item.facts, SpiffeJwt), item.message
    return item.facts


def compact(header: str, payload: str, signature: str = "c2ln") -> str:
    return f"{b64(header.encode())}.{b64(payload.encode())}.{signature}"


def test_a_token_is_read_with_the_moment_of_its_issue(tmp_path: Path) -> None:
    item = read(tmp_path, f"\n{_TOKEN}\n")
    made = facts(item)
    assert (made.alg, made.kid, made.typ, made.subject, made.audience) == (
        "ES256",
        "tokens",
        "JWT",
        ID,
        ("orders",),
    )
    assert item.provenance.observed_at == made.issued_at
    assert msgspec.json.decode(msgspec.json.encode(made), type=SpiffeJwt) == made


def test_no_part_of_a_token_is_kept(tmp_path: Path) -> None:
    (tmp_path / "bundle.json").write_text(json.dumps(bundle()))
    for text in (_TOKEN, token(signer="stranger"), token(claims(private="canary-7391"), jku="x")):
        for keys in ({}, {"bundle": "bundle.json"}, {"bundle": "nowhere"}):
            said = msgspec.json.encode(read(tmp_path, text, **keys)).decode()
            assert not any(part in said for part in text.split("."))
            assert "canary-7391" not in said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "it is empty"),
        ("canary", "its format is not known"),
        (f"Bearer {_TOKEN}", "its format is not known"),
        (f"{_TOKEN} {_TOKEN}", "no token of three parts"),
        (_TOKEN + ".x", "no token of three parts"),
        (_TOKEN.rpartition(".")[0], "no token of three parts"),
        (_TOKEN.replace(".", "=.", 1), "its format is not known"),
        (_TOKEN + "=", "no token of three parts"),
        (compact('{"alg": "ES256", "alg": "none"}', "{}"), "its headers hold no strict JSON object"),
        (compact('{"alg": "ES256"', "{}"), "its headers hold no strict JSON object"),
        (
            compact('{"alg": "ES256"}', '{"sub": "canary", "sub": "b"}'),
            "its claims hold no strict JSON object",
        ),
        (compact('{"alg": "ES256"}', "[1]"), "its claims hold no strict JSON object"),
        (compact('{"alg": "ES256"}', '{"exp": NaN}'), "its claims hold no strict JSON object"),
        (compact('{"alg": "ES256"}', "{}", "A"), "its signature is no base64url"),
        (compact('{"alg": "ES256"}', "{}", "AB"), "its signature is no base64url"),
        ("eyJ.eyJ" + "A" * 70_000 + ".A", "longer than 65,536 bytes"),
    ],
)
def test_what_is_no_token_is_unproven_and_not_repeated(tmp_path: Path, content: str, said: str) -> None:
    item = read(tmp_path, content)
    assert (item.facts, item.reason) == (None, Reason.MALFORMED)
    assert said in item.message
    assert "canary" not in item.message + item.remedy


def test_json_serialization_is_told_as_such(tmp_path: Path) -> None:
    header, payload, signature = _TOKEN.split(".")
    flat = {"payload": payload, "protected": header, "signature": signature}
    several = {"payload": payload, "signatures": [{"protected": header, "signature": signature}]}
    for document in (flat, several):
        item = read(tmp_path, json.dumps(document))
        assert facts(item).form == "json"
        assert not any(part in msgspec.json.encode(item).decode() for part in _TOKEN.split("."))


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, len(_TOKEN) - 1), byte=st.sampled_from([*b"AZaz09-_.=+/ {\x00\xff"]))
def test_a_token_that_is_changed_or_cut_off_is_not_proven(
    tmp_path_factory: pytest.TempPathFactory, at: int, byte: int
) -> None:
    folder = tmp_path_factory.mktemp("changed")
    (folder / "bundle.json").write_text(json.dumps(bundle()))
    whole = _TOKEN.encode()
    for content in (whole[:at], whole[:at] + bytes([byte]) + whole[at + 1 :]):
        item = read(folder, content, bundle="bundle.json")
        assert "failed" not in item.message
        if content != whole and isinstance(item.facts, SpiffeJwt) and item.facts.proof is not None:
            assert item.facts.proof.ok is not True
