"""Credentials are sent, echoed by hostile servers in every form and place, and written down nowhere."""

from __future__ import annotations

import base64
import html
import json
import os
import re
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import msgspec
import pytest

from readiness.readers.network.redaction import Scrubber
from readiness.testing import read_evidence
from tests.hostile_servers import Behaviour, Server, saying, serving
from tests.release import check
from tests.tls_lab.pki import Pki

TOKEN = "canary-t0ken/+9f=="
API_KEY = "Canary~Key~4711"
COOKIE = "canary.cookie.31337"
PASSWORD = "canary:pass word"
QUERY = "canary query/ä"
BASIC = base64.b64encode(f"robot:{PASSWORD}".encode()).decode()
SECRETS = (TOKEN, API_KEY, COOKIE, PASSWORD, QUERY, BASIC)
ENVIRONMENT = {"TOKEN": TOKEN, "API_KEY": API_KEY, "COOKIE": COOKIE, "BASIC": BASIC, "QUERY": quote(QUERY)}


def forms(secret: str) -> Iterator[str]:
    """A secret as servers, clients and reports may write it."""
    data = secret.encode()
    yield from (secret, html.escape(secret), json.dumps(secret)[1:-1], secret.upper(), secret.lower())
    yield from (quote(secret, safe=""), quote_plus(secret), quote(secret, safe="").lower())
    yield from (data.hex(), base64.b32encode(data).decode())


