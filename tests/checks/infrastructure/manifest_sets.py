"""Sets of manifests for the tests of checks, read as the gate reads them."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from readiness.check import Finding, Outcome
from readiness.evidence.manifests import Manifests
from readiness.judge import Judgement
from readiness.testing import read_evidence

Object = dict[str, Any]
CONFIG: Object = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}}
PROBE = {"httpGet": {"path": "/ready", "port": 80}}


def workload(kind: str = "Deployment", name: str = "shop", *, namespace: str = "prod", **spec: Any) -> Object:
    """A workload with the pod spec given; `containers` may leave out their names."""
    for key in ("containers", "initContainers"):
        for number, one in enumerate(spec.get(key, ())):
            one.setdefault("name", f"{key[0]}{number}")
    template = {"metadata": {"labels": {"app": name}}, "spec": spec}
    meta = {"name": name, **({"namespace": namespace} if namespace else {})}
    if kind == "Pod":
        return {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {**meta, "labels": {"app": name}},
            "spec": spec,
        }
    if kind == "CronJob":
        nested = {"jobTemplate": {"spec": {"template": template}}}
        return {"apiVersion": "batch/v1", "kind": kind, "metadata": meta, "spec": nested}
    group = "batch/v1" if kind == "Job" else "apps/v1"
    return {"apiVersion": group, "kind": kind, "metadata": meta, "spec": {"template": template}}


def service(selector: Object, *, namespace: str = "prod", **spec: Any) -> Object:
    """A Service that selects pods."""
    meta = {"name": "shop", "namespace": namespace}
    return {"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": {"selector": selector, **spec}}


def read_set(files: dict[str, str]) -> Manifests:
    """The facts of a folder with these files."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            (Path(folder) / "set").mkdir(exist_ok=True)
            (Path(folder) / "set" / name).write_text(content)
        whole = read_evidence("manifests", Path(folder), path="set").whole
    if not isinstance(whole.facts, Manifests):
        raise TypeError(whole.message)
    return whole.facts


def set_of(*objects: Object) -> Manifests:
    """The facts of one YAML file with these objects."""
    return read_set({"all.yaml": yaml.safe_dump_all(objects)})


def forms_of(objects: Sequence[Object]) -> list[Manifests]:
    """The same objects, written in different ways: the verdict on them is one."""
    listed = {"apiVersion": "v1", "kind": "List", "items": list(objects)}
    return [
        set_of(*objects),
        set_of(*reversed(objects)),
        set_of(listed),
        set_of({"apiVersion": "v1", "kind": "List", "items": [listed]}),
        read_set({"list.json": json.dumps(listed)}),
        read_set({f"{n}.json": json.dumps(one) for n, one in enumerate(objects)}),
        read_set({f"{n}.yml": yaml.safe_dump(one, sort_keys=True) for n, one in enumerate(objects)}),
    ]


def said(judgement: Judgement) -> list[tuple[str, ...]]:
    """The findings without their places, in no order."""
    return sorted(
        (f.outcome, f.message, f.observed, f.object or "", str(f.count)) for f in judgement.findings
    )


def bad(judgement: Judgement) -> list[Finding]:
    """The findings that are not good."""
    return [finding for finding in judgement.findings if finding.outcome in (Outcome.FAIL, Outcome.UNPROVEN)]
