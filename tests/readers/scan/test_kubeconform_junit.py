"""kubeconform's JUnit: resources as test cases."""

from __future__ import annotations

from pathlib import Path

import pytest

from readiness.evidence.model import Reason
from tests.readers.scan.support import REPORTS, read, run

GOOD = (REPORTS / "kubeconform-verbose.junit.xml").read_text()


def test_junit_and_json_tell_the_same() -> None:
    junit, json = run(REPORTS / "kubeconform-verbose.junit.xml"), run(REPORTS / "kubeconform-verbose.json")
    assert (
        sorted(junit.objects)
        == sorted(json.objects)
        == [
            "v1 Service/bad",
            "v1 Service/gen-{{ generateName }}",
            "v1 Service/good",
        ]
    )
    assert junit.left_out == json.left_out == ("acme.example/v1 Widget/w",)
    assert (junit.counts, junit.scanned, junit.unit) == (json.counts, json.scanned, json.unit)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            ('tests="4" failures="1" disabled', 'tests="5" failures="1" disabled'),
            "its root says tests=5, and it lists 4",
        ),
        (('failures="1" disabled="1"', 'disabled="1"'), "its root says failures=nothing, and it lists 1"),
        (('<skipped message=""></skipped>', ""), "its root says disabled=1, and it lists 0"),
        (("Service@v1", "Service"), "is no kind with its version"),
        (('<skipped message=""></skipped>', "<skipped/><error/>"), "w has several outcomes"),
    ],
)
def test_a_report_that_contradicts_itself_is_malformed(
    tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    assert change[0] in GOOD
    (tmp_path / "a.xml").write_text(GOOD.replace(*change))
    item = read(tmp_path / "a.xml")
    assert item.reason is Reason.MALFORMED
    assert said in item.message


def test_other_junit_is_not_kubeconforms(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(GOOD.replace('name="kubeconform"', 'name="pytest"'))
    assert read(tmp_path / "a.xml").reason is Reason.MALFORMED


@pytest.mark.parametrize("cut", [40, 200, 600, len(GOOD) - 20])
def test_a_report_that_was_cut_is_malformed(tmp_path: Path, cut: int) -> None:
    (tmp_path / "a.xml").write_text(GOOD[:cut])
    assert read(tmp_path / "a.xml").reason is Reason.MALFORMED
