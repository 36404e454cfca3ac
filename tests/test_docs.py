"""What the documentation says is true: its policies, commands, tables, links and code are tried."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import click
import msgspec
import pytest
import yaml
from jsonschema import Draft202012Validator

from readiness.__main__ import INTERRUPTED, TERMINATED
from readiness.cli import group
from readiness.evidence.load_test import LoadTest
from readiness.plugins import discover
from readiness.policy.models import DecisionSection
from readiness.policy.resolve import resolve
from readiness.policy.schema import policy_schema
from readiness.readers.formats import formats_of
from readiness.readers.network.spec import EndpointSpec
from readiness.readers.stamps import Stamp
from readiness.report.formats import FORMATS
from readiness.testing import read_evidence
from readiness.units import parse_share
from readiness.version import version
from tests.packaging.test_layers import trespasses
from tests.pages import Page
from tests.support import ROOT

README = Page(ROOT / "README.md")
CONTRIBUTING = Page(ROOT / "CONTRIBUTING.md")
CHANGELOG = Page(ROOT / "CHANGELOG.md")
POLICY, EVIDENCE, CI = (Page(ROOT / "docs" / f"{name}.md") for name in ("policy", "evidence", "ci"))
PAGES = [README, CONTRIBUTING, CHANGELOG, *(Page(path) for path in sorted((ROOT / "docs").glob("*.md")))]
REGISTRY = discover()
SAMPLE_CHECK = "testing/duration"
VARIABLES = {
    "VERSION": "1.4.2",
    "GIT_COMMIT": "a" * 40,
    "IMAGE_DIGEST": "sha256:" + "b" * 64,
    "HEALTH_TOKEN": "secret",
    "RELEASE_NAME": "shop",
    "RELEASE_VERSION": "1.4.2",
    "RELEASE_COMMIT": "a" * 40,
    "SERVICE_URL": "https://127.0.0.1:9/health",
    "PROMETHEUS_URL": "http://127.0.0.1:9",
}


@cache
def anchors_of(path: Path) -> set[str]:
    return Page(path).anchors()


def named(page: object) -> str:
    return page.path.name if isinstance(page, Page) else str(page)


def shell(script: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a block of the documentation as a person would, with `readiness` on the PATH; stops at what fails."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder,
        env={**os.environ, "PATH": path, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        stdin=subprocess.DEVNULL,
    )


POLICIES = [
    pytest.param(fence.text, id=f"{page.path.name}: {fence.heading}")
    for page in PAGES
    for fence in page.fences("yaml")
    if re.search(r"^readiness: 1\b", fence.text, re.MULTILINE)
]


@pytest.mark.parametrize("text", POLICIES)
def test_a_policy_in_the_documentation_resolves_and_loosens_nothing(text: str, tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(text)
    policy = resolve(str(path), REGISTRY, VARIABLES, datetime(2026, 11, 21, tzinfo=UTC))
    assert (policy.overrides, policy.notes) == ((), ())


@pytest.mark.parametrize("text", POLICIES)
def test_a_policy_in_the_documentation_keeps_the_schema(text: str) -> None:
    errors = Draft202012Validator(policy_schema(REGISTRY)).iter_errors(without_dates(yaml.safe_load(text)))
    assert [f"{error.json_path}: {error.message}" for error in errors] == []


def without_dates(data: Any) -> Any:
    """Plain data in which a date is text, as it is in a policy."""
    if isinstance(data, dict):
        return {key: without_dates(value) for key, value in data.items()}
    if isinstance(data, list):
        return [without_dates(value) for value in data]
    return data.isoformat() if isinstance(data, date) else data


@pytest.fixture(scope="module")
def with_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder after `make demo`, and with the policy of the README."""
    folder = tmp_path_factory.mktemp("newcomer")
    done = shell("readiness demo --seconds 2", folder)
    assert done.returncode == 0, done.stderr
    (policy,) = README.fences("yaml", "A policy")
    assert len(policy.text.splitlines()) == 20
    (folder / "prod.yaml").write_text(policy.text)
    return folder


