"""Whether what an object names is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import StringConstraints

from readiness.check import Finding
from readiness.evidence.manifests import Resource
from readiness.evidence.manifests.names import Found
from readiness.evidence.manifests.shapes import Path

from ._cross import OPEN, unshown
from ._subjects import Subject, failed

External = Annotated[str, StringConstraints(pattern=r"^[^/\s*]+(/[^/\s*]+){0,1}/[^/\s*]*\*?$")]
_BUILT_IN = frozenset({("ConfigMap", "kube-root-ca.crt"), ("ServiceAccount", "default")})


def is_elsewhere(external: Sequence[str], kind: str, namespace: str, name: str) -> bool:
    """Whether a policy says that an object comes from elsewhere, or every cluster brings it along."""
    names = (f"{kind}/{name}", f"{kind}/{namespace}/{name}")
    return (kind, name) in _BUILT_IN or any(
        told in names or (told.endswith("*") and any(one.startswith(told[:-1]) for one in names))
        for told in external
    )


def absent(subject: Subject, path: Path, kind: str, name: str, found: Found, verb: str) -> Finding:
    """What there is to say of an object that is named and not there, in the namespace of the subject."""
    target = f"{kind}/{name}"
    if found.perhaps is not None:
        what = f"{verb} {target}, and one of both leaves its namespace open"
        return unshown(subject, path, what, OPEN, observed=name)
    if found.siblings:
        what = f"{verb} {target}, which is not among the {found.siblings} of its kind in the set"
        next_ = f"add {target}, correct the name, or list it as `external`"
        return failed(subject, path, what, next_, observed=name)
    what = f"{verb} {target}, which is not in the set"
    next_ = f"render {target} into the set, or list it as `external`"
    return unshown(subject, path, what, next_, observed=name)


def lost_keys(resource: Resource, keys: Sequence[str]) -> list[str]:
    """Those of the keys that a ConfigMap or a Secret does not have."""
    there: set[str] = set()
    for field in ("data", "binaryData", "stringData"):
        part = resource.body.get(field)
        there |= set(part) if isinstance(part, Mapping) else set()
    return [key for key in keys if key not in there]
