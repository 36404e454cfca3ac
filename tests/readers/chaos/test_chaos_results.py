"""Results of chaos experiments: what each tool tells, and what is not believed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.evidence.chaos import Chaos, Experiment
from readiness.evidence.model import Item, Reason
from readiness.testing import read_evidence
from tests.support import FIXTURES, SHARED

HERE = FIXTURES / "chaos"
OWN = {
    "schema": "readiness/chaos/1",
    "tool": "our game day 2",
    "faults": [
        {
            "fault": "kill the primary database",
            "trials": [
                {
                    "start": "2026-05-30T10:00:00Z",
                    "detected": "2026-05-30T10:00:05Z",
                    "recovered": "2026-05-30T10:00:40Z",
                    "data_lost": 0,
                    "contained": True,
                    "rolled_back": True,
                }
            ],
        }
    ],
}


def item(root: Path, content: str | bytes) -> Item:
    (root / "file").write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_evidence("chaos", root, path="file").whole


def read(root: Path, content: str | bytes) -> Chaos:
    found = item(root, content)
    assert isinstance(found.facts, Chaos), found.message
    return found.facts


def one(root: Path, content: str | bytes) -> Experiment:
    (made,) = read(root, content).experiments
    return made


def refused(root: Path, content: str | bytes) -> str:
    found = item(root, content)
    assert found.facts is None
    assert found.reason is Reason.MALFORMED
    assert not found.message.startswith("the reader"), found.message
    return found.message


def toolkit(name: str) -> Any:
    return json.loads((HERE / "chaos_toolkit" / f"{name}.json").read_text())


def changed(data: Any, change: Callable[[Any], object]) -> str:
    copy = json.loads(json.dumps(data))
    change(copy)
    return json.dumps(copy)


def test_a_journal_tells_what_was_injected_undone_and_how_soon_it_was_well(tmp_path: Path) -> None:
    made = one(tmp_path, json.dumps(toolkit("held")))
    assert (made.tool, made.ended, made.held, made.to_undo, made.undone) == (
        "chaos-toolkit",
        "completed",
        True,
        1,
        1,
    )
    assert [(i.name, i.words, i.done) for i in made.injections] == [
        ("kill-shop", "kill-shop ./shop.sh kill", True)
    ]
    (trial,) = made.trials
    assert trial.is_bound
    assert trial.recovery_s == pytest.approx(2.0, abs=0.1)
    assert item(tmp_path, json.dumps(toolkit("held"))).provenance.observed_from == "content"


def test_looks_in_between_bound_the_recovery_better(tmp_path: Path) -> None:
    made = one(tmp_path, json.dumps(toolkit("continuous")))
    assert made.unsteady_meanwhile == 2
    assert made.trials[0].recovery_s == pytest.approx(1.5, abs=0.1)


@pytest.mark.parametrize(
    ("name", "ended", "held", "done", "undone"),
    [
        ("deviated", "completed", False, 0, 1),
        ("unsteady", "failed", None, 0, 1),
        ("no-hypothesis", "completed", None, 1, 0),
        ("dry", "dry", True, 0, 0),
        ("command-fails", "completed", True, 0, 1),
        ("rollback-fails", "completed", True, 1, 0),
        ("no-rollback", "completed", True, 1, 0),
    ],
)
def test_a_journal_is_not_believed_by_its_status(
    tmp_path: Path, name: str, ended: str, held: bool | None, done: int, undone: int
) -> None:
    data = toolkit(name)
    assert (data["status"], data["deviated"]) == ("completed", name == "deviated")
    made = one(tmp_path, json.dumps(data))
    assert (made.ended, made.held, made.undone) == (ended, held, undone)
    assert len(made.injected) == (1 if name == "deviated" else done)


def test_an_interrupted_run_leaves_an_empty_journal(tmp_path: Path) -> None:
    assert refused(tmp_path, (HERE / "chaos_toolkit" / "interrupted.json").read_bytes()).startswith(
        "it is empty"
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d["steady_states"]["after"].update(steady_state_met=False), "did not deviate"),
        (lambda d: d["steady_states"]["after"]["probes"][0].update(tolerance_met=False), "is said to be met"),
        (lambda d: d["steady_states"]["before"]["probes"][0].update(status="failed"), "is said to be met"),
        (lambda d: d.update(status="fine"), "its status 'fine' is none of"),
        (lambda d: d.update(end="2026-01-01T00:00:00"), "it ends before it starts"),
        (lambda d: d.update(end="soon"), "the end 'soon' is no time"),
        (lambda d: d.update(deviated="no"), "it is no journal of Chaos Toolkit"),
        (lambda d: d.pop("rollbacks"), "it is no journal of Chaos Toolkit"),
        (
            lambda d: d["steady_states"]["after"]["probes"][0].update(end=""),
            "the end of a probe '' is no time",
        ),
    ],
)
def test_a_journal_that_contradicts_itself_is_malformed(
    tmp_path: Path, change: Callable[[Any], object], message: str
) -> None:
    assert message in refused(tmp_path, changed(toolkit("held"), change))


@pytest.mark.parametrize(
    ("provider", "problem"),
    [
        ({"type": "process", "path": "/bin/true"}, "what it runs changes nothing"),
        ({"type": "python", "module": "time", "func": "sleep"}, "what it runs changes nothing"),
        ({"type": "http", "url": "http://a:b@chaos/kill"}, "it was answered without a status"),
    ],
)
def test_an_action_that_does_nothing_injects_nothing(tmp_path: Path, provider: Any, problem: str) -> None:
    made = one(
        tmp_path, changed(toolkit("held"), lambda d: d["run"][0]["activity"].update(provider=provider))
    )
    if provider["type"] == "http":
        assert "a:b@" not in made.injections[0].words
        text = changed(
            toolkit("held"), lambda d: d["run"][0].update(activity={"type": "action", "provider": provider})
        )
        text = changed(json.loads(text), lambda d: d["run"][0].update(output=None))
        made = one(tmp_path, text)
    assert [(i.done, i.problem) for i in made.injections] == [(False, problem)]
    assert made.trials == ()


def test_an_action_of_the_method_that_was_not_run_is_told(tmp_path: Path) -> None:
    made = one(tmp_path, changed(toolkit("held"), lambda d: d["run"].clear()))
    assert [(i.done, i.problem) for i in made.injections] == [(False, "it was not run")]


def test_arguments_that_may_be_secret_are_not_kept(tmp_path: Path) -> None:
    arguments = {"api_token": "abc", "label": "app=db", "n": 3}
    text = changed(toolkit("held"), lambda d: d["run"][0]["activity"]["provider"].update(arguments=arguments))
    assert one(tmp_path, text).injections[0].words == "kill-shop ./shop.sh app=db"


@pytest.mark.parametrize(("name", "held"), [("journal-ok", True), ("journal-deviated", False)])
def test_journals_of_others_are_read(tmp_path: Path, name: str, held: bool) -> None:
    path = SHARED / "samples" / "chaos" / f"{name}.json"
    if not path.exists():
        pytest.skip("the samples are not here")
    assert one(tmp_path, path.read_bytes()).held is held


def litmus() -> Any:
    return yaml.safe_load((HERE / "litmus" / "pass.yaml").read_text())


def test_a_chaos_result_is_read_as_yaml_as_json_and_in_a_list(tmp_path: Path) -> None:
    text = (HERE / "litmus" / "pass.yaml").read_text()
    made = one(tmp_path, text)
    assert (made.tool, made.name, made.ended, made.held, made.probes) == (
        "litmus",
        "litmus/shop-engine-pod-delete",
        "completed",
        True,
        1,
    )
    assert made.ended_at is None
    assert one(tmp_path, json.dumps(litmus())) == made
    assert one(tmp_path, json.dumps({"apiVersion": "v1", "kind": "List", "items": [litmus()]})) == made


@pytest.mark.parametrize(
    ("change", "ended", "held", "done"),
    [
        (
            lambda d: d["status"]["experimentStatus"].update(phase="Running", verdict="Awaited"),
            "running",
            None,
            False,
        ),
        (
            lambda d: d["status"]["experimentStatus"].update(phase="Stopped", verdict="Stopped"),
            "aborted",
            None,
            False,
        ),
        (
            lambda d: d["status"]["experimentStatus"].update(phase="Error", verdict="Error"),
            "failed",
            None,
            False,
        ),
        (lambda d: d["status"]["experimentStatus"].update(verdict="Fail"), "completed", False, True),
        (lambda d: d["status"].update(probeStatuses=None), "completed", None, True),
    ],
)
def test_a_chaos_result_holds_only_with_probes_that_passed(
    tmp_path: Path, change: Callable[[Any], object], ended: str, held: bool | None, done: bool
) -> None:
    made = one(tmp_path, changed(litmus(), change))
    assert (made.ended, made.held, bool(made.injected)) == (ended, held, done)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda d: d["status"]["probeStatuses"][0]["status"].update(verdict="Failed"),
            "'shop-answers' did not pass",
        ),
        (
            lambda d: d["status"]["experimentStatus"].update(probeSuccessPercentage="66"),
            "probeSuccessPercentage is '66'",
        ),
        (lambda d: d["status"]["history"].update(passedRuns=0), "none of its runs passed"),
        (lambda d: d["status"]["history"].update(passedRuns=-1), "it is no ChaosResult of LitmusChaos"),
        (lambda d: d["status"]["experimentStatus"].update(verdict="Great"), "verdict 'Great'"),
        (lambda d: d.update(kind="ChaosEngine"), "it holds a ChaosEngine, which is no result"),
        (lambda d: d.pop("status"), "it is no ChaosResult of LitmusChaos"),
    ],
)
def test_a_chaos_result_that_contradicts_itself_is_malformed(
    tmp_path: Path, change: Callable[[Any], object], message: str
) -> None:
    assert message in refused(tmp_path, changed(litmus(), change))


@pytest.mark.parametrize(
    "told", [{"failStep": "ChaosInject"}, {"failureOutput": {"failedStep": "ChaosInject"}}]
)
def test_a_chaos_result_that_failed_tells_where(tmp_path: Path, told: dict[str, Any]) -> None:
    def failed(data: Any) -> None:
        data["status"]["experimentStatus"].update(
            verdict="Fail", phase="Completed_With_Probe_Failure", **told
        )

    made = one(tmp_path, changed(litmus(), failed))
    assert (made.ended, made.held, made.deviation) == ("completed", False, "it failed at ChaosInject")


def test_a_target_that_is_still_under_the_fault_is_told(tmp_path: Path) -> None:
    def still(data: Any) -> None:
        data["status"]["history"]["targets"][0].update(chaosStatus="injected")

    made = one(tmp_path, changed(litmus(), still))
    assert (made.to_undo, made.undone, made.not_undone) == (1, 0, ("deployment/cart",))


def mesh() -> Any:
    return json.loads((HERE / "chaos_mesh" / "stopped.json").read_text())


def test_chaos_mesh_tells_of_injection_and_recovery_and_its_status_checks_of_the_rest(tmp_path: Path) -> None:
    made = one(tmp_path, json.dumps(mesh()))
    assert (made.name, made.ended, made.held) == ("NetworkChaos/shop/slow-db", "completed", True)
    assert [(i.words, i.done) for i in made.injections] == [("NetworkChaos delay", True)]
    assert (made.to_undo, made.undone, str(made.ended_at)) == (1, 1, "2026-05-30 10:01:00+00:00")
    alone = one(tmp_path, json.dumps(mesh()["items"][0]))
    assert (alone.ended, alone.held, alone.probes) == ("completed", None, 0)


def record(data: Any) -> Any:
    return data["items"][0]["status"]["experiment"]["containerRecords"][0]


def condition(data: Any, name: str, at: int = 0) -> Any:
    return next(c for c in data["items"][at]["status"]["conditions"] if c["type"] == name)


@pytest.mark.parametrize(
    ("change", "ended", "held", "done"),
    [
        (lambda d: d["items"][0]["status"]["experiment"].update(desiredPhase="Run"), "running", True, True),
        (lambda d: condition(d, "AllRecovered").update(status="False"), "running", True, True),
        (lambda d: condition(d, "Paused").update(status="True"), "aborted", True, True),
        (lambda d: condition(d, "Selected").update(status="False"), "completed", True, False),
        (lambda d: record(d).update(injectedCount=0, recoveredCount=0), "completed", True, False),
        (lambda d: condition(d, "FailureThresholdExceed", 1).update(status="True"), "completed", False, True),
        (lambda d: condition(d, "Completed", 1).update(status="False"), "completed", None, True),
    ],
)
def test_chaos_mesh_counts_only_what_is_over_and_was_looked_at(
    tmp_path: Path, change: Callable[[Any], object], ended: str, held: bool | None, done: bool
) -> None:
    made = one(tmp_path, changed(mesh(), change))
    assert (made.ended, made.held, bool(made.injected)) == (ended, held, done)


def test_a_fault_of_chaos_mesh_that_happens_once_has_nothing_to_take_back(tmp_path: Path) -> None:
    def killed(data: Any) -> None:
        data["items"][0].update(kind="PodChaos", spec={"action": "pod-kill"})
        data["items"][0]["status"]["experiment"]["desiredPhase"] = "Run"
        record(data).update(phase="Injected", recoveredCount=0)
        condition(data, "AllRecovered").update(status="False")

    made = one(tmp_path, changed(mesh(), killed))
    assert (made.ended, made.to_undo, made.injected[0].words) == ("completed", 0, "PodChaos pod-kill")


def test_a_workflow_that_is_not_accomplished_is_no_result(tmp_path: Path) -> None:
    node = {"apiVersion": "chaos-mesh.org/v1alpha1", "kind": "WorkflowNode", "metadata": {"name": "entry"}}
    made = one(tmp_path, changed(mesh(), lambda d: d["items"].append({**node, "status": {"conditions": []}})))
    assert (made.ended, made.ended_as) == ("aborted", "WorkflowNode/entry is not accomplished")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: record(d).update(recoveredCount=0), "says that all is recovered, and shop/db-0 is not"),
        (lambda d: d["items"].pop(0), "it holds no fault of Chaos Mesh"),
        (lambda d: d["items"].append({"apiVersion": "v1", "kind": "Pod"}), "it holds Pod among objects"),
        (lambda d: record(d).update(injectedCount="1"), "it is no object of Chaos Mesh"),
    ],
)
def test_objects_of_chaos_mesh_that_contradict_each_other_are_malformed(
    tmp_path: Path, change: Callable[[Any], object], message: str
) -> None:
    assert message in refused(tmp_path, changed(mesh(), change))


def trial(data: Any) -> Any:
    return data["faults"][0]["trials"][0]


def test_trials_of_ones_own_tell_everything(tmp_path: Path) -> None:
    made = one(tmp_path, json.dumps(OWN))
    (told,) = made.trials
    assert (told.recovery_s, told.detection_s, told.data_lost, told.contained, told.is_bound) == (
        40,
        5,
        0,
        True,
        False,
    )
    assert (made.held, made.to_undo, made.undone) == (True, 1, 1)


def test_the_evidence_is_as_old_as_the_fault_that_was_tried_the_longest_ago(tmp_path: Path) -> None:
    old = {"fault": "b", "trials": [{"start": "2026-01-01T00:00:00Z", "recovered": "2026-01-01T00:01:00Z"}]}
    found = item(tmp_path, changed(OWN, lambda d: d["faults"].append(old)))
    assert f"{found.provenance.observed_at:%Y-%m-%d %H:%M}" == "2026-01-01 00:01"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: trial(d).update(recovered="2026-05-30T09:00:00Z"), "it recovered at 2026-05-30 09:00:00"),
        (lambda d: trial(d).update(recovered="2026-05-30T10:00:00Z"), "it recovered at 2026-05-30 10:00:00"),
        (lambda d: trial(d).update(detected="2026-05-30T09:00:00Z"), "it detected at"),
        (lambda d: trial(d).update(start="2026-05-30T10:00:00"), "with a timezone"),
        (lambda d: trial(d).pop("recovered"), "missing required field `recovered`"),
        (lambda d: trial(d).update(data_lost=-1), "data_lost"),
        (lambda d: trial(d).update(data_lost=True), "data_lost"),
        (lambda d: trial(d).update(contained="yes"), "contained"),
        (lambda d: trial(d).update(mttr=3), "unknown field `mttr`"),
        (lambda d: d["faults"][0]["trials"].append(dict(trial(d))), "before the one before is over"),
        (lambda d: d["faults"].append(d["faults"][0]), "is there twice"),
        (lambda d: d["faults"][0]["trials"].clear(), "length >= 1"),
        (lambda d: d.update(faults=[]), "length >= 1"),
        (lambda d: d["faults"][0].update(fault="-"), "fault"),
    ],
)
def test_trials_of_ones_own_that_cannot_be_are_malformed(
    tmp_path: Path, change: Callable[[Any], object], message: str
) -> None:
    assert message in refused(tmp_path, changed(OWN, change))


def test_a_trial_that_did_not_recover_may_be_followed_by_another(tmp_path: Path) -> None:
    def again(data: Any) -> None:
        trial(data).update(recovered=None)
        data["faults"][0]["trials"].append(
            {"start": "2026-05-30T12:00:00Z", "recovered": "2026-05-30T12:00:09Z"}
        )

    made = one(tmp_path, changed(OWN, again))
    assert ([one.recovery_s for one in made.trials], made.held) == ([None, 9], False)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b"apiVersion: litmuschaos.io/v1alpha1", b"\xff\xfe"]
)
def test_anything_else_is_refused(tmp_path: Path, content: bytes) -> None:
    refused(tmp_path, content)


SAMPLES = [
    json.dumps(OWN).encode(),
    (HERE / "chaos_toolkit" / "held.json").read_bytes(),
    (HERE / "litmus" / "pass.yaml").read_bytes(),
    (HERE / "chaos_mesh" / "stopped.json").read_bytes(),
]


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(range(len(SAMPLES))), st.floats(0, 1), st.binary(max_size=3))
def test_a_file_that_is_cut_or_changed_is_read_or_refused_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, which: int, share: float, junk: bytes
) -> None:
    content = SAMPLES[which]
    at = int(share * len(content))
    root = tmp_path_factory.mktemp("chaos")
    for broken in (content[:at], content[:at] + junk + content[at + len(junk) :]):
        found = item(root, broken)
        assert not found.message.startswith("the reader"), found.message


def with_command(data: Any, path: str, arguments: Any) -> None:
    provider = {"type": "process", "path": path, "arguments": arguments}
    for one in (*data["run"], *({"activity": step} for step in data["experiment"]["method"])):
        if one["activity"]["type"] == "action":
            one["activity"]["provider"] = provider


IDLE = [
    ("sh", ["-c", "sleep 5"]),
    ("bash", "-c 'true'"),
    ("/bin/sh", ["-c", "echo killing pods; sleep 1"]),
    ("kubectl", ["delete", "pod", "shop", "--dry-run=client"]),
    ("sudo", ["true"]),
    ("timeout", ["5", "sleep", "9"]),
    ("/usr/bin/env", ["A=1", "true"]),
]
ACTS = [
    ("sh", ["-c", "echo c > /proc/sysrq-trigger"]),
    ("sh", ["-c", "echo $(kubectl delete pod shop)"]),
    ("timeout", ["60", "stress-ng", "--cpu", "4"]),
    ("bash", ["-c", "sleep 5 && kubectl delete pod shop"]),
    ("kubectl", "delete pod shop --dry-run=none"),
    ("bash", ["kill-db.sh"]),
    ("./true.sh", []),
]


@pytest.mark.parametrize(("path", "arguments"), IDLE)
def test_a_command_that_changes_nothing_injects_nothing(tmp_path: Path, path: str, arguments: Any) -> None:
    found = one(tmp_path, changed(toolkit("held"), lambda data: with_command(data, path, arguments)))
    assert [injection.problem for injection in found.injections] == ["what it runs changes nothing"]


@pytest.mark.parametrize(("path", "arguments"), ACTS)
def test_a_command_that_does_something_injects(tmp_path: Path, path: str, arguments: Any) -> None:
    found = one(tmp_path, changed(toolkit("held"), lambda data: with_command(data, path, arguments)))
    assert [injection.done for injection in found.injections] == [True]


def test_a_probe_that_looks_at_nothing_saw_no_steady_state(tmp_path: Path) -> None:
    def blind(data: Any) -> None:
        for state in ("before", "after"):
            for probe in data["steady_states"][state]["probes"]:
                probe["activity"]["provider"] = {"type": "process", "path": "true"}

    found = one(tmp_path, changed(toolkit("held"), blind))
    assert (found.steady_before, found.held) == (None, None)


def test_a_copy_of_a_journal_under_another_title_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(toolkit("held")))
    retitled = changed(toolkit("held"), lambda data: data["experiment"].update(title="another"))
    (tmp_path / "b.json").write_text(retitled)
    found = read_evidence("chaos", tmp_path, path="*.json").whole
    assert (found.facts, found.reason) == (None, Reason.MALFORMED)
    assert "is there twice" in found.message
