"""The check infrastructure/pod-security."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from readiness.check import Check, Finding, Outcome, Params
from readiness.evidence.manifests import Manifests, Workload
from readiness.evidence.model import Reason

from ._containers import nothing_of, place, unseen
from ._pod_security import Control, Flaw, Profile, seen_of
from ._pod_security_baseline import BASELINE
from ._pod_security_restricted import RESTRICTED
from ._subjects import Subject, each, failed, pod

_CONTROLS: Mapping[Profile, tuple[Control, ...]] = {"baseline": BASELINE, "restricted": RESTRICTED}
_PATCH = "podSpecPatch"


class PodSecurityParams(Params):
    """Which standard is asked for."""

    profile: Profile = "restricted"
    """The profile: `baseline` keeps pods off the node, `restricted` hardens them as well."""


class PodSecurity(Check[PodSecurityParams]):
    """Every pod keeps the Pod Security Standard that production asks for.

    ## Why it matters

    A container is a process of its node. What keeps whoever breaks into it from breaking out is written in the pod:
    no privileges, no folder or network of the node, not root, no way to become it. A cluster that enforces the
    standard refuses pods that break it, in the middle of the rollout; one that does not, runs them.

    Every control of both profiles is looked at, as of Kubernetes 1.35, for containers, init containers and ephemeral
    ones: each finding names the control that it breaks. What a container says has precedence over its pod, where the
    API has the field for both. Some controls of `restricted` are not asked of pods for Windows
    (`spec.os.name: windows`), as the standard has it.

    ## How to fix it

    Most services need no more than this:

        spec:
          securityContext:
            runAsNonRoot: true
            seccompProfile: {type: RuntimeDefault}
          containers:
            - name: web
              securityContext:
                allowPrivilegeEscalation: false
                capabilities: {drop: [ALL]}

    An image whose user is a name instead of a number needs `runAsUser` as well. For agents that must see the node,
    waive the one object and say why; the rest stays under the standard.

    ## References

    - Kubernetes, Pod Security Standards: https://kubernetes.io/docs/concepts/security/pod-security-standards/
    - Kubernetes, Pod Security Admission: https://kubernetes.io/docs/concepts/security/pod-security-admission/
    """

    def judge(self, manifests: Manifests) -> Iterator[Finding]:
        """Each workload apart, control by control."""
        workloads = manifests.index.workloads
        yield from unseen(manifests)
        good = f"within the Pod Security Standard {self.params.profile}"
        yield from each(workloads, pod, self._flaws, "workload", good)
        if not workloads and manifests.index.is_whole:
            yield nothing_of(manifests, "workload")

    def _flaws(self, workload: Workload, subject: Subject) -> Iterator[Finding]:
        if any(_PATCH in part for part in (workload.pod, *_templates(workload))):
            yield _patched(subject)
        for seen in seen_of(workload):
            for control in _CONTROLS[self.params.profile]:
                for flaw in control.flaws(seen):
                    yield _finding(workload, subject, control, flaw)


def _templates(workload: Workload) -> Iterator[Mapping[str, object]]:
    """The templates of an Argo workflow; none of what else runs pods."""
    templates = workload.pod.get("templates")
    yield from (one for one in templates if isinstance(one, Mapping)) if isinstance(templates, list) else ()


def _patched(subject: Subject) -> Finding:
    return Finding(
        outcome=Outcome.UNPROVEN,
        reason=Reason.INSUFFICIENT,
        message=f"{subject.name} patches its pods ({_PATCH}), which is not looked at",
        object=subject.name,
        location=place(subject.resource, *subject.path, _PATCH),
        next="write the fields themselves, or look at the patch by hand and waive the object",
    )


def _finding(workload: Workload, subject: Subject, control: Control, flaw: Flaw) -> Finding:
    one = flaw.container
    about = Subject(workload.resource, one.path, workload.name_of(one)) if one else subject
    return failed(
        about,
        flaw.path,
        f"{flaw.what} ({control.profile}: {control.name})",
        f"{'.'.join(map(str, flaw.path)) or 'the annotation'}: {flaw.expected}",
        observed=flaw.observed,
        expected=flaw.expected,
    )
