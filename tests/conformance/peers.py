"""The test data of other checkers, and how ours judge it."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from readiness.check import Finding, Outcome
from readiness.evidence.manifests import Manifests
from readiness.testing import judge_check, read_evidence
from tests.support import SHARED

HERE = Path(__file__).parent
PEERS = SHARED / "peers"
_ROOTS = {"kube-score": PEERS / "kube-score" / "score" / "testdata", "polaris": PEERS / "polaris"}
_GOOD_GRADES = ("GradeAllOK", "Skipped")
_UNKNOWN = re.compile(r"there is no \w+ in v1")
_CONFIGURED = {"MinReplicasDeployment": "min", "MinReplicasHPA": "min"}


@dataclass(frozen=True)
class Case:
    """One file, one check of a peer, and what the peer says of it; `config` is what its test sets."""

    peer: str
    check: str
    file: str
    is_bad: bool
    config: str = ""

    @property
    def name(self) -> str:
        """What `deviations.yaml` calls it."""
        numbers = "".join(f" {number}" for number in re.findall(r"\d+", self.config))
        return f"{self.peer}: {self.check}: {self.file.rpartition('checks/')[2]}{numbers}"


@cache
def mapping() -> Mapping[str, Mapping[str, Any]]:
    """Peer -> its check -> ours."""
    found: Mapping[str, Mapping[str, Any]] = yaml.safe_load((HERE / "mapping.yaml").read_text())
    return found


@cache
def deviations() -> Mapping[str, Mapping[str, str]]:
    """`judged`: case -> why it is judged in another way; `unread`: file -> why it is judged by nobody."""
    found: Mapping[str, Mapping[str, str]] = yaml.safe_load((HERE / "deviations.yaml").read_text())
    return found


def cases() -> Iterator[Case]:
    """Every case of every peer that is here, each once."""
    yield from dict.fromkeys(_cases())


def _cases() -> Iterator[Case]:
    for peer, root in _ROOTS.items():
        if root.is_dir():
            for one in json.loads((PEERS / peer / "expected.json").read_text()):
                is_bad = one.get("expect") == "fail" or one.get("grade", "Skipped") not in _GOOD_GRADES
                yield Case(peer, one["check"], one["file"], is_bad, one.get("config", ""))


def is_judged(case: Case) -> bool:
    """Whether the case asks something that a check of ours answers."""
    ours = mapping()[case.peer][case.check]
    skipped = ours.get("optional") and not case.config and not case.is_bad
    return "none" not in ours and not skipped


def is_found_bad(case: Case) -> bool | None:
    """Whether our check objects to the file; None where it is nothing that Kubernetes takes, and cannot be mended.

    Some of the peers' files are of a kind in an API group that has none of it. These are judged after they were given
    the group that they are in.
    """
    root = _ROOTS[case.peer]
    found = _judged(case, root, case.file)
    if found is None:
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "mended.yaml").write_text(_mended((root / case.file).read_text()))
            found = _judged(case, Path(folder), "mended.yaml")
    return found


def _judged(case: Case, root: Path, file: str) -> bool | None:
    ours = mapping()[case.peer][case.check]
    facts = read_evidence("manifests", root, path=file, format="kubernetes").whole.facts
    if not isinstance(facts, Manifests):
        return None
    params = {**ours.get("with", {}), **_configured(case)}
    found = [
        finding
        for name in (ours["check"], *ours.get("also", ()))
        for finding in judge_check(f"infrastructure/{name}", params, manifests=facts).findings
    ]
    if any(_UNKNOWN.search(finding.message) for finding in found):
        return None
    return any(_counts(finding, ours) for finding in found)


def _mended(text: str) -> str:
    documents = [one for one in yaml.safe_load_all(text) if one]
    for document in documents:
        if document["kind"] == "PodDisruptionBudget":
            document["apiVersion"] = "policy/v1"
    return yaml.safe_dump_all(documents)


def _configured(case: Case) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    for key, ours in _CONFIGURED.items():
        if number := re.search(rf"{key}: (\d+)", case.config):
            found[ours] = int(number[1])
    if version := re.search(r"Major: (\d+), Minor: (\d+)", case.config):
        found["target"] = f"{version[1]}.{version[2]}"
    return found


def _counts(finding: Finding, ours: Mapping[str, Any]) -> bool:
    if finding.outcome not in (Outcome.FAIL, Outcome.UNPROVEN, Outcome.WARN):
        return False
    kind = (finding.object or "").partition("/")[0]
    return kind in ours.get("of", (kind,)) and re.search(ours.get("says", ""), finding.message) is not None
