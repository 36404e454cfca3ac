"""A plugin that breaks names itself: it never ends the tool, is never skipped in silence, and never makes a GO."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.packaging.plugins import Site, check_that, sound_site

CHECK_FILE = "acme_gate/checks/compliance/change_ticket.py"
Break = Callable[[Site, str], None]


def with_a_package_that_does_not_import(site: Site, package: str) -> None:
    site.write({f"{package}/__init__.py": "raise ImportError('libacme is missing')\n"})


def with_a_package_that_exits(site: Site, package: str) -> None:
    site.write({f"{package}/__init__.py": "raise SystemExit(0)\n"})


def with_a_package_that_is_no_python(site: Site, package: str) -> None:
    site.write({f"{package}/__init__.py": "def (:\n"})


def with_no_package(site: Site, package: str) -> None:
    (site.folder / package).rename(site.folder / "elsewhere")


def with_a_rival(site: Site, package: str) -> None:
    site.claim("rival-gate", {"acme_gate": "acme", "shaky_gate": "shaky"}[package], package)


BREAKS = [
    pytest.param(with_a_package_that_does_not_import, "ImportError: libacme is missing", id="import-error"),
    pytest.param(with_a_package_that_exits, "SystemExit: 0", id="exit"),
    pytest.param(with_a_package_that_is_no_python, "SyntaxError: ", id="syntax-error"),
    pytest.param(with_no_package, "No module named", id="no-package"),
    pytest.param(with_a_rival, "is claimed by ", id="rival"),
]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return sound_site(tmp_path)


def test_the_sound_plugin_makes_a_go(site: Site) -> None:
    done = site.check()
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(("harm", "reason"), BREAKS)
def test_a_broken_plugin_that_is_not_used_is_a_warning(site: Site, harm: Break, reason: str) -> None:
    empty = {f"shaky_gate/{name}/__init__.py": "" for name in (".", "checks", "evidence")}
    site.write(empty)
    site.claim("shaky-gate", "shaky", "shaky_gate")
    harm(site, "shaky_gate")
    done = site.check()
    assert done.returncode == 0, done.stderr
    assert "warning: the plugin shaky of shaky-gate 1.2.0 does not load: " in done.stderr
    assert reason in done.stderr


@pytest.mark.parametrize(("harm", "reason"), BREAKS)
def test_a_broken_plugin_that_is_used_leaves_no_verdict(site: Site, harm: Break, reason: str) -> None:
    harm(site, "acme_gate")
    done = site.check()
    assert (done.returncode, done.stdout) == (3, "")
    assert "the plugin acme of acme-gate 1.2.0 does not load: " in done.stderr
    assert reason in done.stderr


@pytest.mark.parametrize(("harm", "reason"), BREAKS)
def test_plugins_are_listed_with_what_is_wrong(site: Site, harm: Break, reason: str) -> None:
    harm(site, "acme_gate")
    done = site.readiness("plugins")
    assert done.returncode == 0, done.stderr
    assert "acme (acme-gate 1.2.0)" in done.stdout
    assert "does not load: " in done.stdout
    assert reason in done.stdout


@pytest.mark.parametrize(("harm", "reason"), BREAKS)
def test_a_broken_plugin_does_not_hide_the_checks_of_others(site: Site, harm: Break, reason: str) -> None:
    harm(site, "acme_gate")
    done = site.readiness("checks")
    assert done.returncode == 0, done.stderr
    assert "deployment/rollback-document" in done.stdout


@pytest.mark.parametrize("trouble", ["raise ImportError('no libacme')", "raise SystemExit(0)", "1 / 0"])
def test_a_check_that_does_not_import_leaves_no_verdict(site: Site, trouble: str) -> None:
    site.write({CHECK_FILE: f"{trouble}\n"})
    done = site.check()
    assert (done.returncode, done.stdout) == (3, "")
    assert "acme_gate.checks.compliance.change_ticket does not load: " in done.stderr
    listed = site.readiness("plugins")
    assert listed.returncode == 0
    assert "acme:compliance/change-ticket  does not load: " in listed.stdout


def test_a_kind_that_does_not_import_leaves_no_verdict(site: Site) -> None:
    site.write({"acme_gate/evidence/change_record/kind.py": "raise ImportError('no libacme')\n"})
    done = site.check()
    assert (done.returncode, done.stdout) == (3, "")
    assert "acme_gate.evidence.change_record.kind does not load: ImportError: no libacme" in done.stderr


def test_a_reader_that_does_not_import_leaves_no_go(site: Site) -> None:
    site.write({"acme_gate/evidence/change_record/acme_json.py": "raise ImportError('no libacme')\n"})
    done = site.check()
    assert done.returncode in (3, 5)
    assert "no libacme" in " ".join((done.stdout + done.stderr).split())


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("raise SystemExit(0)", "SystemExit: 0"),
        ("raise KeyError('x')", "KeyError: 'x'"),
        ("yield True", "TypeError: a check yields findings, not True"),
        ("return None", "TypeError: "),
        ("return 'pass'", "TypeError: a check yields findings, not 'p'"),
        ("yield Finding(outcome=Outcome.PASS, message='fine', count=0)", "ValueError: nothing was looked at"),
        ("yield Finding(outcome='pass', message='fine')", "the check broke"),
    ],
)
def test_a_check_that_breaks_is_shown_and_blocks(site: Site, body: str, reason: str) -> None:
    site.write({CHECK_FILE: check_that(body)})
    done = site.check()
    assert done.returncode == 5, done.stdout + done.stderr
    assert reason in " ".join(done.stdout.split())


@pytest.mark.parametrize("body", ["yield from ()", "return []"])
def test_a_check_that_says_nothing_is_no_pass(site: Site, body: str) -> None:
    site.write({CHECK_FILE: check_that(body)})
    done = site.check()
    assert done.returncode == 5
    assert "the check found nothing to judge" in done.stdout


@pytest.mark.parametrize("body", ["os._exit(0)", "os.kill(os.getpid(), 9)", "os.abort()"])
def test_a_check_that_ends_the_process_leaves_no_verdict(site: Site, body: str) -> None:
    site.write({CHECK_FILE: check_that(body)})
    done = site.check()
    assert done.returncode == 3
    assert "the gate ended without a verdict" in done.stderr


def test_a_package_that_ends_the_process_leaves_no_verdict(site: Site) -> None:
    site.write({"acme_gate/__init__.py": "import os\nos._exit(0)\n"})
    done = site.check()
    assert done.returncode == 3
    assert "the gate ended without a verdict" in done.stderr


def test_two_classes_in_one_file_are_no_check(site: Site) -> None:
    text = check_that("yield from ()")
    site.write({CHECK_FILE: text + text[text.index("class ChangeTicket") :].replace("ChangeTicket", "Other")})
    done = site.check()
    assert done.returncode == 3
    assert "holds 2 public Check classes, where one is meant" in done.stderr


def test_a_check_that_asks_for_no_evidence_type_leaves_no_verdict(site: Site) -> None:
    site.write({CHECK_FILE: check_that("yield from ()").replace("change: Change", "change: dict")})
    done = site.check()
    assert done.returncode == 3
    assert "the check acme:compliance/change-ticket does not declare its evidence" in done.stderr


def test_a_plugin_cannot_take_the_name_of_readiness(site: Site) -> None:
    site.claim("rival-gate", "readiness", "acme_gate")
    listed = site.readiness("plugins")
    assert listed.returncode == 0
    assert "'readiness' is claimed by rival-gate and readiness itself" in listed.stdout
    done = site.check()
    assert done.returncode == 0
    assert "warning: the plugin readiness of rival-gate 1.2.0 does not load: " in done.stderr