def packed(secret: str) -> Iterator[tuple[str, str]]:
    """In base64, beside other things; and what of it must not be seen: all but its ends, where the others shine in."""
    for around in ("", "a", "ab", "user:", "Bearer "):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            whole = encode((around + secret).encode()).decode()
            yield whole, whole.rstrip("=")[len(around) * 4 // 3 + 2 : -2]


ECHOED = {form for one in SECRETS for form in (*forms(one), *(whole for whole, _ in packed(one)))}
TRACES = {form for one in SECRETS for form in (*forms(one), *(core for _, core in packed(one)))}


def leaks(text: str) -> set[str]:
    """What of a secret stands in a text."""
    return {form for form in TRACES if form in text}


def echo() -> dict[str, Any]:
    """Every form of every secret, in values, keys and lists."""
    listed = sorted(ECHOED)
    return {
        "status": f"DOWN {TOKEN}",
        "version": f"1.4.2+{API_KEY}",
        "echo": listed,
        **{f"key {form}": {form: form} for form in listed},
    }


def answer(status: str = "200 OK", body: bytes | None = None, headers: tuple[str, ...] = ()) -> bytes:
    body = json.dumps(echo()).encode() if body is None else body
    told = [f"X-Echo-{i}: {one}" for i, one in enumerate(sorted(ECHOED)) if _is_plain(one)]
    lines = [
        f"HTTP/1.1 {status}",
        f"Content-Length: {len(body)}",
        *(headers or told),
        f"Set-Cookie: sid={COOKIE}; Path=/",
        f'WWW-Authenticate: Bearer realm="{TOKEN}"',
        f"X-{API_KEY.replace('~', '-')}: {API_KEY}",
    ]
    return "\r\n".join([*lines[:95], "", ""]).encode("latin-1", "replace") + body


def _is_plain(text: str) -> bool:
    return re.fullmatch(r"[\x21-\x7e]+", text) is not None


def _location(where: str) -> bytes:
    return answer("302 Found", b"", (f"Location: {where}",))


def servers(elsewhere: str) -> dict[str, Behaviour]:
    """Every way to give a secret back."""
    return {
        "echoes": saying(answer()),
        "refuses": saying(answer("401 " + TOKEN)),
        "no-json": saying(answer(body=f"<p>{TOKEN} {quote(QUERY)}</p>".encode())),
        "twice": saying(answer(body=f'{{"{TOKEN}": 1, "{TOKEN}": 2}}'.encode())),
        "cut": saying(answer(body=json.dumps(echo()).encode())[:-9]),
        "odd-status": saying(f"HTTP/1.1 {TOKEN} {API_KEY}\r\n\r\n".encode()),
        "no-http": saying(f"{TOKEN}\r\n{API_KEY}\r\n".encode()),
        "odd-coding": saying(answer(headers=(f"Content-Encoding: {TOKEN}",))),
        "odd-type": saying(answer(headers=(f"Content-Type: {TOKEN}/{API_KEY}",))),
        "odd-length": saying(f"HTTP/1.1 200 OK\r\nContent-Length: {TOKEN}\r\n\r\n".encode()),
        "odd-chunks": saying(f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{TOKEN}\r\n".encode()),
        "long": saying(f"HTTP/1.1 200 OK\r\nX: {TOKEN * 5000}\r\n\r\n".encode()),
        "away": saying(_location(f"{elsewhere}login?token={quote(TOKEN)}&next={quote(QUERY)}#{TOKEN}")),
        "userinfo": saying(_location(f"https://robot:{quote(PASSWORD)}@127.0.0.1:1/{API_KEY}")),
        "file": saying(_location(f"file:///{TOKEN}")),
        "relative": saying(_location(f"/{quote(QUERY)}?{API_KEY}")),
        "no-url": saying(_location(f"http://[{TOKEN}")),
    }


HEADERS = (
    'headers: {Authorization: "Bearer ${TOKEN}", X-Api-Key: "${API_KEY}", Cookie: "sid=${COOKIE}", '
    'Proxy-Authorization: "Basic ${BASIC}"}'
)
POLICY = """\
readiness: 1
name: live
release: {name: shop, version: "1.4.2", environment: production}
evidence:
EVIDENCE
checks:
CHECKS
"""
CHECKS = (
    'operations/health, with: {fields: {status: UP, "echo.3": x}}',
    "security/headers, with: {profile: api}",
    "security/certificate",
    "security/mtls",
    "deployment/version",
)


def policy(urls: dict[str, str], more: str = "") -> str:
    """Every check on every endpoint."""
    evidence = [
        f'  {name}: {{kind: endpoint, url: "{url}?key=${{QUERY}}", deadline: 3s, tries: 2, {HEADERS}{more}}}'
        for name, url in urls.items()
    ]
    asked = [
        f"  - {{id: {name}-{i}, use: {one.partition(',')[0]}, from: {name}{''.join(one.partition(',')[1:])}}}"
        for name in urls
        for i, one in enumerate(CHECKS)
    ]
    return POLICY.replace("EVIDENCE", "\n".join(evidence)).replace("CHECKS", "\n".join(asked))


FILES = ("s.json", "s.html", "s.md", "s.xml")
OUTPUTS = ("json=s.json", "html=s.html", "markdown=s.md", "junit=s.xml", "terminal")


def written(folder: Path) -> dict[str, str]:
    """Everything that a gate and the commands after it write."""
    done = check(folder, *[word for one in OUTPUTS for word in ("-o", one)], environment=ENVIRONMENT)
    assert done.code in (1, 5), done.err
    texts = {"stdout": done.out, "stderr": done.err}
    texts |= {name: (folder / name).read_text() for name in FILES}
    for words in (
        ("report", "s.json"),
        ("verify", "s.json"),
        ("policy", "show", "policy.yaml"),
        ("policy", "validate", "policy.yaml"),
    ):
        ran = subprocess.run(
            [sys.executable, "-m", "readiness", *words],
            cwd=folder,
            env={**os.environ, **ENVIRONMENT},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        texts[" ".join(words)] = ran.stdout + ran.stderr
    assert '"results"' in texts["s.json"]
    return texts


def test_no_report_holds_a_credential_that_a_server_gives_back(tmp_path: Path) -> None:
    heads: list[bytes] = []
    with ExitStack() as stack:
        other = stack.enter_context(serving(saying(answer())))
        started: dict[str, Server] = {
            name: stack.enter_context(serving(behaviour))
            for name, behaviour in servers(other.url("/")).items()
        }
        (tmp_path / "policy.yaml").write_text(policy({name: one.url() for name, one in started.items()}))
        texts = written(tmp_path)
        heads = [head for one in started.values() for head in one.requests]
        assert other.requests == []
    sent = b"".join(heads).decode("latin-1")
    assert all(one in sent for one in (TOKEN, API_KEY, COOKIE, BASIC, quote(QUERY)))
    assert {name: found for name, text in texts.items() if (found := leaks(text))} == {}


def test_no_fact_holds_a_credential_that_a_server_gives_back(tmp_path: Path) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}", "X-Api-Key": API_KEY, "Cookie": f"sid={COOKIE}"}
    headers["Proxy-Authorization"] = f"Basic {BASIC}"
    for name, behaviour in servers("http://127.0.0.1:1/").items():
        with serving(behaviour) as server:
            url = server.url(f"/health?key={quote(QUERY)}")
            (item,) = read_evidence("endpoint", tmp_path, url=url, headers=headers, deadline="3s").items
        assert leaks(msgspec.json.encode(item).decode()) == set(), name


def test_no_report_holds_a_client_key_or_what_goes_over_tls(tmp_path: Path) -> None:
    pki = Pki(tmp_path)
    pem = (tmp_path / "client.key").read_text()
    lines = [line for line in pem.splitlines() if "-----" not in line]
    key = base64.b64decode("".join(lines))
    context = pki.context(pki.issue("good"), clients=ssl.CERT_OPTIONAL)
    false = pki.context(pki.issue("false", issuer="stranger", chain=()), clients=ssl.CERT_OPTIONAL)
    echoing = saying(answer(body=json.dumps({"pem": pem, "hex": key.hex(), **echo()}).encode()))
    more = ", ca: root.pem, client: {cert: client.pem, key: client.key}"
    with serving(echoing, context) as good, serving(echoing, false) as bad:
        urls = {"good": good.url(scheme="https"), "bad": bad.url(scheme="https")}
        (tmp_path / "policy.yaml").write_text(policy(urls, more))
        texts = written(tmp_path)
    assert TOKEN.encode() in b"".join(good.requests)
    assert TOKEN.encode() not in b"".join(bad.requests)
    for name, text in texts.items():
        assert leaks(text) == set(), name
        assert not any(line in text for line in lines), name
        assert key.hex() not in text


@pytest.mark.parametrize(
    "url",
    [
        "https://robot:SECRET@127.0.0.1:1/",
        "https://SECRET@127.0.0.1/",
        "ftp://127.0.0.1/SECRET",
        "https://127.0.0.1:99999/?key=SECRET",
        "http://127.0.0.1:1/ SECRET",
    ],
)
def test_a_url_that_is_refused_is_not_shown(tmp_path: Path, url: str) -> None:
    text = POLICY.replace("EVIDENCE", '  api: {kind: endpoint, url: "${URL}"}')
    (tmp_path / "policy.yaml").write_text(text.replace("CHECKS", "  - {use: operations/health}"))
    done = check(tmp_path, environment={"URL": url.replace("SECRET", API_KEY)})
    assert done.code == 2
    assert leaks(done.out + done.err) == set()


@pytest.mark.parametrize("header", ['"${TOKEN}\\n"', '"${TOKEN} "', '["${TOKEN}"]'])
def test_a_header_that_is_refused_is_not_shown(tmp_path: Path, header: str) -> None:
    line = f'  api: {{kind: endpoint, url: "http://127.0.0.1:1/", headers: {{Authorization: {header}}}}}'
    text = POLICY.replace("EVIDENCE", line).replace("CHECKS", "  - {use: operations/health}")
    (tmp_path / "policy.yaml").write_text(text)
    done = check(tmp_path, environment=ENVIRONMENT)
    assert done.code == 2
    assert leaks(done.out + done.err) == set()


@pytest.mark.parametrize("secret", SECRETS)
def test_every_form_of_a_secret_is_found(secret: str) -> None:
    scrubber = Scrubber("https://shop.test/", {"Authorization": f"Bearer {secret}"})
    for whole, trace in (*((form, form) for form in forms(secret)), *packed(secret)):
        assert trace not in scrubber.text(f"before {whole} after")
    words = "nothing of it, in 7 words or 0.25 numbers, of a Bearer or of Basic"
    assert scrubber.text(words) == words
