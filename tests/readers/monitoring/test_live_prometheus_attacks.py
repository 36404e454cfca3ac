"""kind prometheus: answers that were made to be believed wrongly."""

from __future__ import annotations

import json
import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from readiness.evidence.prometheus import Prometheus
from tests.hostile_servers import Server, serving
from tests.readers.monitoring.support import live, prometheus


def said(result: list[Any], folder: Path) -> str:
    body = json.dumps({"status": "success", "data": {"resultType": "vector", "result": result}})
    with prometheus({"query?query=q": body}) as server:
        return live(server, folder, read=[], queries={"q": "q"}).message


def test_a_series_that_comes_twice_is_malformed(tmp_path: Path) -> None:
    one = {"metric": {"job": "a"}, "value": [1_795_255_200, "1"]}
    assert "has a series twice" in said([one, one], tmp_path)


def test_times_that_do_not_ascend_are_malformed(tmp_path: Path) -> None:
    one = {"metric": {}, "values": [[1_795_255_200, "1"], [1_795_255_200, "2"]]}
    assert "do not ascend" in said([one], tmp_path)


def test_two_targets_with_the_same_labels_are_one_and_the_worse_counts(tmp_path: Path) -> None:
    labels = {"job": "a", "instance": "i"}
    made = [{"labels": labels, "health": health} for health in ("up", "down", "up")]
    body = json.dumps({"status": "success", "data": {"activeTargets": made}})
    with prometheus({"targets?state=active": body}) as server:
        facts = live(server, tmp_path, read=["targets"]).facts
    assert isinstance(facts, Prometheus)
    assert [one.health for one in facts.targets or ()] == ["down"]


@pytest.mark.parametrize(("apart", "is_good"), [(0, True), (-86_400, False), (86_400, False)])
def test_clocks_that_are_apart_show_nothing(apart: int, is_good: bool, tmp_path: Path) -> None:
    body = json.dumps({"status": "success", "data": ["up"]}).encode()

    def behave(client: socket.socket, server: Server) -> None:
        server.read_head(client)
        date = format_datetime(datetime.now(UTC) + timedelta(seconds=apart), usegmt=True)
        head = f"HTTP/1.1 200 OK\r\nDate: {date}\r\nContent-Type: application/json\r\n"
        client.sendall(f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)

    with serving(behave) as server:
        item = live(server, tmp_path, read=["metrics"])
    assert (item.facts is not None) is is_good
    assert is_good or "apart from that of the gate" in item.message
