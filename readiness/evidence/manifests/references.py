"""What the pods of a workload refer to: ConfigMaps, Secrets, claims, and the volumes of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from readiness.evidence.manifests.pods import Container, Workload, is_workflow
from readiness.evidence.manifests.scales import sort_of
from readiness.evidence.manifests.seen import spec_of
from readiness.evidence.manifests.shapes import Path, View, view

Kind = Literal["ConfigMap", "Secret", "PersistentVolumeClaim"]


class _Named(View, frozen=True):
    name: str | None = None
    optional: bool | None = None


class _KeyOf(View, frozen=True):
    key: str
    name: str | None = None
    optional: bool | None = None


class _ValueFrom(View, frozen=True):
    config_map_key_ref: _KeyOf | None = None
    secret_key_ref: _KeyOf | None = None


class _Variable(View, frozen=True):
    value_from: _ValueFrom | None = None


class _EnvFrom(View, frozen=True):
    config_map_ref: _Named | None = None
    secret_ref: _Named | None = None


class _Mount(View, frozen=True):
    name: str


class _Container(View, frozen=True):
    env: tuple[_Variable, ...] | None = None
    env_from: tuple[_EnvFrom, ...] | None = None
    volume_mounts: tuple[_Mount, ...] | None = None


class _Item(View, frozen=True):
    key: str


class _Mapped(View, frozen=True):
    """A ConfigMap or a Secret as a volume; a Secret is called by `secretName`, but in a projection by `name`."""

    name: str | None = None
    secret_name: str | None = None
    items: tuple[_Item, ...] | None = None
    optional: bool | None = None


class _Source(View, frozen=True):
    config_map: _Mapped | None = None
    secret: _Mapped | None = None


class _Projected(View, frozen=True):
    sources: tuple[_Source, ...] | None = None


class _Claim(View, frozen=True):
    claim_name: str


class _Volume(_Source, frozen=True):
    name: str | None = None
    projected: _Projected | None = None
    persistent_volume_claim: _Claim | None = None


class _Pod(View, frozen=True):
    volumes: tuple[_Volume, ...] | None = None
    image_pull_secrets: tuple[_Named, ...] | None = None


class _Meta(View, frozen=True):
    name: str | None = None


class _Template(View, frozen=True):
    metadata: _Meta | None = None


class _Claims(View, frozen=True):
    volume_claim_templates: tuple[_Template, ...] | None = None


class Reference(msgspec.Struct, frozen=True):
    """One object that pods cannot start without; `keys` are those of its entries that they ask for."""

    kind: Kind
    name: str
    path: Path
    keys: tuple[str, ...] = ()


def references_of(workload: Workload) -> Iterator[Reference]:
    """What the pods of a workload need; what is `optional` is passed over. ShapeError."""
    for container in workload.containers:
        yield from _of_container(container)
    seen, base = view(workload.pod, _Pod, workload.pod_path), workload.pod_path
    for number, one in enumerate(seen.image_pull_secrets or ()):
        if one.name:
            yield Reference("Secret", one.name, (*base, "imagePullSecrets", number))
    for number, volume in enumerate(seen.volumes or ()):
        yield from _of_volume(volume, (*base, "volumes", number))


def lost_mounts_of(workload: Workload) -> Iterator[tuple[Container, str, Path]]:
    """The mounts of volumes that the pod does not have: container, name and place. ShapeError.

    Controllers that are not known may add volumes of their own: theirs are passed over.
    """
    if is_workflow(workload.resource) or sort_of(workload) == "other":
        return
    volumes = view(workload.pod, _Pod, workload.pod_path).volumes or ()
    there = {one.name for one in volumes}
    if workload.resource.kind == "StatefulSet":
        templates = view(spec_of(workload.resource), _Claims, ("spec",)).volume_claim_templates or ()
        there |= {one.metadata.name for one in templates if one.metadata}
    for container in workload.containers:
        seen = container.seen_as(_Container)
        for number, mount in enumerate(seen.volume_mounts or ()):
            if mount.name not in there:
                yield container, mount.name, (*container.path, "volumeMounts", number)


def _of_container(container: Container) -> Iterator[Reference]:
    if "env" not in container.body and "envFrom" not in container.body:
        return
    seen = container.seen_as(_Container)
    for number, variable in enumerate(seen.env or ()):
        source = variable.value_from or _ValueFrom()
        path = (*container.path, "env", number, "valueFrom")
        yield from _of_key("ConfigMap", source.config_map_key_ref, (*path, "configMapKeyRef"))
        yield from _of_key("Secret", source.secret_key_ref, (*path, "secretKeyRef"))
    for number, one in enumerate(seen.env_from or ()):
        path = (*container.path, "envFrom", number)
        yield from _of_name("ConfigMap", one.config_map_ref, (*path, "configMapRef"))
        yield from _of_name("Secret", one.secret_ref, (*path, "secretRef"))


def _of_key(kind: Kind, one: _KeyOf | None, path: Path) -> Iterator[Reference]:
    if one is not None and one.name and not one.optional:
        yield Reference(kind, one.name, path, (one.key,))


def _of_name(kind: Kind, one: _Named | None, path: Path) -> Iterator[Reference]:
    if one is not None and one.name and not one.optional:
        yield Reference(kind, one.name, path)


def _of_volume(volume: _Volume, path: Path) -> Iterator[Reference]:
    if volume.persistent_volume_claim is not None:
        name = volume.persistent_volume_claim.claim_name
        yield Reference("PersistentVolumeClaim", name, (*path, "persistentVolumeClaim"))
    yield from _of_source(volume, path)
    sources = (volume.projected and volume.projected.sources) or ()
    for number, source in enumerate(sources):
        yield from _of_source(source, (*path, "projected", "sources", number))


def _of_source(source: _Source, path: Path) -> Iterator[Reference]:
    kinds: tuple[tuple[Kind, str, _Mapped | None], ...] = (
        ("ConfigMap", "configMap", source.config_map),
        ("Secret", "secret", source.secret),
    )
    for kind, key, one in kinds:
        name = (one.secret_name or one.name) if one is not None else None
        if one is not None and name and not one.optional:
            yield Reference(kind, name, (*path, key), tuple(item.key for item in one.items or ()))
