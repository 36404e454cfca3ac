"""`make bench`, on endpoints: one endpoint beside sslyze, and a thousand endpoints of which some are silent.

sslyze is measured where the Python that `SSLYZE_PYTHON` names, or the one of `~/.cache/readiness-bench/sslyze`, can
import it: a virtual environment of its own, made by hand. It is under the AGPL, and no dependency of anything here.
The endpoints are on 127.0.0.0/8, served by processes beside; they take their share of the processors.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.tls_servers import accepted, wait_for_ports

ENDPOINTS, SILENT_SHARE = 1_000, 20
ROUNDS, STARTS = 15, 5
TIMES_FASTER, MOST_SECONDS, MOST_BYTES = 20, 12.0, 120_000_000
SSLYZE = Path("~/.cache/readiness-bench/sslyze/bin/python").expanduser()
_OURS = """
import json, sys, time
from pathlib import Path
from readiness.testing import read_evidence
port, rounds, suites = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "suites"
def look():
    keys = {"url": f"https://localhost:{port}/health", "ca": "root.pem", "deadline": "30s"}
    return read_evidence("endpoint", Path("."), enumerate_ciphers=suites, **keys).items[0].facts
look()
seconds = []
for _ in range(rounds):
    start = time.perf_counter()
    tls = look().tls
    seconds.append(time.perf_counter() - start)
print(json.dumps({
    "seconds": min(seconds),
    "versions": sorted(name for name, said in tls.versions.items() if said == "accepted"),
    "suites": {name: sorted(found) for name, found in (tls.ciphers or {}).items()},
    "leaf": tls.leaf.sha256,
    "trusted": tls.verification.ok,
}))
"""
_THEIRS = """
import hashlib, json, sys, time
from pathlib import Path
from cryptography.hazmat.primitives.serialization import Encoding
from sslyze import (CertificateInfoExtraArgument, ScanCommandsExtraArguments, Scanner, ServerNetworkLocation,
    ServerScanRequest)
port = int(sys.argv[1])
extra = ScanCommandsExtraArguments(certificate_info=CertificateInfoExtraArgument(custom_ca_file=Path("root.pem")))
start = time.perf_counter()
scanner = Scanner()
place = ServerNetworkLocation(hostname="localhost", port=port, ip_address="127.0.0.1")
scanner.queue_scans([ServerScanRequest(server_location=place, scan_commands_extra_arguments=extra)])
(result,) = scanner.get_results()
seconds = time.perf_counter() - start
found = result.scan_result
suites = {}
for name in ("1.0", "1.1", "1.2", "1.3"):
    seen = getattr(found, f"tls_{name.replace('.', '_')}_cipher_suites").result
    if seen.accepted_cipher_suites:
        suites[name] = sorted(one.cipher_suite.name for one in seen.accepted_cipher_suites)
deployment = found.certificate_info.result.certificate_deployments[0]
leaf = deployment.received_certificate_chain[0]
held = [one for one in deployment.path_validation_results if one.trust_store.name == "Supplied CA file"]
print(json.dumps({
    "seconds": seconds,
    "versions": sorted(suites),
    "suites": suites,
    "leaf": hashlib.sha256(leaf.public_bytes(Encoding.DER)).hexdigest(),
    "trusted": bool(held) and all(one.was_validation_successful for one in held),
}))
"""


def main() -> None:
    """Measure, and print two tables. The aims are aims: nothing fails."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with _servers(folder) as ports:
            _one(folder, ports["good"])
            _many(folder, ports)


