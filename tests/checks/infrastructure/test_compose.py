"""infrastructure/compose: a shop of several services, good, and with one seeded fault at a time."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.check import Finding, Outcome
from readiness.evidence.compose import Compose
from readiness.evidence.model import Reason
from readiness.judge import Judgement
from readiness.testing import judge_check, read_evidence

GOOD = """\
x-common: &common
  restart: unless-stopped
  deploy: {resources: {limits: {memory: 256M, cpus: "0.5"}}}
services:
  web:
    <<: *common
    image: registry.acme/web:1.4.2
    healthcheck:
      test: [CMD, wget, -qO-, "http://localhost/health"]
    environment:
      DB_PASSWORD: ${DB_PASSWORD:?}
      DB_PASSWORD_FILE: /run/secrets/db
      DB_URL: postgres://app:${DB_PASSWORD}@db/shop
    depends_on:
      migrate: {condition: service_completed_successfully}
  migrate:
    image: registry.acme/web:1.4.2
    mem_limit: 128m
  db:
    <<: *common
    image: postgres:16.3
    env_file: db.env
    healthcheck: {test: "pg_isready -U app"}
"""
CHECK = "infrastructure/compose"


def read(*texts: str) -> Compose:
    with tempfile.TemporaryDirectory() as folder:
        for number, text in enumerate(texts):
            (Path(folder) / f"c{number}.yaml").write_text(text)
        names = [f"c{number}.yaml" for number in range(len(texts))]
        whole = read_evidence("compose", Path(folder), path=names[0], overrides=names[1:]).whole
    assert isinstance(whole.facts, Compose), whole.message
    return whole.facts


def judged(*texts: str, **params: Any) -> Judgement:
    return judge_check(CHECK, params, compose=read(*texts))


def bad(found: Judgement) -> list[Finding]:
    return [one for one in found.findings if one.outcome is not Outcome.PASS]


def test_a_good_project_passes_and_notes_what_is_elsewhere() -> None:
    found = judged(GOOD)
    assert (found.outcome, found.summary) == (Outcome.PASS, "3 services as asked")
    (note,) = [one for one in found.findings if one.note]
    assert note.message == "db takes variables from db.env, which is not read here"


@pytest.mark.parametrize(
    ("old", "new", "message", "line"),
    [
        ("image: postgres:16.3", "image: postgres", "db has the image postgres, which has no tag", 21),
        ("image: postgres:16.3", "image: postgres:latest", "has the moving tag latest", 21),
        ("image: postgres:16.3", "container_name: x", "db names no image", 19),
        ("postgres:16.3", "Postgres:16", "is no image that can be pulled", 21),
        ('healthcheck: {test: "pg_isready -U app"}', "hostname: x", "db has no healthcheck", 19),
        ('{test: "pg_isready -U app"}', "{disable: true}", "db switches its healthcheck off", 23),
        ('{test: "pg_isready -U app"}', "{test: [NONE]}", "db switches its healthcheck off", 23),
        ('{test: "pg_isready -U app"}', "{interval: 5s}", "db has a healthcheck without a test", 23),
        ("pg_isready -U app", "pg_isready || exit 0", "db has a healthcheck that never fails", 23),
        ("restart: unless-stopped", "restart: no", "web has restart: no", 2),
        ("restart: unless-stopped", "tty: true", "web says nothing of restart, which is never", 5),
        ("memory: 256M", "memory: 0", "web has a limit of memory that limits nothing", 3),
        ("memory: 256M", "memory: lots", "web has a limit of memory that limits nothing", 3),
        ("mem_limit: 128m", "tty: true", "migrate has no limit of memory", 16),
        ("${DB_PASSWORD:?}", "hunter22", "web has a value for DB_PASSWORD in its environment", 11),
        ("${DB_PASSWORD:?}", "${DB_PASSWORD:-hunter22}", "web has a value for DB_PASSWORD", 11),
        ("app:${DB_PASSWORD}@db", "app:hunter22@db", "web holds a password in a URL", 13),
    ],
)
def test_a_seeded_fault_is_found_where_it_stands(old: str, new: str, message: str, line: int) -> None:
    assert old in GOOD
    found = judged(GOOD.replace(old, new))
    assert found.outcome is Outcome.FAIL
    first = next(one for one in bad(found) if message in one.message)
    assert first.location
    assert (first.location.file, first.location.line) == ("c0.yaml", line)
    assert first.object
    assert first.next
    assert not any("hunter22" in str(one) for one in found.findings)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("postgres:16.3", "postgres:${TAG:-16.3}", "has an image that variables decide"),
        ("restart: unless-stopped", "restart: ${R}", "has a restart that a variable decides"),
        ("memory: 256M", "memory: $M", "has a limit of memory that a variable decides"),
        ('{test: "pg_isready -U app"}', '{test: x, disable: "${D}"}', "that a variable may switch off"),
        (
            "env_file: db.env",
            "extends: {file: base.yaml, service: db}",
            "extends db of base.yaml, which is not read",
        ),
        ("services:\n", "include: [other.yaml]\nservices:\n", "includes other.yaml, which is not read here"),
    ],
)
def test_what_the_files_do_not_tell_is_unproven(old: str, new: str, message: str) -> None:
    found = judged(GOOD.replace(old, new, 1))
    assert (found.outcome, found.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)
    assert any(message in one.message for one in bad(found))


def test_an_override_can_mend_and_spoil() -> None:
    broken = GOOD.replace("image: postgres:16.3", "image: postgres")
    assert judged(broken, "services: {db: {image: 'postgres:16.4'}}\n").outcome is Outcome.PASS
    assert judged(GOOD, "services: {db: {restart: 'no'}}\n").outcome is Outcome.FAIL


def test_a_service_that_ends_may_be_named() -> None:
    text = GOOD.replace("condition: service_completed_successfully", "condition: service_started")
    assert judged(text).outcome is Outcome.FAIL
    assert judged(text, **{"one-shot": ["migrate"]}).outcome is Outcome.PASS
    found = judged(GOOD, **{"one-shot": ["gone"]})
    assert found.summary == "there is no service gone, which `one-shot` names"


def test_profiles_choose_what_is_judged() -> None:
    text = GOOD + "  debug:\n    image: busybox\n    profiles: [debug]\n"
    assert judged(text).outcome is Outcome.FAIL
    assert judged(text, profiles=["prod"]).outcome is Outcome.PASS
    assert judged(text, profiles=["debug"]).outcome is Outcome.FAIL
    only = "services: {a: {image: 'a:1', profiles: [x]}}\n"
    assert judged(only, profiles=[]).summary == "none of 1 services is started with these profiles: none"


def test_limits_and_digests_may_be_asked_for() -> None:
    assert "has no limit of pids" in str(bad(judged(GOOD, limits=["memory", "pids"])))
    assert "which has no digest" in judged(GOOD, pin="digest").summary


def test_what_is_built_is_not_pulled_and_noted() -> None:
    found = judged(GOOD.replace("image: postgres:16.3", "build: ."))
    assert found.outcome is Outcome.PASS
    assert any(one.note and "is built from source" in one.message for one in found.findings)


def test_a_swarm_restarts_by_its_own_policy() -> None:
    text = GOOD.replace("restart: unless-stopped\n  deploy: {", "deploy: {restart_policy: {condition: any}, ")
    assert judged(text).outcome is Outcome.PASS
    assert judged(text.replace("condition: any", "condition: none")).outcome is Outcome.FAIL


@settings(max_examples=40, deadline=None)
@given(st.integers(4, len(GOOD.splitlines()) - 1))
def test_a_line_less_is_never_an_error_and_never_more_services(number: int) -> None:
    lines = GOOD.splitlines()
    text = "\n".join(lines[:number] + lines[number + 1 :])
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "c.yaml").write_text(text)
        facts = read_evidence("compose", Path(folder), path="c.yaml").whole.facts
    if isinstance(facts, Compose):
        assert judge_check(CHECK, {}, compose=facts).outcome is not Outcome.ERROR
