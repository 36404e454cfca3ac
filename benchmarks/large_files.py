"""`make bench`, second part: load tests of many megabytes, beside what merely counts their lines, and other tools.

`python -m benchmarks.large_files 1GB` measures at another size. All commands of a table run in turn on the same file,
which is in the cache of the system: the ratios are of one run. DuckDB is measured where the Python that runs this, or
the one that `DUCKDB_PYTHON` names, can import it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from benchmarks import load_files
from benchmarks.processes import Command, watched

SIZE = "256MB"
ROUNDS = 3
MOST_BYTES = 120_000_000
_AIMS = {"k6": 2.5, "jmeter": 4.0}
_NAMES = {"k6": "points.json", "jmeter": "results.csv"}
_OF_LINES = 0.1
_JQ_NAME = "jq on a tenth, x 10"
_POLICY = """\
readiness: 1
name: large
release: {name: shop, version: "1.4.2", environment: production}
decision: {go: 90%, conditional: 75%}
evidence:
  load: {kind: load-test, path: FILE}
checks:
  - {use: performance/latency, enforce: required, with: {p95: 10s, p99: 20s}}
  - {use: performance/latency, id: latency-of-items, with: {p99: 20s, scope: items}}
  - {use: performance/error-rate, enforce: required, with: {max: 5%}}
  - {use: performance/throughput, with: {min: 50/s}}
"""
_DUCKDB = {
    "k6": "SELECT data.tags.name, count(*), quantile_disc(data.value, [0.5, 0.95, 0.99, 0.999]), "
    "count(*) FILTER (data.tags.expected_response = 'false') "
    "FROM read_json('FILE', format = 'newline_delimited', columns = {metric: 'VARCHAR', type: 'VARCHAR', data: "
    "'STRUCT(value DOUBLE, tags STRUCT(name VARCHAR, expected_response VARCHAR))'}) "
    "WHERE metric = 'http_req_duration' AND type = 'Point' GROUP BY ROLLUP (data.tags.name)",
    "jmeter": "SELECT label, count(*), quantile_disc(elapsed, [0.5, 0.95, 0.99, 0.999]), "
    "count(*) FILTER (NOT success), min(timeStamp), max(timeStamp + elapsed) FROM read_csv('FILE') "
    "GROUP BY ROLLUP (label)",
}
_RUN_DUCKDB = "import duckdb, sys; print(duckdb.sql(sys.argv[1]).fetchall())"
_JQ = 'select(.metric == "http_req_duration" and .type == "Point") | [.data.tags.name, .data.value] | @tsv'


class _Run(NamedTuple):
    """One run of a command: seconds on the wall and of processors, and the most memory of all its processes."""

    wall: float
    processors: float
    peak_bytes: int


def main() -> None:
    """Measure, and print a table for each format. The aims are aims: nothing fails."""
    size = sys.argv[1] if len(sys.argv) > 1 else SIZE
    with tempfile.TemporaryDirectory() as name:
        for kind in _NAMES:
            _compare(kind, size, Path(name))


def _compare(kind: str, size: str, folder: Path) -> None:
    path = folder / _NAMES[kind]
    load_files.write(kind, load_files.bytes_of(size), path)
    commands, scales = _commands(kind, path)
    runs: dict[str, list[_Run]] = {name: [] for name in commands}
    for number in range(ROUNDS + 1):
        for name, command in commands.items():
            if number == 0 or name not in scales:
                runs[name].append(_run(command, folder))
    print(f"\n{kind}: {path.stat().st_size / 1e6:,.0f} MB, best of {ROUNDS}, {os.cpu_count()} processors")
    print(f"{'command':<30}{'wall s':>8}{'cpu s':>8}{'peak MB':>9}{'/ wc -l':>9}{'/ duckdb':>9}")
    best = {name: min(found[1:] or found) for name, found in runs.items()}
    for name, run in best.items():
        print(_row(name, run, best, scales.get(name, 1.0)))
    for absent in _compared(kind) - best.keys():
        print(f"{absent:<30}not installed")
    _print_aims(kind, best)
    for left in folder.iterdir():
        left.unlink() if left.is_file() else shutil.rmtree(left)


def _commands(kind: str, path: Path) -> tuple[dict[str, Command], Mapping[str, float]]:
    """What is compared, and by how much the times of those are multiplied that see a part of the file."""
    policy = path.with_suffix(".yaml")
    policy.write_text(_POLICY.replace("FILE", path.name))
    readiness = Path(sys.executable).with_name("readiness")
    commands: dict[str, Command] = {
        "wc -l": ["wc", "-l", str(path)],
        "readiness check": [str(readiness), "check", "--policy", str(policy), "--root", str(path.parent)],
    }
    scales = {}
    if duckdb := _python_with_duckdb():
        commands["duckdb"] = [duckdb, "-c", _RUN_DUCKDB, _DUCKDB[kind].replace("FILE", str(path))]
    if kind == "k6" and (jq := shutil.which("jq")):
        part = path.with_suffix(".part")
        with path.open("rb") as whole:
            part.write_bytes(b"".join(whole.readlines(int(path.stat().st_size * _OF_LINES))))
        commands[_JQ_NAME] = [jq, "-r", _JQ, str(part)]
        scales[_JQ_NAME] = 1 / _OF_LINES
    return commands, scales


def _compared(kind: str) -> set[str]:
    return {"duckdb", _JQ_NAME} if kind == "k6" else {"duckdb"}


def _python_with_duckdb() -> str | None:
    python = os.environ.get("DUCKDB_PYTHON", sys.executable)
    found = subprocess.run([python, "-c", "import duckdb"], capture_output=True, check=False)
    return python if found.returncode == 0 else None


def _run(command: Command, folder: Path) -> _Run:
    start = perf_counter()
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        with watched(process.pid) as peak:
            _, status, usage = os.wait4(process.pid, 0)
    wall = perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}:\n{(folder / 'output').read_text()}")
    return _Run(wall, usage.ru_utime + usage.ru_stime, max(peak))


def _row(name: str, run: _Run, best: Mapping[str, _Run], scale: float) -> str:
    wall = run.wall * scale
    ratios = "".join(
        f"{wall / best[base].wall:>8.1f}x" if base in best else f"{'-':>9}" for base in ("wc -l", "duckdb")
    )
    return f"{name:<30}{wall:>8.2f}{run.processors * scale:>8.2f}{run.peak_bytes / 1e6:>9.0f}{ratios}"


def _print_aims(kind: str, best: Mapping[str, _Run]) -> None:
    run, aim = best["readiness check"], _AIMS[kind]
    times = run.wall / best["wc -l"].wall
    print(f"wall / wc -l: {times:.1f}x, aim {aim}x: {'met' if times <= aim else 'MISSED'}")
    if kind == "k6" and "duckdb" in best:
        met = run.wall <= best["duckdb"].wall
        print(f"not slower than DuckDB: {'met' if met else 'MISSED'}")
    met = run.peak_bytes <= MOST_BYTES
    print(
        f"peak memory of all processes: {run.peak_bytes / 1e6:.0f} MB, aim 120 MB: {'met' if met else 'MISSED'}"
    )


if __name__ == "__main__":
    main()
