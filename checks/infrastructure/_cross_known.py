"""What every question about references knows: the set, what comes from elsewhere, and which Secrets are made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from readiness.check import Finding
from readiness.evidence.manifests import Manifests
from readiness.evidence.manifests.services import Service
from readiness.evidence.manifests.shapes import Path

from ._cross_names import absent, is_elsewhere
from ._made_secrets import made_secrets
from ._subjects import Subject


class Known:
    """A set, and what a policy says about what is not in it."""

    def __init__(self, manifests: Manifests, needs_secrets: bool, external: Sequence[str]) -> None:
        self.index, self.needs_secrets, self.external = manifests.index, needs_secrets, external
        self.made = made_secrets(manifests)
        self.namespaces = {one.namespace for one in manifests.resources}

    def named(
        self, subject: Subject, path: Path, kind: str, namespace: str, name: str, verb: str
    ) -> Iterator[Finding]:
        """That an object of the core group is neither in the set nor elsewhere; nothing where it is."""
        found = self.index.names.find("", kind, namespace, name)
        if found.here is None and not is_elsewhere(self.external, kind, namespace, name):
            yield absent(subject, path, kind, name, found, verb)

    def service(self, namespace: str, name: str) -> Service | None:
        """A Service of the set."""
        found = self.index.names.find("", "Service", namespace, name)
        return self.index.service_by_object.get(id(found.here)) if found.here is not None else None