def test_the_policy_of_the_readme_says_go_and_the_deploy_step_agrees(with_demo: Path) -> None:
    (judge,) = README.fences("sh", "A policy")
    done = shell(judge.text, with_demo)
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads((with_demo / "scorecard.json").read_text())["decision"] == "go"
    commit = re.search(r"GIT_COMMIT=(\w+)", judge.text)
    (deploy,) = README.fences("sh", "In the deploy step")
    assert commit is not None
    assert shell(deploy.text, with_demo, GIT_COMMIT=commit[1]).returncode == 0
    assert shell(deploy.text, with_demo, GIT_COMMIT="c" * 40).returncode == 3


def test_a_report_of_another_commit_turns_the_go_into_a_no_go(with_demo: Path) -> None:
    script = "readiness check --policy prod.yaml --root readiness-demo"
    done = shell(script, with_demo, VERSION="1.4.2", GIT_COMMIT="c" * 40)
    assert (done.returncode, done.stdout.split()[1]) == (5, "NO-GO")


def test_the_lines_for_a_repository_of_ones_own_run(tmp_path: Path) -> None:
    (tmp_path / "test_shop.py").write_text("def test_it_sells() -> None:\n    pass\n")
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "shop"\nversion = "1.2.3"\n')
    (block,) = README.fences("sh", "In your own repository")
    commit = "git init -q && git add . && git -c user.name=a -c user.email=a@b.example commit -qm first"
    done = shell(f"{commit}\n{block.text}", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no commit" not in done.stdout + done.stderr
    assert (tmp_path / "reports" / "junit.xml.stamp.json").is_file()
    assert "testing/results" in done.stdout


def test_the_exit_codes_are_those_of_the_code() -> None:
    rows = {row[0]: row[1] for row in README.rows("Exit codes")}
    assert rows == told_by(group)
    text = README.path.read_text()
    assert f"{INTERRUPTED} (SIGINT)" in text
    assert f"{TERMINATED} (SIGTERM)" in text


def test_the_exit_codes_of_verify_are_those_of_the_code() -> None:
    command = group.get_command(click.Context(group), "verify")
    assert command is not None
    rows = [row[0] for row in CI.rows("What holds everywhere") if row[0].isdigit()]
    assert set(rows) == set(told_by(command))


def told_by(command: click.Command) -> dict[str, str]:
    """Exit codes and their meanings, as the help of a command tells them."""
    return dict(re.findall(r"^ +(\d)  (.+)$", command.help or "", re.MULTILINE))


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_command_in_the_documentation_exists_with_its_options(page: Page) -> None:
    wrong = [f"{' '.join(words)}: {why}" for words in page.commands("readiness") for why in refusals(words)]
    assert wrong == []


def test_commands_are_found_wherever_they_stand() -> None:
    assert ["check", "..."] in list(README.commands("readiness"))  # between backticks, before a pipe
    found = [words[0] for words in CI.commands("readiness") if words]
    assert [found.count(name) >= 3 for name in ("check", "verify", "evidence")] == [True] * 3


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("judge --policy x", ["there is no command judge"]),
        ("check --polciy x", ["there is no option --polciy"]),
        ("check -o pdf=x", ["there is no report pdf"]),
        ("verify card.json --require maybe", ["--require takes no maybe"]),
        ("explain testing/nothing", ["there is no check testing/nothing"]),
        ("evidence stamp reports/* --commit x", []),
        ("--version", []),
    ],
)
def test_a_command_that_does_not_exist_would_be_found(line: str, why: list[str]) -> None:
    assert list(refusals(line.split())) == why


