"""The kind `manifests`: files, a glob or a folder, which together are one rendered set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from readiness.evidence.manifests import Manifests, Resource
from readiness.evidence.model import Item, Provenance, Reason, Unproven
from readiness.readers.base import Context, FileSpec, Spec
from readiness.readers.files import FileKind
from readiness.readers.manifests._choice import renderer_of
from readiness.readers.manifests._folder import is_folder, manifests_below
from readiness.readers.manifests._spec import ManifestsSpec

_APPLIED_ONCE = "keep one of them: which one is applied last is not known"


class ManifestsKind(FileKind[Manifests]):
    """Kubernetes manifests as they are applied: the output of kustomize or Helm, never their input.

    `path` may be a file, a glob, or a folder: then every `.yaml`, `.yml` and `.json` file below it. An overlay of
    kustomize and a Helm chart are folders that are rendered.
    """

    spec: ClassVar[type[Spec]] = ManifestsSpec
    facts = Manifests
    tracked: ClassVar[bool] = True

    def collect(self, spec: ManifestsSpec, context: Context) -> Iterator[Item]:  # type: ignore[override]
        """One item for each file, or one for all that is rendered; never raises."""
        try:
            renderer = renderer_of(spec, context.root)
            if renderer is not None:
                from readiness.readers.manifests._rendered import item_of  # costly, and needed by few

                yield item_of(renderer, spec, context)
            else:
                yield from super().collect(spec, context)
        except Unproven as error:
            origin = Provenance(spec.path)
            yield Item(origin, None, error.reason, error.message, error.remedy)

    def find(self, spec: FileSpec, root: Path) -> list[Path]:
        """The files of a spec; Unproven for a folder that holds what must be rendered somewhere below it."""
        folder = root / spec.path
        return manifests_below(folder, spec.path) if is_folder(folder) else super().find(spec, root)

    def combine(self, parts: Sequence[Manifests], spec: FileSpec) -> Manifests:  # noqa: ARG002
        """One set of all files; Unproven when it is empty, or holds one object twice."""
        whole = Manifests(resources=tuple(resource for part in parts for resource in part.resources))
        if not whole.resources:
            raise Unproven(
                Reason.MISSING, "there is no Kubernetes object in it", "render the manifests into it"
            )
        _refuse_twins(whole.resources)
        return whole


def _refuse_twins(resources: Sequence[Resource]) -> None:
    seen: dict[tuple[str, str], Resource] = {}
    for resource in resources:
        if not _is_named(resource):
            continue
        first = seen.setdefault((resource.group, resource.identity), resource)
        if first is not resource:
            message = (
                f"{resource.identity} is there twice: "
                f"{first.file}:{first.line} and {resource.file}:{resource.line}"
            )
            raise Unproven(Reason.MALFORMED, message, _APPLIED_ONCE)


def _is_named(resource: Resource) -> bool:
    """Whether it has a name of its own: none has one that the API server is to generate."""
    meta = resource.body.get("metadata")
    return isinstance(meta, Mapping) and bool(meta.get("name"))
