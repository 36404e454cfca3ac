"""`make bench`, on manifests: every check of them beside a bare walk over the events of their YAML, and beside others.

`python -m benchmarks.manifests` measures this alone. The walk is what PyYAML's C parser needs to be asked for each
event of the same files, and does nothing with them. Processor time is that of a process and all that it started.

Checkov is measured in the environment that `CHECKOV_PYTHON` names, or in one that is made for it below
`~/.cache/readiness-bench`; kube-linter and kube-score where they are on PATH.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from itertools import pairwise
from math import log
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from benchmarks import manifest_files
from benchmarks.installed import installed
from benchmarks.processes import Command, watched

ROUNDS = 5
SIZES = (1_000, 10_000, 50_000)
AIMED, LARGEST = 10_000, SIZES[-1]
TIMES_A_WALK, MOST_BYTES = 2.5, 100_000_000
BESIDE_OTHERS = (8, 1_000)
CHECKOV = Path("~/.cache/readiness-bench/checkov").expanduser()
CHECKS = (
    "workloads-present", "readiness-probe", "liveness-probe", "probes-sane", "resource-requests",
    "memory-limit", "replicas", "autoscaler", "disruption-budget", "disruption-allowed", "spread",
    "rollout-strategy", "graceful-stop", "image-tag", "image-digest", "image-registry", "pod-security",
    "read-only-root", "service-account", "rbac", "network-policy", "selectors", "references", "ingress-tls",
    "api-versions", "labels", "cron-jobs", "secrets-in-manifests",
)  # fmt: skip
_PARAMS = {"image-registry": ", with: {allow: [registry.example.com]}"}
_HEAD = """\
readiness: 1
name: many
release: {name: shop, version: "1.4.2", environment: production}
decision: {go: 90%, conditional: 75%}
evidence:
  deploy: {kind: manifests, path: deploy}
checks:
"""
_WALK = """
import sys, yaml
from pathlib import Path
for path in sorted(Path(sys.argv[1]).iterdir()):
    for _ in yaml.parse(path.read_text(), Loader=yaml.CSafeLoader):
        pass
"""


class Run(NamedTuple):
    """One run: seconds of processors and on the wall, and the most memory that one of its processes held."""

    processors: float
    wall: float
    peak_bytes: int


def main() -> None:
    """Measure, and print three tables. The aims are aims: nothing fails."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        python = str(installed(folder).python)
        check = [
            str(Path(python).with_name("readiness")),
            "check",
            "--policy",
            "policy.yaml",
            "-o",
            "json=card.json",
        ]
        walk = [python, "-c", _WALK, "deploy"]
        _against_the_walk(folder, check, walk)
        _by_size(folder, check)
        _beside_others(folder, check)


def _against_the_walk(folder: Path, check: Command, walk: Command) -> None:
    work = _written(folder / "aimed", AIMED)
    size = sum(path.stat().st_size for path in (work / "deploy").iterdir())
    runs: dict[str, list[Run]] = {"walk": [], "check": [], "check, one processor": []}
    for _ in range(ROUNDS + 1):  # the first fills the caches
        runs["walk"].append(_run(walk, work))
        runs["check"].append(_run(check, work))
        runs["check, one processor"].append(_run([*_on_one_processor(), *check], work))
    print(f"{AIMED:,} documents, {size / 1e6:.1f} MB, {len(CHECKS)} checks, best of {ROUNDS}")
    print(f"{'command':<34}{'processors s':>13}{'wall s':>9}{'peak MB':>9}")
    best = {name: _best(found[1:]) for name, found in runs.items()}
    for name, run in best.items():
        print(_line(name, run))
    times = best["check"].processors / best["walk"].processors
    print(_row("processors / bare walk", f"{times:.2f}x", f"<= {TIMES_A_WALK}x", times <= TIMES_A_WALK))
    peak = best["check"].peak_bytes
    print(_row("peak of the largest process", _mb(peak), f"<= {_mb(MOST_BYTES)}", peak <= MOST_BYTES))
    print(_row("peak of all its processes", _mb(_peak_of_all(check, work)), "", None))
    wall, alone = best["check"].wall, best["check, one processor"].wall
    print(_row("wall / wall on one processor", f"{wall / alone:.2f}x", "< 1x", wall < alone))
    _print_verdict(work)


def _by_size(folder: Path, check: Command) -> None:
    """What a document costs beyond what a gate on a handful of them costs."""
    start = _fastest(check, _written(folder / "few", BESIDE_OTHERS[0])).processors
    print(f"\n{'documents':<14}{'processors s':>13}{'wall s':>9}{'peak MB':>9}{'us a document':>15}")
    costs = {}
    for size in SIZES:
        run = _fastest(check, _written(folder / str(size), size))
        costs[size] = run.processors - start
        print(f"{_line(f'{size:,}', run, 14)}{costs[size] / size * 1e6:>15.0f}")
    for smaller, larger in pairwise(SIZES):
        exponent = log(costs[larger] / costs[smaller]) / log(larger / smaller)
        name = f"exponent from {smaller:,} to {larger:,}"
        print(_row(name, f"{exponent:.2f}", "<= 1.1", exponent <= 1.1))


