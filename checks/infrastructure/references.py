"""The check infrastructure/references."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from readiness.check import Check, Finding, Params
from readiness.evidence.manifests import Manifests, Resource

from ._containers import hidden
from ._cross import each_object
from ._cross_known import Known
from ._cross_names import External
from ._cross_references import Asked
from ._cross_ways_in import WaysIn
from ._subjects import Subject


class ReferencesParams(Params):
    """What may come from elsewhere."""

    secrets: Literal["elsewhere", "required"] = "elsewhere"
    """Whether Secrets must be in the set, or made by an ExternalSecret, SealedSecret or Certificate of it.

    By default they are taken to be elsewhere, as they do not belong into a repository: a note says how many.
    """
    external: Annotated[tuple[External, ...], Field(strict=False)] = ()
    """Objects that are applied from elsewhere: `Kind/name`, `Kind/namespace/name`, or either with `*` at its end."""


class _Referring(NamedTuple):
    """An object that names others, and what to ask of it."""

    resource: Resource
    ask: Callable[[Subject], Iterable[Finding]]


class References(Check[ReferencesParams]):
    """Whatever an object names is there.

    ## Why it matters

    A pod that names a ConfigMap which does not exist, or a key that was renamed, waits in CreateContainerConfigError:
    the new pods never start, and the rollout stands still. An Ingress that names a Service or a port which is gone
    answers 503. Both are applied without an error.

    Asked for: ConfigMaps, Secrets and their keys, those that an ExternalSecret, SealedSecret or Certificate makes
    included; claims of volumes and mounts of pods; the Services and ports behind Ingresses and routes of the Gateway
    API, and their certificates where Secrets are `required`; the headless Service of a StatefulSet; the
    ServiceAccounts of bindings. What is `optional: true` is not asked. What is not in the set is a failure when the
    set holds others of its kind, else it is not shown. PriorityClasses, StorageClasses and Gateways are mostly those
    of the cluster: they are asked for only where the set holds others of the kind.

    ## How to fix it

    Add the object, or correct its name. Say what is applied from elsewhere:

        with:
          external: [ConfigMap/shop/feature-flags, "PersistentVolumeClaim/data-*"]

    ## References

    - Kubernetes, ConfigMaps: https://kubernetes.io/docs/concepts/configuration/configmap/
    - Kubernetes, Ingress: https://kubernetes.io/docs/concepts/services-networking/ingress/
    - Kubernetes, StatefulSets, stable network ID:
      https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-network-id
    """

    def judge(self, manifests: Manifests) -> Iterator[Finding]:
        """Each object that names others."""
        index = manifests.index
        known = Known(manifests, self.params.secrets == "required", self.params.external)
        asked, ways_in = Asked(known), WaysIn(known)
        things = [
            *(_Referring(one.resource, asked.workload(one)) for one in index.workloads),
            *(_Referring(one.resource, ways_in.ingress(one)) for one in index.ingresses.good),
            *(_Referring(one.resource, ways_in.route(one)) for one in index.routes.good),
            *(
                _Referring(one.resource, ways_in.gateway(one))
                for one in index.gateways.good
                if one.certificates
            ),
            *(_Referring(one, asked.claim(one)) for one in _claims(manifests)),
            *(_Referring(one.resource, asked.binding(one)) for one in index.bindings.good),
        ]
        bad = (
            *index.misshapen_workloads,
            *index.ingresses.bad,
            *index.routes.bad,
            *index.bindings.bad,
            *index.seen_services.bad,
        )
        yield from hidden(manifests)
        yield from each_object(
            manifests,
            things,
            lambda one: one.resource,
            lambda one, subject: one.ask(subject),
            "object",
            "whose references are there",
            bad,
            "object that names others",
        )


def _claims(manifests: Manifests) -> Sequence[Resource]:
    """The claims, where the set brings along the classes that they may be of."""
    index = manifests.index
    return index.by_kind.get("PersistentVolumeClaim", ()) if "StorageClass" in index.by_kind else ()
