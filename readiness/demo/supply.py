"""What a scanner and a builder would have said of the demo's parts: known vulnerabilities, and a bill of materials."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

NAME_OF_SCAN, NAME_OF_BILL = "vulnerabilities.json", "sbom.json"
_PARTS: Mapping[str, tuple[str, str]] = {
    "flask": ("3.1.0", "BSD-3-Clause"),
    "jinja2": ("3.1.6", "BSD-3-Clause"),
    "requests": ("2.32.4", "Apache-2.0"),
    "urllib3": ("2.5.0", "MIT"),
    "certifi": ("2026.1.4", "MPL-2.0"),
}


def write_supply(folder: Path, name: str, version: str) -> list[Path]:
    """A report of pip-audit without a vulnerability, and a bill of CycloneDX, dated now."""
    audit = {"dependencies": [_audited(part) for part in _PARTS], "fixes": []}
    made = {NAME_OF_SCAN: audit, NAME_OF_BILL: _bill(name, version)}
    paths = [folder / "reports" / file for file in made]
    for path, content in zip(paths, made.values(), strict=True):
        path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return paths


def _audited(part: str) -> Mapping[str, object]:
    return {"name": part, "version": _PARTS[part][0], "vulns": []}


def _bill(name: str, version: str) -> Mapping[str, object]:
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": datetime.now(UTC).isoformat(timespec="seconds"),
            "component": {"type": "application", "name": name, "version": version},
        },
        "components": [_component(part, *told) for part, told in _PARTS.items()],
    }


def _component(part: str, version: str, licence: str) -> Mapping[str, object]:
    purl = f"pkg:pypi/{part}@{version}"
    licences = [{"license": {"id": licence}}]
    return {
        "type": "library",
        "bom-ref": purl,
        "name": part,
        "version": version,
        "purl": purl,
        "licenses": licences,
    }
