"""The demo: make a release's evidence, run the real gate on it, and say what would turn it into GO."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from readiness.demo import evidence, load, policy, service, supply
from readiness.errors import UsageError
from readiness.readers.stamping import claim, stamp_files

MARKER = ".made-by-readiness-demo"
POLICY = "policy.yaml"
REPORTS = ("markdown=scorecard.md", "html=scorecard.html", "json=scorecard.json")


def run(folder: Path, seconds: float, gate: Callable[[Path], int], say: Callable[[str], None]) -> int:
    """Make the evidence in a folder and judge it while the service is up; what `gate` returns.

    Raises UsageError when the folder holds something else.
    """
    prepare(folder)
    say(f"starting an HTTPS service on {service.HOST}, and a second port that wants a client certificate")
    with service.running(folder / "certs") as up:
        say(f"driving {load.CONCURRENCY} users against it for {seconds:g} s")
        result = load.drive(up.port, up.ca, seconds)
        write(folder, up, result)
        say(f"wrote the evidence and the policy into {folder}")
        return gate(folder)


def prepare(folder: Path) -> None:
    """An empty folder: what an earlier demo made is removed, anything else is left alone."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())) and not (folder / MARKER).is_file():
        raise UsageError(f"{folder} is there already, and no demo made it: name another with --folder")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / MARKER).touch()


def write(folder: Path, up: service.Running, result: object) -> None:
    """Evidence, stamps and policy."""
    if not isinstance(result, dict):
        raise TypeError("a load test is a mapping")
    now = datetime.now(UTC)
    measured = [evidence.write_load_test(folder, result), *evidence.write_reports(folder)]
    measured += supply.write_supply(folder, evidence.NAME, service.VERSION)
    evidence.write_sources(folder, now.date())
    stamp_files(measured, claim(policy.COMMIT, service.VERSION, "readiness demo"), {}, datetime.now(UTC))
    (folder / POLICY).write_text(policy.policy_text(up), encoding="utf-8")


def command_line(folder: Path) -> str:
    """What repeats the demo's check by hand, by the name under which this shell finds the tool."""
    return (
        f"{_this_tool()} check --policy {shlex.quote(str(folder / POLICY))} --root {shlex.quote(str(folder))}"
    )


def _this_tool() -> str:
    called = Path(sys.argv[0])
    if called.name != "readiness":
        return f"{shlex.quote(sys.executable)} -m readiness"
    return "readiness" if shutil.which("readiness") else shlex.quote(str(called))


def the_edit(folder: Path) -> str:
    """What turns the NO-GO into GO."""
    place = f"{folder / evidence.MANIFEST}, line {evidence.faulty_line(folder)}"
    return f"In {place}, change\n    {evidence.BAD_IMAGE}\n  to\n    {evidence.GOOD_IMAGE}"
