"""The check infrastructure/labels."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, StringConstraints

from readiness.check import Check, Finding, Params
from readiness.evidence.manifests import Manifests, Resource, Workload
from readiness.evidence.manifests.shapes import Path, View, view

from ._containers import nothing_of, unseen
from ._subjects import Subject, each, failed, findings_of, whole

Key = Annotated[str, StringConstraints(min_length=1, max_length=317)]
# https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
_VALUE = re.compile(r"(?:[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?)?", re.ASCII)
_NAME = re.compile(r"[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?", re.ASCII)
_PREFIX = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?", re.ASCII)


class LabelsParams(Params):
    """What must be said of an object."""

    labels: Annotated[tuple[Key, ...], Field(strict=False)] = ("app.kubernetes.io/name",)
    """Labels that must be there, with a value."""
    annotations: Annotated[tuple[Key, ...], Field(strict=False)] = ()
    """Annotations that must be there, with a value, such as an owner's address."""
    values: Mapping[Key, Annotated[tuple[str, ...], Field(strict=False, min_length=1)]] = {}
    """What a label may say, where it is there: `{environment: [production]}` finds the overlay of another one."""
    objects: Literal["workloads", "all"] = "workloads"
    """Of which objects `labels` and `annotations` are asked."""
    pods: Literal["required", "ignored"] = "required"
    """Whether the pods of a workload need the labels too: alerts, network policies and bills go by those of pods."""


class Labelled(NamedTuple):
    """The labels and annotations of an object or of its pods; `without` and `whose` put it into words."""

    path: Path
    without: str
    whose: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]


class _Meta(View, frozen=True):
    labels: Mapping[str, str | None] | None = None
    annotations: Mapping[str, str | None] | None = None


class Labels(Check[LabelsParams]):
    """Objects carry the labels that they are found and owned by, and every label is one that the API takes.

    ## Why it matters

    At three in the morning a pod is a name with a random tail. The labels say which application it belongs to, who
    owns it and who pays for it; network policies, alerts and dashboards select by them, and what lacks them is not
    selected. A label with a wrong character is refused by the API server, with the whole object.

    ## How to fix it

    Set them once for all objects, pods included:

        # kustomization.yaml
        labels:
          - pairs: {app.kubernetes.io/name: checkout, owner: team-payments}
            includeTemplates: true
            includeSelectors: false

    A value has at most 63 characters, of letters, digits, `-`, `_` and `.`, with a letter or digit at both ends. What
    needs more, such as an address, belongs into an annotation.

    ## References

    - Kubernetes, Recommended Labels:
      https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/
    - Kubernetes, Labels and Selectors:
      https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/
    """

    def judge(self, manifests: Manifests) -> Iterator[Finding]:
        """Each object that is asked, with the pods that it runs; of the others what the API server would refuse."""
        workloads = {id(one.resource): one for one in manifests.index.workloads}
        is_all = self.params.objects == "all"
        asked = [one for one in manifests.resources if is_all or id(one) in workloads]
        rule = partial(self._flaws, workloads)
        yield from unseen(manifests)
        yield from each(asked, whole, rule, "object", "with the labels that are asked of it")
        if not asked and manifests.index.is_whole:
            yield nothing_of(manifests, "workload")
        for resource in () if is_all else manifests.resources:
            if id(resource) not in workloads and _is_labelled(resource):
                yield from findings_of(resource, whole(resource), _refused_of)

    def _flaws(
        self, workloads: Mapping[int, Workload], resource: Resource, subject: Subject
    ) -> Iterator[Finding]:
        own = _of_object(resource)
        yield from _absent(subject, own, "annotations", self.params.annotations)
        yield from _absent(subject, own, "labels", self.params.labels)
        yield from self._wrong(subject, own)
        workload = workloads.get(id(resource))
        if workload is None or workload.meta_path == own.path:
            return
        pods = _meta(workload.meta, workload.meta_path, "pods without", "pods")
        yield from _absent(
            subject, pods, "labels", self.params.labels if self.params.pods == "required" else ()
        )
        yield from self._wrong(subject, pods)

    def _wrong(self, subject: Subject, meta: Labelled) -> Iterator[Finding]:
        yield from _refused(subject, meta)
        for key, allowed in self.params.values.items():
            if key in meta.labels and meta.labels[key] not in allowed:
                yield failed(
                    subject,
                    (*meta.path, "labels", key),
                    f"has {meta.whose} labelled {key}: {meta.labels[key]}",
                    f"correct the label {key}, or allow what it says",
                    observed=meta.labels[key],
                    expected=" or ".join(allowed),
                )


def _is_labelled(resource: Resource) -> bool:
    """Whether it says anything that the API server may refuse: most objects have names alone."""
    meta = resource.body.get("metadata")
    return not isinstance(meta, Mapping) or any(
        meta.get(key) is not None for key in ("labels", "annotations")
    )


def _refused_of(resource: Resource, subject: Subject) -> Iterator[Finding]:
    yield from _refused(subject, _of_object(resource))


def _of_object(resource: Resource) -> Labelled:
    return _meta(resource.body.get("metadata"), ("metadata",), "no", "itself")


def _meta(meta: object, path: Path, without: str, whose: str) -> Labelled:
    """ShapeError."""
    seen = view(meta or {}, _Meta, path)
    plain = [
        {key: value or "" for key, value in (one or {}).items()} for one in (seen.labels, seen.annotations)
    ]
    return Labelled(path, without, whose, *plain)


def _absent(
    subject: Subject, meta: Labelled, sort: Literal["labels", "annotations"], asked: Sequence[str]
) -> Iterator[Finding]:
    said = meta.labels if sort == "labels" else meta.annotations
    for key in asked:
        if not said.get(key, "").strip():
            yield failed(
                subject,
                (*meta.path, sort, key),
                f"has {meta.without} {sort.removesuffix('s')} {key}",
                f"add {key} to {'.'.join(map(str, (*meta.path, sort)))}",
                observed="absent" if key not in said else "empty",
                expected=f"a {sort.removesuffix('s')} {key}",
            )


def _refused(subject: Subject, meta: Labelled) -> Iterator[Finding]:
    """What the API server takes for no label."""
    for key, value in meta.labels.items():
        prefix, slash, name = key.rpartition("/")
        path = (*meta.path, "labels", key)
        if not _NAME.fullmatch(name) or (slash and not _PREFIX.fullmatch(prefix)):
            next_ = "write an optional domain with a slash, and a name of at most 63 characters"
            yield failed(
                subject, path, f"has {meta.whose} labelled with {key!r}, which is no key", next_, observed=key
            )
        if not _VALUE.fullmatch(value):
            next_ = "write at most 63 letters, digits, '-', '_' and '.', or make it an annotation"
            what = f"has {meta.whose} labelled {key} with what is no value of a label"
            yield failed(subject, path, what, next_, observed=value[:100], expected="a value of a label")
