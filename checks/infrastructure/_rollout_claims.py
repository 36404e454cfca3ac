"""Claims that pods of one workload cannot share while they are replaced."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.check import Finding
from readiness.evidence.manifests import Workload
from readiness.evidence.manifests.index import Index
from readiness.evidence.manifests.references import references_of
from readiness.evidence.manifests.seen import spec_of
from readiness.evidence.manifests.shapes import View, view

from ._subjects import Subject, failed

# https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes
_ONE_NODE = frozenset({"ReadWriteOnce", "ReadWriteOncePod"})


class _Claim(View, frozen=True):
    access_modes: tuple[str, ...] | None = None


def unshared_claims(index: Index, workload: Workload, subject: Subject) -> Iterator[Finding]:
    """The claims of the set that pods on several nodes would have to share, and may not. ShapeError.

    A claim that is not in the set may be anything, and is not told.
    """
    if "PersistentVolumeClaim" not in index.by_kind or not workload.pod.get("volumes"):
        return
    for one in references_of(workload):
        if one.kind != "PersistentVolumeClaim":
            continue
        found = index.names.find("", one.kind, workload.resource.namespace, one.name).here
        modes = view(spec_of(found), _Claim, ("spec",)).access_modes if found is not None else None
        if found is not None and modes and set(modes) <= _ONE_NODE:
            what = (
                f"shares {found.identity} between its pods, which one node at a time may mount ({modes[0]})"
            )
            yield failed(
                subject,
                one.path,
                what,
                "let a StatefulSet give each pod a claim of its own, or use one of ReadWriteMany",
                observed=", ".join(modes),
                expected="ReadWriteMany or ReadOnlyMany",
            )