def refusals(words: list[str]) -> Iterator[str]:
    """Why the command line would refuse these arguments; placeholders are taken for what they stand for."""
    command: click.Command = group
    rest = [word for word in words if word != "..."]
    while rest and isinstance(command, click.Group) and not rest[0].startswith("-"):
        found = command.get_command(click.Context(command), rest[0])
        if found is None:
            yield f"there is no command {rest[0]}"
            return
        command, rest = found, rest[1:]
    for word, value in zip(rest, [*rest, ""][1:], strict=True):
        if word.startswith("-") and word != "-":
            yield from _wrong_option(command, word.partition("=")[0], value)
        elif command.name == "explain" and "/" in word and word not in {*REGISTRY.checks, SAMPLE_CHECK}:
            yield f"there is no check {word}"


def _wrong_option(command: click.Command, name: str, value: str) -> Iterator[str]:
    if name in ("--help", "-h"):
        return
    option = next((one for one in command.params if name in one.opts), None)
    if option is None:
        yield f"there is no option {name}"
    elif isinstance(option.type, click.Choice) and value not in option.type.choices:
        yield f"{name} takes no {value}"
    elif name == "-o" and value.isascii() and value.partition("=")[0] not in (*FORMATS, ""):
        yield f"there is no report {value.partition('=')[0]}"


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_target_of_make_in_the_documentation_exists(page: Page) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {word for words in page.commands("make") for word in words if "=" not in word}
    assert named <= targets


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_to_a_file_of_the_repository_leads_there(page: Page) -> None:
    for target in sorted({target for target in page.links() if "://" not in target}):
        name, _, anchor = target.partition("#")
        path = (page.path.parent / name).resolve() if name else page.path
        assert path.exists(), target
        assert not anchor or anchor in anchors_of(path), target


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_policy_that_is_named_comes_with_it(page: Page) -> None:
    named = set(re.findall(r"builtin:([a-z][a-z-]*)", page.path.read_text()))
    assert named <= {path.stem for path in (ROOT / "policies").glob("*.yaml")}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_block_of_yaml_json_and_toml_can_be_read(page: Page) -> None:
    for fence in page.fences("yaml"):
        assert yaml.safe_load(fence.text)
    for fence in page.fences("json"):
        assert json.loads(fence.text)


def test_the_check_of_the_readme_works_as_it_is_pasted(tmp_path: Path) -> None:
    check, test = README.fences("python", "Write a check")
    site = tmp_path / "readiness"
    for name, target in (("readiness", site), *((n, site / n) for n in ("checks", "policies", "templates"))):
        shutil.copytree(ROOT / name, target, ignore=shutil.ignore_patterns("__pycache__"))
    (site / "checks" / "testing" / "duration.py").write_text(check.text)
    (tmp_path / "test_duration.py").write_text(test.text)
    here = {"PYTHONPATH": str(tmp_path), "PYTEST_ADDOPTS": "-p no:cacheprovider"}
    done = shell("python -m pytest -q test_duration.py", tmp_path, **here)
    assert "3 passed" in done.stdout, done.stdout + done.stderr
    explained = shell(f"python -m readiness explain {SAMPLE_CHECK}", tmp_path, **here).stdout
    for part in ("quick enough", "max: duration, needed, stricter when lower", "day of the incident"):
        assert part in explained


def test_the_check_of_the_readme_is_one_that_the_house_would_take(tmp_path: Path) -> None:
    text = README.fences("python", "Write a check")[0].text
    path = tmp_path / "duration.py"
    path.write_text(text)
    assert list(trespasses(path)) == []
    assert len(lines_of_code(text)) <= 15
    for folder, fence in zip(("checks", "tests/checks"), README.fences("python"), strict=True):
        path.write_text(fence.text)
        name = f"--stdin-filename {folder}/testing/duration.py - < {path}"
        done = shell(f"ruff check {name} && ruff format --check {name}", ROOT)
        assert done.returncode == 0, done.stdout + done.stderr
    assert "`checks/testing/duration.py`" in README.path.read_text()