@contextmanager
def _servers(folder: Path) -> Iterator[Mapping[str, int]]:
    command = [sys.executable, "-m", "benchmarks.tls_servers", str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        yield wait_for_ports(folder)
        process.communicate(b"")


def _one(folder: Path, port: int) -> None:
    python = _sslyze()
    print(f"{'one endpoint, the fastest of many':<34}{'s':>9}{'process s':>11}{'connections':>13}")
    plain = _measured("readiness", folder, [sys.executable, "-c", _OURS, str(port), str(ROUNDS), "plain"])
    whole = _measured(
        "readiness, with every suite", folder, [sys.executable, "-c", _OURS, str(port), str(ROUNDS), "suites"]
    )
    if python is None:
        print(f"sslyze: not measured, for neither SSLYZE_PYTHON nor {SSLYZE} has it\n")
        return
    theirs = _measured("sslyze, all that it does", folder, [python, "-c", _THEIRS, str(port)])
    same = {key for key in ("versions", "suites", "leaf", "trusted") if whole[key] == theirs[key]}
    others = sorted({"versions", "suites", "leaf", "trusted"} - same)
    print(
        f"the same verdicts: {', '.join(sorted(same))}" + (f"; others: {', '.join(others)}" if others else "")
    )
    for key in others:
        print(f"  {key}: {whole[key]} / {theirs[key]}")
    for name, ours in (("readiness", plain), ("readiness, with every suite", whole)):
        times = theirs["seconds"] / ours["seconds"]
        print(_row(f"sslyze / {name}", f"{times:.0f}x", f">= {TIMES_FASTER}x", times >= TIMES_FASTER))
    print()


def _sslyze() -> str | None:
    python = os.environ.get("SSLYZE_PYTHON") or (str(SSLYZE) if SSLYZE.exists() else "")
    if not python:
        return None
    tried = subprocess.run([python, "-c", "import sslyze"], capture_output=True, check=False)
    return python if tried.returncode == 0 else None


def _measured(name: str, folder: Path, command: list[str]) -> dict[str, Any]:
    """What a script prints, measured inside and outside; a row of the table."""
    rounds = ROUNDS + 1 if "readiness" in name else 1
    outside, inside, before = [], [], accepted(folder)
    for _ in range(1 if rounds > 1 else STARTS):
        start = perf_counter()
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=True, env=_environment()
        )
        outside.append(perf_counter() - start)
        told: dict[str, Any] = json.loads(done.stdout)
        inside.append(told["seconds"])
    made = (accepted(folder) - before) / (rounds * len(outside))
    told["seconds"] = min(inside)
    print(f"{name:<34}{told['seconds']:>9.3f}{min(outside):>11.2f}{made:>13.0f}")
    return told


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def _many(folder: Path, ports: Mapping[str, int]) -> None:
    (folder / "policy.yaml").write_text(_policy(ports))
    command = [sys.executable, "-m", "readiness", "check", "--policy", "policy.yaml", "-o", "json=card.json"]
    start = perf_counter()
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(command, cwd=folder, stdout=said, stderr=said, env=_environment())
        _, status, usage = os.wait4(process.pid, 0)
    wall = perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    card = json.loads((folder / "card.json").read_text())
    seen = sum(1 for one in card["evidence"] if one["items"][0]["reason"] is None)
    peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    processors = usage.ru_utime + usage.ru_stime
    print(
        f"{ENDPOINTS} endpoints, {SILENT_SHARE and ENDPOINTS // SILENT_SHARE} of them silent for 2 s: {seen} were seen"
    )
    print(_row("wall, whole gate", f"{wall:.1f} s", f"<= {MOST_SECONDS:.0f} s", wall <= MOST_SECONDS))
    print(_row("processors", f"{processors:.1f} s", "", None))
    print(_row("peak memory", f"{peak / 1e6:.0f} MB", f"<= {MOST_BYTES / 1e6:.0f} MB", peak <= MOST_BYTES))


def _policy(ports: Mapping[str, int]) -> str:
    """Every endpoint by an address of its own, each with three checks."""
    lines, names = [], []
    for number in range(ENDPOINTS):
        kind = "silent" if number % SILENT_SHARE == 0 else "good"
        place = f"127.{number // 200 + 1}.0.{number % 200 + 1}:{ports[kind]}"
        keys = f'kind: endpoint, url: "https://{place}/health", sni: localhost, ca: root.pem'
        lines.append(f"  e{number}: {{{keys}, deadline: {'2s' if kind == 'silent' else '20s'}}}")
        names.append(f"e{number}")
    checks = ("operations/health", "security/tls-version", "security/certificate")
    asked = [f"  - {{use: {one}, from: [{', '.join(names)}]}}" for one in checks]
    head = "readiness: 1\nname: many\nrelease: {name: shop, environment: production}\n"
    return head + "evidence:\n" + "\n".join(lines) + "\nchecks:\n" + "\n".join(asked) + "\n"


def _row(name: str, value: str, aim: str, is_met: bool | None) -> str:
    verdict = "" if is_met is None else "met" if is_met else "MISSED"
    return f"{name:<46}{value:>12}{aim:>14}  {verdict}".rstrip()


if __name__ == "__main__":
    main()
