"""The controls of the profile `baseline`."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence.manifests import Container
from readiness.evidence.manifests.probes import Handler, lifecycle_of, ports_of, probes_of
from readiness.evidence.manifests.security import Profile as Confinement

from ._pod_security import CONTEXT, Control, Flaw, Seen

_CAPABILITIES = frozenset(
    {
        "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP",
        "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
    }
)  # fmt: skip
_SELINUX_TYPES = frozenset({"", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"})
_CONFINED = ("RuntimeDefault", "Localhost")
_APPARMOR = "container.apparmor.security.beta.kubernetes.io/"
_SYSCTLS = frozenset(
    {
        "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.ip_unprivileged_port_start", "net.ipv4.ping_group_range", "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_keepalive_time",
        "net.ipv4.tcp_rmem", "net.ipv4.tcp_syncookies", "net.ipv4.tcp_wmem",
    }
)  # fmt: skip


def _host_process(seen: Seen) -> Iterator[Flaw]:
    for one, context in seen.contexts:
        if context.windows_options and context.windows_options.host_process:
            path = (CONTEXT, "windowsOptions", "hostProcess")
            yield Flaw(
                one, path, "runs as a process of the Windows host", "hostProcess: true", "absent or false"
            )


def _host_namespaces(seen: Seen) -> Iterator[Flaw]:
    pod = seen.pod
    said = {"hostNetwork": pod.host_network, "hostPID": pod.host_pid, "hostIPC": pod.host_ipc}
    for key, value in said.items():
        if value:
            yield Flaw(None, (key,), "shares a namespace of the node", f"{key}: true", "absent or false")


def _privileged(seen: Seen) -> Iterator[Flaw]:
    for one, context in seen.containers:
        if context.privileged:
            yield Flaw(one, (CONTEXT, "privileged"), "is privileged", "privileged: true", "absent or false")


def added_capabilities(seen: Seen) -> Iterator[Flaw]:
    """Capabilities beyond those that a runtime gives by itself."""
    for one, context in seen.containers:
        added = (context.capabilities and context.capabilities.add) or ()
        if beyond := [name for name in added if name not in _CAPABILITIES]:
            what = "adds capabilities beyond the default ones"
            yield Flaw(one, (CONTEXT, "capabilities", "add"), what, ", ".join(beyond), "none of them")


def _host_paths(seen: Seen) -> Iterator[Flaw]:
    for index, volume in enumerate(seen.pod.volumes):
        if volume.get("hostPath") is not None:
            what = f"mounts a folder of the node as the volume {volume.get('name')}"
            yield Flaw(None, ("volumes", index, "hostPath"), what, "hostPath", "another kind of volume")


def _host_ports(seen: Seen) -> Iterator[Flaw]:
    for one, _ in seen.containers:
        for index, port in enumerate(ports_of(one)):
            if port.host_port:
                path = ("ports", index, "hostPort")
                yield Flaw(
                    one, path, "takes a port of the node", f"hostPort: {port.host_port}", "absent or 0"
                )


def _host_probes(seen: Seen) -> Iterator[Flaw]:
    for one, _ in seen.containers:
        for place, handler in _handlers(one):
            for name, asked in handler.said.items():
                if host := getattr(asked, "host", None):
                    what = "has a probe or hook that asks another host"
                    yield Flaw(one, (*place, name, "host"), what, f"host: {host}", "absent")


def _handlers(one: Container) -> Iterator[tuple[tuple[str, ...], Handler]]:
    for kind, probe in probes_of(one).items():
        yield (kind,), probe
    if one.body.get("lifecycle") is not None:
        hooks = lifecycle_of(one)
        for name, handler in (("postStart", hooks.post_start), ("preStop", hooks.pre_stop)):
            if handler is not None:
                yield ("lifecycle", name), handler


def _app_armor(seen: Seen) -> Iterator[Flaw]:
    for one, context in seen.contexts:
        yield from _unconfined(one, context.app_armor_profile, "appArmorProfile", "AppArmor")
    for key, value in seen.annotations.items():
        is_fine = value in ("", "runtime/default") or value.startswith("localhost/")
        if key.startswith(_APPARMOR) and not is_fine:
            what = f"lets AppArmor alone for the container {key.removeprefix(_APPARMOR)}"
            yield Flaw(None, (), what, value, "runtime/default or localhost/...")


def _selinux(seen: Seen) -> Iterator[Flaw]:
    for one, context in seen.contexts:
        said = context.se_linux_options
        if said is None:
            continue
        path = (CONTEXT, "seLinuxOptions")
        if (said.type or "") not in _SELINUX_TYPES:
            allowed = ", ".join(sorted(_SELINUX_TYPES - {""}))
            yield Flaw(
                one, (*path, "type"), "sets a type of SELinux", f"type: {said.type}", f"absent, or {allowed}"
            )
        for key, value in (("user", said.user), ("role", said.role)):
            if value:
                yield Flaw(one, (*path, key), f"sets a {key} of SELinux", f"{key}: {value}", "absent")


def _proc_mount(seen: Seen) -> Iterator[Flaw]:
    for one, context in seen.containers:
        if context.proc_mount not in (None, "Default"):
            said = f"procMount: {context.proc_mount}"
            yield Flaw(
                one, (CONTEXT, "procMount"), "sees more of /proc than it should", said, "absent or Default"
            )


def unconfined_seccomp(seen: Seen) -> Iterator[Flaw]:
    """Profiles that switch seccomp off."""
    for one, context in seen.contexts:
        yield from _unconfined(one, context.seccomp_profile, "seccompProfile", "seccomp")


def _unconfined(one: Container | None, said: Confinement | None, key: str, name: str) -> Iterator[Flaw]:
    if said is not None and said.type not in _CONFINED:
        what = f"has a profile of {name} that does not confine it"
        yield Flaw(
            one, (CONTEXT, key, "type"), what, f"type: {said.type or 'absent'}", " or ".join(_CONFINED)
        )


def _sysctls(seen: Seen) -> Iterator[Flaw]:
    for index, sysctl in enumerate(seen.pod.security_context.sysctls or ()):
        if sysctl.name not in _SYSCTLS:
            path = (CONTEXT, "sysctls", index)
            yield Flaw(
                None, path, "sets a parameter of the kernel that is not safe", sysctl.name, "a safe sysctl"
            )


BASELINE = (
    Control("baseline", "HostProcess", _host_process),
    Control("baseline", "Host Namespaces", _host_namespaces),
    Control("baseline", "Privileged Containers", _privileged),
    Control("baseline", "Capabilities", added_capabilities),
    Control("baseline", "HostPath Volumes", _host_paths),
    Control("baseline", "Host Ports", _host_ports),
    Control("baseline", "Host Probes / Lifecycle Hooks", _host_probes),
    Control("baseline", "AppArmor", _app_armor),
    Control("baseline", "SELinux", _selinux),
    Control("baseline", "/proc Mount Type", _proc_mount),
    Control("baseline", "Seccomp", unconfined_seccomp),
    Control("baseline", "Sysctls", _sysctls),
)
