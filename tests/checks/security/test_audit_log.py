"""security/audit-log, and the samples of logs that it judges."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.check import Outcome
from readiness.evidence.audit_log import AuditLog
from readiness.evidence.model import Item, Reason
from readiness.judge import Judgement
from readiness.testing import judge_check, read_evidence

ROW = {"time": "2026-05-30T10:00:00Z", "actor": "ada", "action": "login", "outcome": "success"}


def lines(*changes: dict[str, Any]) -> str:
    """Twelve good lines, the last ones changed."""
    rows = [{**ROW, "time": f"2026-05-30T10:00:{n:02}Z"} for n in range(12)]
    for n, change in enumerate(changes):
        rows[n + 5] = {key: value for key, value in {**rows[n + 5], **change}.items() if value is not None}
    return "\n".join(json.dumps(row) for row in rows) + "\n"


def item(root: Path, content: str | bytes, **keys: Any) -> Item:
    (root / "audit.log").write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_evidence("audit-log", root, path="audit.log", **keys).whole


def read(root: Path, content: str | bytes, **keys: Any) -> AuditLog:
    found = item(root, content, **keys)
    assert isinstance(found.facts, AuditLog), found.message
    return found.facts


def judge(log: AuditLog, **params: Any) -> Judgement:
    return judge_check("security/audit-log", {k.replace("_", "-"): v for k, v in params.items()}, log=(log,))


LOGFMT = "".join(
    f'time=2026-05-30T10:00:{n:02}Z actor=ada action=login outcome=success msg="signed in"\n'
    for n in range(12)
)
CSV = "time,actor,action,outcome\n" + "".join(
    f'2026-05-30T10:00:{n:02}+02:00,"Lovelace, Ada",login,success\n' for n in range(12)
)


@pytest.mark.parametrize(
    ("content", "format_"), [(lines(), "json-lines"), (LOGFMT, "logfmt"), (CSV, "csv-table")]
)
def test_a_sample_that_tells_everything_passes(tmp_path: Path, content: str, format_: str) -> None:
    found = item(tmp_path, content)
    assert found.provenance.format == format_
    assert found.provenance.observed_from == "content"
    assert isinstance(found.facts, AuditLog)
    judged = judge(found.facts, actions=["LOGIN"])
    assert (judged.outcome, judged.findings[0].count) == ("pass", 12)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"actor": None}, "1 lines do not tell who (actor); the first is line 6"),
        ({"actor": "unknown"}, "do not tell who"),
        ({"actor": "-"}, "do not tell who"),
        ({"action": None}, "do not tell what was done"),
        ({"outcome": ""}, "do not tell how it went"),
        ({"time": None}, "do not tell when"),
        ({"time": "2026-05-30T10:00:05"}, "has no zone (2026-05-30T10:00:05)"),
        ({"time": "yesterday"}, "have a time that is none"),
        ({"time": "2026-05-30T09:00:00Z"}, "are earlier than the line before (2026-05-30 09:00:00 after"),
        ({"password": "hunter22"}, "hold a value of password"),
        ({"body": {"user_password": "hunter22"}}, "hold a value of user_password"),
        ({"url": "https://ada:hunter22@shop.example/x"}, "hold credentials in a URL"),
        ({"header": "Bearer abcdefghij0123456789"}, "hold an Authorization header"),
        ({"key": "AKIA" + "ABCDEFGHIJKLMNOP"}, "hold an AWS access key"),
        ({"query": "a=1&api_key=q8w7e6r5t4"}, "hold a value of api_key"),
        ({"session_token": "q8w7e6r5t4q8w7e6r5t4"}, "hold a token"),
    ],
)
def test_a_line_that_lacks_something_or_holds_a_secret_fails(
    tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    found = judge(read(tmp_path, lines(change)))
    assert found.outcome is Outcome.FAIL
    assert message in found.summary
    assert found.findings[0].location is not None
    assert found.findings[0].location.line in (6, 7)


@pytest.mark.parametrize(
    "change",
    [
        {"password": "***"},
        {"password": "[REDACTED]"},
        {"action": "password=changed"},
        {"secret": True},
        {"pwd": None},
    ],
)
def test_what_is_masked_is_no_secret(tmp_path: Path, change: dict[str, Any]) -> None:
    assert judge(read(tmp_path, lines(change))).outcome is Outcome.PASS


def test_a_secret_is_not_kept_in_facts(tmp_path: Path) -> None:
    assert "hunter22" not in repr(read(tmp_path, lines({"password": "hunter22"})))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (lines() + "Traceback (most recent call last):\n", "1 lines cannot be read; the first is line 13"),
        (lines() + '{"time": "2026-05-30T10:0', "cannot be read"),
        (lines() + '{"actor": "a", "actor": "b"}\n', "cannot be read"),
        (LOGFMT + "just words\n", "cannot be read"),
        (LOGFMT + "a=1 a=2\n", "cannot be read"),
        (CSV + "2026-05-30T10:01:00Z,ada\n", "cannot be read"),
    ],
)
def test_a_line_that_cannot_be_read_fails(tmp_path: Path, content: str, message: str) -> None:
    found = judge(read(tmp_path, content))
    assert found.outcome is Outcome.FAIL
    assert message in found.summary


def test_a_sample_that_is_too_small_or_lacks_actions_is_unproven(tmp_path: Path) -> None:
    log = read(tmp_path, lines())
    assert judge(log, min_entries=13).reason == "insufficient"
    assert judge(log, min_actors=2).reason == "insufficient"
    assert judge(log, min_outcomes=2).reason == "insufficient"
    found = judge(log, actions=["login", "*permission*"])
    assert (found.reason, found.summary) == (
        "missing",
        "audit.log: the action *permission* is not in the sample",
    )


def test_copies_of_a_line_are_no_sample(tmp_path: Path) -> None:
    found = judge(read(tmp_path, f"{json.dumps(ROW)}\n" * 50))
    assert found.summary == "audit.log: it holds 1 lines and 49 copies of them; at least 10 are needed"


def test_fields_may_have_names_of_their_own(tmp_path: Path) -> None:
    row = {"wann": "2026-05-30T10:00:00Z", "who": {"mail": "ada"}, "was": "login", "wie": "ok"}
    keys = {"time": "wann", "actor": "who.mail", "action": "was", "outcome": "wie"}
    log = read(tmp_path, "".join(f"{json.dumps({**row, 'n': n})}\n" for n in range(10)), **keys)
    assert judge(log).outcome is Outcome.PASS
    assert log.names == keys
    assert "its format is not known" in item(tmp_path, json.dumps(row)).message


@pytest.mark.parametrize("time", ["1780135200", 1780135200, 1780135200.5, 1780135200000])
def test_seconds_and_milliseconds_are_times(tmp_path: Path, time: Any) -> None:
    content = "".join(f"{json.dumps({**ROW, 'time': time, 'n': n})}\n" for n in range(10))
    assert judge(read(tmp_path, content)).outcome is Outcome.PASS


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe", b"<xml/>", b"[]", b"{}", b"# Log\n\nwords\n"])
def test_anything_else_is_malformed(tmp_path: Path, content: bytes) -> None:
    found = item(tmp_path, content)
    assert (found.facts, found.reason) == (None, Reason.MALFORMED)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from([lines(), LOGFMT, CSV]), st.integers(0, 700), st.binary(max_size=4))
def test_a_sample_that_is_cut_or_changed_never_gets_better(
    tmp_path_factory: pytest.TempPathFactory, content: str, at: int, junk: bytes
) -> None:
    whole = content.encode()
    for broken in (whole[:at], whole[:at] + junk + whole[at + len(junk) :]):
        found = item(tmp_path_factory.mktemp("log"), broken)
        assert not found.message.startswith("the reader"), found.message
        if isinstance(found.facts, AuditLog):
            assert judge(found.facts).outcome is not Outcome.ERROR
