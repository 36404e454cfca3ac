"""Endpoints that hang, drip, flood or lie, through the command line: bounded, told, and never GO."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import hostile_servers as servers
from tests.hostile_servers import Behaviour, answering, saying, serving
from tests.release import check, scorecard

POLICY = """\
readiness: 1
name: live
release: {{name: shop, environment: production}}
evidence:
  api: {{kind: endpoint, url: "{url}", deadline: 500ms}}
checks:
  - {{use: operations/health, enforce: required, with: {{fields: {{status: ok}}}}}}
"""


def ask(folder: Path, url: str) -> tuple[int, str]:
    (folder / "policy.yaml").write_text(POLICY.format(url=url))
    done, card = scorecard(folder, "-o", "terminal")
    assert "Traceback" not in done.out + done.err
    assert card["decision"] == ("go" if done.code == 0 else "no-go"), done.err
    return done.code, " ".join(done.out.split())


def test_a_healthy_endpoint_is_go(tmp_path: Path) -> None:
    with serving(answering(b'{"status": "ok"}')) as server:
        assert ask(tmp_path, server.url("/health"))[0] == 0


@pytest.mark.parametrize(
    ("behaviour", "code", "message"),
    [
        pytest.param(servers.silent, 5, "no whole answer within 0.5s", id="hangs"),
        pytest.param(servers.drips_headers, 5, "no whole answer within 0.5s", id="drips headers"),
        pytest.param(servers.drips_body, 5, "no whole answer within 0.5s", id="drips its body"),
        pytest.param(servers.continues, 5, "api [unproven", id="continues without end"),
        pytest.param(servers.floods_body, 5, "api [unproven", id="floods"),
        pytest.param(servers.floods_headers, 5, "api [unproven", id="floods headers"),
        pytest.param(servers.gzip_bomb, 5, "api [unproven", id="gzip bomb"),
        pytest.param(servers.resets, 5, "api [unproven: unreachable]", id="resets"),
        pytest.param(servers.hangs_up, 5, "api [unproven", id="hangs up"),
        pytest.param(saying(b"220 smtp ready\r\n"), 5, "api [unproven: malformed]", id="speaks SMTP"),
        pytest.param(answering(b"<html>log in</html>"), 5, "unproven: malformed", id="login page"),
        pytest.param(answering(b'{"status": "down"}'), 1, "status", id="down"),
        pytest.param(answering(b'{"status": "ok", "status": "down"}'), 5, "unproven", id="says both"),
    ],
)
def test_it_is_told_and_never_go(behaviour: Behaviour, code: int, message: str, tmp_path: Path) -> None:
    with serving(behaviour) as server:
        found, said = ask(tmp_path, server.url("/health"))
    assert (found, message in said) == (code, True), said


def test_an_endpoint_that_is_not_there_is_unproven(tmp_path: Path) -> None:
    code, said = ask(tmp_path, "http://127.0.0.1:9/health")
    assert (code, "the connection was refused" in said) == (5, True)


def test_a_secret_in_the_policy_is_in_no_report(tmp_path: Path) -> None:
    secret = "canary-4711-9e1f"
    text = POLICY.replace("deadline: 500ms", 'deadline: 2s, headers: {{Authorization: "Bearer ${{TOKEN}}"}}')
    with serving(answering(f'{{"status": "ok", "echo": "{secret}"}}'.encode())) as server:
        (tmp_path / "policy.yaml").write_text(text.format(url=server.url("/health?token=x")))
        formats = ["json=s.json", "html=s.html", "markdown=s.md", "junit=s.xml", "terminal"]
        words = [word for one in formats for word in ("-o", one)]
        done = check(tmp_path, *words, environment={"TOKEN": secret})
    assert done.code == 0, done.err
    assert f"bearer {secret}" in b"".join(server.requests).decode().lower()
    for text in (
        done.out,
        done.err,
        *((tmp_path / name).read_text() for name in ("s.json", "s.html", "s.md", "s.xml")),
    ):
        assert secret not in text