def lines_of_code(text: str) -> list[str]:
    """The lines without imports, docstrings and blanks."""
    nodes = list(ast.walk(ast.parse(text)))
    passed_over = {
        line
        for node in nodes
        if isinstance(node, ast.Import | ast.ImportFrom)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for line in range(node.lineno, (node.end_lineno or 0) + 1)
    }
    return [line for i, line in enumerate(text.splitlines(), 1) if line.strip() and i not in passed_over]


def test_the_changelog_has_the_version() -> None:
    headings = re.findall(r"^## \[(.+?)\]", CHANGELOG.path.read_text(), re.MULTILINE)
    assert headings[0] == "Unreleased"
    assert version() in headings


def test_the_defaults_of_a_decision_are_as_they_are_told() -> None:
    told = re.search(r"Defaults: (.+)", POLICY.path.read_text())
    assert told is not None
    defaults = dict(re.findall(r"`([a-z-]+): ([\d%]+)`", told[1]))
    decision = DecisionSection()
    assert {name: parse_share(defaults[name]) for name in ("go", "conditional", "max-waived")} == {
        "go": decision.go,
        "conditional": decision.conditional,
        "max-waived": decision.max_waived,
    }
    assert defaults["max-days"] == str(decision.max_days)


def test_every_kind_is_named() -> None:
    named = {row[0].strip("`") for row in EVIDENCE.rows("Kinds and formats") if row[0]}
    assert {kind for kind in REGISTRY.kinds if ":" not in kind} == named


def test_the_kinds_and_formats_that_are_named_exist() -> None:
    kind, known = "", 0
    for first, second, *_ in EVIDENCE.rows("Kinds and formats"):
        kind = first.strip("`") or kind
        formats = formats_of(REGISTRY.kinds[kind], {})
        assert not second or second.strip("`") in formats, second
        known += 1
    assert known >= 15


def test_every_format_of_a_load_test_is_named() -> None:
    named = set(
        re.findall(r"`([a-z0-9-]+)`", " ".join(formats for _, formats in EVIDENCE.rows("More load testers")))
    )
    named |= {format_.strip("`") for _, format_, *_ in EVIDENCE.rows("Kinds and formats")}
    assert set(formats_of(REGISTRY.kinds["load-test"], {})) <= named


def test_the_load_test_of_ones_own_is_read_as_it_is_told(tmp_path: Path) -> None:
    (block,) = EVIDENCE.fences("json", "Load tests of your own")
    (tmp_path / "load.json").write_text(block.text)
    facts = read_evidence("load-test", tmp_path, path="load.json").whole.facts
    assert isinstance(facts, LoadTest)
    assert (facts.requests, facts.errors, facts.duration_s, facts.loop) == (6, 1, 300, "open")


def test_the_stamp_has_the_fields_that_a_stamp_has() -> None:
    (block,) = EVIDENCE.fences("json", "Stamps")
    assert msgspec.convert(json.loads(block.text), Stamp).commit
    assert list(json.loads(block.text)) == list(Stamp.__struct_fields__)


def test_the_endpoint_has_the_keys_that_an_endpoint_has() -> None:
    blocks = [*EVIDENCE.fences("yaml", "Endpoints"), *EVIDENCE.fences("yaml", "TLS of endpoints")]
    http, plain, tls = [said for block in blocks for said in yaml.safe_load(block.text).values()]
    specs = [EndpointSpec.model_validate_json(json.dumps(said)) for said in (http, tls, plain)]
    own = {field.alias or name for name, field in EndpointSpec.model_fields.items()}
    assert {*http, *plain, *tls} == own - {"role", "max-age", "bind"}
    assert (specs[0].tries, specs[1].starttls) == (3, "postgres")


def test_the_picture_is_a_picture_of_a_size_to_look_at() -> None:
    content = (ROOT / "docs" / "scorecard.png").read_bytes()
    assert content.startswith(b"\x89PNG")
    assert len(content) < 400_000
