"""What a policy says about manifests."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from readiness.check import Stricter
from readiness.readers.base import FileSpec
from readiness.units import Duration

Renderer = Literal["kustomize", "helm"]
OF_HELM = ("values", "set", "release_name", "namespace", "kube_version", "api_versions")
"""The keys that only a Helm chart has."""
Setting = str | bool | int | float | None
_LONGEST = timedelta(minutes=10)
_KEY = re.compile(r"(?:[^.,=\[\]{}\s\\]|\\\.)+(?:\.(?:[^.,=\[\]{}\s\\]|\\\.)+)*")
_DOT = re.compile(r"(?<!\\)\.")
_RELEASE = r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$"
_LABEL = r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$"
_ONE_API = r"^[A-Za-z0-9.-]+(/[A-Za-z0-9.-]+){0,2}$"


def _deadline(value: timedelta) -> timedelta:
    if not timedelta(0) < value <= _LONGEST:
        raise ValueError("is more than 0 and at most 10m")
    return value


def _set(value: Mapping[str, Setting]) -> Mapping[str, Setting]:
    nested(value)
    return value


class ManifestsSpec(FileSpec):
    """Kubernetes manifests: files as they are applied, or a folder that is rendered while the gate runs."""

    path: Annotated[str, Field(min_length=1)]
    """A file, a glob or a folder, relative to the root. A folder that holds a kustomization or a chart is rendered."""
    render: Renderer | None = None
    """What must render it: `kustomize` or `helm`; told from the folder unless it holds both."""
    values: Sequence[Annotated[str, Field(min_length=1)]] = ()
    """Values files for a Helm chart, relative to the root; later ones win."""
    set: Annotated[Mapping[str, Setting], AfterValidator(_set)] = {}
    """Single values for a Helm chart, as in `{image.tag: "${VERSION}"}`; they win over `values`. No secrets: they are
    part of the policy."""
    release_name: Annotated[str, Field(max_length=53, pattern=_RELEASE)] | None = None
    """The name of the Helm release; that of the chart unless it is told."""
    namespace: Annotated[str, Field(max_length=63, pattern=_LABEL)] | None = None
    """The namespace of the Helm release; `default` unless it is told. What a template leaves open stays open."""
    kube_version: Annotated[str, Field(pattern=r"^v?1\.[0-9]{1,3}(\.[0-9]{1,3})?$")] | None = None
    """The version of Kubernetes that a Helm chart is rendered for; that of Helm unless it is told."""
    api_versions: Sequence[Annotated[str, Field(pattern=_ONE_API)]] = ()
    """API versions that a Helm chart finds in the cluster, as in `monitoring.coreos.com/v1`."""
    deadline: Annotated[Duration, AfterValidator(_deadline), Stricter.LOWER] = timedelta(seconds=30)
    """How long rendering may take; up to 10m."""


def nested(settings: Mapping[str, Setting]) -> dict[str, Any]:
    r"""Dotted keys as maps in maps; `\.` is a dot within a key. ValueError for what is no key, or no place for one."""
    made: dict[str, Any] = {}
    for path, value in settings.items():
        if not _KEY.fullmatch(path):
            raise ValueError(
                f"'{path}' is no key as in image.tag; for lists and the like write a values file"
            )
        *folders, last = (step.replace("\\.", ".") for step in _DOT.split(path))
        node = made
        for step in folders:
            node = node.setdefault(step, {})
            if not isinstance(node, dict):
                raise ValueError(f"'{path}' leads through a key that is set itself")  # noqa: TRY004
        if last in node:
            raise ValueError(f"'{path}' is set twice")
        node[last] = value
    return made
