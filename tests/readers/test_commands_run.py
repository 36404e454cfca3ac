"""readiness.readers.commands: a command that is bounded in time and output."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from readiness.evidence.model import Reason, Unproven
from readiness.readers.commands import Limits, Ran, run

LIMITS = Limits(printed=10, complaints=4, when_long="ask for fewer files", when_late="wait longer")


def ran(folder: Path, script: str, seconds: float = 10) -> Ran:
    program = folder / "tool"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return run([str(program)], folder, {"PATH": os.defpath}, seconds, LIMITS)


def test_what_is_within_the_limits_is_kept_and_complaints_are_cut(tmp_path: Path) -> None:
    assert ran(tmp_path, "printf 0123456789; printf abcdef >&2; exit 3") == (3, b"0123456789", b"abcd")


@pytest.mark.parametrize(
    ("script", "message", "remedy"),
    [
        ("printf 0123456789a", "tool printed more than 10 bytes", "ask for fewer files"),
        ("sleep 60", "tool did not end within 0.3s", "wait longer"),
        (
            "sleep 60 &",
            "tool ended, but something that it started held its output for 0.3s",
            "use a tool that ends when it is done",
        ),
    ],
)
def test_beyond_a_limit_it_is_malformed_with_what_the_caller_says_to_do(
    tmp_path: Path, script: str, message: str, remedy: str
) -> None:
    with pytest.raises(Unproven) as caught:
        ran(tmp_path, script, 10 if "printf" in script else 0.3)
    assert (caught.value.reason, caught.value.message, caught.value.remedy) == (
        Reason.MALFORMED,
        message,
        remedy,
    )


def test_a_command_that_is_not_there_is_missing(tmp_path: Path) -> None:
    with pytest.raises(Unproven) as caught:
        run([str(tmp_path / "tool")], tmp_path, {}, 10)
    assert (caught.value.reason, caught.value.remedy) == (
        Reason.MISSING,
        "install a tool that runs here",
    )
