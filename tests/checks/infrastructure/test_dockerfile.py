"""infrastructure/dockerfile: a good file, and one seeded fault at a time."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.check import Finding, Location, Outcome
from readiness.evidence.dockerfile import Dockerfile
from readiness.evidence.model import Reason
from readiness.judge import Judgement
from readiness.testing import judge_check, read_evidence

SHA = "sha256:" + "0" * 64
TOKEN = "ghp_" + "a" * 36
GOOD = f"""\
# syntax=docker/dockerfile:1
ARG PY=3.12.4-slim@{SHA}
FROM python:${{PY}} AS build
WORKDIR /src
COPY requirements.txt .
RUN --mount=type=secret,id=pip,target=/etc/pip.conf pip install --prefix=/install -r requirements.txt

FROM python:3.12.4-slim@{SHA} AS run
ENV DB_PASSWORD_FILE=/run/secrets/db APP_PORT=8080
COPY --from=build /install /usr/local
ADD --checksum={SHA} https://files.example/geo.db /data/
USER 65532:65532
HEALTHCHECK --interval=10s CMD ["python", "-m", "app.health"]
CMD ["python", "-m", "app"]
"""


def read(text: str) -> Dockerfile:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "Dockerfile").write_text(text)
        whole = read_evidence("dockerfile", Path(folder), path="Dockerfile").whole
    assert isinstance(whole.facts, Dockerfile), whole.message
    return whole.facts


def judged(text: str, **params: Any) -> Judgement:
    return judge_check("infrastructure/dockerfile", params, dockerfile=(read(text),))


def bad(found: Judgement) -> list[Finding]:
    return [one for one in found.findings if one.outcome is not Outcome.PASS]


def test_a_good_file_passes_and_tells_what_an_argument_decides() -> None:
    found = judged(GOOD)
    assert found.outcome is Outcome.PASS
    assert "a user who is not root" in found.summary
    (note,) = [one for one in found.findings if one.note]
    assert "unless the build sets PY" in note.message


@pytest.mark.parametrize(
    ("old", "new", "message", "line"),
    [
        (
            f"python:3.12.4-slim@{SHA} AS run",
            "python AS run",
            "the image python has no tag, which is latest",
            8,
        ),
        (f"python:3.12.4-slim@{SHA} AS run", "python:Latest AS run", "has the moving tag Latest", 8),
        ("--from=build", "--from=nginx", "the image nginx has no tag", 10),
        (
            "type=secret,id=pip,target=/etc/pip.conf",
            "type=bind,from=alpine",
            "the image alpine has no tag",
            6,
        ),
        ("USER 65532:65532", "USER 0:65532", "the stage run runs as root", 12),
        ("USER 65532:65532", "USER root", "the stage run runs as root", 12),
        ("USER 65532:65532", "ONBUILD USER 65532", "the stage run has no USER", 8),
        ("HEALTHCHECK --interval=10s CMD", "RUN", "the stage run has no HEALTHCHECK", 8),
        ('CMD ["python", "-m", "app.health"]', "NONE", "switches its HEALTHCHECK off", 13),
        ('["python", "-m", "app.health"]', "curl localhost || exit 0", "HEALTHCHECK that never fails", 13),
        ('["python", "-m", "app.health"]', "true", "HEALTHCHECK that never fails", 13),
        ("APP_PORT=8080", "DB_PASSWORD=hunter22", "keeps the secret DB_PASSWORD", 9),
        ("APP_PORT=8080", "URL=postgres://a:hunter22@db/x", "ENV holds a password in a URL", 9),
        ("WORKDIR /src", "ARG NPM_TOKEN", "is built with the secret NPM_TOKEN", 4),
        ("WORKDIR /src", "COPY .env .ssh/ /x/", ".env is copied into the image", 4),
        ("WORKDIR /src", "COPY certs/server.key /x/", "certs/server.key is copied", 4),
        ("WORKDIR /src", "RUN export API_KEY=hunter22abc", "RUN has a value for API_KEY", 4),
        ("WORKDIR /src", f"RUN <<EOF\necho\ngit clone {TOKEN}\nEOF", "RUN holds a token of GitHub", 6),
        (f"--checksum={SHA} ", "", "ADD takes a file from the network", 11),
    ],
)
def test_a_seeded_fault_is_found_where_it_stands(old: str, new: str, message: str, line: int) -> None:
    assert old in GOOD
    found = judged(GOOD.replace(old, new))
    assert found.outcome is Outcome.FAIL
    first = next(one for one in bad(found) if message in one.message)
    assert first.location == Location("Dockerfile", line)
    assert first.next
    assert first.object
    assert first.object.startswith("Dockerfile/Dockerfile:")
    assert not any("hunter22" in str(one) or TOKEN in str(one) for one in found.findings)


def test_an_image_that_an_argument_without_default_decides_is_unproven() -> None:
    found = judged(GOOD.replace(f"ARG PY=3.12.4-slim@{SHA}", "ARG PY"))
    assert (found.outcome, found.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)
    assert "python:${PY}" in found.summary


def test_a_user_that_the_file_does_not_tell_is_unproven() -> None:
    found = judged(GOOD.replace("USER 65532:65532", "USER $WHO"))
    assert found.outcome is Outcome.UNPROVEN
    assert "runs as $WHO" in found.summary


def test_a_tag_is_enough_unless_a_digest_is_asked_for() -> None:
    tagged = GOOD.replace(f"@{SHA} AS run", " AS run")
    assert judged(tagged).outcome is Outcome.PASS
    assert "has no digest" in judged(tagged, pin="digest").summary
    assert judged(GOOD, pin="digest").outcome is Outcome.PASS


FULL = f"FROM debian:12@{SHA}\nUSER app\nHEALTHCHECK CMD curl x\n"


@pytest.mark.parametrize(
    ("text", "stages", "outcome"),
    [
        (FULL, "either", Outcome.FAIL),
        (FULL, "any", Outcome.PASS),
        (FULL.replace("12@", "12-slim@"), "either", Outcome.PASS),
        (FULL.replace("12@", "12-slim@"), "multi-stage", Outcome.FAIL),
        (f"FROM a:1 AS b\n{FULL}COPY --from=b /x /y\n", "multi-stage", Outcome.PASS),
        (f"FROM a:1 AS b\n{FULL}COPY --from=b /x /y\n", "small", Outcome.FAIL),
        (f"FROM a:1 AS b\n{FULL}", "either", Outcome.FAIL),
        (f"FROM a:1 AS b\n{FULL}COPY --from=b / /\n", "multi-stage", Outcome.FAIL),
        (f"FROM a:1 AS b\n{FULL}COPY --from=b /. /\n", "either", Outcome.FAIL),
    ],
)
def test_the_tools_of_the_build_stay_behind(text: str, stages: str, outcome: Outcome) -> None:
    assert judged(text, stages=stages).outcome is outcome


def test_an_own_repository_may_be_small() -> None:
    assert judged(FULL, small=["debian"]).outcome is Outcome.PASS


def test_kubernetes_needs_no_healthcheck() -> None:
    without = FULL.replace("HEALTHCHECK CMD curl x\n", "")
    assert judged(without, stages="any").outcome is Outcome.FAIL
    assert judged(without, stages="any", healthcheck="ignored").outcome is Outcome.PASS


def test_a_stage_goes_on_from_another_and_from_its_triggers() -> None:
    base = "FROM a:1-slim AS base\nUSER app\nHEALTHCHECK CMD curl x\n"
    assert judged(base + "FROM base\n").outcome is Outcome.PASS
    assert "runs as root" in judged(base + "ONBUILD USER root\nFROM base\n").summary
    assert "off" in judged(base + "ONBUILD HEALTHCHECK NONE\nFROM base\n").summary


def test_another_stage_may_be_the_one_that_is_shipped() -> None:
    text = GOOD + "FROM python:3.12.4-slim AS test\n"
    assert judged(text).outcome is Outcome.FAIL
    assert judged(text, target="run").outcome is Outcome.PASS
    assert judged(text, target="gone").summary == "Dockerfile has no stage gone"


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(GOOD.splitlines()) - 1))
def test_without_a_line_it_is_never_an_error(number: int) -> None:
    lines = GOOD.splitlines()
    text = "\n".join(lines[:number] + lines[number + 1 :])
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "Dockerfile").write_text(text)
        facts = read_evidence("dockerfile", Path(folder), path="Dockerfile").whole.facts
    if isinstance(facts, Dockerfile):
        assert judge_check("infrastructure/dockerfile", {}, dockerfile=(facts,)).outcome is not Outcome.ERROR
