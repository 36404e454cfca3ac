"""Compose files: what is read of one, how several are merged, and what makes them malformed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readiness.evidence.compose import Compose, Reference, Service, references, without_references
from readiness.evidence.model import Item, Reason
from readiness.testing import read_evidence

PROJECT = """\
x-common: &common
  restart: unless-stopped
services:
  web:
    <<: *common
    image: registry.acme/web:1.4.2
    healthcheck:
      test: [CMD, wget, -qO-, "http://localhost/health"]
    deploy: {resources: {limits: {cpus: "0.5", memory: 256M}}}
    environment:
      - LOG=info
      - TOKEN
    env_file: [common.env, {path: web.env}]
    depends_on:
      migrate: {condition: service_completed_successfully}
  migrate:
    extends: {service: web}
    restart: no
    mem_limit: 128m
    profiles: [jobs]
"""


def whole(folder: Path, *contents: str) -> Item:
    names = [f"compose{number}.yaml" for number in range(len(contents))]
    for name, content in zip(names, contents, strict=True):
        (folder / name).write_text(content)
    return read_evidence("compose", folder, path=names[0], overrides=names[1:]).whole


def read(folder: Path, *contents: str) -> Compose:
    item = whole(folder, *contents)
    assert isinstance(item.facts, Compose), item.message
    return item.facts


def service(facts: Compose, name: str) -> Service:
    return next(one for one in facts.services if one.name == name)


def refused(folder: Path, *contents: str) -> str:
    item = whole(folder, *contents)
    assert item.facts is None
    assert item.reason is Reason.MALFORMED
    assert not item.message.startswith("the reader")
    return item.message


def one(said: str) -> str:
    return f"services:\n  web:\n    image: a:1\n    {said}\n"


def test_a_project_is_read_with_anchors_merges_and_extends(tmp_path: Path) -> None:
    facts = read(tmp_path, PROJECT)
    web, migrate = service(facts, "web"), service(facts, "migrate")
    assert web.image
    assert (web.image.text, web.image.place.line) == ("registry.acme/web:1.4.2", 6)
    assert web.restart
    assert (web.restart.text, web.restart.place.line) == ("unless-stopped", 2)
    assert {name: limit.text for name, limit in web.limits.items()} == {"cpus": "0.5", "memory": "256M"}
    assert [(v.name, v.value, v.place.line) for v in web.environment] == [
        ("LOG", "info", 11),
        ("TOKEN", None, 12),
    ]
    assert [file.text for file in web.env_files] == ["common.env", "web.env"]
    assert facts.finished_first == {"migrate"}
    assert migrate.restart
    assert migrate.restart.text == "no"
    assert migrate.image == web.image
    assert migrate.limits["memory"].text == "128m"
    assert [profile.text for profile in migrate.profiles] == ["jobs"]
    assert facts.summary()["services"] == 2
    assert "info" not in str(facts.summary())
    assert facts.objects() == {"Service/web", "Service/migrate"}


def test_json_is_read_as_well(tmp_path: Path) -> None:
    assert service(read(tmp_path, '{"services": {"web": {"image": "a:1"}}}'), "web").image


def test_files_are_merged_in_the_order_that_is_told(tmp_path: Path) -> None:
    top = """\
services:
  web:
    image: registry.acme/web:1.5.0
    environment: {LOG: debug, EXTRA: x}
    healthcheck: {test: curl localhost}
  cache: {image: "redis:7"}
