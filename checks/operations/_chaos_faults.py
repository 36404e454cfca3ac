"""Which faults were injected, by the words of what was done."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from readiness.evidence.chaos import Chaos, Experiment, Injection

Groups = tuple[frozenset[str], ...]


def _group(words: str) -> frozenset[str]:
    return frozenset(words.split())


_STRESS = _group("stress stressors hog burn load exhaust exhaustion starve saturate pressure")
_FAIL = _group(
    "kill stop crash terminate delete remove restart reboot shutdown fail failure failover down outage"
)
# One word of each group must stand among those of the action; the table is told in docs/chaos-format.md.
CLASSES: Mapping[str, Groups] = {
    "pod-kill": (
        _group("kill terminate delete evict failure fail remove restart crash"),
        _group("pod pods container containers"),
    ),
    "process-kill": (_group("kill pkill killall sigkill crash terminate"),),
    "node-down": (
        _group("drain reboot shutdown stop terminate restart poweroff failure fail down"),
        _group("node nodes instance instances vm vms host hosts machine server"),
    ),
    "zone-down": (_group("zone az region"), _FAIL | _group("blackhole blackout loss partition")),
    "network-delay": (_group("latency delay slow slowdown"),),
    "network-loss": (
        _group("loss drop corrupt corruption duplicate duplication"),
        _group("network packet packets netem"),
    ),
    "network-partition": (
        _group("partition blackhole blackout disconnect isolate isolation block deny offline cut"),
        _group("network traffic connection connections egress ingress link port netem iptables"),
    ),
    "dns": (_group("dns"),),
    "cpu": (_group("cpu"), _STRESS),
    "memory": (_group("memory mem ram oom"), _STRESS | _group("oom kill")),
    "disk": (
        _group("disk io volume filesystem storage"),
        _STRESS | _group("fill full loss latency fault errno detach delay mistake chaos"),
    ),
    "clock": (_group("time clock ntp"), _group("skew shift jump offset drift chaos")),
    "database-down": (
        _group("database db postgres postgresql mysql mariadb mongo mongodb redis cassandra oracle rds"),
        _FAIL | _group("unavailable disconnect"),
    ),
    "dependency-down": (
        _group("dependency upstream downstream backend api gateway provider"),
        _FAIL | _group("unavailable abort error errors 503"),
    ),
}
_UNDOING = _group("restore recover undo revert rollback heal uncordon unblock cancel cleanup resume repair")
_ENDING = _group("remove delete stop clear end")
_ENDED_BY_THAT = frozenset(
    ("network-delay", "network-loss", "network-partition", "dns", "cpu", "memory", "disk", "clock")
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_TOKEN = re.compile(r"[^\W_]+")


def tokens(text: str) -> frozenset[str]:
    """The words of a text, in lower case; `PodChaos pod_kill` has pod, chaos and kill."""
    return frozenset(_TOKEN.findall(_CAMEL.sub(" ", text).casefold()))


def covers(fault: str, own: Mapping[str, Sequence[str]], injection: Injection) -> bool:
    """Whether an action is the fault: by the words that the policy gives it, by its class, or by its own words."""
    said = tokens(injection.words)
    if fault in own:
        return any(tokens(phrase) <= said for phrase in own[fault])
    if fault not in CLASSES:
        return bool(wanted := tokens(fault)) and wanted <= said
    if said & _UNDOING or (fault in _ENDED_BY_THAT and said & _ENDING):
        return False
    if fault == "network-delay" and said & _group("disk io volume"):
        return False
    return all(said & group for group in CLASSES[fault])


def covering(
    chaos: Chaos, fault: str, own: Mapping[str, Sequence[str]]
) -> Iterator[tuple[Experiment, Injection]]:
    """Every action that is the fault, injected or not, with its experiment."""
    for experiment in chaos.experiments:
        for injection in experiment.injections:
            if covers(fault, own, injection):
                yield experiment, injection