def _beside_others(folder: Path, check: Command) -> None:
    tools = _others()
    print(
        f"\n{'documents':<12}{'tool':<22}{'processors s':>13}{'wall s':>9}{'peak MB':>9}{'/ readiness':>13}"
    )
    for size in BESIDE_OTHERS:
        work = _written(folder / f"beside-{size}", size)
        ours = _fastest(check, work)
        print(f"{size:<12}{_line('readiness', ours, 22)}")
        for name, command in tools.items():
            theirs = _fastest(command, work, rounds=2)
            times = f"{theirs.processors / ours.processors:.1f}x"
            print(f"{size:<12}{_line(name, theirs, 22)}{times:>13}")


def _others() -> dict[str, Command]:
    found: dict[str, Command] = {}
    if python := _checkov():
        words = [
            "--framework",
            "kubernetes",
            "--quiet",
            "--compact",
            "--soft-fail",
            "-o",
            "json",
            "-d",
            "deploy",
        ]
        found["Checkov"] = [str(Path(python).with_name("checkov")), *words]
    for name, words in (("kube-linter", ["lint", "deploy"]), ("kube-score", ["score"])):
        if tool := shutil.which(name):
            found[name] = ["sh", "-c", f'"{tool}" score deploy/*'] if name == "kube-score" else [tool, *words]
        else:
            print(f"{name}: not measured, for it is not on PATH")
    return found


def _checkov() -> str | None:
    """The interpreter of an environment with Checkov, which is made where there is none yet."""
    python = os.environ.get("CHECKOV_PYTHON") or str(CHECKOV / "bin" / "python")
    if not Path(python).exists():
        subprocess.run([sys.executable, "-m", "venv", CHECKOV], check=False, capture_output=True)
        command = [python, "-m", "pip", "install", "--quiet", "checkov"]
        subprocess.run(command, check=False, capture_output=True)
    if Path(python).with_name("checkov").exists():
        return python
    print(f"Checkov: not measured, for it could not be installed into {CHECKOV}")
    return None


def _written(folder: Path, size: int) -> Path:
    if not folder.exists():
        manifest_files.write(size, folder / "deploy")
        asked = (f"  - {{use: infrastructure/{name}{_PARAMS.get(name, '')}}}\n" for name in CHECKS)
        (folder / "policy.yaml").write_text(_HEAD + "".join(asked), encoding="utf-8")
    return folder


def _on_one_processor() -> Sequence[str]:
    taskset = shutil.which("taskset")
    return [taskset, "-c", str(min(os.sched_getaffinity(0)))] if taskset else []


def _fastest(command: Command, folder: Path, rounds: int = 3) -> Run:
    return _best([_run(command, folder) for _ in range(rounds + 1)][1:])


def _best(runs: Sequence[Run]) -> Run:
    return Run(
        min(run.processors for run in runs),
        min(run.wall for run in runs),
        max(run.peak_bytes for run in runs),
    )


def _run(command: Command, folder: Path) -> Run:
    """Run it; which verdict it comes to is not asked, but it must come to one."""
    start = perf_counter()
    process = _started(command, folder)
    _, status, usage = os.wait4(process.pid, 0)
    wall = perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1, 5):
        sys.exit(f"{' '.join(command)} ended with {process.returncode}:\n{(folder / 'output').read_text()}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Run(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * unit)


def _peak_of_all(command: Command, folder: Path) -> int:
    process = _started(command, folder)
    with watched(process.pid) as peak:
        process.wait()
    return max(peak)


def _started(command: Command, folder: Path) -> subprocess.Popen[bytes]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    env = {**kept, "PYTHONPYCACHEPREFIX": str(folder.parent / "compiled")}
    with (folder / "output").open("wb") as output:
        return subprocess.Popen(command, cwd=folder, env=env, stdout=output, stderr=subprocess.STDOUT)


def _print_verdict(folder: Path) -> None:
    results = json.loads((folder / "card.json").read_text())["results"]
    outcomes = [result["outcome"] for result in results]
    told = ", ".join(f"{outcomes.count(one)} {one}" for one in sorted(set(outcomes)))
    print(f"outcomes of the {len(results)} checks: {told}")


def _line(name: str, run: Run, width: int = 34) -> str:
    return f"{name:<{width}}{run.processors:>13.2f}{run.wall:>9.2f}{run.peak_bytes / 1e6:>9.0f}"


def _row(name: str, value: str, aim: str, is_met: bool | None) -> str:
    verdict = "" if is_met is None else "met" if is_met else "MISSED"
    return f"{name:<46}{value:>12}{aim:>14}  {verdict}".rstrip()


def _mb(size: int) -> str:
    return f"{size / 1e6:.0f} MB"


if __name__ == "__main__":
    main()
