"""Which tool renders, how it is called, and in which surroundings."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

from readiness.evidence.model import Reason, Unproven
from readiness.readers.manifests._spec import ManifestsSpec, nested

LIBRARY = "helm_python"
_NOWHERE = "http://127.0.0.1:1"
_BOOT = (
    "import sys; sys.path[:] = sys.argv[2:]; "
    "from readiness.readers.manifests._helm_child import main; main(sys.argv[1])"
)
_SYSTEM = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT")


@dataclass(frozen=True)
class Workspace:
    """A folder of ours: `tree` holds the copies of the inputs, and `home` is where a tool may write."""

    folder: Path

    @property
    def tree(self) -> Path:
        """Where the inputs are laid out."""
        return self.folder / "tree"

    @property
    def home(self) -> Path:
        """An empty home and working folder."""
        return self.folder / "home"


def environment(workspace: Workspace) -> dict[str, str]:
    """Nothing of the gate's environment but where programs are; no cluster, no plugins, and no way to a network."""
    home = str(workspace.home)
    proxies = {name: _NOWHERE for word in ("http", "https", "all") for name in _cases(f"{word}_proxy")}
    return {
        **{name: os.environ[name] for name in _SYSTEM if name in os.environ},
        **proxies,
        **dict.fromkeys(("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"), home),
        **dict.fromkeys(("HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME"), f"{home}/helm"),
        "HELM_PLUGINS": f"{home}/helm/plugins",
        "KUBECONFIG": os.devnull,
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C.UTF-8",
    }


def _cases(name: str) -> tuple[str, str]:
    return name, name.upper()


def kustomize(folder: Path) -> list[str]:
    """The command that renders an overlay; Unproven (missing) when neither kustomize nor kubectl is on the PATH."""
    if found := _on_path("kustomize"):
        return [found, "build", str(folder)]
    if found := _on_path("kubectl"):
        return [found, "kustomize", str(folder)]
    message = "there is neither kustomize nor kubectl on the PATH to render it"
    raise Unproven(Reason.MISSING, message, "install kustomize or kubectl where the gate runs")


class Call(NamedTuple):
    """What Helm is asked about: a chart, the name of its release, and values files in their order."""

    chart: Path
    name: str
    values: Sequence[Path]


def helm(
    verb: Literal["template", "lint"], call: Call, spec: ManifestsSpec, workspace: Workspace
) -> list[str]:
    """The command that renders or lints a chart, by `helm` or else by the extra.

    Unproven (missing) when there is neither, or when only `helm` can do what is asked.
    """
    files = [str(path) for path in (*call.values, *_settings(spec, workspace))]
    if found := _on_path("helm"):
        about = [call.name, str(call.chart), "--include-crds"] if verb == "template" else [str(call.chart)]
        return [found, verb, *about, *_options(verb, spec), *(f"--values={file}" for file in files)]
    if importlib.util.find_spec(LIBRARY) is None:
        remedy = "install helm where the gate runs, or: pip install 'readiness[helm]'"
        raise Unproven(Reason.MISSING, "there is no helm on the PATH to render it", remedy)
    for key, value in (("kube-version", spec.kube_version), ("api-versions", spec.api_versions)):
        if value:
            message = f"there is no helm on the PATH, and the extra `helm` cannot render for other `{key}`"
            raise Unproven(Reason.MISSING, message, "install helm where the gate runs")
    asked = {
        "verb": verb,
        "chart": str(call.chart),
        "name": call.name,
        "namespace": spec.namespace or "default",
        "values": files,
    }
    request = _written(workspace.folder / f"{verb}.json", asked)
    return [sys.executable, "-P", "-c", _BOOT, str(request), *filter(None, sys.path)]


def _options(verb: str, spec: ManifestsSpec) -> list[str]:
    options = [f"--namespace={spec.namespace}"] if spec.namespace else []
    options += [f"--kube-version={spec.kube_version}"] if spec.kube_version else []
    return options + [f"--api-versions={version}" for version in spec.api_versions if verb == "template"]


def _settings(spec: ManifestsSpec, workspace: Workspace) -> list[Path]:
    """`set` as one more values file: so it is no argument of a command, which others could see."""
    return [_written(workspace.folder / "set.json", nested(spec.set))] if spec.set else []


def _written(path: Path, content: Mapping[str, Any]) -> Path:
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def _on_path(name: str) -> str | None:
    found = shutil.which(name)
    return os.path.abspath(found) if found else None  # noqa: PTH100 - of a name on the PATH
