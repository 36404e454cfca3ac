"""Every output is of one format: told by its content, whatever its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from readiness.evidence.model import Unproven
from readiness.readers.formats import formats_of
from readiness.readers.load_test.kind import LoadTestKind
from readiness.readers.source import Source
from tests.readers.load_test.support import SAMPLES
from tests.support import SHARED

FOLDER = SHARED / "samples" / "load"
MAKERS = {".md", ".py", ".js", ".java", ".scala", ".yml", ".yaml", ".jmx", ".lua", ".proto", ".properties"}
"""What outputs are made with."""
NO_OUTPUT = {
    "COMMANDS.txt",
    "SOURCES.txt",
    "public/gatling/demo2019-googletest-2019062407313-assertions.json",
    "public/gatling/demo2019-googletest-2019062407343-assertions.json",
    "public/nighthawk/medium.textproto",
    "public/nighthawk/output_formatter.csv",
}
"""What is no result of a run, or in a side format that is not read."""


def formats(path: Path) -> list[str]:
    """The formats that recognise a file as their own."""
    found = []
    with Source.open(path) as source:
        for name, reader in formats_of(LoadTestKind, {}).items():
            try:
                found += [name] if reader().recognises(source) else []
            except Unproven:
                continue
    return found


def outputs(folder: Path) -> list[str]:
    """What tools wrote, by its path in a folder."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix not in MAKERS]
    return [str(path.relative_to(folder)) for path in files if "__pycache__" not in path.parts]


@pytest.mark.parametrize("name", outputs(SAMPLES))
def test_a_fixture_is_of_exactly_one_format(name: str) -> None:
    assert len(found := formats(SAMPLES / name)) == 1, found


@pytest.mark.parametrize("name", outputs(FOLDER) if FOLDER.is_dir() else [])
def test_a_sample_is_of_exactly_one_format(name: str) -> None:
    is_output = not (name.endswith(".truth.json") or name in NO_OUTPUT or Path(name).name in NO_OUTPUT)
    assert len(found := formats(FOLDER / name)) == is_output, found


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"{}", b"[]", b"{", b"\x00\xff", b"Summary:\n", b"a,b\n1,2\n"]
)
def test_what_no_tool_wrote_is_of_no_format(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "load.json"
    path.write_bytes(content)
    assert formats(path) == []
