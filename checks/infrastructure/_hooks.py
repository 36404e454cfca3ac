"""How long a hook pauses, as far as it is written out."""

from __future__ import annotations

import re

from readiness.evidence.manifests.probes import Handler

_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_NUMBER = re.compile(r"([0-9]{1,9}(?:\.[0-9]{0,9})?)([smhd]?)", re.ASCII)
_SLEEP = re.compile(r"(?:^|[\s;&|('\"/])sleep((?:\s+[0-9]{1,9}(?:\.[0-9]{0,9})?[smhd]?)+)", re.ASCII)


def pause_of(hook: Handler) -> float:
    """Seconds that a hook sleeps: its own handler, the command `sleep`, or every `sleep` of a line for a shell."""
    if hook.sleep is not None:
        return float(hook.sleep.seconds or 0)
    command = (hook.exec_.command or ()) if hook.exec_ is not None else ()
    return sum(_amount(found[1]) for found in _SLEEP.finditer(" ".join(command)))


def _amount(words: str) -> float:
    return sum(float(number) * _SECONDS[unit] for number, unit in _NUMBER.findall(words))
