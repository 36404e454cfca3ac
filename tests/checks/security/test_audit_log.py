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


def every(**change: Any) -> str:
    """Twelve lines, all changed."""
    rows = [{**ROW, "time": f"2026-05-30T10:00:{n:02}Z", **change} for n in range(12)]
    return "\n".join(json.dumps(row) for row in rows) + "\n"


@pytest.mark.parametrize(
    "value", [True, "${user}", "{{ user }}", "%s", "<user>", "TODO", "[object Object]", "n/a"]
)
def test_a_bare_yes_and_a_template_are_no_actor(tmp_path: Path, value: Any) -> None:
    found = judge(read(tmp_path, lines({"actor": value})))
    assert found.outcome is Outcome.FAIL
    assert "do not tell who" in found.summary


def test_keys_of_logfmt_without_values_tell_nothing(tmp_path: Path) -> None:
    bare = "".join(f"time=2026-05-30T10:00:{n:02}Z actor action outcome n={n}\n" for n in range(12))
    found = item(tmp_path, bare)
    assert found.facts is None or judge(read(tmp_path, bare)).outcome is Outcome.FAIL


@pytest.mark.parametrize(
    "time", ["1970-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "2026-05-30", 0, 17, "2026-05-30T10:00"]
)
def test_a_clock_that_was_never_set_tells_no_time(tmp_path: Path, time: Any) -> None:
    found = judge(read(tmp_path, lines({"time": time})))
    assert "have a time that is none, or has no zone" in found.summary


@pytest.mark.parametrize(
    "time",
    [
        1780135205,
        1780135205123,
        1780135205123456,
        1780135205123456789,
        "1780135205123456789",
        "Sat, 30 May 2026 10:00:05 +0000",
        "30 May 2026 10:00:05 GMT",
        "30/May/2026:10:00:05 +0000",
        "2026-05-30 10:00:05.123 UTC",
        "2026-05-30 10:00:05.123456789 +00:00",
        "2026-05-30T10:00:05,123Z",
    ],
)
def test_times_as_databases_servers_and_mails_write_them_are_read(tmp_path: Path, time: Any) -> None:
    log = read(tmp_path, lines({"time": time}))
    assert judge(log).outcome is Outcome.PASS
    assert f"{log.last_at:%Y-%m-%d %H:%M}" == "2026-05-30 10:00"


def test_an_export_with_the_newest_line_first_is_in_order_too(tmp_path: Path) -> None:
    rows = [{**ROW, "time": f"2026-05-30T{23 - n}:00:00Z"} for n in range(12)]
    newest_first = "\n".join(map(json.dumps, rows))
    assert judge(read(tmp_path, newest_first)).outcome is Outcome.PASS
    rows[6], rows[7] = rows[7], rows[6]
    found = judge(read(tmp_path, "\n".join(map(json.dumps, rows))))
    assert "are earlier than the line before" in found.summary


@pytest.mark.parametrize(
    ("change", "sort"),
    [
        ({"body": '{"password":"hunter22"}'}, "a value of password"),
        ({"body": json.dumps({"b": '{"password":"hunter22"}'})}, "a value of password"),
        ({"pass": "hunter22"}, "a value of pass"),
        ({"db_pass": "hunter22"}, "a value of db_pass"),
        ({"key": "sk_" + "live_" + "4eC39HqLyjWDarjtT1zdp7dc"}, "a token of GitHub"),
        ({"key": "AI" + "zaSyA1234567890abcdefghijklmnopqrstuvw"}, "a token of GitHub"),
        ({"key": "github_" + "pat_" + "11ABCDEFG0" * 5}, "a token of GitHub"),
        ({"headers": {"Cookie": "sid=8f14e45fceea167a5a36dedd4bea2543"}}, "a cookie"),
        ({"message": "password: hunter22 was sent"}, "a value of password"),
    ],
)
def test_secrets_within_texts_and_under_other_names_are_found(
    tmp_path: Path, change: dict[str, Any], sort: str
) -> None:
    assert f"hold {sort}" in judge(read(tmp_path, lines(change))).summary


def test_a_secret_in_escapes_of_json_is_found(tmp_path: Path) -> None:
    content = lines({"password": "hunter22"}).replace("password", "passwor\\u0064")
    assert "hold a value of password" in judge(read(tmp_path, content)).summary


@pytest.mark.parametrize(
    "change",
    [
        {"message": "Invalid password: account locked after 3 attempts"},
        {"action": "secret.read", "secret": "projects/shop/secrets/db"},
        {"objectRef": {"resource": "secrets", "secret": "db-password"}},
        {"token_id": "550e8400-e29b-41d4-a716-446655440000"},
        {"bypass": "rule-seven"},
        {"auth": {"client_token": "hmac-sha256:5a8b1c2d3e4f"}},
    ],
)
def test_words_about_secrets_are_none(tmp_path: Path, change: dict[str, Any]) -> None:
    assert judge(read(tmp_path, every(**change))).outcome is not Outcome.FAIL
