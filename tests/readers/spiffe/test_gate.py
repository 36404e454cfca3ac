"""The kinds of SPIFFE in a whole gate: a release that is GO, and a token that is in no report."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from readiness.report.formats import FORMATS
from tests.release import check, scorecard
from tests.spiffe_pki import HOUR, Cert, authority, bundle, claims, jwt_entry, token, x509_entry

POLICY = """\
readiness: 1
name: identity
release: {name: checkout, environment: production}
evidence:
  svid:   {kind: x509-svid, path: svid.pem, bundle: bundle.json}
  bundle: {kind: spiffe-bundle, path: bundle.json}
  token:  {kind: spiffe-jwt, path: token.jwt, bundle: bundle.json}
checks:
  - use: security/spiffe-svid
    enforce: required
    from: svid
    with: {id: "spiffe://prod.acme/checkout"}
  - use: security/spiffe-bundle
    enforce: required
    with: {trust-domain: prod.acme, needs: [x509-svid, jwt-svid]}
  - use: security/spiffe-jwt
    enforce: required
    with: {trust-domain: prod.acme, audience: orders}
"""


def write(folder: Path, signer: str = "tokens") -> str:
    """A folder with the policy and all of its evidence; the token that lies in it."""
    now = datetime.now(UTC)
    root = authority(begins=now - timedelta(days=3), ends=now + timedelta(days=7))
    leaf = Cert(begins=now - HOUR / 4, ends=now + 3 * HOUR / 4)
    seconds = int(now.timestamp())
    text = token(claims(iat=seconds - 60, exp=seconds + 600, private="canary-7391"), signer=signer)
    (folder / "policy.yaml").write_text(POLICY)
    (folder / "svid.pem").write_bytes(leaf.pem)
    (folder / "bundle.json").write_text(json.dumps(bundle(x509_entry(root), jwt_entry())))
    (folder / "token.jwt").write_text(text)
    return text


def test_a_release_with_proper_identities_is_go_until_the_token_expires(tmp_path: Path) -> None:
    write(tmp_path)
    done, card = scorecard(tmp_path)
    assert (done.code, card.get("decision")) == (0, "go"), done.out + done.err
    assert datetime.fromisoformat(card["valid_until"]) < datetime.now(UTC) + timedelta(minutes=10)


def test_a_token_is_in_no_report_whether_it_is_good_or_not(tmp_path: Path) -> None:
    for signer, code in (("tokens", 0), ("stranger", 1)):
        text = write(tmp_path, signer)
        outputs = [word for name in FORMATS for word in ("-o", f"{name}={name}.out")]
        done = check(tmp_path, *outputs)
        assert done.code == code, done.out + done.err
        said = done.out + done.err + "".join((tmp_path / f"{name}.out").read_text() for name in FORMATS)
        assert not any(part in said for part in text.split("."))
        assert "canary-7391" not in said


def test_a_svid_without_its_bundle_is_not_go(tmp_path: Path) -> None:
    write(tmp_path)
    policy = (tmp_path / "policy.yaml").read_text().replace("svid.pem, bundle: bundle.json", "svid.pem")
    (tmp_path / "policy.yaml").write_text(policy)
    done, card = scorecard(tmp_path)
    assert (done.code, card.get("decision")) == (5, "no-go"), done.out + done.err
