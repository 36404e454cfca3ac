"""The worked example: a service with everything that builtin:production-review asks for, in a repository of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from readiness.readers.stamping import claim, stamp_files
from tests.production_review.files import Edit, dated, edited
from tests.production_review.reports import USUAL, Measured, made
from tests.readers.repository.made import Repo
from tests.spiffe_pki import Cert, authority

SERVICE = Path(__file__).parent / "service"
VERSION, BEFORE = "2.4.0", "2.3.1"
DOMAIN = "harbour.example"
_HIDDEN = "dot-"
_UNTRACKED = ("reports/", "certs/")


@cache
def _sources() -> dict[str, str]:
    """Every file of the service; `dot-github` stands for `.github`, which would mean something here too."""
    found = [path for path in SERVICE.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return {_path(path): path.read_text() for path in sorted(found)}


def _path(path: Path) -> str:
    return path.relative_to(SERVICE).as_posix().replace(_HIDDEN, ".")


def write(
    folder: Path,
    now: datetime,
    edits: Sequence[Edit] = (),
    measured: Measured = USUAL,
    svid: Cert | None = None,
) -> str:
    """Write the repository with its reports, and stamp them; the commit that is released."""
    plain = edited(_sources() | dict(made(now, measured)), edits)
    texts = {path: dated(text, now) for path, text in plain.items()}
    tracked = {path: text for path, text in texts.items() if not path.startswith(_UNTRACKED)}
    repo = Repo(folder, {"CHANGELOG.md": "# Changelog\n\n## [2.3.1] - 2026-04-11\n\n- The first.\n"})
    repo.git("tag", f"v{BEFORE}")
    commit = repo.commit(tracked, f"v{VERSION}")
    reports = {path: text for path, text in texts.items() if path.startswith("reports/")}
    repo.write(reports)
    write_svid(folder, now, svid or identity(now))
    said = claim(commit, VERSION, None)
    stamp_files([folder / path for path in reports], said, {}, datetime.now(UTC))
    return commit


def write_svid(folder: Path, now: datetime, leaf: Cert) -> None:
    """The identity of the workload, and the bundle that it is held against."""
    (folder / "certs").mkdir(exist_ok=True)
    root = authority(
        uris=(f"spiffe://{DOMAIN}",), begins=now - timedelta(days=3), ends=now + timedelta(days=7)
    )
    (folder / "certs" / "svid.0.pem").write_bytes(leaf.pem)
    (folder / "certs" / "bundle.0.pem").write_bytes(root.pem)


def identity(now: datetime, domain: str = DOMAIN, remaining: timedelta = timedelta(minutes=45)) -> Cert:
    """An SVID of the service that lasts for some time more."""
    return Cert(
        uris=(f"spiffe://{domain}/tidewatch",), begins=now - timedelta(minutes=15), ends=now + remaining
    )
