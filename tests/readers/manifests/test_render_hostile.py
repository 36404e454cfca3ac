"""Renderers that hang, flood, lie or break: whatever they do, nothing passes and nothing is left."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readiness.evidence.model import Reason
from readiness.readers import commands
from tests.readers.manifests.renderers import (
    OBJECT,
    PRINTS,
    PROD,
    Bin,
    item,
    places,
    refusal,
)

FORKS = """
if os.fork() == 0:
    {first}
    time.sleep(60)
    os._exit(0)
"""


def test_a_renderer_that_prints_manifests_is_believed(root: Path, bin_: Bin) -> None:
    bin_.add("kustomize", PRINTS)
    assert places(item(root, PROD)) == {"ConfigMap/made": "deploy/overlays/prod/kustomization.yaml:1"}


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("while True: os.write(1, b'a: b\\n' * 9999)", "kustomize printed more than 10,000,000 bytes"),
        ("pass", "missing: it renders to no object at all"),
        ("print('---')", "missing: it renders to no object at all"),
        ("os.write(1, b'\\xff\\xfe\\x00')", "malformed: what kustomize printed is not UTF-8 text"),
        (
            "print('Usage: kustomize [COMMAND]')",
            "in what kustomize printed, line 1: document 1 is no Kubernetes",
        ),
        ("print('a: [')", "in what kustomize printed, line 1: not YAML"),
        ("print('kind: {{ .Values.kind }}')", "malformed: in what kustomize printed"),
        (f"{PRINTS}; sys.exit(1)", "malformed: kustomize failed (exit code 1): it did not say why"),
        (f"{PRINTS}; sys.stdout.flush(); os.kill(os.getpid(), 9)", "kustomize failed (signal 9)"),
        (
            "sys.stderr.write('Error: \\x1b[31mred\\x00 ' + 'x' * 9999); sys.exit(3)",
            "(exit code 3): ?[31mred? xxx",
        ),
    ],
)
def test_whatever_a_renderer_does_it_is_unproven(root: Path, bin_: Bin, program: str, said: str) -> None:
    bin_.add("kustomize", program)
    found = item(root, PROD)
    assert said in refusal(found)
    assert len(found.message) < 800


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("time.sleep(60)", "malformed: kustomize did not end within 0.6s"),
        (f"{PRINTS}; sys.stdout.close(); os.close(1); time.sleep(60)", "kustomize did not end within 0.6s"),
        ("while True: os.write(2, b'noise\\n' * 9999)", "kustomize did not end within 0.6s"),
        (FORKS.format(first="pass") + PRINTS, "something that it started held its output for 0.6s"),
        (FORKS.format(first="os.setsid()") + PRINTS, "something that it started held its output for 0.6s"),
    ],
)
def test_a_renderer_that_does_not_end_is_ended(root: Path, bin_: Bin, program: str, said: str) -> None:
    bin_.add("kustomize", program)
    assert said in refusal(item(root, PROD, deadline="600ms"))


def test_an_object_cut_off_is_no_object(root: Path, bin_: Bin) -> None:
    bin_.add("kustomize", f"os.write(1, {OBJECT!r}.encode()[:-10])")
    assert refusal(item(root, PROD)).startswith("malformed: in what kustomize printed")


@pytest.mark.parametrize("program", ["time.sleep(60)", FORKS.format(first="os.close(1)") + PRINTS])
def test_nothing_that_it_started_is_left(root: Path, tmp_path: Path, bin_: Bin, program: str) -> None:
    note = tmp_path / "group"
    bin_.add("kustomize", f"open({str(note)!r}, 'w').write(str(os.getpgrp()))\n{program.strip()}")
    item(root, PROD, deadline="1s")
    group = int(note.read_text())
    for _ in range(200):  # what was killed may have to be reaped by whoever inherited it
        if not _is_alive(group):
            return
        time.sleep(0.02)
    pytest.fail("something is left")


def _is_alive(group: int) -> bool:
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, its = stat.read_text().rpartition(")")[2].split()[:3]
        except (OSError, ValueError):
            continue
        if int(its) == group and state != "Z":
            return True
    return False


def test_it_sees_nothing_of_the_surroundings_of_the_gate(
    root: Path, tmp_path: Path, bin_: Bin, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_SECRET_ACCESS_KEY", "KUBECONFIG", "HELM_PLUGINS", "HTTPS_PROXY", "PYTHONPATH", "HOME"):
        monkeypatch.setenv(name, "ours")
    note = tmp_path / "seen"
    bin_.add(
        "helm",
        "seen = repr([dict(os.environ), sys.argv[1:], os.getcwd(), sys.stdin.read()])\n"
        f"open({str(note)!r}, 'w').write(seen)\n{PRINTS}",
    )
    item(root, "chart", set={"token": "hunter2"}, values=["chart/values-prod.yaml"], namespace="prod")
    seen = note.read_text()
    assert "ours" not in seen
    assert "hunter2" not in seen
    assert str(root / "chart") not in seen.replace(f"/tree{root}", "")
    assert "'--namespace=prod'" in seen
    assert "'HTTPS_PROXY': 'http://127.0.0.1:1'" in seen


def test_nothing_is_left_of_the_copies(
    root: Path, tmp_path: Path, bin_: Bin, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    bin_.add("kustomize", "open('note', 'w'); os.mkdir('x', 0o500); sys.exit(1)")
    item(root, PROD)
    assert list(temporary.iterdir()) == []


def test_a_program_that_cannot_be_started_is_missing(root: Path, bin_: Bin) -> None:
    (bin_.folder / "kustomize").write_text("#!/no/such/interpreter\n")
    (bin_.folder / "kustomize").chmod(0o755)
    assert refusal(item(root, PROD)) == "missing: kustomize cannot be started: No such file or directory"


def test_without_a_renderer_it_is_missing_with_what_to_install(root: Path, bin_: Bin) -> None:
    found = item(root, PROD)
    assert refusal(found) == "missing: there is neither kustomize nor kubectl on the PATH to render it"
    assert found.remedy == "install kustomize or kubectl where the gate runs"


def test_kubectl_renders_where_there_is_no_kustomize(root: Path, bin_: Bin) -> None:
    bin_.add("kubectl", f"assert sys.argv[1] == 'kustomize' and len(sys.argv) == 3; {PRINTS}")
    assert "ConfigMap/made" in places(item(root, PROD))


def test_no_room_for_temporary_files_is_missing(
    root: Path, bin_: Bin, monkeypatch: pytest.MonkeyPatch
) -> None:
    bin_.add("kustomize", PRINTS)
    monkeypatch.setattr("tempfile.tempdir", str(root / "gone"))
    assert refusal(item(root, PROD)) == "missing: it cannot be rendered: No such file or directory"


def test_a_second_run_that_fails_costs_only_the_places(root: Path, tmp_path: Path, bin_: Bin) -> None:
    note = tmp_path / "ran"
    bin_.add(
        "kustomize",
        f"is_second = os.path.exists({str(note)!r})\nopen({str(note)!r}, 'w')\n"
        f"if is_second: sys.exit(1)\n{PRINTS}",
    )
    assert places(item(root, PROD)) == {"ConfigMap/made": "deploy/overlays/prod/kustomization.yaml:1"}
    assert note.exists()


@pytest.mark.parametrize("path", ["/etc/passwd", "../../../../etc/passwd", "", "gone.yaml"])
def test_a_second_run_cannot_lead_out_of_the_inputs(root: Path, bin_: Bin, path: str) -> None:
    origin = f"annotations: {{config.kubernetes.io/origin: 'path: {path}'}}"
    bin_.add("kustomize", f"print({OBJECT.replace('name: made', f'name: made, {origin}')!r})")
    assert places(item(root, PROD)) == {"ConfigMap/made": "deploy/overlays/prod/kustomization.yaml:1"}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(0, len(OBJECT)), noise=st.binary(max_size=8))
def test_whatever_is_printed_shows_objects_or_is_unproven(
    root: Path, monkeypatch: pytest.MonkeyPatch, bin_: Bin, cut: int, noise: bytes
) -> None:
    bin_.add("kustomize", "pass")
    printed = OBJECT.encode()[:cut] + noise + OBJECT.encode()[cut:]
    with monkeypatch.context() as patched:
        patched.setattr(
            "readiness.readers.manifests._rendering.run", lambda *_: commands.Ran(0, printed, b"")
        )
        found = item(root, PROD)
    assert found.facts is not None or found.reason in (Reason.MALFORMED, Reason.MISSING)
    assert not found.message.startswith(("the reader", "reading it failed"))


def test_the_output_counts_up_to_its_last_byte(tmp_path: Path) -> None:
    program = tmp_path / "late"
    program.write_text("#!/bin/sh\nprintf a; sleep 0.2; printf b; printf c >&2\n")
    program.chmod(0o755)
    assert commands.run([str(program)], tmp_path, {"PATH": os.defpath}, 10) == (0, b"ab", b"c")
