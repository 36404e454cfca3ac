"""Another package brings a check, a category, a kind of evidence and a policy: installed, and used like our own."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.packaging.installation import Environment
from tests.packaging.plugins import SAMPLE, change, check_that, sound_site

CHECK, KIND = "acme:compliance/change-ticket", "acme:change-record"
POLICY = """
readiness: 1
name: shop-prod
extends: [package:acme_gate/prod]
release: {name: shop, version: "1.2.3"}
"""
MORE = "readiness: 1\nname: more\nextends: [prod.yaml]\nchecks: [{use: acme:weather/no-storm}]\n"


@pytest.fixture(scope="session")
def with_sample(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment with the wheel and the sample, both installed by pip."""
    environment = Environment.make(tmp_path_factory.mktemp("with_sample"))
    environment.install(wheel)
    environment.install(shutil.copytree(SAMPLE, tmp_path_factory.mktemp("sample") / "sample"))
    return environment


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose policy extends that of the sample."""
    (tmp_path / "prod.yaml").write_text(POLICY)
    (tmp_path / "change.json").write_text(change("ann", "bob"))
    return tmp_path


@pytest.mark.packaging
def test_the_check_is_listed_with_its_title(with_sample: Environment, project: Path) -> None:
    done = with_sample.readiness("checks", folder=project)
    (line,) = (line for line in done.stdout.splitlines() if line.startswith(CHECK))
    assert line.endswith("The change is approved by enough people")


@pytest.mark.packaging
def test_the_check_is_explained(with_sample: Environment, project: Path) -> None:
    done = with_sample.readiness("explain", CHECK, folder=project)
    assert done.returncode == 0, done.stderr
    for part in ("approved by enough people", "found out by the customers", "approvals", "handbook"):
        assert part in done.stdout


@pytest.mark.packaging
def test_the_plugin_is_listed_with_what_it_brings(with_sample: Environment, project: Path) -> None:
    done = with_sample.readiness("plugins", folder=project)
    assert done.stdout.count("acme (acme-gate 1.2.0)") == 2
    assert {CHECK, KIND} <= set(done.stdout.split())


@pytest.mark.packaging
def test_the_schema_knows_the_check_and_the_kind(with_sample: Environment, project: Path) -> None:
    done = with_sample.readiness("policy", "schema", folder=project)
    properties = json.loads(done.stdout)["properties"]
    assert CHECK in properties["checks"]["items"]["properties"]["use"]["enum"]
    assert KIND in properties["evidence"]["additionalProperties"]["properties"]["kind"]["enum"]


@pytest.mark.packaging
def test_a_release_with_enough_approvals_may_go(with_sample: Environment, project: Path) -> None:
    done = with_sample.readiness("check", "--policy", "prod.yaml", "-o", "json=-", folder=project)
    assert (done.returncode, done.stderr) == (0, "")
    card = json.loads(done.stdout)
    assert card["decision"] == "go"
    assert [one["name"] for one in card["categories"]] == ["compliance"]
    assert card["evidence"][0]["kind"] == KIND
    assert card["evidence"][0]["items"][0]["format"] == "acme-json"
    assert card["evidence"][0]["facts"] == {"ticket": "CHG-7", "state": "approved", "approvals": 2}


@pytest.mark.packaging
def test_a_release_with_one_approval_may_not(with_sample: Environment, project: Path) -> None:
    (project / "change.json").write_text(change("ann", "ann"))
    done = with_sample.readiness("check", "--policy", "prod.yaml", folder=project)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "approved by 1; at least 2 must" in " ".join(done.stdout.split())


@pytest.mark.packaging
def test_without_the_evidence_nothing_is_shown(with_sample: Environment, project: Path) -> None:
    (project / "change.json").unlink()
    done = with_sample.readiness("check", "--policy", "prod.yaml", folder=project)
    assert done.returncode == 5, done.stdout + done.stderr


def test_a_check_is_added_by_one_file(tmp_path: Path) -> None:
    site = sound_site(tmp_path)
    body = "yield Finding(outcome=Outcome.PASS, message='it is there')"
    site.write({"acme_gate/checks/weather/no_storm.py": check_that(body)})
    site.write({"more.yaml": MORE})
    assert "acme:weather/no-storm" in site.readiness("checks").stdout
    done = site.readiness("check", "--policy", "more.yaml", "-o", "json=-")
    assert done.returncode == 0, done.stdout + done.stderr
    assert [one["name"] for one in json.loads(done.stdout)["categories"]] == ["compliance", "weather"]


def test_a_format_is_added_by_one_file(tmp_path: Path) -> None:
    site = sound_site(tmp_path)
    folder = "acme_gate/evidence/change_record"
    text = (tmp_path / folder / "acme_json.py").read_text()
    old = text.replace("acme-change", "old").replace("acme_change", "old")
    site.write({f"{folder}/old_json.py": old})
    site.write({"change.json": change("ann", "bob").replace("acme-change", "old")})
    done = site.readiness("check", "--policy", "prod.yaml", "-o", "json=-")
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["evidence"][0]["items"][0]["format"] == "old-json"
