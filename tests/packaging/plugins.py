"""Plugins as folders on the path: a package, and beside it the metadata that its installation would leave."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.packaging.installation import run
from tests.support import ROOT

SAMPLE = ROOT / "tests" / "plugin_sample"
POLICY = """
readiness: 1
name: shop-prod
release: {name: shop}
evidence:
  change: {kind: "acme:change-record", path: change.json}
checks:
  - use: acme:compliance/change-ticket
    enforce: required
"""


@dataclass(frozen=True)
class Site:
    """A folder that holds plugins, a policy and evidence; commands run in it, and find the plugins."""

    folder: Path

    def claim(self, distribution: str, name: str, package: str) -> None:
        """Say that a distribution brings the plugin `name`: checks and evidence in `package`."""
        metadata = self.folder / f"{distribution.replace('-', '_')}-1.2.0.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.2.0\n")
        groups = (f"[readiness.{group}]\n{name} = {package}.{group}\n" for group in ("checks", "evidence"))
        (metadata / "entry_points.txt").write_text("".join(groups))

    def write(self, files: Mapping[str, str]) -> None:
        """Write files, in folders that are made for them."""
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def readiness(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """What the command of this environment does here."""
        command = [sys.executable, "-m", "readiness", *arguments]
        return run(command, folder=self.folder, env={"PYTHONPATH": str(self.folder)}, check=False)

    def check(self) -> subprocess.CompletedProcess[str]:
        """Judge by the policy that stands here."""
        return self.readiness("check", "--policy", "prod.yaml")


def sound_site(folder: Path) -> Site:
    """The sample plugin, a policy that uses it, and evidence for which the answer is GO."""
    site = Site(folder)
    shutil.copytree(SAMPLE / "acme_gate", folder / "acme_gate", ignore=shutil.ignore_patterns("__pycache__"))
    site.claim("acme-gate", "acme", "acme_gate")
    site.write({"prod.yaml": POLICY, "change.json": change("ann", "bob")})
    return site


def change(*approvers: str) -> str:
    """The export of an approved change."""
    said = {
        "acme-change": 1,
        "ticket": "CHG-7",
        "state": "approved",
        "exported-at": datetime.now(UTC).isoformat(),
        "approvals": [{"by": name} for name in approvers],
    }
    return json.dumps(said)


def check_that(body: str) -> str:
    """The file of a check whose `judge` has this body."""
    return f'''"""A check of a test."""

import os

from acme_gate.change import Change
from readiness.check import Check, Finding, Outcome, Params


class NoParams(Params):
    """Nothing can be set."""


class ChangeTicket(Check[NoParams]):
    """It is well."""

    def judge(self, change: Change):
        {body}
'''
