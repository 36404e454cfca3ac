"""A large report is read as a stream: in memory that does not grow with it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

_CASES = 6_000
_READ = """
import json, resource, sys
from pathlib import Path
from readiness.testing import read_evidence
path = Path(sys.argv[1])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
facts = read_evidence("test-report", path.parent, path=path.name).whole.facts
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([facts.tests, facts.failures, after - before]))
"""


@pytest.mark.skipif(sys.platform == "darwin", reason="memory is told in other units there")
def test_a_report_of_25_megabytes_takes_less_memory_than_it_is_long(tmp_path: Path) -> None:
    path = tmp_path / "large.xml"
    lines = "a line of output\n" * 240
    output = f"<system-out>{lines}</system-out>"
    with path.open("w") as file:
        file.write(f'<testsuites><testsuite name="s" tests="{_CASES}" failures="1">')
        for number in range(_CASES):
            inner = "<failure/>" if number == 7 else ""
            file.write(f'<testcase classname="c{number % 50}" name="t{number}">{inner}{output}</testcase>\n')
        file.write("</testsuite></testsuites>")
    assert path.stat().st_size > 24_000_000
    made = subprocess.run([sys.executable, "-c", _READ, path], capture_output=True, text=True, check=True)
    tests, failures, kilobytes = json.loads(made.stdout)
    assert (tests, failures) == (_CASES, 1)
    assert kilobytes < 20_000
