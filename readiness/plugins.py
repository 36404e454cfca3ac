"""What is installed: the checks and kinds of readiness itself, and those of other packages.

A plugin is an entry point in the group `readiness.checks` or `readiness.evidence` whose value is a package. It is
found without being imported; one that cannot be found is kept with its error, so that it is never silently absent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from readiness.catalog import Catalog, Entry, claim, scan
from readiness.check import Check
from readiness.errors import NoVerdictError
from readiness.readers.base import AnyKind
from readiness.readers.formats import kinds

BUILTIN = "readiness"
CHECKS_GROUP, EVIDENCE_GROUP = "readiness.checks", "readiness.evidence"


@dataclass(frozen=True)
class Plugin:
    """One entry point of another package. `error` says why it cannot be used."""

    name: str
    group: str
    package: str
    distribution: str
    version: str
    modules: tuple[tuple[str, str, str], ...] = ()
    error: str | None = None


@dataclass(frozen=True)
class Registry:
    """Everything that a policy may name."""

    plugins: tuple[Plugin, ...]

    @cached_property
    def checks(self) -> Catalog[Check[Any]]:
        """Every check by id: `<category>/<name>`, or `<plugin>:<category>/<name>`."""
        entries: dict[str, Entry] = {}
        for folder, file, module in scan("readiness.checks"):
            claim(entries, f"{folder}/{file}", Entry(module, BUILTIN))
        for plugin in self._sound(CHECKS_GROUP):
            for folder, file, module in plugin.modules:
                claim(entries, f"{plugin.name}:{folder}/{file}", Entry(module, plugin.name))
        return Catalog(Check, entries)  # type: ignore[type-abstract]

    @cached_property
    def kinds(self) -> Catalog[AnyKind]:
        """Every kind of evidence by name."""
        return kinds(self.evidence_packages)

    @cached_property
    def evidence_packages(self) -> Mapping[str, str]:
        """The packages of evidence of plugins, by the plugin's name."""
        return {plugin.name: plugin.package for plugin in self._sound(EVIDENCE_GROUP)}

    @property
    def broken(self) -> tuple[Plugin, ...]:
        """The plugins that cannot be used."""
        return tuple(plugin for plugin in self.plugins if plugin.error)

    def require(self, name: str) -> None:
        """NoVerdictError when the id or kind `<plugin>:...` belongs to a plugin that cannot be used."""
        prefix = name.partition(":")[0]
        for plugin in self.broken:
            if plugin.name == prefix and ":" in name:
                raise NoVerdictError(
                    f"{name} cannot be used: the plugin {plugin.name} of {plugin.distribution} "
                    f"{plugin.version} does not load: {plugin.error}"
                )

    def _sound(self, group: str) -> Iterator[Plugin]:
        return (plugin for plugin in self.plugins if plugin.group == group and not plugin.error)


def discover() -> Registry:
    """Look for plugins. Those that claim one name are broken, all of them: nobody can tell which one is meant."""
    found = tuple(
        _plugin(point) for group in (CHECKS_GROUP, EVIDENCE_GROUP) for point in entry_points(group=group)
    )
    return Registry(tuple(_unless_claimed(plugin, found) for plugin in found))


def _unless_claimed(plugin: Plugin, found: Sequence[Plugin]) -> Plugin:
    claim_ = (plugin.group, plugin.name)
    rivals = [one.distribution for one in found if one is not plugin and (one.group, one.name) == claim_]
    if plugin.name == BUILTIN:
        rivals.append("readiness itself")
    if not rivals:
        return plugin
    claimants = " and ".join((plugin.distribution, *rivals))
    return replace(plugin, modules=(), error=f"the plugin name '{plugin.name}' is claimed by {claimants}")


def _plugin(point: EntryPoint) -> Plugin:
    distribution = point.dist
    name, version = (distribution.name, distribution.version) if distribution else ("unknown", "")
    try:
        modules = tuple(scan(point.value))
    except (Exception, SystemExit) as error:  # whatever a foreign package raises must not end the tool
        reason = f"{type(error).__name__}: {error}"
        return Plugin(point.name, point.group, point.value, name, version, error=reason)
    return Plugin(point.name, point.group, point.value, name, version, modules)
