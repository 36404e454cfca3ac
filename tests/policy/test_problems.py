"""What a wrong policy is answered with: every problem, with its place, in one go."""

from __future__ import annotations

from pathlib import Path

import pytest

from readiness.cli import run

GOOD = """\
readiness: 1
name: prod
release: {name: shop, version: "1.2.3", environment: production}
evidence:
  load: {kind: load-test, path: load.json}
  api: {kind: endpoint, url: "http://127.0.0.1:9/health"}
checks:
  - use: performance/latency
    enforce: required
    with: {p95: 200ms}
  - use: operations/health
"""


@pytest.fixture(autouse=True)
def in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(text: str | bytes, capsys: pytest.CaptureFixture[str]) -> str:
    """What `policy validate` says of a policy that is wrong."""
    Path("prod.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    assert run(["policy", "validate", "prod.yaml"]) == 2
    return capsys.readouterr().err


def test_a_good_policy_is_told_with_its_digest(capsys: pytest.CaptureFixture[str]) -> None:
    Path("prod.yaml").write_text(GOOD)
    assert run(["policy", "validate", "prod.yaml"]) == 0
    assert capsys.readouterr().out.startswith("prod: 2 checks, 2 evidence; sha256:")


@pytest.mark.parametrize(
    ("old", "new", "place", "message"),
    [
        ("p95: 200ms", "p95: 200", "10:17", "200 is no duration; write a number and its unit"),
        ("p95: 200ms", "p59: 200ms", "10:12", "there is no key 'p59' here"),
        ("p95: 200ms", "p95: 200ms, p95: 9s", "10:24", "'p95' is here a second time"),
        ("with: {p95: 200ms}", "wiht: {p95: 200ms}", "10:5", "there is no key 'wiht' here"),
        (
            "enforce: required",
            "enforce: yes",
            "9:14",
            "\"yes\" is not one of 'advisory', 'scored' or 'required'",
        ),
        ("enforce: required", "weight: 0", "9:13", "0 is less than 1"),
        ("enforce: required", "weight: 1001", "9:13", "1001 is more than 1000"),
        ("enforce: required", "weight: 1.5", "9:13", "1.5 is not a whole number"),
        ("enforce: required", 'weight: "2"', "9:13", '"2" is not a whole number'),
        (
            "performance/latency",
            "performance/latncy",
            "8:10",
            "there is no check called 'performance/latncy'",
        ),
        ("kind: load-test", "kind: loadtest", "5:16", "there is no kind of evidence called 'loadtest'"),
        ("kind: load-test, path", "path", "5:9", "the key 'kind' is missing"),
        ("path: load.json", "path: load.json, format: k9", "5:52", "there is no format called 'k9'"),
        ("path: load.json", "path: load.json, max-age: 7", "5:53", "7 is no duration"),
        ("path: load.json", "path: load.json, max_age: 7d", "5:44", "there is no key 'max_age' here"),
        ('version: "1.2.3"', "version: 1.2", "3:32", "1.2 is not text; put it in quotes"),
        ('version: "1.2.3"', 'version: "1", commit: abc', "3:45", '"abc" is no full commit'),
        ("{name: shop, ", "{", "3:10", "the key 'name' is missing"),
        ("name: prod\n", "", "1:1", "the key 'name' is missing"),
        ("name: prod", "name: prod\nbogus: 1", "3:1", "there is no key 'bogus' here"),
        ("name: prod", "name: prod\ndecision: {go: 0.9}", "3:16", "0.9 is no share; write it in percent"),
        ("name: prod", "name: prod\ndecision: {go: 120%}", "3:16", '"120%" is more than 100%'),
        (
            "name: prod",
            "name: prod\ndecision: {go: 50%}",
            "3:11",
            "asks more for CONDITIONAL (75%) than for GO",
        ),
        (
            "  - use: operations/health",
            "  - use: performance/latency\n    with: {p95: 1s}",
            "11:10",
            "two checks have",
        ),
        (
            "  - use: operations/health",
            "  - use: operations/health\n    from: lod",
            "12:11",
            "no evidence called 'lod'",
        ),
        (
            "  - use: operations/health",
            "  - use: operations/health\n    from: load",
            "12:11",
            "no evidence of kind endpoint",
        ),
        (
            "  - use: operations/health",
            "  - {use: operations/health, enforce: advisory, weight: 2}",
            "11:49",
            "an advisory check has no weight",
        ),
        (
            "  - use: operations/health",
            (
                "  - {use: operations/health, when: {version: ['2']}, id: x}\n"
                "  - {use: operations/health, when: {commit: [a]}}"
            ),
            "12:45",
            "release.commit is not set",
        ),
        (
            "  - use: operations/health",
            "  - {use: operations/health, when: {evidence: load}}",
            "11:37",
            "\"evidence\" is not one of 'name', 'version', 'commit' or 'environment'",
        ),
        ("path: load.json", "path: load.json, bind: commit", "5:50", "release.commit is not set"),
        ("path: load.json", 'path: "${NOWHERE}/x"', "5:33", "the environment variable NOWHERE is not set"),
        ("path: load.json", 'path: "${"', "5:33", "a `${` is not closed"),
        ("p95: 200ms", 'p95: "${LIMIT}"', "10:17", "variables have no place here"),
        ("environment: production}", "environment: ${ENV}}", "3:", "put it in quotes"),
        ("path: load.json", "path: *.json", "5:", "must be put in quotes"),
        ("load: {", "load: &a {", "5:", "anchors have no place in a policy"),
        ("name: prod", "name: !!str prod", "2:7", "has no place in a policy"),
        ("name: prod", "name: prod\n<<: {a: 1}", "3:1", "merge keys have no place in a policy"),
        (
            "readiness: 1",
            "readiness: 2",
            "1:12",
            "this is a policy of version 2; this readiness reads version 1",
        ),
        ("readiness: 1\n", "", "1:1", "the version is missing"),
        ("name: prod", "name: prod\n---\nreadiness: 1", "4:1", "a policy is one document"),
        ("name: prod", "name: [prod", "3:", "not YAML"),
        ("name: prod", "name: prod\nextends: nowhere.yaml", "3:10", "there is no policy at"),
        ("name: prod", "name: prod\nextends: [builtin:nowhere]", "3:11", "there is no such policy"),
        ("name: prod", "name: prod\nextends: [package:nowhere/x]", "3:11", "there is no such policy"),
        ("name: prod", "name: prod\nextends: [7]", "3:11", "is not the name of a policy"),
        ("name: prod", "name: prod\nextends: prod.yaml", "3:10", "the policy extends itself"),
        (
            "name: prod",
            "name: prod\nwaivers: [{check: operations/helth, reason: x, owner: y, expires: 2020-01-01}]",
            "3:19",
            "there is no check in this policy called 'operations/helth'",
        ),
        (
            "name: prod",
            "name: prod\nwaivers: [{check: operations/health, reason: x, owner: y, expires: 2090-01-01}]",
            "3:68",
            "the waiver lasts too long",
        ),
        (
            "name: prod",
            "name: prod\nwaivers: [{check: operations/health, owner: y, expires: soon}]",
            "3:11",
            "the key 'reason' is missing",
        ),
        (
            "name: prod",
            "name: prod\nwaivers: [{check: operations/health, reason: x, owner: y, expires: soon}]",
            "3:68",
            '"soon" is no date',
        ),
    ],
)
def test_a_problem_is_told_with_its_place(
    old: str, new: str, place: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert old in GOOD
    said = told(GOOD.replace(old, new, 1), capsys)
    assert f"prod.yaml:{place}" in said
    assert message in said
    assert "Traceback" not in said


def test_all_problems_are_told_at_once_in_their_order(capsys: pytest.CaptureFixture[str]) -> None:
    bad = (
        GOOD.replace("200ms", "200").replace("operations/health", "operations/helth").replace("load.json", "")
    )
    said = told(bad.replace("name: prod", "name: prod\nbogus: 1"), capsys)
    assert [line.split(":")[1] for line in said.splitlines() if line.startswith("prod.yaml:")] == [
        "3",
        "6",
        "11",
        "12",
    ]
    assert "readiness: 4 problems; nothing was judged" in said


def test_a_root_cause_is_told_without_its_follow_ups(capsys: pytest.CaptureFixture[str]) -> None:
    said = told(GOOD.replace("kind: load-test", "kind: loadtest"), capsys)
    assert "readiness: 1 problem; nothing was judged" in said
    said = told(GOOD.replace('version: "1.2.3"', 'commit: "${NOWHERE}"'), capsys)
    assert "readiness: 1 problem; nothing was judged" in said


def test_the_line_and_a_caret_are_shown_with_a_suggestion(capsys: pytest.CaptureFixture[str]) -> None:
    said = told(GOOD.replace("p95: 200ms", "p955: 200ms"), capsys)
    assert "\n10 |     with: {p955: 200ms}\n   |            ^^^^\n   = help: did you mean 'p95'?\n" in said


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the policy is empty"),
        (b"# only a comment\n", "the policy is empty"),
        (b"- a\n- b\n", "a policy is a mapping that begins with `readiness: 1`"),
        (b"\xff\xfe\x00", "is not UTF-8 text (byte 0)"),
        (b"readiness: 1\nname: a\x00b\n", "a character that YAML forbids"),
        (b"a: " + b"[" * 200, "nested more than 100 levels deep"),
        (b"#" + b"x" * 10_000_001, "the file is larger than 10 MB"),
        (b"readiness: 1\nname: x\nrelease: {name: x}\n", "the key 'checks' is missing"),
        (b"readiness: 1\nname: x\nrelease: {name: x}\nchecks:\n", "an empty value is not a list"),
        (b"readiness: 1\nname: x\nrelease: {name: x}\nchecks: []\n", "is empty"),
        (b"readiness: 1\nname: x\nrelease: {name: x}\nchecks: {use: a/b}\n", "is not a list"),
        (b"readiness: 1\nname: x\nrelease: {name: x}\nchecks: [a/b]\n", "is not a mapping"),
        (b"readiness: 1\nname: x\nrelease: {name: x}\nchecks: [{weight: 1}]\n", "the key 'use' is missing"),
        (b"readiness: 1\nname: x\nrelease: yes\nchecks: [{use: operations/health}]\n", "is not a mapping"),
        (b"readiness: 1.0\nname: x\n", "this is a policy of version 1.0"),
        (b"readiness: true\nname: x\n", "this is a policy of version True"),
    ],
)
def test_a_file_that_is_no_policy_is_refused(
    content: bytes, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert message in told(content, capsys)


def test_a_missing_policy_names_the_path_that_was_tried(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "--policy", "nowhere.yaml"]) == 2
    said = capfd.readouterr().err
    assert f"there is no policy at {Path.cwd()}/nowhere.yaml" in said
    assert "readiness init" in said