"""
    facts = read(tmp_path, PROJECT, top)
    web = service(facts, "web")
    assert web.image
    assert (web.image.text, web.image.place.file) == ("registry.acme/web:1.5.0", "compose1.yaml")
    assert {v.name: v.value for v in web.environment} == {"LOG": "debug", "TOKEN": None, "EXTRA": "x"}
    assert web.healthcheck
    assert web.healthcheck.test == ("CMD-SHELL", "curl localhost")
    assert web.restart
    assert [s.name for s in facts.services] == ["web", "migrate", "cache"]


def test_what_is_reset_or_overridden_is_not_merged(tmp_path: Path) -> None:
    said = ("healthcheck: !reset null", "environment: !override {ONLY: x}", "ports: !reset []")
    top = "services:\n  web:\n" + "".join(f"    {line}\n" for line in said)
    web = service(read(tmp_path, PROJECT, top), "web")
    assert web.healthcheck is None
    assert [v.name for v in web.environment] == ["ONLY"]


@pytest.mark.parametrize("said", ["deploy: !reset {}", "mem_limit: !reset null"])
def test_tags_that_only_compose_can_merge_are_refused(tmp_path: Path, said: str) -> None:
    assert "merged only by compose itself" in refused(tmp_path, one("restart: always"), one(said))


def test_a_glob_does_not_tell_which_file_is_laid_over_which(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(one(f"container_name: {name}"))
    item = read_evidence("compose", tmp_path, path="*.yaml").whole
    assert item.facts is None
    assert "2 files match, and which is laid over which is not told" in item.message
    assert "overrides" in item.remedy


def test_a_missing_override_is_missing(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(one("restart: always"))
    item = read_evidence("compose", tmp_path, path="a.yaml", overrides=["b.yaml"]).whole
    assert item.reason is Reason.MISSING


def test_what_other_files_hold_is_told_as_not_read(tmp_path: Path) -> None:
    facts = read(
        tmp_path, "include: [a.yaml, {path: [b.yaml]}]\n" + one("extends: {file: c.yaml, service: base}")
    )
    assert [one.text for one in facts.included] == ["a.yaml", "b.yaml"]
    (found,) = service(facts, "web").extended
    assert (found.file, found.service, found.place.line) == ("c.yaml", "base", 5)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("services:\n  web: [a]\n", "services.web is a list, where a map is meant"),
        (one("healthcheck: yes"), "services.web.healthcheck is true or false, where a map is meant"),
        (one("environment: [[a]]"), "services.web.environment[0] is a list, where text is meant"),
        (one("deploy: {resources: 3}"), "services.web.deploy.resources is a number"),
        (one("extends: nobody"), "services.web extends nobody, which is not in this file"),
        (one("extends: web"), "services.web extends itself"),
        (one("extends: {file: x}"), "services.web.extends names no service"),
        (one("image: b:2"), "'image' is here a second time"),
        (one("env_file: [{required: true}]"), "services.web.env_file[0] names no path"),
        ("include: [{a: b}]\n" + one("restart: always"), "include[0] names no path"),
        (one("restart: always") + "---\n" + one("restart: always"), "2 documents, where one is meant"),
        (one("x: *nobody"), "no anchor is called 'nobody'"),
        (one("x: !secret a"), "the tag !secret has no meaning"),
        ("services: !reset {}\n", "services has a tag"),
    ],
)
def test_what_compose_would_refuse_is_malformed(tmp_path: Path, content: str, message: str) -> None:
    assert message in refused(tmp_path, content)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "services: [docker]\n",
        "apiVersion: v1\nkind: Pod\nservices: {}\n",
        "on: push\njobs: {}\nservices: {a: b}\n",
        "# Services\n\nservices: none\n",
    ],
)
def test_what_is_no_compose_file_is_not_taken_for_one(tmp_path: Path, content: str) -> None:
    assert "is empty" in (message := refused(tmp_path, content)) or "its format is not known" in message


def test_a_file_without_services_is_missing(tmp_path: Path) -> None:
    assert whole(tmp_path, "services: {}\n").reason is Reason.MISSING


def test_an_alias_bomb_is_refused(tmp_path: Path) -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in range(1, 8):
        bomb += f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n"
    assert "through aliases" in refused(tmp_path, bomb + one("restart: always"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("plain", ()),
        ("$$HOME", ()),
        ("$A", (Reference("A", None),)),
        ("${A:-x}${B-}", (Reference("A", "x"), Reference("B", ""))),
        ("${A:?needed}", (Reference("A", None),)),
        ("${A:-${B:-x}}", (Reference("A", "${B:-x}"),)),
    ],
)
def test_variables_are_found(text: str, found: tuple[Reference, ...]) -> None:
    assert references(text) == found


def test_what_a_value_says_itself_is_what_remains() -> None:
    assert without_references("a$$b${C:-d}e") == "a$be"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(PROJECT)), st.sampled_from(["", "\0", "{", "]", "&", "*", "\t", ": ", "!reset "]))
def test_a_damaged_file_gives_facts_or_a_reason(tmp_path: Path, at: int, what: str) -> None:
    for content in (PROJECT[:at], PROJECT[:at] + what + PROJECT[at + 1 :]):
        item = whole(tmp_path, content)
        assert item.facts is not None or not item.message.startswith("the reader")
