"""Charts and overlays that the gate renders itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from readiness.init.grouping import literal
from readiness.init.manifests import Prober, rank
from readiness.init.model import Found, Source
from readiness.init.words import scalar

MOST = 3
"""Sets that are rendered while looking: it may take some seconds each."""
_VALUES = ("values-prod.yaml", "values-production.yaml", "values.prod.yaml", "values.production.yaml")
_LIBRARY = re.compile(r"^type\s*:\s*[\"']?library\b", re.MULTILINE)


def found(sources: Sequence[Source], prober: Prober, root: Path) -> Iterator[Found]:
    """The overlay that goes to production, or else every chart that stands for itself."""
    overlays = [one for one in sources if one.tool == "kustomize" and rank(one.folder) < 2]
    charts = [one for one in sources if one.tool == "helm" and _is_deployed(one, sources, root)]
    production = [one for one in overlays if rank(one.folder) == 0]
    chosen = production[:1] or charts or (overlays if len(overlays) == 1 else [])
    for one in chosen[:MOST]:
        yield _rendered(one, prober, root)


def _rendered(one: Source, prober: Prober, root: Path) -> Found:
    values = _values(one, root) if one.tool == "helm" else ""
    seen = prober.probe(literal(one.folder), 1, [values] if values else [])
    keys = f"values: [{scalar(values)}]" if values else ""
    return Found("deploy", "deploy", "manifests", one.tool, literal(one.folder), 1, seen.problem, keys)


def _is_deployed(one: Source, sources: Sequence[Source], root: Path) -> bool:
    """Whether the chart is neither part of another one nor a library."""
    folder = PurePosixPath(one.folder)
    above = (PurePosixPath(other.folder) for other in sources if other.tool == "helm" and other != one)
    if any(folder.is_relative_to(other) for other in above):
        return False
    try:
        text = (root / one.folder / "Chart.yaml").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return not _LIBRARY.search(text)


def _values(one: Source, root: Path) -> str:
    """The values for production, where the chart has such a file and a policy can name it: `${` it would fill in."""
    folder = PurePosixPath(one.folder)
    names = (str(folder / name) for name in _VALUES)
    return next((name for name in names if (root / name).is_file() and "${" not in name), "")
