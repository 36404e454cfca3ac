"""`make bench`: start-up, a small gate and its memory, live endpoints, and manifests, beside their aims.

Seconds differ from machine to machine; how many times the floor a command costs differs little.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from benchmarks import endpoints, manifests, small_gate
from benchmarks.installed import installed
from benchmarks.processes import Sample, interleaved

ROUNDS = 20
MOST_BYTES = 80_000_000
CLICK = "import click"
FLOOR = "import click, pydantic, yaml\nclass Empty(pydantic.BaseModel): pass\nEmpty()"


class Aim(NamedTuple):
    """A command may cost at most `times` what another one costs."""

    name: str
    base: str
    times: float


AIMS = (Aim("readiness --version", "import click", 1.5), Aim("small gate", "floor", 2.0))


def main() -> None:
    """Measure, and print a table. The aims are aims: nothing fails."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = installed(folder)
        python, readiness = str(environment.python), str(environment.python.with_name("readiness"))
        commands = {
            "import click": [python, "-c", CLICK],
            "readiness --version": [readiness, "--version"],
            "floor": [python, "-c", FLOOR],
            "small gate": [readiness, "check", "--policy", str(small_gate.write(folder / "work"))],
        }
        samples = interleaved(commands, folder / "work", rounds)
    _print_times(samples, rounds)
    _print_ratios(samples)
    print()
    endpoints.main()
    print()
    manifests.main()


def _print_times(samples: dict[str, Sample], rounds: int) -> None:
    print(f"{'whole process, ' + str(rounds) + ' rounds':<28}{'min ms':>10}{'median ms':>12}{'peak MB':>10}")
    for name, sample in samples.items():
        times = f"{sample.least * 1000:>10.1f}{sample.median * 1000:>12.1f}"
        print(f"{name:<28}{times}{sample.peak_bytes / 1e6:>10.1f}")


def _print_ratios(samples: dict[str, Sample]) -> None:
    print(f"\n{'measure':<46}{'min':>8}{'median':>9}{'aim':>10}")
    for name, base, times in AIMS:
        least = samples[name].least / samples[base].least
        middle = samples[name].median / samples[base].median
        print(_row(f"{name} / {base}", f"{least:.2f}x", f"{middle:.2f}x", f"{times:.1f}x", least <= times))
    peak = samples["small gate"].peak_bytes
    met = peak <= MOST_BYTES
    print(
        _row("peak memory of the small gate", "", f"{peak / 1e6:.1f} MB", f"{MOST_BYTES / 1e6:.0f} MB", met)
    )


def _row(name: str, least: str, middle: str, aim: str, is_met: bool) -> str:
    return f"{name:<46}{least:>8}{middle:>9}{'<= ' + aim:>10}  {'met' if is_met else 'MISSED'}"


if __name__ == "__main__":
    main()
