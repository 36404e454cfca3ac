"""The policy of the demo, as a team would write it."""

from __future__ import annotations

from readiness.demo.evidence import NAME
from readiness.demo.service import HOST, VERSION, Running

COMMIT = "1f3870be274f6c49b3e31a0c6728957f51b0a1c4"
"""The commit that the demo claims to release; its evidence is stamped with it."""


def policy_text(service: Running) -> str:
    """The policy, for a service on these ports."""
    fields = {
        "NAME": NAME,
        "VERSION": VERSION,
        "COMMIT": COMMIT,
        "PUBLIC": f"https://{HOST}:{service.port}/health",
        "ADMIN": f"https://{HOST}:{service.admin_port}/health",
    }
    text = _POLICY
    for name, value in fields.items():
        text = text.replace(f"<{name}>", value)
    return text


_POLICY = """\
# May this release of the demo's shop go to production?
# Try: remove reports/load.json, or write `p99: 5ms` below, and run the check again.
readiness: 1
name: demo
release:
  name: <NAME>
  version: "<VERSION>"
  commit: <COMMIT>      # reports must be of this commit
  environment: production
decision: {go: 90%, conditional: 75%}

evidence:
  load:     {kind: load-test, path: reports/load.json, max-age: 1d}
  tests:    {kind: test-report, path: "reports/junit*.xml", max-age: 1d}
  coverage: {kind: coverage, path: reports/coverage.xml, max-age: 1d}
  audit:    {kind: scan, path: reports/vulnerabilities.json, max-age: 1d}
  bill:     {kind: sbom, path: reports/sbom.json, max-age: 1d}
  deploy:   {kind: manifests, path: deploy}
  rollback: {kind: document, path: docs/rollback.md}
  api:      {kind: endpoint, url: "<PUBLIC>", ca: certs/ca.pem, deadline: 3s}
  admin:    {kind: endpoint, url: "<ADMIN>", ca: certs/ca.pem, deadline: 3s,
             client: {cert: certs/client.pem, key: certs/client.key}}

checks:
  # Fast enough, shown by the number of requests and not by a point
  - use: performance/latency
    enforce: required
    weight: 3
    with: {p95: 250ms, p99: 500ms, scope: "GET /*"}
  - use: performance/error-rate
    enforce: required
    weight: 3
    with: {max: 1%}
  - use: performance/throughput
    with: {min: 20/s, min-duration: 2s}

  # Tested
  - use: testing/results
    enforce: required
    weight: 2
    with: {min-tests: 50}
  - use: testing/coverage
    weight: 2
    with: {min: 80%, warn: 95%}

  # Made of parts that are known, and not known to be broken into
  - use: security/vulnerabilities
    enforce: required
    from: audit
  - use: security/sbom
    with: {min-components: 5, deny: ["AGPL-*"]}

  # What is shipped, and the way back
  - use: infrastructure/image-tag
    enforce: required
  - use: infrastructure/workloads-present
    enforce: required
    with: {names: [Deployment/shop]}
  - use: infrastructure/readiness-probe
  - use: infrastructure/resource-requests
  - use: deployment/version
    enforce: required
    from: {manifests: deploy}
    with: {images: [registry.example/shop]}
  - use: deployment/rollback-document
    enforce: required
    weight: 2

  # Alive. Only shown, since the service of the demo ends with it; require this of a real one.
  - use: operations/health
    from: [api, admin]
    enforce: advisory
    with: {max-latency: 1s, fields: {status: ok, "components.*": ok}}
"""
