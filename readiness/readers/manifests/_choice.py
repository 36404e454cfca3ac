"""Whether a path is rendered, and by what: told by the files in the folder."""

from __future__ import annotations

import glob
import os
from pathlib import Path

from readiness.evidence.model import Reason, Unproven
from readiness.readers.manifests._archive import SUFFIXES
from readiness.readers.manifests._folder import CHART, KUSTOMIZATIONS, is_folder
from readiness.readers.manifests._spec import OF_HELM, ManifestsSpec, Renderer


def renderer_of(spec: ManifestsSpec, root: Path) -> Renderer | None:
    """What must render the path of a spec; None for manifests as they are applied.

    Raises Unproven (malformed) when that is not clear, or when the spec asks for what has no meaning there.
    """
    folder = root / spec.path
    if not glob.has_magic(spec.path) and not os.path.lexists(folder):
        return None  # it is missing, whatever was meant
    signs = _signs(folder)
    if spec.render is not None and spec.render not in signs:
        what = CHART if spec.render == "helm" else KUSTOMIZATIONS[0]
        message = f"there is nothing for {spec.render} to render: no {what} in {folder}"
        raise Unproven(Reason.MALFORMED, message, "correct `path`, or take `render` away")
    if len(signs) > 1 and spec.render is None:
        message = "it holds both a kustomization and a Helm chart"
        raise Unproven(
            Reason.MALFORMED, message, "say which is applied: `render: kustomize` or `render: helm`"
        )
    found = spec.render or next(iter(signs), None)
    _refuse_keys(spec, found)
    return found


def _signs(folder: Path) -> list[Renderer]:
    found: list[Renderer] = []
    if not is_folder(folder):
        return ["helm"] if folder.name.endswith(SUFFIXES) else found
    if any(os.path.lexists(folder / name) for name in KUSTOMIZATIONS):
        found.append("kustomize")
    if os.path.lexists(folder / CHART):
        found.append("helm")
    return found


def _refuse_keys(spec: ManifestsSpec, renderer: Renderer | None) -> None:
    asked = [field.replace("_", "-") for field in OF_HELM if getattr(spec, field)]
    if asked and renderer != "helm":
        message = f"`{asked[0]}` is for Helm charts, and this is rendered by {renderer or 'nothing'}"
        raise Unproven(Reason.MALFORMED, message, f"let `path` name a chart, or take `{asked[0]}` away")
    if renderer is not None and spec.files > 1:
        message = f"it is rendered to one set, where `files: {spec.files}` are meant"
        raise Unproven(Reason.MALFORMED, message, "take `files` away")
