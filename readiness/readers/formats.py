"""The kinds of evidence that are installed, and the readers of each: folders and files, no central table."""

from __future__ import annotations

from collections.abc import Mapping

from readiness.catalog import Catalog, Entry, claim, scan
from readiness.readers.base import AnyKind, AnyReader, Kind, Reader

PACKAGE = "readiness.readers"
_KIND_FILE = "kind"


def kinds(plugins: Mapping[str, str]) -> Catalog[AnyKind]:
    """Every kind by name: `readiness.readers/<kind>/kind.py`, and `<plugin>:<kind>` of plugins' packages.

    `plugins` maps a plugin's name to its package. Raises NoVerdictError when two claim one name.
    """
    entries: dict[str, Entry] = {}
    for origin, package in {"readiness": PACKAGE, **plugins}.items():
        prefix = "" if origin == "readiness" else f"{origin}:"
        for folder, file, module in scan(package):
            if file == _KIND_FILE:
                claim(entries, prefix + folder, Entry(module, origin))
    return Catalog(Kind, entries)  # type: ignore[type-abstract]


def formats_of(kind: type[AnyKind], plugins: Mapping[str, str]) -> Catalog[AnyReader]:
    """The readers of a kind, by format: the other files in its folder, and in the folders of that name of plugins.

    The format of a plugin's reader is `<plugin>:<file>`, except in the plugin that brought the kind.
    """
    package, _, folder = kind.__module__.rpartition(".")[0].rpartition(".")
    entries: dict[str, Entry] = {}
    for origin, root in {"": package, **plugins}.items():
        if origin and root == package:
            continue
        prefix = f"{origin}:" if origin else ""
        for found, file, module in scan(root):
            if found == folder.replace("_", "-") and file != _KIND_FILE:
                claim(entries, prefix + file, Entry(module, origin or package))
    return Catalog(Reader, entries)  # type: ignore[type-abstract]
