"""The kind `manifests`: files, a glob or a folder, which together are one rendered set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from readiness.evidence.manifests import Manifests, Resource
from readiness.evidence.model import Item, Provenance, Reason, Unproven
from readiness.readers.base import AnyReader, Context, FileSpec, Spec
from readiness.readers.collector import uncollected
from readiness.readers.files import FileKind
from readiness.readers.manifests._ahead import Ahead
from readiness.readers.manifests._choice import renderer_of
from readiness.readers.manifests._folder import is_folder, manifests_below
from readiness.readers.manifests._garbage import leave_alone
from readiness.readers.manifests._halves import half_of
from readiness.readers.manifests._spec import ManifestsSpec
from readiness.readers.manifests.kubernetes import Kubernetes
from readiness.readers.source import Source

MAX_TOTAL = 50_000_000
"""Bytes of a set, which are some 100,000 documents. All of a set is kept while it is judged: it is no summary."""
_APPLIED_ONCE = "keep one of them: which one is applied last is not known"


class ManifestsKind(FileKind[Manifests]):
    """Kubernetes manifests as they are applied: the output of kustomize or Helm, never their input.

    `path` may be a file, a glob, or a folder: then every `.yaml`, `.yml` and `.json` file below it. An overlay of
    kustomize and a Helm chart are folders that are rendered.
    """

    spec: ClassVar[type[Spec]] = ManifestsSpec
    facts = Manifests
    tracked: ClassVar[bool] = True
    _ahead: Ahead | None = None

    def collect(self, spec: ManifestsSpec, context: Context) -> Iterator[Item]:  # type: ignore[override]
        """One item for each file, or one for all that is rendered; never raises."""
        try:
            renderer = renderer_of(spec, context.root)
            if renderer is not None:
                from readiness.readers.manifests._rendered import item_of  # costly, and needed by few

                yield item_of(renderer, spec, context)
            else:
                yield from self._from_files(spec, context)
        except Unproven as error:
            origin = Provenance(spec.path)
            yield Item(origin, None, error.reason, error.message, error.remedy)

    def _from_files(self, spec: ManifestsSpec, context: Context) -> list[Item]:
        paths = self.find(spec, context.root)
        with uncollected(), half_of(paths) as self._ahead:
            return leave_alone(list(_bounded(self.items(paths, spec, context))))

    def detect(
        self, source: Source, format_: str | None, plugins: Mapping[str, str]
    ) -> tuple[str, AnyReader]:
        """The reader of the file's format, which is told what another process reads meanwhile."""
        name, reader = super().detect(source, format_, plugins)
        return name, Kubernetes(self._ahead) if type(reader) is Kubernetes else reader

    def find(self, spec: FileSpec, root: Path) -> list[Path]:
        """The files of a spec; Unproven for a folder that holds what must be rendered somewhere below it."""
        folder = root / spec.path
        return manifests_below(folder, spec.path) if is_folder(folder) else super().find(spec, root)

    def combine(self, parts: Sequence[Manifests], spec: FileSpec) -> Manifests:  # noqa: ARG002
        """One set of all files; Unproven when it is empty, or holds one object twice."""
        chart = parts[0].chart if len(parts) == 1 else None  # what is rendered is one part
        whole = Manifests(
            resources=tuple(resource for part in parts for resource in part.resources),
            chart=chart,
            remarks=tuple(remark for part in parts for remark in part.remarks),
        )
        if not whole.resources:
            raise Unproven(
                Reason.MISSING, "there is no Kubernetes object in it", "render the manifests into it"
            )
        _refuse_twins(whole.resources)
        return whole


def _bounded(items: Iterator[Item]) -> Iterator[Item]:
    total = 0
    for item in items:
        total += item.provenance.bytes if item.facts is not None else 0  # what is refused is not kept
        if total > MAX_TOTAL:
            message = (
                f"the files are more than {MAX_TOTAL:,} bytes together, and no more are judged as one set"
            )
            raise Unproven(Reason.MALFORMED, message, "let `path` name the manifests of one release only")
        yield item


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
