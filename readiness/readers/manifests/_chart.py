"""What a chart says of itself: `Chart.yaml`, `Chart.lock`, and the charts in `charts/`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from readiness.evidence.manifests.chart import Chart, Dependency, Lint, Lock
from readiness.evidence.model import Reason, Unproven
from readiness.places import Text, YamlError, load_kubernetes
from readiness.readers.manifests._archive import SUFFIXES, members
from readiness.readers.manifests._folder import CHART
from readiness.readers.manifests._snapshot import Input

LOCK = "Chart.lock"
_CORRECT = "write Chart.yaml as `helm lint` wants it"
# The keys of a dependency in the order in which Helm writes them when it makes the digest; empty ones are left out,
# but for the repository. Source: Helm, pkg/chart/dependency.go and internal/resolver/resolver.go (HashReq).
_DIGESTED = ("name", "version", "repository", "condition", "tags", "enabled", "import-values", "alias")


def document_of(content: bytes, name: str) -> Mapping[str, Any]:
    """The one map that a file of a chart holds; Unproven (malformed)."""
    try:
        documents = [one for one, _ in load_kubernetes(Text(name, content.decode("utf-8-sig")))]
    except YamlError as error:
        problem = error.problems[0]
        message = f"{name}: line {problem.place.line}: {problem.message}"
        raise Unproven(Reason.MALFORMED, message, problem.help or _CORRECT) from None
    except UnicodeDecodeError:
        raise Unproven(Reason.MALFORMED, f"{name} is not UTF-8 text", _CORRECT) from None
    document: Any = documents[0] if len(documents) == 1 else None
    if not isinstance(document, Mapping):
        raise Unproven(Reason.MALFORMED, f"{name} is no map", _CORRECT)
    return document


def name_in(content: bytes) -> str:
    """The name that a Chart.yaml tells; Unproven (malformed) without one."""
    name = document_of(content, CHART).get("name")
    if not isinstance(name, str) or not name or name.startswith("-"):
        raise Unproven(Reason.MALFORMED, f"{CHART} tells no name", _CORRECT)
    return name


def chart_of(folder: Path, inputs: Sequence[Input], lint: Lint) -> Chart:
    """What the files of a chart in `folder` say; Unproven (malformed) where they are no YAML."""
    files = {one.path: one for one in inputs}
    about = files[folder / CHART]
    said = document_of(about.content, about.name)
    return Chart(
        file=about.name,
        lines={key: line for key, line in getattr(said, "lines", {}).items() if isinstance(key, str)},
        name=_text(said.get("name")),
        version=_text(said.get("version")),
        api_version=_text(said.get("apiVersion")),
        app_version=_text(said.get("appVersion")),
        is_deprecated=said.get("deprecated") is True,
        dependencies=tuple(_dependencies(said, about.name)),
        lock=_lock(files.get(folder / LOCK), said),
        vendored=tuple(_vendored(folder / "charts", inputs)),
        lint=lint,
    )


def _lock(found: Input | None, said: Mapping[str, Any]) -> Lock | None:
    if found is None:
        return None
    lock = document_of(found.content, found.name)
    told = _text(lock.get("digest"))
    in_step = told == _digest(_maps(said.get("dependencies")), _maps(lock.get("dependencies")))
    return Lock(file=found.name, dependencies=tuple(_dependencies(lock, found.name)), in_step=in_step)


def _digest(asked: Sequence[Mapping[str, Any]], locked: Sequence[Mapping[str, Any]]) -> str:
    """As `helm dependency build` counts it: over the JSON of both lists, as Go writes it."""
    both = [[_digested(one) for one in some] for some in (asked, locked)]
    text = json.dumps(both, separators=(",", ":"), ensure_ascii=False)
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return f"sha256:{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()}"


def _digested(one: Mapping[str, Any]) -> Mapping[str, Any]:
    said = {"repository": "", **one}
    return {key: said[key] for key in _DIGESTED if key in said and (said[key] or key == "repository")}


def _dependencies(said: Mapping[str, Any], file: str) -> Iterator[Dependency]:
    line = getattr(said, "lines", {}).get("dependencies", 0)
    for one in _maps(said.get("dependencies")):
        yield Dependency(
            name=_text(one.get("name")),
            version=_text(one.get("version")),
            repository=_text(one.get("repository")),
            file=file,
            line=getattr(one, "line", line),
        )


def _vendored(folder: Path, inputs: Sequence[Input]) -> Iterator[Dependency]:
    """The charts that lie in `charts/`, in folders or packed."""
    for one in inputs:
        if one.path.parent.parent == folder and one.path.name == CHART:
            yield _lying(document_of(one.content, one.name), one.name)
        elif one.path.parent == folder and one.path.name.endswith(SUFFIXES):
            for member in _members(one):
                if len(member.path.parts) == 2 and member.path.name == CHART:
                    yield _lying(document_of(member.content, f"{one.name}: {CHART}"), one.name)


def _members(packed: Input) -> Iterator[Any]:
    try:
        yield from members(packed.content)
    except Unproven as error:
        raise Unproven(error.reason, f"{packed.name}: {error.message}", error.remedy) from None


def _lying(said: Mapping[str, Any], file: str) -> Dependency:
    return Dependency(name=_text(said.get("name")), version=_text(said.get("version")), file=file)


def _maps(node: object) -> list[Mapping[str, Any]]:
    return [one for one in node if isinstance(one, Mapping)] if isinstance(node, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)
