"""Dockerfiles: lines, heredocs, words, variables and stages, as BuildKit takes them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readiness.evidence.dockerfile import Dockerfile, Filled, Instruction
from readiness.evidence.model import Item, Reason
from readiness.testing import read_evidence

BUILD = """\
# syntax=docker/dockerfile:1
# a comment ends the directives
# escape=`
ARG PY=3.12.4-slim
FROM --platform=$BUILDPLATFORM python:${PY} AS Build
RUN pip install \\
    # why

    --no-cache . && \\
    echo "a  b"
RUN <<EOF
set -e
FROM nothing
EOF
COPY <<'A' <<-"B" /etc/
one
A
\ttwo
\tB
FROM build
ARG APP_USER=app
ENV NAME=$APP_USER TITLE="a b"
ONBUILD USER root
COPY --from=build --chown=app ["/a b", "/c"]
USER ${NAME}:staff
HEALTHCHECK --interval=10s CMD curl -f http://localhost
"""


def whole(folder: Path, content: str | bytes) -> Item:
    (folder / "Dockerfile").write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_evidence("dockerfile", folder, path="Dockerfile").whole


def read(folder: Path, content: str) -> Dockerfile:
    item = whole(folder, content)
    assert isinstance(item.facts, Dockerfile), item.message
    return item.facts


def refused(folder: Path, content: str | bytes) -> str:
    item = whole(folder, content)
    assert item.facts is None
    assert item.reason is Reason.MALFORMED
    assert not item.message.startswith("the reader")
    return item.message


def instructions(folder: Path, content: str) -> tuple[Instruction, ...]:
    return read(folder, content).stages[-1].instructions


def base(folder: Path, content: str) -> Filled:
    return read(folder, content).stages[-1].base


def test_a_build_is_read_stage_by_stage(tmp_path: Path) -> None:
    facts = read(tmp_path, BUILD)
    first, last = facts.stages
    assert (first.name, first.place.line, first.platform) == ("Build", 5, "$BUILDPLATFORM")
    assert first.base == Filled("python:${PY}", "python:3.12.4-slim", ("PY",))
    assert (last.parent, facts.lineage(1)) == (0, (last, first))
    assert [one.keyword for one in first.instructions] == ["RUN", "RUN", "COPY"]
    assert first.instructions[0].words == ("pip", "install", "--no-cache", ".", "&&", "echo", "a  b")
    (document,) = first.instructions[1].heredocs
    assert (document.content, document.line) == ("set -e\nFROM nothing", 12)
    assert [(d.name, d.content) for d in first.instructions[2].heredocs] == [("A", "one"), ("B", "two")]
    assert last.user == Filled("${NAME}:staff", "app:staff", ("APP_USER",))
    assert last.user_place
    assert last.user_place.line == 25
    assert [one.keyword for one in last.of("USER")] == ["USER"]
    copy = next(last.of("COPY"))
    assert (copy.form, copy.words, copy.flag("from")) == ("exec", ("/a b", "/c"), "build")
    assert facts.syntax == "docker/dockerfile:1"
    assert facts.objects() == {
        "Dockerfile/Dockerfile",
        "Dockerfile/Dockerfile:Build",
        "Dockerfile/Dockerfile:1",
    }
    assert facts.summary()["stages"] == 2


def test_the_escape_character_may_be_a_backtick(tmp_path: Path) -> None:
    (run,) = instructions(tmp_path, "# escape=`\nFROM a\nRUN dir c:\\ `\n  d:\\\n")
    assert run.text == "dir c:\\   d:\\"


def test_a_doubled_escape_continues_nothing(tmp_path: Path) -> None:
    assert len(instructions(tmp_path, "FROM a\nRUN echo x\\\\\nRUN y\n")) == 2


def test_carriage_returns_and_a_byte_order_mark_change_nothing(tmp_path: Path) -> None:
    plain = [(one.keyword, one.words) for one in instructions(tmp_path, BUILD)]
    crlf = "\ufeff" + BUILD.replace("\n", "\r\n")
    assert [(one.keyword, one.words) for one in instructions(tmp_path, crlf)] == plain


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("ARG V=1\nFROM a:$V", Filled("a:$V", "a:1", ("V",))),
        ("ARG V\nFROM a:$V", Filled("a:$V", None, ("V",))),
        ("FROM a:$V", Filled("a:$V", None)),
        ("ARG V\nFROM a:${V:-2}", Filled("a:${V:-2}", "a:2", ("V",))),
        ("ARG V=1\nFROM a${V:+:x}", Filled("a${V:+:x}", "a:x", ("V",))),
        ("ARG V=1\nFROM a:${V#x}", Filled("a:${V#x}", None)),
        ("ARG V=1\nARG W=$V.2\nFROM a:$W", Filled("a:$W", "a:1.2", ("W", "V"))),
        ("ARG V='$X'\nFROM a:$V", Filled("a:$V", "a:$X", ("V",))),
        ("FROM a:\\$V", Filled("a:\\$V", "a:$V")),
    ],
)
def test_variables_before_from_are_filled_in(tmp_path: Path, content: str, expected: Filled) -> None:
    assert base(tmp_path, content + "\n") == expected


def test_an_environment_wins_over_a_build_argument(tmp_path: Path) -> None:
    content = "ARG U=x\nFROM a\nENV U=app\nARG U=root\nUSER $U\n"
    assert read(tmp_path, content).stages[0].user == Filled("$U", "app")


def test_an_argument_without_default_takes_that_before_from(tmp_path: Path) -> None:
    assert read(tmp_path, "ARG U=x\nFROM a\nARG U\nUSER $U\n").stages[0].user == Filled("$U", "x", ("U",))


def test_the_old_form_of_env_is_one_pair(tmp_path: Path) -> None:
    assert instructions(tmp_path, "FROM a\nENV A b c=d\n")[0].pairs == (("A", "b c=d"),)


def test_json_that_is_none_goes_to_the_shell(tmp_path: Path) -> None:
    assert instructions(tmp_path, "FROM a\nCMD ['a']\n")[0].form == "shell"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("FROM a\nRUN <<EOF\nx\n", "line 2: the heredoc EOF has no end"),
        ("FROM a\nFORM b\n", "line 2: FORM is no instruction"),
        ("ARG A\nRUN x\nFROM a\n", "line 2: RUN stands before the first FROM"),
        ("FROM a AS\n", "line 1: FROM takes an image, and AS with a name"),
        ("FROM a\nCOPY x\n", "line 2: COPY takes what to copy"),
        ("FROM a\nENV A\n", "line 2: ENV A has no value"),
        ("FROM a\nENV A=1 B\n", "line 2: ENV takes names and values"),
        ("FROM a\nHEALTHCHECK curl\n", "line 2: HEALTHCHECK takes CMD or NONE"),
        ("FROM a\nHEALTHCHECK CMD\n", "line 2: HEALTHCHECK has no command"),
        ("FROM a\nONBUILD FROM b\n", "line 2: ONBUILD FROM is not allowed"),
        ("FROM a\nUSER\n", "line 2: USER says nothing"),
        ("FROM a\nUSER a b\n", "line 2: USER takes one user"),
        ("# escape=x\nFROM a\n", "neither a backslash nor a backtick"),
        ("# escape=`\n# escape=`\nFROM a\n", "the directive escape is here a second time"),
        ("FROM a\nRUN \0\n", "it holds a NUL"),
        (b"FROM a\nRUN \xff\n", "it is not UTF-8"),
        ("FROM a\n" + "#\n" * 100_001, "more than 100,000 lines"),
        ("FROM a\nRUN " + "x" * 1_000_001, "longer than 1,000,000 characters"),
    ],
)
def test_what_buildkit_would_refuse_is_malformed(tmp_path: Path, content: str | bytes, message: str) -> None:
    assert message in refused(tmp_path, content)


@pytest.mark.parametrize(
    "content", ["", "# only a comment\n", "services: {}\n", "RUN x\n", "From here on, prose.\n"]
)
def test_what_is_no_dockerfile_is_malformed(tmp_path: Path, content: str) -> None:
    assert refused(tmp_path, content)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(BUILD)), st.text("\\`\"'${}[]<-=# \n\t\0A", max_size=3))
def test_a_damaged_file_gives_facts_or_a_reason(tmp_path: Path, at: int, what: str) -> None:
    for content in (BUILD[:at], BUILD[:at] + what + BUILD[at + 1 :]):
        item = whole(tmp_path, content)
        assert item.facts is not None or not item.message.startswith("the reader")
