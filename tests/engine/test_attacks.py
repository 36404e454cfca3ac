"""Inputs that once looked good and were not: each of them must stay no pass."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from readiness.check import Outcome, Release
from readiness.evidence.model import Reason, Unproven
from readiness.readers.strict_json import parse_json
from readiness.readers.strict_xml import parse_xml
from readiness.testing import judge_check, read_evidence
from tests.hostile_servers import answering, in_turn, saying, serving
from tests.support import FIXTURES

POD = "{containers: [{name: c, image: 'evil:latest'}]}"
DEPLOYMENT = (
    "{apiVersion: apps/v1, kind: Deployment, metadata: {name: evil}, spec: {selector: {matchLabels: {a: b}}, "
    f"template: {{metadata: {{labels: {{a: b}}}}, spec: {POD}}}}}}}"
)


@pytest.mark.parametrize("kind", ["List", "DeploymentList", "Bundle"])
def test_a_list_with_a_name_hides_no_object(kind: str, tmp_path: Path) -> None:
    text = f"apiVersion: v1\nkind: {kind}\nmetadata: {{name: extras}}\nitems: [{DEPLOYMENT}]\n"
    (tmp_path / "a.yaml").write_text(text)
    manifests = read_evidence("manifests", tmp_path, path="a.yaml").whole.facts
    assert judge_check("infrastructure/image-tag", manifests=manifests).outcome is Outcome.FAIL


def test_namesakes_in_two_packages_are_no_union(tmp_path: Path) -> None:
    def package(name: str, hits: int) -> str:
        line = f'<line number="1" hits="{hits}"/>'
        return (
            f'<package name="{name}"><classes><class name="index" filename="src/index.ts">'
            f"<lines>{line}</lines></class></classes></package>"
        )

    xml = f"<coverage><packages>{package('a', 3)}{package('b', 0)}</packages></coverage>"
    (tmp_path / "coverage.xml").write_text(xml)
    item = read_evidence("coverage", tmp_path, path="coverage.xml").items[0]
    assert item.reason is Reason.MALFORMED
    assert "stands in two packages" in item.message


PAGE = b"<html>Please log in</html>"
REDIRECT = b"HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
HTML = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
    % len(PAGE)
) + PAGE


@pytest.mark.parametrize("behaviour", [saying(HTML), in_turn(saying(REDIRECT), answering(b"{}"))])
def test_a_login_page_is_not_healthy(behaviour: object, tmp_path: Path) -> None:
    with serving(behaviour) as server:  # type: ignore[arg-type]
        endpoint = read_evidence("endpoint", tmp_path, url=server.url("/health"), deadline="5s").whole.facts
    assert endpoint is not None
    judgement = judge_check("operations/health", endpoint=endpoint)
    assert (judgement.outcome, judgement.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)


def test_one_run_written_twice_is_no_longer_run(tmp_path: Path) -> None:
    content = (FIXTURES / "load_test" / "k6.points.json").read_bytes()
    (tmp_path / "load.json").write_bytes(content + content)
    item = read_evidence("load-test", tmp_path, path="load.json").items[0]
    assert item.reason is Reason.MALFORMED
    assert "twice" in item.message


@pytest.mark.parametrize("environment", ["live", "prd", "production-eu", "PROD ", None])
def test_a_pre_release_goes_to_no_production_whatever_it_is_called(
    environment: str | None, tmp_path: Path
) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "shop"\nversion = "1.4.2rc1"\n')
    project = read_evidence("project", tmp_path, path="pyproject.toml").items[0].facts
    release = Release("shop", "1.4.2rc1", None, environment)
    assert project is not None
    assert judge_check("deployment/version", release=release, project=(project,)).outcome is Outcome.FAIL


def test_what_a_glob_matches_and_is_no_file_is_told(tmp_path: Path) -> None:
    shutil.copy(FIXTURES / "test_report" / "pytest-green.xml", tmp_path / "junit.xml")
    (tmp_path / "junit-shard2.xml").mkdir()
    (tmp_path / "junit-shard3.xml").symlink_to("/nonexistent")
    evidence = read_evidence("test-report", tmp_path, path="junit*.xml")
    assert [item.reason for item in evidence.items] == [Reason.MALFORMED, Reason.MISSING, None]
    assert evidence.whole.facts is None


def test_comments_in_instructions_hide_no_entity_and_hold_nobody() -> None:
    doctype = b'<!DOCTYPE coverage SYSTEM "x">'
    assert parse_xml(doctype + b"<?x " + b"<!--" * 50_000 + b"?><coverage/>").tag == "coverage"
    with pytest.raises(Unproven, match="it uses the entity 'bad'"):
        parse_xml(doctype + b"<coverage><?x <!-- ?>&bad;<?x --> ?></coverage>")
    with pytest.raises(Unproven, match="it uses the entity 'bad'"):
        parse_xml(b"<!-- <!DOCTYPE a> -->" + doctype + b'<coverage a="&bad;"/>')


@pytest.mark.parametrize("text", ['{"\\ud800": 1}', '["\\udfff"]'])
def test_half_of_a_surrogate_pair_is_no_text(text: str) -> None:
    with pytest.raises(Unproven, match="half a character"):
        parse_json(text)
    assert parse_json(json.dumps(["\U0001f600"])) == ["\U0001f600"]


@pytest.mark.parametrize("probe", ["httpGet: {}", "exec: {command: []}", "tcpSocket: {host: x}", "grpc: {}"])
def test_a_probe_that_asks_nothing_is_none(probe: str, tmp_path: Path) -> None:
    pod = f"{{containers: [{{name: c, image: 'a:1', readinessProbe: {{{probe}}}}}]}}"
    (tmp_path / "a.yaml").write_text(DEPLOYMENT.replace(POD, pod))
    manifests = read_evidence("manifests", tmp_path, path="a.yaml").whole.facts
    assert judge_check("infrastructure/readiness-probe", manifests=manifests).outcome is Outcome.FAIL
