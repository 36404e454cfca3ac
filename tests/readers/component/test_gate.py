"""A whole gate over components: several at once, credentials from the environment, and in no report."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

from tests.hostile_servers import in_turn, serving
from tests.readers.component import fakes as f

SECRET = "canary-Pa55/word+x"
POLICY = """
readiness: 1
name: components
release: {{name: shop}}
evidence:
  cache: {{kind: component, url: "redis://127.0.0.1:{cache}", password: "${{CACHE_PASSWORD}}"}}
  broker: {{kind: component, url: "amqp://127.0.0.1:{broker}", user: "${{MQ_USER}}", password: "${{CACHE_PASSWORD}}"}}
  database: {{kind: component, url: "postgres://127.0.0.1:{database}"}}
  lost: {{kind: component, url: "kafka://127.0.0.1:{lost}"}}
checks:
  - use: operations/components
    from: [cache, broker, database, lost]
    enforce: required
    with: {{auth: required}}
"""


def test_several_components_are_judged_apart_and_no_report_holds_a_credential(tmp_path: Path) -> None:
    text = f.INFO.replace(b"7.2.4", b"7.2.4-canary-Pa55")
    info = b"$%d\r\n%s\r\n" % (len(text), text)
    cache = in_turn(f.talking(f.REDIS_NOAUTH), f.talking(b"+OK\r\n", b"+PONG\r\n", info))
    broker = f.talking(f.amqp_start(version=f"gatekeeper {SECRET}".encode()), f.amqp_close(403))
    with serving(cache) as a, serving(broker) as b, serving(f.talking(f.PG_OPEN)) as c:
        with serving(f.talking()) as d:
            ports = {"cache": a.port, "broker": b.port, "database": c.port, "lost": d.port}
        (tmp_path / "policy.yaml").write_text(POLICY.format(**ports))
        outs = ["json=card.json", "markdown=card.md", "html=card.html", "junit=card.xml"]
        command = [sys.executable, "-m", "readiness", "check", "--policy", "policy.yaml"]
        done = subprocess.run(
            [*command, *(word for out in outs for word in ("-o", out))],
            cwd=tmp_path,
            env={**os.environ, "CACHE_PASSWORD": SECRET, "MQ_USER": "gatekeeper"},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert done.returncode == 1, done.stdout + done.stderr
    card = json.loads((tmp_path / "card.json").read_text())
    (result,) = card["results"]
    assert {one["evidence"]: one["outcome"] for one in result["findings"]} == {
        "cache": "pass",
        "broker": "fail",
        "database": "fail",
        "lost": "unproven",
    }
    reports = [done.stdout, done.stderr, *(path.read_text() for path in tmp_path.glob("card.*"))]
    forms = [SECRET, quote(SECRET, safe=""), base64.b64encode(SECRET.encode()).decode(), "gatekeeper"]
    assert len(reports) == 2 + len(outs)
    assert [form for form in forms if any(form in text for text in reports)] == []