def test_a_folder_is_no_policy(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policy", "validate", "."]) == 2
    assert "is a folder, where a policy file is meant" in capsys.readouterr().err


def test_what_the_environment_holds_is_not_printed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN", "canary-4711\nx")
    headers = 'url: "http://127.0.0.1:9/health", headers: {Authorization: "Bearer ${TOKEN}"}, tries: 99'
    said = told(GOOD.replace('url: "http://127.0.0.1:9/health"', headers), capsys)
    assert "canary" not in said


SECRET = "hunter-2-hunter"


@pytest.mark.parametrize(
    "keys",
    [
        f'kind: endpoint, url: "https://u:{SECRET}@shop.test/"',
        f'kind: endpoint, url: "ftp://shop.test/?token={SECRET}"',
        f'kind: endpoint, url: "https://shop.test/", headers: {{A: " {SECRET}"}}',
        f'kind: endpoint, url: "tls://shop.test:1", headers: {{A: "{SECRET}"}}',
        f"kind: component, url: 'redis://:{SECRET}@cache'",
        f"kind: component, url: 'postgres://db', password: {SECRET}",
        f"kind: component, url: 'kafka://broker', user: {SECRET}",
        f"kind: component, url: 'redis://cache', query: 'AUTH {SECRET}'",
    ],
)
def test_a_secret_that_is_refused_is_not_shown(keys: str, capsys: pytest.CaptureFixture[str]) -> None:
    said = told(GOOD.replace('kind: endpoint, url: "http://127.0.0.1:9/health"', keys), capsys)
    assert SECRET not in said
    assert "****" in said
    assert "prod.yaml:6:" in said


def test_a_secret_over_several_lines_is_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    keys = f'kind: endpoint, url: "https://shop.test/", headers: {{A: "{SECRET}\n\n   b"}}'
    assert SECRET not in told(GOOD.replace('kind: endpoint, url: "http://127.0.0.1:9/health"', keys), capsys)


def test_a_url_without_credentials_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    said = told(GOOD.replace("http://127.0.0.1:9/health", "ftp://shop.test/"), capsys)
    assert "error: it is no URL of http, https or tls" in said
    assert 'url: "ftp://shop.test/"' in said
