"""The check infrastructure/service-account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Literal

from readiness.check import Check, Finding, Params
from readiness.evidence.manifests import Manifests, Workload
from readiness.evidence.manifests.access import Identity, identity_of
from readiness.evidence.manifests.names import Found

from ._containers import nothing_of
from ._cross import OPEN, each_workload, misshapen, unshown
from ._subjects import Subject, failed

_NEXT_TOKEN = "set automountServiceAccountToken: false in the pod"  # noqa: S105 - advice, not a password


class ServiceAccountParams(Params):
    """What pods may run as."""

    automount: Literal["when-bound", "refused", "ignored"] = "when-bound"
    """Whether the token of the account may be mounted.

    `when-bound` lets it where a RoleBinding or ClusterRoleBinding of the set gives rights to the account, which then
    is of use; `refused` never does.
    """
    default_account: Literal["without-token", "refused", "ignored"] = "without-token"
    """Whether pods may run as the account `default`: by default as long as its token is not mounted."""


class ServiceAccount(Check[ServiceAccountParams]):
    """Pods run as accounts of their own, and mount a token only where it is of use.

    ## Why it matters

    Unless told otherwise Kubernetes mounts a token for its API into every pod. Whoever reads one file in the container
    is that account then. The account `default` is shared by everything in the namespace: what one workload is given,
    all of them have. A pod that names an account which does not exist is never created, and the rollout stands still.

    The field of the pod counts before that of the account, and where both are silent the token is mounted. An account
    that is not in the set is a failure when the set holds others, else it is not shown.

    ## How to fix it

    Give the workload its account, and leave the token out of pods that do not call the API:

        spec:
          serviceAccountName: checkout
          automountServiceAccountToken: false

    ## References

    - Kubernetes, Configure Service Accounts for Pods:
      https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/
    - Kubernetes, RBAC Good Practices: https://kubernetes.io/docs/concepts/security/rbac-good-practices/
    """

    def judge(self, manifests: Manifests) -> Iterator[Finding]:
        """Each workload, those with an end too."""
        index = manifests.index
        yield from misshapen((*index.accounts.bad, *index.bindings.bad))
        asked = [one for one in index.workloads if one.resource.kind != "PodTemplate"]
        rule = partial(self._flaws, manifests, _mounting(manifests), _bound(manifests))
        good = "with an account of its own, or without a token"
        yield from each_workload(manifests, asked, rule, good, nothing_of(manifests, "workload"))

    def _flaws(
        self,
        manifests: Manifests,
        mounting: Mapping[int, bool | None],
        bound: frozenset[tuple[str, str]],
        workload: Workload,
        subject: Subject,
    ) -> Iterator[Finding]:
        who = identity_of(workload)
        namespace = workload.resource.namespace
        found = manifests.index.names.find("", "ServiceAccount", namespace, who.name)
        if who.name != "default" and found.here is None:
            yield _absent(subject, who, found)
        mounts, is_sure = who.mounts, True
        if mounts is None:
            account = found.here or found.perhaps
            mounts = mounting.get(id(account)) if account is not None else None
            is_sure = account is not None or who.name == "default"
        if mounts is False:
            if who.name == "default" and self.params.default_account == "refused":
                yield _default(subject, who)
        elif who.name == "default" and self.params.default_account != "ignored":
            yield _default(subject, who)
        elif self._refuses_token((namespace, who.name) in bound) and (is_sure or mounts):
            yield _mounted(subject, workload, who, written=who.mounts is True)

    def _refuses_token(self, is_bound: bool) -> bool:
        if self.params.automount == "ignored":
            return False
        return self.params.automount == "refused" or not is_bound


def _mounting(manifests: Manifests) -> Mapping[int, bool | None]:
    return {id(one.resource): one.mounts for one in manifests.index.accounts.good}


def _bound(manifests: Manifests) -> frozenset[tuple[str, str]]:
    """Namespace and name of every account that is given a role."""
    return frozenset(
        (subject.namespace or binding.resource.namespace, subject.name)
        for binding in manifests.index.bindings.good
        for subject in binding.subjects
        if subject.kind == "ServiceAccount"
    )


def _absent(subject: Subject, who: Identity, found: Found) -> Finding:
    name = f"ServiceAccount/{who.name}"
    if found.perhaps is not None:
        what = f"runs as {name}, and one of both leaves its namespace open"
        return unshown(subject, who.path, what, OPEN, observed=who.name)
    if found.siblings:
        what = f"runs as {name}, which is not among the {found.siblings} of the set in its namespace"
        return failed(subject, who.path, what, "add the account, or correct its name", observed=who.name)
    what = f"runs as {name}, which is not in the set"
    return unshown(subject, who.path, what, "render its ServiceAccount into the set", observed=who.name)


def _default(subject: Subject, who: Identity) -> Finding:
    named = "names the account default" if who.is_named else "names no account, and runs as default"
    with_ = "" if who.mounts is False else ", with its token"
    return failed(
        subject,
        who.path,
        named + with_,
        "give it a ServiceAccount of its own" + (f", or {_NEXT_TOKEN}" if with_ else ""),
        observed="default",
        expected="an account of its own",
    )


def _mounted(subject: Subject, workload: Workload, who: Identity, *, written: bool) -> Finding:
    how = "" if written else ", as nobody says otherwise"
    return failed(
        subject,
        (*workload.pod_path, "automountServiceAccountToken"),
        f"mounts the token of ServiceAccount/{who.name}, to which no binding of the set gives a right{how}",
        _NEXT_TOKEN,
        observed="automountServiceAccountToken: true" if written else "absent",
        expected="automountServiceAccountToken: false",
    )
