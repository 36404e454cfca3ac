"""A folder that is rendered while the gate runs, as one item of evidence."""

from __future__ import annotations

import os
from collections.abc import Mapping

from readiness.evidence.model import Item, Provenance, Reason, Unproven
from readiness.readers.base import Context
from readiness.readers.manifests._helm import Helm
from readiness.readers.manifests._kustomize import Kustomize
from readiness.readers.manifests._rendering import Rendering, rendered
from readiness.readers.manifests._snapshot import Snapshot
from readiness.readers.manifests._spec import ManifestsSpec, Renderer

_RENDERINGS: Mapping[Renderer, type[Rendering]] = {"kustomize": Kustomize, "helm": Helm}


def item_of(renderer: Renderer, spec: ManifestsSpec, context: Context) -> Item:
    """What the folder renders to, as one item; never raises.

    Its digest and its commit are those of everything that it is made of: see Snapshot.
    """
    origin = Provenance(spec.path, renderer)
    try:
        rendering = _RENDERINGS[renderer](spec, context.root)
        snapshot = rendering.snapshot()
        origin = _provenance(origin, snapshot, context)
        return Item(origin, rendered(rendering, snapshot))
    except Unproven as error:
        return Item(origin, None, error.reason, error.message, error.remedy)
    except OSError as error:
        message = f"it cannot be rendered: {os.strerror(error.errno or 0)}"
        return Item(origin, None, Reason.MISSING, message, "give the gate room for temporary files")


def _provenance(origin: Provenance, snapshot: Snapshot, context: Context) -> Provenance:
    commit = snapshot.commit() if context.commit or context.max_age else None
    # What is tracked and unchanged is no observation of a moment: it is what the commit ships.
    return Provenance(
        origin.source,
        origin.format,
        snapshot.sha256,
        snapshot.size,
        context.now if commit else snapshot.modified_at,
        "content" if commit else "mtime",
        commit,
    )
