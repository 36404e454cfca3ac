"""The controls of the profile `restricted`: those of `baseline`, and more."""

from __future__ import annotations

from collections.abc import Iterator

from ._pod_security import CONTEXT, Control, Flaw, Seen
from ._pod_security_baseline import BASELINE, added_capabilities, unconfined_seccomp

_VOLUMES = frozenset(
    {
        "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected",
        "secret",
    }
)  # fmt: skip
_NOT_A_KIND = frozenset({"name"})
# These are said again, more strictly, by a control of the same or of a wider name.
_REPLACED = frozenset({"HostPath Volumes", "Capabilities", "Seccomp"})


def _volume_types(seen: Seen) -> Iterator[Flaw]:
    """A volume that names no kind is an emptyDir, as the API defaults it."""
    for index, volume in enumerate(seen.pod.volumes):
        kinds = {key for key, value in volume.items() if value is not None} - _NOT_A_KIND
        if beyond := sorted(kinds - _VOLUMES):
            what = f"has the volume {volume.get('name')} of a kind that is not for everybody"
            yield Flaw(None, ("volumes", index), what, ", ".join(beyond), ", ".join(sorted(_VOLUMES)))


def _privilege_escalation(seen: Seen) -> Iterator[Flaw]:
    for one, context in seen.containers if not seen.pod.is_windows else ():
        value = context.allow_privilege_escalation
        if value is not False:
            said = "absent" if value is None else "true"
            path = (CONTEXT, "allowPrivilegeEscalation")
            yield Flaw(one, path, "may gain more privileges than its parent", said, "false")


def _non_root(seen: Seen) -> Iterator[Flaw]:
    path = (CONTEXT, "runAsNonRoot")
    of_pod = seen.pod.security_context.run_as_non_root
    if of_pod is False:
        yield Flaw(None, path, "lets its containers run as root", "false", "true")
    for one, context in seen.containers:
        value = context.run_as_non_root
        if value is False or (value is None and of_pod is not True):
            yield Flaw(
                one,
                path,
                "may run as root",
                "absent" if value is None else "false",
                "true, here or in the pod",
            )


def _root_user(seen: Seen) -> Iterator[Flaw]:
    for one, context in seen.contexts:
        if context.run_as_user == 0:
            yield Flaw(one, (CONTEXT, "runAsUser"), "runs as root", "0", "absent or another number")


def _seccomp(seen: Seen) -> Iterator[Flaw]:
    yield from unconfined_seccomp(seen)
    of_pod = seen.pod.security_context.seccomp_profile
    for one, context in seen.containers if of_pod is None and not seen.pod.is_windows else ():
        if context.seccomp_profile is None:
            expected = "RuntimeDefault or Localhost, here or in the pod"
            yield Flaw(one, (CONTEXT, "seccompProfile"), "has no profile of seccomp", "absent", expected)


def _capabilities(seen: Seen) -> Iterator[Flaw]:
    if seen.pod.is_windows:
        yield from added_capabilities(seen)
        return
    path = (CONTEXT, "capabilities")
    for one, context in seen.containers:
        said = context.capabilities
        added, dropped = (said and said.add) or (), (said and said.drop) or ()
        if "ALL" not in dropped:
            what = "does not drop all capabilities"
            yield Flaw(one, (*path, "drop"), what, f"drop: {', '.join(dropped) or 'absent'}", "drop: ALL")
        if beyond := [name for name in added if name != "NET_BIND_SERVICE"]:
            yield Flaw(
                one, (*path, "add"), "adds capabilities", ", ".join(beyond), "NET_BIND_SERVICE at most"
            )


RESTRICTED = (
    *(control for control in BASELINE if control.name not in _REPLACED),
    Control("restricted", "Volume Types", _volume_types),
    Control("restricted", "Privilege Escalation", _privilege_escalation),
    Control("restricted", "Running as Non-root", _non_root),
    Control("restricted", "Running as Non-root user", _root_user),
    Control("restricted", "Seccomp", _seccomp),
    Control("restricted", "Capabilities", _capabilities),
)
